/** What a classifier is fed with: the cases as they are, or with what its deep Boltzmann machine thinks of them. */

import type { Dataset } from "../data/dataset.js";
import type { KernelOptions } from "../kernels/threads.js";
import { type Classifier, inputUnits } from "../machines/classifier.js";
import { checkWidth } from "../machines/resident.js";
import { dbmAugmented } from "./dbm-features.js";

/** The cases as wide as the classifier's first layer. Throws "shape", in the name of `who`, for data of another width than its inputs. */
export async function classifierInputs(
  who: string,
  classifier: Classifier,
  data: Dataset,
  options: KernelOptions = {},
): Promise<Dataset> {
  checkWidth(who, data, inputUnits(classifier));
  const { augmentedBy } = classifier;
  return augmentedBy ? dbmAugmented(augmentedBy, data, options) : data;
}
