/** A deep belief network that dreams in ten columns, and what is seen of its layers. */

import {
  type Dbn,
  type DbnSampler,
  type DbnState,
  dbnSampler,
  type Kernels,
  type ResidentDbn,
  residentDbn,
} from "#src/index.js";
import type { Settings } from "../fields.js";
import { COLUMNS, type Dreamer } from "../kind.js";

/** "each": a class a column; "free": none is held; "7": all hold the 7. */
export function heldLabels(dream: string): readonly number[] | undefined {
  if (dream === "free") return undefined;
  return Array.from({ length: COLUMNS }, (_, c) => (dream === "each" ? c : Number(dream)));
}

type ResidentBond = ResidentDbn["directed"][number];

/** For networks of four layers: pixels, two hidden ones, the top. A sweep is one of the top pair. */
export function createDreamer(kernels: Kernels, dbn: Dbn, settings: Settings): Dreamer<Dbn> {
  const resident = residentDbn(kernels, dbn);
  const plain = dbn.layers.at(-2) as number;
  const second = kernels.states(COLUMNS, plain);
  const first = kernels.field(COLUMNS, dbn.layers.at(-3) as number);
  let sampler: DbnSampler;
  let state: DbnState;
  const begin = ({ dream, seed }: Settings) => {
    const labels = heldLabels(dream);
    sampler = dbnSampler(resident, labels ? { labels } : {});
    state = sampler.init(seed, COLUMNS);
  };
  begin(settings);
  return {
    write(next) {
      writeDbn(resident, next);
    },
    begin,
    sweep() {
      sampler.step(state);
    },
    get sweeps() {
      return state.sweep;
    },
    levels() {
      const info = sampler.look(state);
      kernels.copyUnits({ cases: COLUMNS, from: state.joined, to: second, units: plain });
      const { weights, visibleBias: bias } = (resident.directed.at(-1) as ResidentBond).generative;
      kernels.conditional({ cases: COLUMNS, from: second, weights, bias, transposed: true, mean: first });
      return {
        layers: [
          Float32Array.from(info.visible("mean").read(COLUMNS)),
          first.read(COLUMNS),
          Float32Array.from(second.read(COLUMNS)),
          Float32Array.from(state.hidden.read(COLUMNS)),
        ],
        labels: [...info.labels()],
      };
    },
    save: () => ({ sweep: state.sweep, states: [state.joined.read(COLUMNS), state.hidden.read(COLUMNS)] }),
    load({ sweep, states: [joined, hidden] }) {
      state.sweep = sweep;
      state.joined.write(joined as Uint8Array);
      state.hidden.write(hidden as Uint8Array);
    },
  };
}

function writeDbn(resident: ResidentDbn, { directed, top }: Dbn): void {
  directed.forEach((bond, l) => {
    const place = resident.directed[l];
    place?.generative.weights.write(bond.generativeWeights);
    place?.generative.visibleBias.write(bond.lowerBias);
    place?.recognition.weights.write(bond.recognitionWeights);
    place?.recognition.hiddenBias.write(bond.upperBias);
  });
  resident.top.weights.write(top.weights);
  resident.top.visibleBias.write(top.visibleBias);
  resident.top.hiddenBias.write(top.hiddenBias);
}
