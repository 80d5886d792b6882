/** Positive phases of a general Boltzmann machine: ⟨s_i s_j⟩ with the data clamped on the visible units. */

import { refuse } from "../../errors.js";
import { clampedMomentsOf } from "../../evaluate/clamped-moments.js";
import { networkSampler } from "../../samplers/network.js";
import { checkWhole } from "../options.js";
import { meanFieldMoments } from "./mean-field.js";
import { beginChains, caseClamp, momentSum, settle, showVisible } from "./moments.js";
import { checkSettling } from "./options.js";
import type { BoltzmannContext, PositiveConfig, PositiveRule, Settling } from "./phase.js";

/** The moments of the data themselves, for machines without hidden units. Its `start` throws "option" where there are some. */
export function dataMoments(): PositiveRule {
  return {
    config: { phase: "data" },
    start(context) {
      const { machine, resident, batchSize } = context;
      if (machine.visible.length < machine.units) {
        const got = `a machine with ${machine.units - machine.visible.length} hidden units`;
        const wayOut = "Use exactHidden, clampedChains or meanField.";
        throw refuse("option", { who: "dataMoments", got, expected: "visible units only", wayOut });
      }
      const clamp = caseClamp(context);
      const sum = momentSum(resident.kernels, machine.units);
      const states = resident.kernels.states(batchSize, machine.units);
      return (batch) => {
        const visible = clamp(batch);
        beginChains(context, states, batch.rows.length, "wakeStart", batch.update, visible);
        sum.add(states, batch.rows.length);
        return { moments: sum.take(), visible, states };
      };
    },
  };
}

/** P(h | v) by enumeration for every case. Its `start` throws "size" where the sums are too large. */
export function exactHidden(): PositiveRule {
  return {
    config: { phase: "exact" },
    start(context) {
      const { machine, connections, temperature } = context;
      const clamp = caseClamp(context);
      const moments = clampedMomentsOf(connections, machine.visible, { pairs: "joined" });
      return (batch) => {
        const visible = clamp(batch);
        return { moments: moments(machine.weights, machine.bias, visible, { temperature }), visible };
      };
    },
  };
}

export interface ChainsOptions extends Partial<Settling> {
  /** Chains for every case, each with grey levels drawn anew; 1 by default. */
  readonly chainsPerCase?: number;
  /**
   * Draws the visible units anew from their grey levels before every unit of time, so that noise is filtered through as the hidden
   * units settle and does not stay for all readings of a chain; once a chain by default.
   */
  readonly redraw?: boolean;
}

/**
 * Gibbs sampling with the visible units clamped, hidden units from random bits: 10 sweeps at T = 1 and one reading,
 * unless `anneal` and `readings` say otherwise. Throws "option" for numbers outside their domains.
 */
export function clampedChains({
  chainsPerCase = 1,
  anneal = [{ steps: 10, temperature: 1 }],
  readings = 1,
  dynamics = "sequential",
  redraw = false,
}: ChainsOptions = {}): PositiveRule {
  const settling = { anneal, readings, dynamics };
  checkWhole("chains per case", chainsPerCase);
  checkSettling(settling);
  return {
    config: { phase: "chains", chainsPerCase, ...settling, ...(redraw && { redraw }) },
    start(context) {
      const { machine, resident, seed, batchSize, temperature } = context;
      const clamp = caseClamp(context, chainsPerCase);
      const states = resident.kernels.states(chainsPerCase * batchSize, machine.units);
      const sum = momentSum(resident.kernels, machine.units);
      const sampler = clampedSampler(context, settling);
      return (batch) => {
        let visible = clamp(batch);
        const chains = chainsPerCase * batch.rows.length;
        beginChains(context, states, chains, "wakeStart", batch.update, visible);
        const state = { seed, chains, step: 0, run: batch.update, states };
        const again = (time: number): void => {
          visible = clamp(batch, time);
          showVisible(machine, states, chains, visible);
        };
        const moments = settle(sampler, state, settling, temperature, sum, redraw ? again : undefined);
        return { moments, visible, states };
      };
    },
  };
}

/** Chains of the hidden units, the visible ones being what the states make them. */
function clampedSampler({ machine, resident }: BoltzmannContext, { dynamics }: Pick<Settling, "dynamics">) {
  return networkSampler(resident, {
    dynamics,
    clamped: machine.visible,
    // values come with the states of every update
    start: new Uint8Array(0),
    purposes: { unit: "wakeUnit", choice: "wakeChoice", start: "wakeStart" },
  });
}

export interface MeanFieldOptions {
  /** At most so many; 50 by default. */
  readonly iterations?: number;
  /** Ends when no mean changes by more; 1e-6 by default. */
  readonly tolerance?: number;
  /** How much of the old mean stays, [0, 1); 0 by default: the updates are in turn, so they do not oscillate. */
  readonly damping?: number;
}

/** Mean field [Peterson and Anderson 1987]: m_j = σ((Σ_i M_ij m_i + b_j) / T) of the hidden units, and ⟨s_i s_j⟩ = m_i m_j. */
export function meanField({ iterations = 50, tolerance = 1e-6, damping = 0 }: MeanFieldOptions = {}): PositiveRule {
  checkWhole("iterations of mean field", iterations);
  for (const [who, value] of Object.entries({ tolerance, damping })) {
    if (value >= 0 && value < 1) continue;
    throw refuse("option", { who: `${who} of mean field`, got: String(value), expected: "a number in [0, 1)" });
  }
  const config = { phase: "mean-field", iterations, tolerance, damping } as const;
  return {
    config,
    start(context) {
      const clamp = caseClamp(context);
      return (batch) => {
        const visible = clamp(batch);
        return { moments: meanFieldMoments(context.machine, visible, context.temperature, config), visible };
      };
    },
  };
}

/** The rule that a run folder names. */
export function positiveFrom(config: PositiveConfig): PositiveRule {
  if (config.phase === "data") return dataMoments();
  if (config.phase === "exact") return exactHidden();
  return config.phase === "chains" ? clampedChains(config) : meanField(config);
}
