/** A tower that comes with the lab: it dreams, a sweep a tick. */

import { createKernels, parseModel } from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { loadDigits, shippedUnzipped } from "../../engine/shipped.js";
import type { Settings } from "./fields.js";
import { type DeepCommand, type Kind, type SavedDream, type Tower, told } from "./kind.js";
import { type DeepView, fieldKeeper, shownFields } from "./view.js";

export async function startShipped<Machine extends Tower>(
  kind: Kind<Machine>,
  settings: Settings,
): Promise<Engine<DeepView>> {
  const machine = parseModel(await shippedUnzipped(kind.file), kind.file).machine as Machine;
  const { layers } = machine;
  const kernels = await createKernels();
  const dreamer = kind.createDreamer(kernels, machine, settings, await loadDigits("test"));
  const fields = fieldKeeper();
  return {
    advance() {
      dreamer.sweep();
      return true;
    },
    view() {
      const { layers: states, labels } = dreamer.levels();
      return {
        machine: kind.machine,
        layers,
        columns: "dreams",
        learnt: kind.bonds,
        states,
        labels,
        fields: fields(kind.generative(machine), kind.bonds, () => false),
        shown: shownFields(layers),
        sweeps: dreamer.sweeps,
        version: 0,
      };
    },
    // what is read does not change the dreams
    adjust: (next: Settings) =>
      next.tower === "shipped" &&
      next.machine === kind.machine &&
      next.seed === settings.seed &&
      !kind.dreamsOtherwise(settings, next),
    save: () => dreamer.save(),
    load: (saved: SavedDream) => dreamer.load(saved),
    command: (command: DeepCommand) => told(kind, machine, command),
    dispose: () => kernels.dispose(),
  };
}
