/** The WebAssembly kernels of general networks: assembly/network-*.ts, assembly/coincidences.ts. */

import { type Draw, keyOf, purposeWord } from "../random/draw.js";
import { checkAdvance } from "./couplings.js";
import { type Dispatch, emptyBuffer } from "./dispatch.js";
import type { Advance, Couplings, Field, Kernels, States } from "./kernels.js";
import type { WasmCouplings } from "./network-arrays.js";
import { panelsOf, ROW, sixteensOf, type WasmField, type WasmStates } from "./wasm-arrays.js";

/** Chains of a task, and bytes of scratch: the same numbers as assembly/network-draws.ts. */
const CHAINS = 16;
const WORDS = 1024;
const TIES = 192;
/** The units that sixteen chains look at, for 32 times. */
const CHOSEN = 32 * 64;
const dynamicsCodes = { parallel: 0, sequential: 1, glauber: 2 } as const;
/** Rows of coincidences that are one task. */
const ROWS = 16;

export function wasmNetwork({
  arena,
  reserve,
  reserveScratch,
  run,
  secondTally,
}: Dispatch): Pick<Kernels, "advance" | "inputs" | "coincidences"> {
  const frees = emptyBuffer();
  const betas = emptyBuffer();
  const planes = emptyBuffer();
  const counts = emptyBuffer();

  function advance(task: Advance): number {
    checkAdvance(task);
    const { chains, dynamics, steps, free, beta, draw, choice = draw } = task;
    if (chains === 0 || free.length === 0 || steps === 0) return 0;
    const states = task.states as WasmStates;
    const tasks = Math.ceil(chains / CHAINS);
    const freeAt = reserve(frees, free.length * 4);
    arena.words().set(free, freeAt / 4);
    const betaAt = reserve(betas, tasks * CHAINS * 4);
    if (typeof beta === "number") arena.floats().fill(beta, betaAt / 4, betaAt / 4 + tasks * CHAINS);
    else arena.floats().set(beta, betaAt / 4);

    const { kind, units, weights, bias, scales, panelBytes, offsets, sources } = task.couplings as WasmCouplings;
    const dense = kind === "dense";
    const panels = panelsOf(units);
    // a line more than the row: rows of 4 KiB would all share the same lines of a cache
    const rowBytes = panels * ROW + 64;
    const words = TIES + CHOSEN + WORDS + (dynamics === "glauber" ? 1 : panels) * WORDS;
    reserveScratch(words + (dense ? CHAINS * rowBytes + free.length * 8 : 128 * panels + 64));
    // biome-ignore format: arguments by position, as assembly/ reads them
    const changed = run(dense ? "advanceDense" : "advanceSparse", tasks, [
      states.address, states.capacity, chains, units, panels, weights, dense ? panelBytes : offsets, scales,
      freeAt, free.length, betaAt, dynamicsCodes[dynamics], steps, dense ? Math.ceil(units / 4) : sources, bias,
      ...source(draw), ...source(choice), rowBytes,
    ]);
    states.on += secondTally();
    return changed;
  }

  function inputs(couplings: Couplings, from: States, chains: number, to: Field): void {
    const { kind, units, weights, bias, scales, panelBytes, offsets, sources } = couplings as WasmCouplings;
    const [states, out] = [from as WasmStates, to as WasmField];
    const dense = kind === "dense";
    const panels = panelsOf(units);
    const rowBytes = panels * ROW + 64;
    reserveScratch(dense ? CHAINS * rowBytes : 64 * panels);
    // biome-ignore format: arguments by position, as assembly/ reads them
    run(dense ? "inputsDense" : "inputsSparse", Math.ceil(chains / CHAINS), [
      states.address, states.capacity, chains, units, panels, weights, dense ? panelBytes : offsets, scales,
      0, 0, 0, 0, 0, dense ? Math.ceil(units / 4) : sources, bias,
      out.address, out.capacity, 0, 0, 0, 0, 0, 0, 0, 0, rowBytes,
    ]);
  }

  function coincidences(from: States, cases: number): Uint32Array {
    const states = from as WasmStates;
    const { units } = states;
    const planeBytes = Math.ceil(cases / 64) * 8;
    const sixteens = sixteensOf(units);
    const planesAt = reserve(planes, sixteens * 16 * planeBytes);
    const countsAt = reserve(counts, units * units * 4);
    const integers = [states.address, states.capacity, cases, planeBytes, planesAt, units, countsAt, ROWS];
    run("planes", sixteens, integers);
    run("coincidences", Math.ceil(units / ROWS), integers);
    const found = new Uint32Array(arena.words().slice(countsAt / 4, countsAt / 4 + units * units).buffer);
    for (let i = 0; i < units; i++) for (let j = 0; j < i; j++) found[i * units + j] = found[j * units + i];
    return found;
  }

  return { advance, inputs, coincidences };
}

/** Five arguments that say whose draws: key, step, purpose, first chain. */
function source(draw: Draw): number[] {
  return [...keyOf(draw.seed), draw.step, purposeWord(draw), draw.firstChain ?? 0];
}
