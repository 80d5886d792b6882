/** The gradient of an RBM's log-likelihood in arrays of its own, for a negative phase that gives moments in place of cases. */

import type { BondParameters, Kernels, Phase } from "../../kernels/kernels.js";
import { allocateParameters } from "../../machines/resident.js";
import type { NegativeMoments } from "./phase.js";

/** A function that fills, and returns, the same arrays every time: ⟨·⟩positive − ⟨·⟩negative. */
export function startGradient(
  kernels: Kernels,
  visible: number,
  hidden: number,
): (positive: Phase, negative: NegativeMoments) => BondParameters {
  const gradient = allocateParameters(kernels, visible, hidden);
  const negative: Phase = { cases: 0, visible: kernels.field(1, visible), hidden: kernels.field(1, hidden) };
  return (positive, { weights, visible: visibleBias, hidden: hiddenBias }) => {
    for (const bias of [gradient.visibleBias, gradient.hiddenBias]) kernels.combine(bias, 0, bias, 0, bias);
    // a decay of 1: weights from nothing
    kernels.update({ parameters: gradient, positive, negative, rate: 1, decay: 1 });
    kernels.combine(gradient, 1, gradient, -1, { weights, visibleBias, hiddenBias });
    return gradient;
  };
}
