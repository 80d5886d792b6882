/** Figures and the report of a training run: pure functions from numbers to PNG bytes and HTML. */

export { type ArrowPanel, type ArrowPlaneInput, arrowPlane, type PlaneArrow } from "./arrow-plane.js";
export { type ConfusionMatrixInput, confusionMatrix } from "./confusion-matrix.js";
export { type CouplingMapInput, couplingMap } from "./coupling-map.js";
export {
  type CurveLine,
  type CurveSeries,
  type EpochRecord,
  type Reference,
  seriesFromRecords,
} from "./curve-series.js";
export { type DistributionInput, type DistributionRow, distributionBars } from "./distribution-bars.js";
export { type EnergyTraceInput, energyTrace } from "./energy-trace.js";
export { type FilterGridInput, filterGrid } from "./filter-grid.js";
export { type FilterSnapshot, type FiltersOverEpochsInput, filtersOverEpochs } from "./filters-over-epochs.js";
export { type Cell, type HintonDiagramInput, hintonDiagram } from "./hinton-diagram.js";
export { type ImageGridInput, imageGrid } from "./image-grid.js";
export { type ImagePair, type ImagePairsInput, imagePairs, type PairRow, pairsInRows } from "./image-pairs.js";
export { type KlCurvesInput, klCurves } from "./kl-curves.js";
export { type LearningCurvesInput, learningCurves } from "./learning-curves.js";
export { type Mistake, type MistakesInput, mistakes } from "./mistakes.js";
export { type MomentScatterInput, momentScatter, type PairMoments } from "./moment-scatter.js";
export { type OtherDigitsInput, otherDigits } from "./other-digits.js";
export { pngSize } from "./png.js";
export { type RasterInput, spikeRaster } from "./raster.js";
export { firingRates, type RatesInput } from "./rates.js";
export { type Report, type ReportFigure, renderReport } from "./report.js";
export { type SampleChain, type SampleChainsInput, sampleChains } from "./sample-chains.js";
export type { Theme } from "./style.js";
export { filtersOf, unitsByNorm, type WeightMatrix } from "./weights.js";
