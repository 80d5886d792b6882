/** What the public API has of this folder. */

export {
  type CompleteDbnOptions,
  type CompleteLayerOptions,
  completeDbnOptions,
  type DbnLearningOptions,
  type DbnTrainOptions,
  type LayerOptions,
  type LayerStart,
} from "./options.js";
export { checkDbnMonitor, checkDbnResume } from "./train-dbn.js";
export type { CompleteUpDown, UpDownOptions } from "./up-down-options.js";
