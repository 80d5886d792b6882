/** The gradient of an RBM's log-likelihood, ⟨·⟩positive − ⟨·⟩negative, as arrays of its own: what optimizers other than plain SGD need. */

import type { BondParameters, Kernels, Phase } from "../../kernels/kernels.js";
import { allocateParameters } from "../../machines/resident.js";
import { isMoments, type NegativeResult } from "./phase.js";

/** A function that fills, and returns, the same arrays every time. */
export function startGradient(
  kernels: Kernels,
  visible: number,
  hidden: number,
): (positive: Phase, negative: NegativeResult) => BondParameters {
  const gradient = allocateParameters(kernels, visible, hidden);
  const nothing: Phase = { cases: 0, visible: kernels.field(1, visible), hidden: kernels.field(1, hidden) };
  return (positive, negative) => {
    for (const bias of [gradient.visibleBias, gradient.hiddenBias]) kernels.combine(bias, 0, bias, 0, bias);
    const exact = isMoments(negative);
    // a decay of 1: from nothing
    kernels.update({ parameters: gradient, positive, negative: exact ? nothing : negative, rate: 1, decay: 1 });
    if (exact) {
      const { weights, visible: visibleBias, hidden: hiddenBias } = negative;
      kernels.combine(gradient, 1, gradient, -1, { weights, visibleBias, hiddenBias });
    }
    return gradient;
  };
}
