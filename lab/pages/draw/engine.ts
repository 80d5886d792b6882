/** The drawing and what machines make of it: one tick is a sweep v → h → v of each machine's chains. */

import { freeEnergy, noisyLevels, randomStream } from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { loadDigits } from "../../engine/shipped.js";
import { PIXELS, pack, unpack } from "./bits.js";
import { type Chain, startChain } from "./chain.js";
import type { Settings } from "./fields.js";
import {
  type EnergyHistogram,
  heldOutDigit,
  type LoadedMachine,
  type MachineId,
  ownMachine,
  shippedMachine,
  strangeness,
  takeOwn,
} from "./machine.js";
import { type Strokes, sumOfStrokes } from "./strokes.js";

export interface MachineView {
  readonly id: MachineId;
  /** Of one's own: the name of the file. */
  readonly name: string;
  readonly now: Float32Array;
  readonly others: Float32Array;
  readonly film: { readonly sweeps: readonly number[]; readonly pictures: Float32Array };
  /** F of the drawing and of the chain's pixels, nats, and the shares of what the machine knows that are less strange. */
  readonly drawn: { readonly energy: number; readonly stranger: number };
  readonly chain: { readonly energy: number; readonly stranger: number };
  readonly histogram: EnergyHistogram;
  /** How many held-out digits are of its kind. */
  readonly knows: number;
  /** Pixels in which the picture, black where P ≥ ½, is not the drawing. */
  readonly changed: number;
}

export interface DrawView {
  readonly machines: readonly MachineView[];
  readonly strokes: Strokes;
  readonly inside: MachineId;
}

export type DrawCommand =
  | { readonly what: "noise"; readonly drawing: string; readonly nth: number }
  | { readonly what: "digit"; readonly digit: number; readonly nth: number }
  | { readonly what: "picture"; readonly file: File }
  | { readonly what: "model"; readonly bytes: Uint8Array<ArrayBuffer>; readonly file: string };

/** How many of 784 pixels noise turns over. */
const NOISE = 0.05;

export async function start(initial: Settings): Promise<Engine<DrawView>> {
  let settings = initial;
  const shipped = await Promise.all([shippedMachine("twos"), shippedMachine("digits")]);
  const own = await ownMachine();
  const machines: readonly LoadedMachine[] = own ? [...shipped, own] : shipped;
  const bits = unpack(settings.drawing);
  const hidden = unpack(settings.hidden);
  const { keep, how, seed, sweeps } = settings;
  const runs = machines.map((machine) => {
    const energy = freeEnergy(machine.rbm, bits);
    return {
      machine,
      chain: startChain(machine, { bits, hidden, keep, how, seed }),
      drawn: { energy, stranger: strangeness(machine, energy) },
    };
  });
  let done = 0;

  return {
    advance() {
      if (done >= sweeps) return false;
      done++;
      for (const { chain } of runs) chain.sweep();
      return true;
    },

    view() {
      const looked = runs.find(({ machine }) => machine.id === settings.inside) ?? (runs[0] as (typeof runs)[number]);
      return {
        machines: runs.map(({ machine, chain, drawn }) => viewOf(machine, chain, drawn, bits)),
        strokes: sumOfStrokes(looked.machine.rbm, looked.chain.strokes(), settings.strokes),
        inside: looked.machine.id,
      };
    },

    // what is looked at does not change the run
    adjust(next: Settings) {
      const { inside, strokes, speed } = next;
      const same = JSON.stringify({ ...settings, inside, strokes, speed }) === JSON.stringify(next);
      if (same) settings = next;
      return same;
    },

    async command(command: DrawCommand) {
      if (command.what === "model") return (await takeOwn(command.bytes, command.file)).rbm.hidden;
      if (command.what === "digit") return pack(heldOutDigit(await loadDigits("test"), command.digit, command.nth));
      if (command.what === "picture") {
        const { readDrawing } = await import("../../data/read-drawing.js");
        const { bits, note } = await readDrawing(command.file);
        return { drawing: pack(bits), note };
      }
      return pack(noisy(unpack(command.drawing), command.nth));
    },
  };
}

function viewOf(machine: LoadedMachine, chain: Chain, drawn: MachineView["drawn"], bits: Uint8Array): MachineView {
  const { id, name, histogram, known } = machine;
  const now = chain.now();
  const energy = chain.energy();
  return {
    id,
    name,
    now,
    others: chain.others(),
    film: chain.film(),
    drawn,
    chain: { energy, stranger: strangeness(machine, energy) },
    // the page may take what it is given
    histogram: { ...histogram, known: histogram.known.slice(), other: histogram.other.slice() },
    knows: known.length,
    changed: now.reduce((sum, p, i) => sum + (p >= 0.5 === (bits[i] === 1) ? 0 : 1), 0),
  };
}

/** The drawing with some pixels turned over, others each time. */
function noisy(bits: Uint8Array, nth: number): Uint8Array {
  const levels = Float32Array.from(bits);
  const dataset = { name: "drawing", cases: 1, units: PIXELS, levels };
  const random = randomStream(nth, "data");
  return Uint8Array.from(noisyLevels(dataset, { onToOff: NOISE, offToOn: NOISE }).levels, (p) =>
    random.uniform() < p ? 1 : 0,
  );
}
