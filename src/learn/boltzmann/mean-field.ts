/** Mean-field moments of the hidden units of a general Boltzmann machine, given visible ones. */

import type { Moments } from "../../evaluate/moments.js";
import type { Boltzmann } from "../../machines/boltzmann.js";
import { logistic32 } from "../../math/logistic.js";

interface MeanFieldSettings {
  readonly iterations: number;
  readonly tolerance: number;
  readonly damping: number;
}

/**
 * The means of all units for one case: visible ones as clamped, hidden ones by m_j ← σ((Σ_i M_ij m_i + b_j) / T) in turn, from ½,
 * until none changes by more than the tolerance. [N]
 */
export function meanFieldOf(
  { units, weights: M, bias, visible }: Boltzmann,
  values: ArrayLike<number>,
  temperature: number,
  { iterations, tolerance, damping }: MeanFieldSettings,
): Float64Array {
  const m = new Float64Array(units).fill(0.5);
  const clamped = new Uint8Array(units);
  visible.forEach((unit, at) => {
    m[unit] = values[at];
    clamped[unit] = 1;
  });
  for (let iteration = 0; iteration < iterations; iteration++) {
    let most = 0;
    for (let j = 0; j < units; j++) {
      if (clamped[j]) continue;
      let x = bias[j];
      for (let i = 0; i < units; i++) x += M[i * units + j] * m[i];
      const next = damping * m[j] + (1 - damping) * logistic32(x / temperature);
      most = Math.max(most, Math.abs(next - m[j]));
      m[j] = next;
    }
    if (most <= tolerance) break;
  }
  return m;
}

/** Averages over cases [cases, visible]: ⟨s_i⟩ = m_i, ⟨s_i s_j⟩ = m_i m_j. */
export function meanFieldMoments(
  machine: Boltzmann,
  cases: Uint8Array,
  temperature: number,
  settings: MeanFieldSettings,
): Moments {
  const { units, visible } = machine;
  const count = cases.length / visible.length;
  const mean = new Float64Array(units);
  const pair = new Float64Array(units * units);
  for (let c = 0; c < count; c++) {
    const values = cases.subarray(c * visible.length, (c + 1) * visible.length);
    const m = meanFieldOf(machine, values, temperature, settings);
    for (let i = 0; i < units; i++) {
      mean[i] += m[i] / count;
      if (m[i] !== 0) for (let j = 0; j < units; j++) pair[i * units + j] += (m[i] * m[j]) / count;
    }
  }
  for (let i = 0; i < units; i++) pair[i * units + i] = mean[i];
  return { mean, pair };
}
