/**
 * Chains of a machine, and a reservoir of samples of an earlier, frozen one, which exchange states [Béreux et al. 2026].
 *
 * A chain x of the machine and a member y of the reservoir change places with probability min(1, e^Δ),
 *
 *   Δ = F(x) − F_frozen(x) − F(y) + F_frozen(y),
 *
 * which leaves the product of both laws as it is. Between exchanges the chains move by Gibbs sweeps; the reservoir rests.
 */

import type { BondParameters, Field, Kernels, States } from "../../../kernels/kernels.js";
import { towardsHidden, towardsVisible } from "../../../machines/resident.js";
import { exp } from "../../../math/exp.js";
import { randomStream } from "../../../random/stream.js";
import { swapProbability } from "../../../samplers/tempering.js";

/** What the bit 1 is as a grey level: members of a reservoir are gathered as cases of data are. */
export const ON = 255;

/** States with their free energies under the frozen machine. */
export interface Reservoir {
  /** [members, visible], 0 or 255 */
  readonly levels: Uint8Array;
  /** F_frozen, nats [members] */
  readonly energies: Float64Array;
}

export interface Proposal {
  /** Which member is proposed to each chain [chains]; all different. */
  readonly rows: Uint32Array;
  /** Uniforms in [0, 1) [chains]. */
  readonly uniforms: Float64Array;
  /** F(x), F_frozen(x), nats [chains]. */
  readonly energies: Float64Array;
  readonly frozenEnergies: Float64Array;
  /** Δ [chains] */
  readonly ratios: Float64Array;
}

export interface TrajectoryChains {
  /** x [chains, visible] */
  readonly states: States;
  /** The number of the next round, which tells its random numbers from all others. */
  round: number;
  /** F of the first `cases`, nats, under these parameters; and P(h | v) into `mean`. */
  energiesOf(parameters: BondParameters, states: States, cases: number, mean?: Field): Float64Array;
  /** The same for all members of a reservoir [members, visible]. */
  reservoirEnergies(parameters: BondParameters, levels: Uint8Array): Float64Array;
  /** Δ of every chain with a member of its own, drawn at random. */
  propose(parameters: BondParameters, frozen: BondParameters, reservoir: Reservoir): Proposal;
  /** Carries out a proposal; returns 1 for the chains that changed places [chains]. */
  exchange(proposal: Proposal, reservoir: Reservoir): Uint8Array;
  /** k Gibbs sweeps of every chain; ends the round. */
  move(parameters: BondParameters): void;
  /** Sets the chains to different members, drawn at random; ends the round. */
  restart(reservoir: Reservoir): void;
  /** Puts the first chains into members `first` … of `levels`, as many as there is room for. */
  collect(levels: Uint8Array, first: number): void;
  /** Draws chains and reservoir from independent visible units [visible]; ends the round. */
  begin(probabilities: Float32Array, reservoir: Reservoir): void;
}

export interface TrajectoryChainsOptions {
  readonly kernels: Kernels;
  readonly seed: number;
  readonly chains: number;
  readonly visible: number;
  readonly hidden: number;
  /** Gibbs sweeps of a round. */
  readonly k: number;
}

export function trajectoryChains(options: TrajectoryChainsOptions): TrajectoryChains {
  const { kernels, seed, chains, visible, hidden, k } = options;
  const states = kernels.states(chains, visible);
  const others = kernels.states(chains, visible);
  const hiddenStates = kernels.states(chains, hidden);
  const input = kernels.field(chains, hidden);

  const energiesOf: TrajectoryChains["energiesOf"] = (parameters, of, cases, mean) => {
    kernels.conditional({ cases, from: of, ...towardsHidden(parameters), input, ...(mean && { mean }) });
    // Σ_j softplus(x_j) − softplus(0 x_j) + b·v
    const ratios = kernels.logRatios({ cases, states: of, linear: parameters.visibleBias, input, from: 0, to: 1 });
    return ratios.map((x) => -x - hidden * Math.LN2);
  };

  function gather(levels: Uint8Array, rows: Uint32Array, out: States): void {
    // a threshold needs no draw
    kernels.clamp({ levels, units: visible, rows, mode: "threshold", draw: { seed, purpose: "clamp", step: 0 }, out });
  }

  return {
    states,
    round: 0,
    energiesOf,
    reservoirEnergies(parameters, levels) {
      const energies = new Float64Array(levels.length / visible);
      for (let first = 0; first < energies.length; first += chains) {
        const cases = Math.min(chains, energies.length - first);
        gather(
          levels,
          Uint32Array.from({ length: cases }, (_, b) => first + b),
          others,
        );
        energies.set(energiesOf(parameters, others, cases), first);
      }
      return energies;
    },
    propose(parameters, frozen, { levels, energies: known }) {
      const random = randomStream(seed, "reservoir", this.round);
      const rows = differentIndices(known.length, chains, random.index);
      const uniforms = Float64Array.from(rows, () => random.uniform());
      gather(levels, rows, others);
      const there = energiesOf(parameters, others, chains);
      const energies = energiesOf(parameters, states, chains);
      const frozenEnergies = energiesOf(frozen, states, chains);
      const ratios = energies.map((x, n) => x - frozenEnergies[n] - there[n] + known[rows[n]]);
      return { rows, uniforms, energies, frozenEnergies, ratios };
    },
    exchange({ rows, uniforms, frozenEnergies, ratios }, { levels, energies }) {
      const accepted = Uint8Array.from(ratios, (x, n) => (uniforms[n] < swapProbability(x) ? 1 : 0));
      if (!accepted.includes(1)) return accepted;
      const bits = states.read(chains);
      for (let n = 0; n < chains; n++) {
        if (!accepted[n]) continue;
        const [here, there] = [n * visible, rows[n] * visible];
        for (let i = 0; i < visible; i++) {
          const bit = bits[here + i];
          bits[here + i] = levels[there + i] === ON ? 1 : 0;
          levels[there + i] = ON * bit;
        }
        energies[rows[n]] = frozenEnergies[n];
      }
      states.write(bits);
      return accepted;
    },
    move(parameters) {
      for (let sweep = 0; sweep < k; sweep++) {
        const draw = { seed, step: this.round, sweep } as const;
        kernels.conditional({
          cases: chains,
          from: states,
          ...towardsHidden(parameters),
          sample: hiddenStates,
          draw: { ...draw, purpose: "dreamUnit" },
        });
        kernels.conditional({
          cases: chains,
          from: hiddenStates,
          ...towardsVisible(parameters),
          sample: states,
          draw: { ...draw, purpose: "dreamChoice" },
        });
      }
      this.round++;
    },
    restart({ levels, energies }) {
      const random = randomStream(seed, "reservoir", this.round++);
      gather(levels, differentIndices(energies.length, chains, random.index), states);
    },
    collect(levels, first) {
      const room = Math.min(chains, levels.length / visible - first);
      states.read(room).forEach((bit, at) => {
        levels[first * visible + at] = ON * bit;
      });
    },
    begin(probabilities, { levels, energies }) {
      const draw = (sweep: number) => {
        const rows = new Uint32Array(chains);
        const how = { levels: probabilities, units: visible, rows, mode: "sample" } as const;
        kernels.clamp({ ...how, draw: { seed, purpose: "dreamStart", step: 0, sweep }, out: states });
      };
      for (let first = 0, turn = 1; first < energies.length; first += chains, turn++) {
        draw(turn);
        this.collect(levels, first);
      }
      draw(0);
      this.round++;
    },
  };
}

/** `count` different numbers of 0 … n − 1, every choice equally likely: the first steps of a shuffle. */
function differentIndices(n: number, count: number, index: (n: number) => number): Uint32Array {
  const moved = new Map<number, number>();
  return Uint32Array.from({ length: count }, (_, at) => {
    const other = at + index(n - at);
    const taken = moved.get(other) ?? other;
    moved.set(other, moved.get(at) ?? at);
    return taken;
  });
}

export interface Acceptance {
  /** Mean of min(1, e^Δ) over the machine as it is now. */
  readonly value: number;
  /** Effective number of chains over their number, in (0, 1]: 1 where the machine has not moved since they did. */
  readonly effective: number;
}

/**
 * The mean probability of an exchange. The chains were last sampled under earlier parameters, with the free energies `before` [chains]:
 * each counts as e^{F_before − F}, or the acceptance of a large step would be overrated.
 */
export function acceptanceOf({ energies, ratios }: Proposal, before: Float64Array): Acceptance {
  const logs = energies.map((x, n) => before[n] - x);
  const most = logs.reduce((a, b) => Math.max(a, b));
  let [sum, squares, accepted] = [0, 0, 0];
  logs.forEach((x, n) => {
    const weight = exp(x - most);
    sum += weight;
    squares += weight * weight;
    accepted += weight * swapProbability(ratios[n]);
  });
  return { value: accepted / sum, effective: (sum * sum) / (squares * logs.length) };
}
