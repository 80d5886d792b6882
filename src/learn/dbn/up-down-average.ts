/** Averages of all parameters of a deep belief network over updates (rbm/average.ts says what for). */

import type { BondParameters } from "../../kernels/kernels.js";
import { allocateParameters } from "../../machines/resident.js";
import type { ResidentDbn } from "../../machines/resident-dbn.js";
import { type AverageConfig, runningAverage } from "../average.js";
import type { SavedState } from "../checkpoint.js";
import { countFrom, savedCount } from "../counter.js";
import { restoreBond, saveBond } from "../rbm/saved-bond.js";
import { averageCounter, averageOf, taughtBonds } from "./up-down-saved.js";

/** Averages of all that is taught (rbm/average.ts): what is shown and kept in place of the latest parameters. */
export function startDbnAverage(
  resident: ResidentDbn,
  config: AverageConfig,
  updatesAnEpoch: number,
  saved: SavedState | undefined,
) {
  const { kernels } = resident;
  const like = ({ visibleBias, hiddenBias, group }: BondParameters): BondParameters => ({
    ...allocateParameters(kernels, visibleBias.size, hiddenBias.size),
    ...(group && { group }),
  });
  const own: ResidentDbn = {
    ...resident,
    directed: resident.directed.map(({ generative, recognition }) => ({
      generative: like(generative),
      recognition: like(recognition),
    })),
    top: like(resident.top),
  };
  const [averages, taught] = [own, resident].map(({ directed, top }) => taughtBonds(directed, top));
  for (const [name, bond] of averages) restoreBond(averageOf(name), bond, saved);
  const running = runningAverage(
    kernels,
    averages.map(([, bond]) => bond),
    taught.map(([, bond]) => bond),
    config,
    updatesAnEpoch,
    countFrom(averageCounter, saved),
  );
  return {
    follow: running.follow,
    /** The averages, in the same arrays every time; until they have begun, the parameters as they are. */
    shown() {
      running.settle();
      return own;
    },
    state: (): SavedState =>
      Object.assign(
        { [averageCounter]: savedCount(running.updates) },
        ...averages.map(([name, bond]) => saveBond(averageOf(name), bond)),
      ),
  };
}
