/** Mean field on one digit: how layers 1 and 2 settle, pass by pass, and the bound on ln P(v) rises. */

import { type Dbm, dbmEnergy, hiddenMean, startMeanField, withResidentDbm } from "#src/index.js";
import { loadDigits } from "../../../engine/shipped.js";
import { caseOf, chosenDigit, type Digit } from "../digit.js";
import type { DigitChoice } from "../kind.js";
import { bondOf } from "./bonds.js";

/** The passes that are pictured; 0 is the start from below, layer 1 with its input doubled. */
export const PASSES = [0, 1, 2, 3, 4, 5, 7, 10, 15, 20] as const;
const LAST = 20;

export interface Settling extends Digit {
  /** After the passes of PASSES: P(v | m₁), m₁ and m₂ [10, units]. */
  readonly layers: readonly Float32Array[];
  /** The bound on ln P(v) + ln Z after 0, 1, …, 20 passes, nats. */
  readonly bounds: readonly number[];
  /** m₁ from the pixels alone, σ(b₁ + W₁ᵀ v), without layer 2. */
  readonly alone: Float32Array;
  /** m₁ after the last pass. */
  readonly settled: Float32Array;
}

export async function settle(dbm: Dbm, choice: DigitChoice): Promise<Settling> {
  const chosen = chosenDigit(await loadDigits("test"), choice);
  const { digit } = chosen;
  const { levels, units } = caseOf(digit);
  const below = bondOf(dbm, 0);
  return withResidentDbm(dbm, { threads: 1 }, (resident) => {
    const { kernels } = resident;
    const visible = kernels.field(1, units);
    const draw = { seed: 0, purpose: "evaluationClamp", step: 0 } as const;
    kernels.clamp({ levels, units, rows: Uint32Array.of(0), mode: "probability", draw, out: visible });
    const meanField = startMeanField(resident, 1);
    const bonds = resident.bonds[0] as (typeof resident.bonds)[number];
    const rebuilt = kernels.field(1, units);
    const passes = Array.from({ length: LAST + 1 }, (_, iterations) => {
      const { layers } = meanField(visible, 1, { iterations, tolerance: 0 });
      const [first, second] = layers.slice(1).map((layer) => Float32Array.from(layer.read(1))) as [
        Float32Array,
        Float32Array,
      ];
      const from = layers[1] as (typeof layers)[number];
      kernels.conditional({
        cases: 1,
        from,
        weights: bonds.weights,
        bias: bonds.visibleBias,
        transposed: true,
        mean: rebuilt,
      });
      return [rebuilt.read(1), first, second] as const;
    });
    const shown = PASSES.map((pass) => passes[pass] as (typeof passes)[number]);
    const last = passes[LAST] as (typeof passes)[number];
    return {
      ...chosen,
      layers: [0, 1, 2].map((l) => Float32Array.from(shown.flatMap((pass) => [...(pass[l] as Float32Array)]))),
      bounds: passes.map(([, first, second]) => boundOf(dbm, [digit, first, second])),
      alone: Float32Array.from(hiddenMean(below, digit)),
      settled: last[1].slice(),
    };
  });
}

/** −⟨E(v, h₁, h₂)⟩ + H under independent units of these means: at most ln P(v) + ln Z. */
function boundOf(dbm: Dbm, means: readonly Float32Array[]): number {
  const entropies = means.slice(1).flatMap((layer) => Array.from(layer, entropy));
  // E is linear in each unit: at the means it is the mean of E
  return entropies.reduce((sum, nats) => sum + nats, -dbmEnergy(dbm, means));
}

const entropy = (m: number): number => (m > 0 && m < 1 ? -m * Math.log(m) - (1 - m) * Math.log1p(-m) : 0);
