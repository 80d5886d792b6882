/** Mean field on one digit: how layers 1 and 2 settle, pass by pass, and the bound on ln P(v) rises. */

import {
  type Dbm,
  dbmEnergy,
  hiddenMean,
  type ResidentDbm,
  type Settled,
  startMeanField,
  withResidentDbm,
} from "#src/index.js";
import { loadDigits } from "../../../engine/shipped.js";
import { caseOf, chosenDigit, type Digit } from "../digit.js";
import type { DigitChoice } from "../kind.js";
import { bondOf } from "./bonds.js";

/** The passes that are pictured; 0 is the start from below, layer 1 with its input doubled. */
export const PASSES = [0, 1, 2, 3, 4, 5, 6, 8, 10, 20] as const;
/** Passes after which nothing that is seen changes any more. */
const ALL = 60;

export interface Settling extends Digit {
  /** After the passes of PASSES: P(v | μ¹), μ¹ and μ² [10, units]. */
  readonly layers: readonly Float32Array[];
  /** The bound on ln P(v) + ln Z after 0, 1, …, 20 passes, nats. */
  readonly bounds: readonly number[];
  /** The bound and μ¹ when all has settled. */
  readonly end: number;
  readonly settled: Float32Array;
  /** μ¹ from the pixels alone, σ(b¹ + W¹ᵀ v), and the bound with it, layer 2 as it would be above it. */
  readonly alone: Float32Array;
  readonly aloneBound: number;
}

export async function settle(dbm: Dbm, choice: DigitChoice): Promise<Settling> {
  const chosen = chosenDigit(await loadDigits("test"), choice);
  const { digit } = chosen;
  const [below, above] = [bondOf(dbm, 0), bondOf(dbm, 1)];
  const bound = (first: Float32Array, second: Float32Array) => boundOf(dbm, [digit, first, second]);
  return withResidentDbm(dbm, { threads: 1 }, (resident) => {
    const after = passesOn(resident, digit);
    const passes = Array.from({ length: (PASSES.at(-1) as number) + 1 }, (_, iterations) => after(iterations));
    const shown = PASSES.map((pass) => passes[pass] as Means);
    const last = after(ALL);
    const alone = Float32Array.from(hiddenMean(below, digit));
    return {
      ...chosen,
      layers: (["pixels", "first", "second"] as const).map((layer) =>
        Float32Array.from(shown.flatMap((means) => [...means[layer]])),
      ),
      bounds: passes.map(({ first, second }) => bound(first, second)),
      end: bound(last.first, last.second),
      settled: last.first,
      alone,
      aloneBound: bound(alone, Float32Array.from(hiddenMean(above, alone))),
    };
  });
}

interface Means {
  /** P(v | μ¹) */
  readonly pixels: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** A function for what the layers are after so many passes on this digit. */
function passesOn(resident: ResidentDbm, digit: Float32Array): (iterations: number) => Means {
  const { kernels, bonds } = resident;
  const { levels, units } = caseOf(digit);
  const [visible, pixels] = [kernels.field(1, units), kernels.field(1, units)];
  const draw = { seed: 0, purpose: "evaluationClamp", step: 0 } as const;
  kernels.clamp({ levels, units, rows: Uint32Array.of(0), mode: "probability", draw, out: visible });
  const { weights, visibleBias: bias } = bonds[0] as (typeof bonds)[number];
  const meanField = startMeanField(resident, 1);
  return (iterations) => {
    const [, first, second] = meanField(visible, 1, { iterations, tolerance: 0 }).layers as [Layer, Layer, Layer];
    kernels.conditional({ cases: 1, from: first, weights, bias, transposed: true, mean: pixels });
    return {
      pixels: pixels.read(1),
      first: Float32Array.from(first.read(1)),
      second: Float32Array.from(second.read(1)),
    };
  };
}

type Layer = Settled["layers"][number];

/** −⟨E(v, h₁, h₂)⟩ + H under independent units of these means: at most ln P(v) + ln Z. */
function boundOf(dbm: Dbm, means: readonly Float32Array[]): number {
  const entropies = means.slice(1).flatMap((layer) => Array.from(layer, entropy));
  // E is linear in each unit: at the means it is the mean of E
  return entropies.reduce((sum, nats) => sum + nats, -dbmEnergy(dbm, means));
}

const entropy = (m: number): number => (m > 0 && m < 1 ? -m * Math.log(m) - (1 - m) * Math.log1p(-m) : 0);
