/**
 * Centring [Melchior et al. 2016]: learning as if the energy were −(v − μ)ᵀ W (h − λ) − aᵀ (v − μ) − cᵀ (h − λ). That is the same family of
 * machines, with a = b + W λ and so on, but another gradient: it does not depend on which of a unit's states is called 1, and
 * leads to higher likelihoods.
 *
 * The machine is stored as ever, and has the same law whatever the offsets: μ and λ only say how a step is taken (kernels' `optimize`).
 * Penalties are on W with a and c held, not b and the plain hidden biases.
 */

import type { Dataset } from "../../data/dataset.js";
import type { ClampMode, Field, Optimize } from "../../kernels/kernels.js";
import { levelMeans } from "../../machines/initialize.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import { checkMovingRate } from "../moving-average.js";
import { movingMeanSaves, startMovingMean } from "./moving-mean.js";
import type { LearningContext } from "./phase.js";

export interface CentringOptions {
  /** Of the moving average λ of the batch means of P(h | v); 0.01 by default. μ are the means of the data, and do not move. */
  readonly rate?: number;
}

export type CentringConfig = Required<CentringOptions>;

/** Throws "option" unless the rate is in (0, 1]. */
export function completeCentring(options: boolean | CentringOptions): CentringConfig | undefined {
  if (options === false) return undefined;
  const { rate = 0.01 } = options === true ? {} : options;
  checkMovingRate("rate of centring", rate);
  return { rate };
}

const name = "centring";

export function centringSaves(hidden: number): SavedShapes {
  return movingMeanSaves(name, hidden);
}

export interface Centring {
  readonly offsets: Required<Optimize>["offsets"];
  /** Moves λ, before the update that it serves. */
  follow(hidden: Field, cases: number): void;
  state(): SavedState;
}

export function startCentring(
  context: LearningContext,
  { rate }: CentringConfig,
  data: Dataset,
  clamp: ClampMode,
): Centring {
  const { mean, follow, state } = startMovingMean(context, name, rate);
  const visible = context.kernels.vector(data.units);
  visible.write(Float32Array.from(clampedMeans(data, clamp)));
  return { offsets: { visible, hidden: mean }, follow, state };
}

/** Means of the visible units as they are clamped. */
function clampedMeans(data: Dataset, clamp: ClampMode): Float64Array {
  if (clamp !== "threshold") return levelMeans(data);
  const half = data.levels instanceof Uint8Array ? 128 : 0.5;
  return levelMeans({ ...data, levels: Float32Array.from(data.levels, (level) => (level >= half ? 1 : 0)) });
}
