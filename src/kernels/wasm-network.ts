/** The WebAssembly kernels of general networks: assembly/network-*.ts, assembly/coincidences.ts. */

import { type Draw, keyOf, purposeWord } from "../random/draw.js";
import { checkAdvance, checkCases } from "./couplings.js";
import { type Dispatch, emptyBuffer } from "./dispatch.js";
import type { TableLists } from "./encode.js";
import type { Advance, Couplings, Field, Kernels, States } from "./kernels.js";
import type { WasmCouplings } from "./network-arrays.js";
import { planInputs } from "./plan.js";
import { writeThresholds } from "./thresholds.js";
import { panelsOf, ROW, sixteensOf, type WasmField, type WasmStates } from "./wasm-arrays.js";

/** Chains of a task, and bytes of scratch: the same numbers as assembly/network-draws.ts. */
const CHAINS = 16;
const WORDS = 1024;
const TIES = 192;
/** The units that sixteen chains look at, for 32 times. */
const CHOSEN = 32 * 64;
const dynamicsCodes = { parallel: 0, sequential: 1, glauber: 2 } as const;
/** Scratch of the panel kernel beside tables and chains (assembly/network-panels.ts). */
const PANEL_SCRATCH = 1152 + 16384;
/** Fewer chains are advanced unit by unit. */
const FEW = 1;
/** More chains are not one task. */
const MOST = 1024;
/** Rows of coincidences that are one task. */
const ROWS = 16;

export function wasmNetwork(
  { arena, reserve, reserveScratch, run, secondTally, threads }: Dispatch,
  encodeCases: (from: WasmStates, cases: number) => TableLists,
): Pick<Kernels, "advance" | "inputs" | "coincidences"> {
  writeThresholds(arena.floats());
  const lists = emptyBuffer();
  const betas = emptyBuffer();
  const fields = emptyBuffer();
  const planes = emptyBuffer();
  const counts = emptyBuffer();

  function advance(task: Advance): number {
    checkAdvance(task);
    const { couplings, chains, dynamics, steps, free } = task;
    if (chains === 0 || free.length === 0 || steps === 0) return 0;
    const padded = Math.ceil(chains / CHAINS) * CHAINS;
    const betaAt = reserve(betas, padded * 4);
    if (typeof task.beta === "number") arena.floats().fill(task.beta, betaAt / 4, betaAt / 4 + padded);
    else arena.floats().set(task.beta, betaAt / 4);
    const ordered = dynamics === "parallel" || isAscending(free);
    const byPanels = couplings.kind === "dense" && dynamics !== "glauber" && ordered && chains >= FEW;
    const changed = byPanels ? advancePanels(task, betaAt) : advanceUnits(task, betaAt);
    (task.states as WasmStates).on += secondTally();
    return changed;
  }

  /** Unit by unit. */
  function advanceUnits(
    { chains, dynamics, steps, free, draw, choice = draw, ...task }: Advance,
    betaAt: number,
  ): number {
    const { address, capacity } = task.states as WasmStates;
    const { kind, units, weights, bias, scales, offsets, sources } = task.couplings as WasmCouplings;
    const dense = kind === "dense";
    const panels = panelsOf(units);
    const freeAt = reserve(lists, free.length * 4);
    arena.words().set(free, freeAt / 4);
    const rowBytes = rowBytesOf(panels);
    const words = TIES + CHOSEN + WORDS + (dynamics === "glauber" ? 1 : panels) * WORDS;
    reserveScratch(words + (dense ? CHAINS * rowBytes + free.length * 8 : 128 * panels + 64));
    // biome-ignore format: arguments by position, as assembly/ reads them
    // the rows of units that are on, summed chain by chain, are faster for few chains
    const prepare = dense && chains >= CHAINS && panels > 1;
    const prepared = prepare ? reserve(fields, panels * chains * ROW) : 0;
    if (prepare)
      inputsDense(
        task.couplings as WasmCouplings,
        task.states as WasmStates,
        chains,
        { address: prepared, capacity: chains },
        false,
      );
    // biome-ignore format: arguments by position, as assembly/ reads them
    return run(dense ? "advanceDense" : "advanceSparse", Math.ceil(chains / CHAINS), [
      address, capacity, chains, units, panels, weights, dense ? 0 : offsets, scales,
      freeAt, free.length, betaAt, dynamicsCodes[dynamics], steps, dense ? Math.ceil(units / 4) : sources, bias,
      ...source(draw), ...source(choice), rowBytes, prepared,
    ]);
  }

  /** Panel by panel of a dense network, many chains at once. */
  function advancePanels({ chains, dynamics, steps, free, draw, ...task }: Advance, betaAt: number): number {
    const { address, capacity } = task.states as WasmStates;
    const { units, weights, bias, scales } = task.couplings as WasmCouplings;
    const panels = panelsOf(units);
    const masksAt = reserve(lists, panels * 4);
    const words = arena.words();
    words.fill(0, masksAt / 4, masksAt / 4 + panels);
    for (const unit of free) words[masksAt / 4 + (unit >>> 5)] |= 1 << (unit & 31);

    const chunk = Math.ceil(Math.min(MOST, chains / threads) / CHAINS) * CHAINS;
    const { k, groups, groupsInBlock, blocks } = planInputs(units, chunk, 0.5);
    const listBytes = blocks * 2 * (1 + groupsInBlock);
    const fixed = TIES + WORDS + PANEL_SCRATCH + (groupsInBlock << k) * ROW;
    reserveScratch(fixed + chunk * (ROW + 4 * panels + 8 + listBytes));
    // biome-ignore format: arguments by position, as assembly/ reads them
    return run("advancePanels", Math.ceil(chains / chunk), [
      address, capacity, chains, units, panels, weights, 0, scales,
      masksAt, chunk, betaAt, dynamicsCodes[dynamics], steps, 0, bias,
      ...source(draw), 0, 0, 0, 0, 0, 0, k, groupsInBlock, groups,
    ]);
  }

  /** Inputs of a dense network: floats into a field, or whole numbers [panel][chains][32]. */
  function inputsDense(
    couplings: WasmCouplings,
    states: WasmStates,
    chains: number,
    out: Address,
    floats: boolean,
  ): void {
    const { units, weights, bias, scales } = couplings;
    const panels = panelsOf(units);
    const { address, stride, blockBytes, plan, used } = encodeCases(states, chains);
    const { k, groupsInBlock, groups } = plan;
    reserveScratch((groupsInBlock << k) * ROW);
    // biome-ignore format: arguments by position, as assembly/ reads them
    run("inputsDense", panels, [
      units, panels * ROW, weights, bias, floats ? scales : 0, out.address, out.capacity, chains,
      address, stride, blockBytes, k, groupsInBlock, groups, used,
    ]);
  }

  function inputs(of: Couplings, from: States, chains: number, to: Field): void {
    const [couplings, states, out] = [of as WasmCouplings, from as WasmStates, to as WasmField];
    checkCases("inputs", of, from, chains);
    checkCases("inputs: out", of, to, chains);
    if (couplings.kind === "dense") return inputsDense(couplings, states, chains, out, true);
    const { units, weights, bias, scales, offsets, sources } = couplings;
    const panels = panelsOf(units);
    reserveScratch(64 * panels);
    // biome-ignore format: arguments by position, as assembly/ reads them
    run("inputsSparse", Math.ceil(chains / CHAINS), [
      states.address, states.capacity, chains, units, panels, weights, offsets, scales,
      0, 0, 0, 0, 0, sources, bias, out.address, out.capacity,
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

/** Bytes of a chain's fields, and a line: rows of 4 KiB would all share the same lines of a cache. */
const rowBytesOf = (panels: number): number => panels * ROW + 64;

function isAscending(units: Uint32Array): boolean {
  for (let i = 1; i < units.length; i++) if (units[i] <= units[i - 1]) return false;
  return true;
}

interface Address {
  readonly address: number;
  readonly capacity: number;
}

/** Five arguments that say whose draws: key, step, purpose, first chain. */
function source(draw: Draw): number[] {
  return [...keyOf(draw.seed), draw.step, purposeWord(draw), draw.firstChain ?? 0];
}
