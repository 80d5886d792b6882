/** ln P(y | v) of batches by an RBM with label units, up to what is the same for every class, in the kernels' memory. */

import type { BondParameters, Field, Kernels, States } from "../../kernels/kernels.js";
import { towardsHidden } from "../../machines/resident.js";

export interface ClassPass {
  /** What is clamped; to be filled. */
  readonly visible: States | Field;
  /** The same with all label units off. */
  readonly free: States | Field;
  /** x(v) of the hidden units from these. */
  readonly input: Field;
  /** ln P(y | v) minus the largest of a case. */
  readonly scores: Field;
  /** Between the two: may change the inputs, the sums over hidden units being multiplied by `scale` then. */
  run(cases: number, change?: { readonly scale: number; readonly inputs: (input: Field) => void }): void;
}

/** For parameters that may change in place. */
export function classPass(
  kernels: Kernels,
  parameters: BondParameters,
  capacity: number,
  kind: "states" | "field",
): ClassPass {
  const { weights, visibleBias, hiddenBias, group } = parameters;
  if (!group) throw new Error("classPass: an RBM without label units");
  const { first, size: classes } = group;
  const layer = (units: number) =>
    kind === "states" ? kernels.states(capacity, units) : kernels.field(capacity, units);
  const [visible, free] = [layer(first), layer(first + classes)];
  const input = kernels.field(capacity, hiddenBias.size);
  const scores = kernels.field(capacity, classes);
  return {
    visible,
    free,
    input,
    scores,
    run(cases, change) {
      kernels.copyUnits({ cases, from: visible, to: free, units: first });
      kernels.conditional({ cases, from: free, ...towardsHidden(parameters), input });
      change?.inputs(input);
      kernels.labelScores({ cases, input, weights, bias: visibleBias, first, scale: change?.scale ?? 1, out: scores });
    },
  };
}
