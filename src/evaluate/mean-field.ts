/**
 * Mean field in a deep Boltzmann machine [Salakhutdinov and Hinton 2009]: of all laws Q(h | v) = Π_l Π_j Q_l(h_j) under which hidden units
 * are independent, one whose means m_l solve
 *
 *   m_l = σ(b_l + W_{l−1}ᵀ m_{l−1} + W_l m_{l+1}),   m_0 = v.
 *
 * Layers take turns from below: each step is the best one for its layer, so the bound on log P(v) (dbm-bound.ts) never falls. (All layers at
 * once could go back and forth between two states.) They start from below as well, with the input of the layer below doubled where
 * that of the layer above is not there yet. With one hidden layer m_1 = P(h | v) at once.
 */

import { refuse } from "../errors.js";
import type { Field, Vector } from "../kernels/kernels.js";
import { towardsHidden, towardsVisible } from "../machines/resident.js";
import { type Layer, layerGiven, type ResidentDbm } from "../machines/resident-dbm.js";

export interface Convergence {
  /** At most so many passes over the layers. */
  readonly iterations: number;
  /** Passes end when the means' root mean square change in one is no larger. */
  readonly tolerance: number;
}

export interface Settled {
  /** m_1 … m_L by the numbers of their layers; at 0 what was clamped. The same fields every other time. */
  readonly layers: readonly Layer[];
  /** Passes, the start not counted. */
  readonly iterations: number;
  /** Root mean square change in the last pass; 0 where there was none. */
  readonly change: number;
}

/** Throws "option" unless the iterations are whole, 0 or more, and the tolerance 0 or more. */
export function checkConvergence({ iterations, tolerance }: Convergence): void {
  if (!(Number.isInteger(iterations) && iterations >= 0)) {
    const expected = "a whole number, 0 or more";
    throw refuse("option", { who: "mean-field iterations", got: String(iterations), expected });
  }
  if (tolerance >= 0) return;
  throw refuse("option", { who: "mean-field tolerance", got: String(tolerance), expected: "a number, 0 or more" });
}

/** A function from v, of at most `capacity` cases, to the means. It takes the parameters as they are. */
export function startMeanField(
  resident: ResidentDbm,
  capacity: number,
): (visible: Layer, cases: number, convergence: Convergence) => Settled {
  const { kernels, layers, biases, bonds } = resident;
  const top = layers.length - 1;
  const given = layerGiven(resident, capacity);
  const hidden = layers.slice(1);
  const units = hidden.reduce((sum, size) => sum + size, 0);
  // two of each, to compare: the means, and those of the pass before
  const fields = hidden.map((size) => [kernels.field(capacity, size), kernels.field(capacity, size)] as const);
  const halves = hidden.map((size, n) => (n + 1 < top ? kernels.vector(size) : undefined));
  const fromVisible = top > 1 ? kernels.field(capacity, layers[1]) : undefined;

  /** Means from below, with inputs doubled for all but the last layer: σ(2 (b / 2 + Wᵀ m)). */
  function start(now: Layer[], cases: number): void {
    for (let l = 1; l <= top; l++) {
      const half = halves[l - 1];
      const mean = fields[l - 1][0];
      const task = { cases, from: now[l - 1], ...towardsHidden(bonds[l - 1]), mean };
      if (half) {
        kernels.combine(half, 0.5, biases[l], 0, biases[l]);
        kernels.conditional({ ...task, bias: half, scale: 2, ...(l === 1 && fromVisible && { input: fromVisible }) });
      } else {
        kernels.conditional(task);
      }
      now[l] = mean;
    }
  }

  /** m_l given its neighbours; the input from v, which does not change, is there already, half the bias in it. */
  function renew(l: number, now: readonly Layer[], cases: number, mean: Field): void {
    if (l > 1) {
      given(l, now, { cases, mean });
    } else {
      const [bias, plus] = [halves[0] as Vector, fromVisible as Field];
      kernels.conditional({ cases, from: now[2], ...towardsVisible(bonds[1]), bias, plus, mean });
    }
  }

  return (visible, cases, { iterations, tolerance }) => {
    const now: Layer[] = [visible];
    start(now, cases);
    if (top === 1) return { layers: now, iterations: 0, change: 0 };
    let change = 0;
    let done = 0;
    while (done < iterations) {
      let sum = 0;
      for (let l = 1; l <= top; l++) {
        const mean = fields[l - 1][(done + 1) % 2];
        renew(l, now, cases, mean);
        sum += kernels.squaredError(mean, now[l], cases);
        now[l] = mean;
      }
      done++;
      change = Math.sqrt(sum / (cases * units));
      if (change <= tolerance) break;
    }
    return { layers: now, iterations: done, change };
  };
}
