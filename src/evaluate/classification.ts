/** Classes and their probabilities by any machine that tells them, and how often it is wrong. */

import type { Dataset } from "../data/dataset.js";
import { labelsOf } from "../data/labels.js";
import type { Field, Kernels } from "../kernels/kernels.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Classifier } from "../machines/classifier.js";
import type { Dbn } from "../machines/dbn.js";
import { forwardPass, residentClassifier } from "../machines/resident-classifier.js";
import { classifierInputs } from "./classifier-inputs.js";
import { labelProbabilities } from "./dbn/features.js";
import { overChunks, type Pass } from "./over-cases.js";

/** The machines that tell P(class | case); deep belief networks do where they have label units. */
export type Classifying = Classifier | Dbn;

/** How a kind of machine tells the probabilities of classes. */
interface ClassTeller<Machine> {
  readonly classes: (machine: Machine) => number;
  /** P(y = k | x) [cases, classes], exact or as the machine defines it. */
  readonly probabilities: (machine: Machine, data: Dataset, options: KernelOptions) => Promise<Float32Array>;
}

/** A kind of machine that can classify has its place here. */
const tellers: { readonly [Kind in Classifying["kind"]]: ClassTeller<Extract<Classifying, { kind: Kind }>> } = {
  classifier: {
    classes: ({ layers }) => layers.at(-1) as number,
    probabilities: async (machine, data, options) => {
      const inputs = await classifierInputs("classify", machine, data, options);
      return overChunks("classify", inputs.units, inputs, options, (kernels, visible) =>
        startForward(machine, kernels, visible),
      );
    },
  },
  dbn: { classes: ({ classes }) => classes, probabilities: labelProbabilities },
};

function startForward(machine: Classifier, kernels: Kernels, visible: Field): Pass {
  const pass = forwardPass(kernels, residentClassifier(kernels, machine), visible.capacity);
  return (cases) => {
    pass.run(cases, visible);
    kernels.readOut({ cases, input: pass.input, mean: pass.input });
    return pass.input;
  };
}

/** The entry of the machine's own kind. */
function tellerOf(machine: Classifying): ClassTeller<Classifying> {
  return tellers[machine.kind] as ClassTeller<Classifying>;
}

/** Can a machine of this kind classify? */
export function isClassifying(machine: { readonly kind: string }): machine is Classifying {
  return machine.kind in tellers;
}

/** How many classes the machine tells apart. */
export function classesOf(machine: Classifying): number {
  return tellerOf(machine).classes(machine);
}

/** P(y = k | x) of each case, its levels as they are; [cases, classes]. Throws "shape" for data of another width than the
 * machine's, "option" for a deep belief network without label units. */
export function classProbabilitiesOf(
  machine: Classifying,
  data: Dataset,
  options: KernelOptions = {},
): Promise<Float32Array> {
  return tellerOf(machine).probabilities(machine, data, options);
}

export interface Classification {
  /** The most probable class of each case, the first of equals; [cases]. */
  readonly classes: Uint32Array;
  /** P(y = k | x), [cases, classes] */
  readonly probabilities: Float32Array;
}

/** The classes of cases, and how probable each class is. Throws as classProbabilitiesOf. */
export async function classify(
  machine: Classifying,
  data: Dataset,
  options: KernelOptions = {},
): Promise<Classification> {
  const probabilities = await classProbabilitiesOf(machine, data, options);
  const count = classesOf(machine);
  const classes = Uint32Array.from({ length: data.cases }, (_, b) => {
    const row = probabilities.subarray(b * count, (b + 1) * count);
    return row.indexOf(row.reduce((most, p) => Math.max(most, p), 0));
  });
  return { classes, probabilities };
}

/** How well a classification fits labels. */
export interface ClassificationFit {
  readonly errors: number;
  /** Errors over cases, in [0, 1]. */
  readonly errorRate: number;
  /** Mean −ln P(label | x), nats a case; Infinity where a label has no probability at all. */
  readonly crossEntropy: number;
  /** Cases of class i that were taken for k; row-major [classes, classes]. */
  readonly confusion: Uint32Array;
}

/** Compares a classification with the labels of its data. Throws "data" as labelsOf does. */
export function classificationFit({ classes, probabilities }: Classification, data: Dataset): ClassificationFit {
  const count = probabilities.length / classes.length;
  const labels = labelsOf("classify", data, count);
  const confusion = new Uint32Array(count * count);
  let [errors, nats] = [0, 0];
  labels.forEach((label, b) => {
    confusion[label * count + (classes[b] as number)] += 1;
    errors += Number(classes[b] !== label);
    nats -= Math.log(probabilities[b * count + label] as number);
  });
  return { errors, errorRate: errors / labels.length, crossEntropy: nats / labels.length, confusion };
}

/** The share of cases, in [0, 1], whose most probable class is not their label. Throws as classify and labelsOf. */
export async function errorRate(machine: Classifying, data: Dataset, options: KernelOptions = {}): Promise<number> {
  labelsOf("errorRate", data, classesOf(machine));
  return classificationFit(await classify(machine, data, options), data).errorRate;
}

/** The cases that are wrong, those first that the machine is surest of. */
export function worstMistakes({ classes, probabilities }: Classification, data: Dataset): Uint32Array {
  const count = probabilities.length / classes.length;
  const labels = labelsOf("worstMistakes", data, count);
  const sureness = (b: number) => probabilities[b * count + (classes[b] as number)] as number;
  const wrong = [...labels.keys()].filter((b) => classes[b] !== labels[b]);
  return Uint32Array.from(wrong.sort((a, b) => sureness(b) - sureness(a) || a - b));
}
