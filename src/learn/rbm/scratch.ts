/**
 * The lecture's dream: chains that start anew in every update and run until the machine has reached equilibrium. As slow as it sounds;
 * what the other rules are measured against.
 */

import { refuse } from "../../errors.js";
import { towardsHidden, towardsVisible } from "../../machines/resident.js";
import { mean, variance } from "../../math/statistics.js";
import { randomStream } from "../../random/stream.js";
import { checkWhole } from "../options.js";
import type { LearningContext, NegativeRule, ScratchConfig } from "./phase.js";

export interface GibbsFromScratchOptions {
  /** 100 by default. */
  readonly chains?: number;
  /**
   * Gibbs sweeps from random bits; or "mixed", the default: until chains from random bits and as many from the data agree on the mean
   * free energy.
   */
  readonly sweeps?: number | "mixed";
  /** With "mixed", the most sweeps of an update; 2^14 by default. */
  readonly mostSweeps?: number;
}

/** Sweeps before the two populations are first compared. */
const fewestSweeps = 16;
/** So many standard errors the two means may be apart. */
const apart = 2;

/**
 * With "mixed" the sweeps are doubled from 16 on, until the mean free energies of both populations over the second half of them differ
 * by two standard errors at most; modes of equal free energy it does not tell apart. `figures`: the sweeps of the last update, and
 * with "mixed" 1 where the two agreed, 0 where `mostSweeps` came first.
 *
 * Throws "option" unless the numbers are whole, at least 1; with "mixed" at least 4 chains and 16 sweeps.
 */
export function gibbsFromScratch({
  chains = 100,
  sweeps = "mixed",
  mostSweeps = 2 ** 14,
}: GibbsFromScratchOptions = {}): NegativeRule {
  const config: ScratchConfig = { rule: "scratch", chains, sweeps, mostSweeps };
  checkConfig(config);
  return {
    config,
    start(context) {
      const { kernels, parameters, seed } = context;
      const [units, height] = [parameters.visibleBias.size, parameters.hiddenBias.size];
      const [visible, hidden] = [kernels.states(chains, units), kernels.states(chains, height)];
      const [input, hiddenMean] = [kernels.field(chains, height), kernels.field(chains, height)];
      const fromData = sweeps === "mixed" ? chains >> 1 : 0;
      let [done, mixed] = [0, false];

      /** A sweep of all chains; −F of where it began, but for a constant. */
      function sweepOnce(update: number): Float64Array {
        const draw = { seed, step: update, sweep: done++ } as const;
        const up = { cases: chains, from: visible, ...towardsHidden(parameters), input, sample: hidden };
        kernels.conditional({ ...up, draw: { ...draw, purpose: "dreamUnit" } });
        const linear = parameters.visibleBias;
        const energies = kernels.logRatios({ cases: chains, states: visible, linear, input, from: 0, to: 1 });
        const down = { cases: chains, from: hidden, ...towardsVisible(parameters), sample: visible };
        kernels.conditional({ ...down, draw: { ...draw, purpose: "dreamChoice" } });
        return energies;
      }

      function* untilMixed(update: number): Generator<void, void, void> {
        for (let until = fewestSweeps; !mixed && done < mostSweeps; until *= 2) {
          const sums = new Float64Array(chains);
          // as many as all before, but for the first time
          const first = until === fewestSweeps ? until >> 1 : done;
          while (done < Math.min(until, mostSweeps)) {
            const energies = sweepOnce(update);
            if (done > first) for (let n = 0; n < chains; n++) sums[n] += energies[n];
            yield;
          }
          mixed = agree(sums.subarray(0, fromData), sums.subarray(fromData), done - first);
        }
      }

      return {
        *prepare(update) {
          [done, mixed] = [0, false];
          const levels = startLevels(context, chains, fromData, update);
          const rows = Uint32Array.from({ length: chains }, (_, n) => n);
          const draw = { seed, purpose: "dreamStart", step: update } as const;
          kernels.clamp({ levels, units, rows, mode: "sample", draw, out: visible });
          if (sweeps === "mixed") yield* untilMixed(update);
          else for (let sweep = 0; sweep < sweeps; sweep++) yield void sweepOnce(update);
          return { rejected: false, rateFactor: 1 };
        },
        expect() {
          kernels.conditional({ cases: chains, from: visible, ...towardsHidden(parameters), mean: hiddenMean });
          return { cases: chains, visible, hidden: hiddenMean };
        },
        figures: () => ({ sweeps: done, ...(sweeps === "mixed" && { mixed: Number(mixed) }) }),
      };
    },
  };
}

/** Grey levels to draw the chains from: the first ones at cases, the others at fair coins. */
function startLevels({ data, seed }: LearningContext, chains: number, fromData: number, update: number): Float32Array {
  const { levels, cases, units } = data;
  const scale = levels instanceof Uint8Array ? 255 : 1;
  const random = randomStream(seed, "dream", update);
  const start = new Float32Array(chains * units).fill(0.5);
  for (let n = 0; n < fromData; n++) {
    const from = random.index(cases) * units;
    for (let i = 0; i < units; i++) start[n * units + i] = levels[from + i] / scale;
  }
  return start;
}

/** Are the means of two populations of sums over `count` equal, as far as their errors tell? */
function agree(a: Float64Array, b: Float64Array, count: number): boolean {
  const error = Math.sqrt(variance(a) / a.length + variance(b) / b.length) / count;
  return Math.abs(mean(a) - mean(b)) / count <= apart * error;
}

function checkConfig({ chains, sweeps, mostSweeps }: ScratchConfig): void {
  checkWhole("chains", chains);
  checkWhole("most sweeps", mostSweeps);
  if (sweeps !== "mixed") checkWhole("sweeps", sweeps);
  else if (chains < 4 || mostSweeps < fewestSweeps) throw tooFew(chains, mostSweeps);
}

function tooFew(chains: number, mostSweeps: number) {
  const got = `${chains} chains and at most ${mostSweeps} sweeps`;
  const expected = `at least 4 chains, and ${fewestSweeps} sweeps, to see them mix`;
  return refuse("option", { who: "gibbsFromScratch", got, expected });
}
