/** The tower that comes with the lab: it dreams, a sweep of its top pair a tick. */

import { createKernels, type Dbn, parseModel } from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { shippedModel } from "../../engine/shipped.js";
import type { Settings } from "./fields.js";
import { type DeepCommand, told } from "./questions.js";
import { createDreamer, type SavedDream } from "./tower.js";
import { type DeepView, fieldKeeper, shownFields } from "./view.js";

const FILE = "tower.safetensors";

export async function startShipped({ dream, seed }: Settings): Promise<Engine<DeepView>> {
  const dbn = parseModel(await shippedModel(FILE), FILE).machine as Dbn;
  const kernels = await createKernels();
  const dreamer = createDreamer(kernels, dbn, dream, seed);
  const fields = fieldKeeper();
  return {
    advance() {
      dreamer.sweep();
      return true;
    },
    view() {
      const { layers, labels } = dreamer.levels();
      return {
        layers: dbn.layers,
        columns: "dreams",
        learnt: 3,
        states: layers,
        labels,
        fields: fields(dbn, 3, undefined),
        shown: shownFields(dbn.layers),
        sweeps: dreamer.sweeps,
        version: 0,
      };
    },
    // what is read does not change the dreams
    adjust: (next: Settings) => next.tower === "shipped" && next.dream === dream && next.seed === seed,
    save: () => dreamer.save(),
    load: (saved: SavedDream) => dreamer.load(saved),
    command: (command: DeepCommand) => told(dbn, command),
    dispose: () => kernels.dispose(),
  };
}
