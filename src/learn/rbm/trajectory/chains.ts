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

/** Samples of the frozen machine. */
export interface Reservoir {
  /** [members, visible] */
  readonly states: States;
  /** F_frozen, nats [members] */
  readonly energies: Float64Array;
}

export interface Proposal {
  /** Which member is proposed to each chain [chains]; all different. */
  readonly members: Uint32Array;
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
  /** F of the first `cases` of any states, nats. */
  energiesOf(parameters: BondParameters, states: States, cases: number): Float64Array;
  /** F(x), nats [chains]; P(h | x) into `mean`. */
  look(parameters: BondParameters, mean?: Field): Float64Array;
  /** Δ of every chain with a member of its own, drawn at random. */
  propose(parameters: BondParameters, frozen: BondParameters, reservoir: Reservoir): Proposal;
  /** Carries out the proposal just made; returns 1 for the chains that changed places [chains]. */
  exchange(proposal: Proposal, reservoir: Reservoir): Uint8Array;
  /** k Gibbs sweeps of every chain; ends the round. After an exchange, with the parameters of the proposal. */
  move(parameters: BondParameters): void;
  /** Sets the chains to different members, drawn at random; ends the round. */
  restart(reservoir: Reservoir): void;
  /** Puts chains into the members from `first` on, as many as there is room for. */
  collect(reservoir: Reservoir, first: number): void;
  /** Draws chains and reservoir from independent units with these probabilities [visible]; ends the round. */
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
  // x and y, and h ~ P(h | x), h ~ P(h | y)
  const [states, others] = [kernels.states(chains, visible), kernels.states(chains, visible)];
  const [hiddenStates, otherHidden] = [kernels.states(chains, hidden), kernels.states(chains, hidden)];
  const input = kernels.field(chains, hidden);
  /** Is h of the next sweep drawn already? */
  let hiddenDrawn = false;

  interface Wanted {
    readonly mean?: Field | undefined;
    readonly sample?: States | undefined;
    readonly round?: number;
  }

  /** F of at most as many cases as there are chains. */
  function energies(parameters: BondParameters, from: States, cases: number, { mean, sample, round = 0 }: Wanted = {}) {
    kernels.conditional({
      cases,
      from,
      ...towardsHidden(parameters),
      input,
      ...(mean && { mean }),
      ...(sample && { sample, draw: { seed, purpose: "dreamUnit", step: round, sweep: 0 } }),
    });
    // Σ_j softplus(x_j) − softplus(0 x_j) + b·v
    const ratios = kernels.logRatios({ cases, states: from, linear: parameters.visibleBias, input, from: 0, to: 1 });
    return ratios.map((x) => -x - hidden * Math.LN2);
  }

  return {
    states,
    round: 0,
    energiesOf(parameters, of, all) {
      const result = new Float64Array(all);
      for (let first = 0; first < all; first += chains) {
        const rows = upTo(Math.min(chains, all - first), first);
        kernels.copyCases({ from: of, rows, to: others });
        result.set(energies(parameters, others, rows.length), first);
      }
      return result;
    },
    look: (parameters, mean) => energies(parameters, states, chains, { mean }),
    propose(parameters, frozen, { states: reservoir, energies: known }) {
      const { round } = this;
      const random = randomStream(seed, "dream", round);
      const members = differentIndices(known.length, chains, random.index);
      const uniforms = Float64Array.from(members, () => random.uniform());
      kernels.copyCases({ from: reservoir, rows: members, to: others });
      // of each pair one will be kept, so that both may use the same random numbers
      const there = energies(parameters, others, chains, { sample: otherHidden, round });
      const here = energies(parameters, states, chains, { sample: hiddenStates, round });
      const frozenEnergies = energies(frozen, states, chains);
      const ratios = here.map((x, n) => x - frozenEnergies[n] - there[n] + known[members[n]]);
      return { members, uniforms, energies: here, frozenEnergies, ratios };
    },
    exchange({ members, uniforms, frozenEnergies, ratios }, reservoir) {
      const accepted = Uint8Array.from(ratios, (x, n) => (uniforms[n] < swapProbability(x) ? 1 : 0));
      const rows = upTo(chains).filter((n) => accepted[n] === 1);
      const places = rows.map((n) => members[n]);
      kernels.copyCases({ from: states, rows, to: reservoir.states, places });
      kernels.copyCases({ from: others, rows, to: states, places: rows });
      kernels.copyCases({ from: otherHidden, rows, to: hiddenStates, places: rows });
      for (const n of rows) reservoir.energies[members[n]] = frozenEnergies[n];
      hiddenDrawn = true;
      return accepted;
    },
    move(parameters) {
      for (let sweep = 0; sweep < k; sweep++) {
        const draw = { seed, step: this.round, sweep } as const;
        if (sweep > 0 || !hiddenDrawn) {
          kernels.conditional({
            cases: chains,
            from: states,
            ...towardsHidden(parameters),
            sample: hiddenStates,
            draw: { ...draw, purpose: "dreamUnit" },
          });
        }
        kernels.conditional({
          cases: chains,
          from: hiddenStates,
          ...towardsVisible(parameters),
          sample: states,
          draw: { ...draw, purpose: "dreamChoice" },
        });
      }
      hiddenDrawn = false;
      this.round++;
    },
    restart({ states: reservoir, energies: known }) {
      const random = randomStream(seed, "dream", this.round++);
      kernels.copyCases({ from: reservoir, rows: differentIndices(known.length, chains, random.index), to: states });
      hiddenDrawn = false;
    },
    collect({ states: reservoir }, first) {
      const rows = upTo(Math.min(chains, reservoir.capacity - first));
      kernels.copyCases({ from: states, rows, to: reservoir, places: rows.map((n) => first + n) });
    },
    begin(probabilities, reservoir) {
      const rows = new Uint32Array(chains);
      const how = { levels: probabilities, units: visible, rows, mode: "sample", out: states } as const;
      const draw = (sweep: number) => kernels.clamp({ ...how, draw: { seed, purpose: "dreamStart", step: 0, sweep } });
      for (let first = 0, turn = 1; first < reservoir.states.capacity; first += chains, turn++) {
        draw(turn);
        this.collect(reservoir, first);
      }
      draw(0);
      this.round++;
    },
  };
}

/** first … first + count − 1 */
function upTo(count: number, first = 0): Uint32Array {
  return Uint32Array.from({ length: count }, (_, n) => first + n);
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
