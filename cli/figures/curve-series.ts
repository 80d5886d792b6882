/** From the records of a training run to the panels of its learning curves. */

/** One record a measured epoch, as in `metrics.jsonl`; what was not measured is absent. */
export interface EpochRecord {
  readonly epoch: number;
  readonly reconstructionError?: number;
  readonly heldOutReconstructionError?: number;
  /** Nats a case, and a share of cases. */
  readonly crossEntropy?: number;
  readonly heldOutCrossEntropy?: number;
  readonly heldOutErrorRate?: number;
  readonly freeEnergyGap?: number;
  readonly logLikelihood?: number;
  readonly heldOutLogLikelihood?: number;
  /** log Z, where log-likelihoods are with this estimate. */
  readonly logPartition?: number;
  readonly pseudoLikelihood?: number;
  readonly weightNorm?: number;
  readonly largestWeight?: number;
}

export interface CurveLine {
  readonly name: string;
  /** (x, y), x rising. */
  readonly points: readonly (readonly [number, number])[];
  /** Its place among lineColours, for lines that keep their colour from figure to figure; otherwise by its place in the panel. */
  readonly ink?: number;
}

/** A value to compare with, as a dashed line. */
export interface Reference {
  readonly name: string;
  readonly value: number;
}

/** One panel. */
export interface CurveSeries {
  readonly title: string;
  readonly unit: string;
  /** What the reader must know, for instance that this is not the likelihood. */
  readonly note?: string;
  readonly lines: readonly CurveLine[];
  readonly references?: readonly Reference[];
  /** Where on the x axis something begins, as an upright line with a name. */
  readonly moments?: readonly Reference[];
  readonly logY?: boolean;
  /** Where a line's name stands: at its end (default), or at its highest point, for lines that end on the axis. */
  readonly nameAt?: "end" | "peak";
}

type Measure = Exclude<keyof EpochRecord, "epoch">;

interface Panel extends Omit<CurveSeries, "lines"> {
  readonly measures: readonly (readonly [Measure, string])[];
}

/** Panels in the order in which they are drawn. */
const panels = (errorUnit: string, estimated: boolean): readonly Panel[] => [
  {
    title: "Reconstruction error",
    unit: errorUnit,
    note: "a proxy, not the likelihood",
    measures: [
      ["reconstructionError", "training"],
      ["heldOutReconstructionError", "held-out"],
    ],
  },
  { title: "Error rate", unit: "share of held-out cases", measures: [["heldOutErrorRate", "held-out"]] },
  {
    title: "Cross entropy",
    unit: "nats per case",
    measures: [
      ["crossEntropy", "training"],
      ["heldOutCrossEntropy", "held-out"],
    ],
  },
  {
    title: "Free-energy gap",
    unit: "nats, held-out minus training",
    note: "a steady rise means overfitting",
    measures: [["freeEnergyGap", "gap"]],
  },
  {
    title: "Log-likelihood",
    unit: estimated ? "nats per case, with the rule's log Z" : "nats per case, exact",
    measures: [
      ["logLikelihood", "training"],
      ["heldOutLogLikelihood", "held-out"],
    ],
  },
  {
    title: "Pseudo-likelihood",
    unit: "nats per case",
    note: "a proxy, not the likelihood",
    measures: [["pseudoLikelihood", "pseudo-likelihood"]],
  },
  { title: "Size of the weights", unit: "Frobenius norm", measures: [["weightNorm", "norm"]] },
  { title: "Largest weight", unit: "absolute value", measures: [["largestWeight", "weight"]] },
];

/**
 * The panels for which the records hold at least one number.
 *
 * @param errorUnit What the reconstruction errors of this run are.
 */
export function seriesFromRecords(
  records: readonly EpochRecord[],
  errorUnit = "squared error per case",
): CurveSeries[] {
  const estimated = records.some(({ logPartition }) => logPartition !== undefined);
  return panels(errorUnit, estimated).flatMap(({ measures, ...panel }) => {
    const lines = measures.flatMap(([measure, name]) => {
      const points = records.flatMap((record) => {
        const value = record[measure];
        return value === undefined ? [] : [[record.epoch, value] as const];
      });
      return points.length === 0 ? [] : [{ name, points }];
    });
    return lines.length === 0 ? [] : [{ ...panel, lines }];
  });
}
