/**
 * Persistent contrastive divergence with fast weights, FPCD [Tieleman and Hinton 2009]: the chains run under θ + θ_fast, where θ_fast
 * learns fast and is forgotten fast,
 *
 *   θ_fast ← 19/20 θ_fast + ε_fast (⟨·⟩wake − ⟨·⟩dream)   once an update,
 *
 * so that what the chains have just visited becomes unlikely, and they go elsewhere. They are not samples of θ, which alone is the model.
 */

import { refuse } from "../../errors.js";
import { allocateParameters } from "../../machines/resident.js";
import { hiddenChainsSave, startHiddenChains } from "./hidden-chains.js";
import { type PersistentOptions, persistentOptions } from "./persistent.js";
import type { NegativeRule } from "./phase.js";
import { bondShapes, restoreBond, saveBond } from "./saved-bond.js";

export interface FastPersistentOptions extends PersistentOptions {
  /** ε_fast; 0.05 by default. With 0 it is PCD. */
  readonly fastRate?: number;
  /** How much of the fast weights stays at each update; 19/20 by default. */
  readonly fastDecay?: number;
}

const saved = "fast";

/** FPCD-k. Throws "option" as PCD-k, for a negative rate, and for a decay outside [0, 1). */
export function fastPersistent({
  fastRate = 0.05,
  fastDecay = 19 / 20,
  ...rest
}: FastPersistentOptions = {}): NegativeRule {
  const own = persistentOptions("FPCD-k", rest);
  if (!(fastRate >= 0 && Number.isFinite(fastRate))) {
    throw refuse("option", { who: "rate of fast weights", got: String(fastRate), expected: "a number, 0 or more" });
  }
  if (!(fastDecay >= 0 && fastDecay < 1)) {
    const expected = "a number in [0, 1); 0.95 is usual";
    throw refuse("option", { who: "decay of fast weights", got: String(fastDecay), expected });
  }
  return {
    config: { rule: "fpcd", ...own, fastRate, fastDecay },
    saves: (visible, hidden) => ({ ...hiddenChainsSave(own, hidden), ...bondShapes(saved, visible, hidden) }),
    start(context) {
      const { kernels, parameters } = context;
      const [visible, hidden] = [parameters.visibleBias.size, parameters.hiddenBias.size];
      const chains = startHiddenChains(context, own);
      const fast = allocateParameters(kernels, visible, hidden);
      const both = { ...allocateParameters(kernels, visible, hidden), group: parameters.group };
      restoreBond(saved, fast, context.saved);
      return {
        expect({ update }, positive) {
          kernels.combine(both, 1, parameters, 1, fast);
          const negative = chains.sweep(both, update);
          kernels.combine(fast, fastDecay, fast, 0, fast);
          kernels.update({ parameters: fast, positive, negative, rate: fastRate });
          return negative;
        },
        state: () => ({ ...chains.state(), ...saveBond(saved, fast) }),
      };
    },
  };
}
