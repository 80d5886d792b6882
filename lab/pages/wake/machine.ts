/** The systems of the page: cases that have the law exactly, the machine that learns them, and the rules. */

import {
  type Boltzmann,
  type BoltzmannNegativeRule,
  type BoltzmannTrainOptions,
  type Connections,
  clampedChains,
  type Dataset,
  dataMoments,
  encoderPatterns,
  exactFree,
  exactHidden,
  fromScratch,
  fullConnections,
  groupConnections,
  initializeBoltzmann,
  type Moments,
  type PositiveRule,
  sgd,
  stateOf,
} from "#src/index.js";
import { caseCount, chainsPerCase, ENCODER_SCALE, reduced, type Settings } from "./fields.js";

export interface System {
  readonly data: Dataset;
  /** The law of the cases [2^V]. */
  readonly target: Float64Array;
  readonly connections: Connections;
  readonly initial: Boltzmann;
  /** What the rule is told, but for its kernels. */
  readonly learning: Omit<BoltzmannTrainOptions, "kernels">;
}

export function systemOf(settings: Settings): System {
  const { system, hidden, statistics, chains, rate, momentum, updates, seed } = settings;
  const data = system === "encoder" ? encoderPatterns(4) : casesOf(settings.target);
  const connections =
    system === "encoder" ? groupConnections([4, 4], { hidden }) : fullConnections(data.units + hidden);
  const scale = system === "encoder" ? { weightScale: ENCODER_SCALE } : {};
  const sampled = statistics === "sampled";
  const positive =
    hidden === 0
      ? dataMoments()
      : sampled
        ? clampedChains({ chainsPerCase: chainsPerCase(chains, caseCount(settings)) })
        : exactHidden();
  return {
    data,
    target: lawOf(data),
    connections,
    initial: initializeBoltzmann(data, { hidden, seed, connections, ...scale }),
    learning: {
      positive,
      negative: sampled ? fromScratch({ chains }) : exactFree(),
      connections,
      clamp: "threshold",
      epochs: updates,
      batchSize: data.cases,
      optimizer: sgd({ rate, momentum }),
      seed,
      reportEvery: 0,
    },
  };
}

/** Cases that have this law exactly, as few as that takes. */
export function casesOf(target: readonly number[]): Dataset {
  const units = Math.log2(target.length);
  const states = reduced(target).flatMap((count, code) =>
    Array.from({ length: count }, () => [...stateOf(code, units)]),
  );
  return { name: "cases", cases: states.length, units, levels: Uint8Array.from(states.flat(), (bit) => 255 * bit) };
}

function lawOf({ levels, cases, units }: Dataset): Float64Array {
  const law = new Float64Array(2 ** units);
  for (let c = 0; c < cases; c++) {
    let code = 0;
    for (let i = 0; i < units; i++) if (levels[c * units + i]) code += 2 ** i;
    law[code] = (law[code] as number) + 1 / cases;
  }
  return law;
}

/** ⟨s sᵀ⟩ of an update, clamped and free, and the machine that they are of. */
export interface Phases {
  readonly clamped: Moments;
  readonly free: Moments;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** The same rules, whose statistics are told as well. */
export function watched(
  { positive, negative }: { readonly positive: PositiveRule; readonly negative: BoltzmannNegativeRule },
  see: (phases: Phases) => void,
): { readonly positive: PositiveRule; readonly negative: BoltzmannNegativeRule } {
  return {
    positive,
    negative: {
      ...negative,
      start(context) {
        const phase = negative.start(context);
        return {
          ...phase,
          expect(batch, wake) {
            const free = phase.expect(batch, wake);
            const { weights, bias } = context.machine;
            see({ clamped: wake.moments, free, weights: weights.slice(), bias: bias.slice() });
            return free;
          },
        };
      },
    },
  };
}

/** Cases as a file for the command line. */
export function csvOf({ levels, cases, units }: Dataset): string {
  const rows = Array.from({ length: cases }, (_, c) =>
    Array.from(levels.subarray(c * units, (c + 1) * units), (level) => (level ? 1 : 0)).join(","),
  );
  return `${rows.join("\n")}\n`;
}
