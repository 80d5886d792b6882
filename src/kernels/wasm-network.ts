/** The WebAssembly kernels of general networks: assembly/network-*.ts, assembly/coincidences.ts. */

import { type Draw, keyOf, purposeWord } from "../random/draw.js";
import { checkAdvance, checkCases } from "./couplings.js";
import { type Dispatch, emptyBuffer } from "./dispatch.js";
import type { TableLists } from "./encode.js";
import type { Advance, Couplings, Field, Kernels, States } from "./kernels.js";
import { couplingsMaker, type WasmCouplings } from "./network-arrays.js";
import { planInputs } from "./plan.js";
import { writeThresholds } from "./thresholds.js";
import { panelsOf, ROW, sixteensOf, type WasmField, type WasmStates } from "./wasm-arrays.js";

/** Chains of a task, and bytes of scratch: the same numbers as assembly/network-draws.ts. */
const CHAINS = 16;
const WORDS = 1024;
const TIES = 192;
const CHOSEN = 2048;
const CHOICE_WORDS = 3072;
const dynamicsCodes = { parallel: 0, sequential: 1, glauber: 2 } as const;
/** Scratch of the panel kernel beside tables and chains (assembly/network-panels.ts). */
const PANEL_SCRATCH = 896 + 16384;
/** Fewer chains of a dense network are advanced unit by unit, and so are those of which fewer units change. */
const FEW = 48;
const QUIET = 0.1;
/** Unless the call has no more steps than these: fields must be made before they can be kept. */
const SHORT = 2;
/** So many chains of a sparse network are advanced one by one. */
const ALONE = 9;
/** More chains are not one task. */
const MOST = 1024;
/** Rows of coincidences that are one task. */
const ROWS = 16;

export function wasmNetwork(
  dispatch: Dispatch,
  encodeCases: (from: WasmStates, cases: number) => TableLists,
): Pick<Kernels, "couplings" | "advance" | "inputs" | "coincidences"> {
  const { arena, threads, reserve, reserveScratch, run, secondTally } = dispatch;
  writeThresholds(arena.floats());
  const lists = emptyBuffer();
  const betas = emptyBuffer();
  const fields = emptyBuffer();
  const stream = emptyBuffer();
  let kept: Kept = { couplings: undefined, version: 0, dynamics: 0, free: new Uint32Array(), bytes: 0 };
  const planes = emptyBuffer();
  const counts = emptyBuffer();

  function advance(task: Advance): number {
    checkAdvance(task);
    const { chains, steps, free } = task;
    if (chains === 0 || free.length === 0 || steps === 0) return 0;
    const padded = Math.ceil(chains / CHAINS) * CHAINS;
    const betaAt = reserve(betas, padded * 4);
    if (typeof task.beta === "number") arena.floats().fill(task.beta, betaAt / 4, betaAt / 4 + padded);
    else arena.floats().set(task.beta, betaAt / 4);
    const couplings = task.couplings as WasmCouplings;
    const way = couplings.kind === "sparse" ? advanceSparse : byPanels(task) ? advancePanels : advanceDense;
    const changed = way(task, betaAt);
    couplings.changing = changed / (chains * steps * (task.dynamics === "glauber" ? 1 : free.length));
    (task.states as WasmStates).on += secondTally();
    return changed;
  }

  /** The units to update, as a list with sixteen zeros after it. */
  function copyFree(free: Uint32Array): number {
    const address = reserve(lists, (free.length + CHAINS) * 4);
    const words = arena.words();
    words.set(free, address / 4);
    words.fill(0, address / 4 + free.length, address / 4 + free.length + CHAINS);
    return address;
  }

  /** Unit by unit of a dense network, by fields that are kept. */
  function advanceDense(
    { chains, dynamics, steps, free, draw, choice = draw, ...task }: Advance,
    betaAt: number,
  ): number {
    const states = task.states as WasmStates;
    const couplings = task.couplings as WasmCouplings;
    const { units, weights, bias, scales } = couplings;
    const panels = panelsOf(units);
    const freeAt = copyFree(free);
    // for few chains the rows of units that are on are added chain by chain
    const prepared = chains >= CHAINS && panels > 1 ? reserve(fields, panels * chains * ROW) : 0;
    if (prepared) inputsDense(couplings, states, chains, { address: prepared, capacity: chains }, false);
    // a line more than the fields: rows of 4 KiB would all share the same lines of a cache
    const rowBytes = panels * ROW + 64;
    reserveScratch(drawScratch(dynamics, panels) + CHAINS * rowBytes + free.length * 8);
    // biome-ignore format: arguments by position, as assembly/ reads them
    return run("advanceDense", Math.ceil(chains / CHAINS), [
      states.address, states.capacity, chains, units, panels, weights, 0, scales,
      freeAt, free.length, betaAt, dynamicsCodes[dynamics], steps, Math.ceil(units / 4), bias,
      ...source(draw), ...source(choice), rowBytes, prepared,
    ]);
  }

  /** Unit by unit of a sparse network: sixteen chains at a time, and what is left over, if little, chain by chain. */
  function advanceSparse(
    { chains, dynamics, steps, free, draw, choice = draw, ...task }: Advance,
    betaAt: number,
  ): number {
    const { address, capacity } = task.states as WasmStates;
    const { units, weights, bias, scales, offsets, sources } = task.couplings as WasmCouplings;
    const panels = panelsOf(units);
    const freeAt = copyFree(free);
    const left = chains % CHAINS;
    const together = dynamics === "glauber" || left > ALONE ? Math.ceil(chains / CHAINS) : Math.floor(chains / CHAINS);
    const alone = Math.max(0, chains - together * CHAINS);
    const single = TIES + 256 + 128 * panels;
    const order = alone > 0 ? streamOf(task.couplings as WasmCouplings, free, freeAt, dynamicsCodes[dynamics]) : [0, 0];
    reserveScratch(
      Math.max(together > 0 ? drawScratch(dynamics, panels) + 128 * panels + 64 : 0, alone > 0 ? single : 0),
    );
    // biome-ignore format: arguments by position, as assembly/ reads them
    return run("advanceSparse", together + alone, [
      address, capacity, chains, units, panels, weights, offsets, scales,
      freeAt, free.length, betaAt, dynamicsCodes[dynamics], steps, sources, bias,
      ...source(draw), ...source(choice), together, ...order,
    ]);
  }

  /** What units to update need, one after the other: where, and how many bytes. Kept until the list or the weights are others. */
  function streamOf(couplings: WasmCouplings, free: Uint32Array, freeAt: number, dynamics: number): [number, number] {
    const { version, units, weights, bias, scales, offsets, sources, connections } = couplings;
    const known = kept.couplings === couplings && kept.version === version && kept.dynamics === dynamics;
    if (!known || !same(kept.free, free)) {
      const at = reserve(stream, 20 * free.length + 8 * connections);
      reserveScratch(units * 4);
      const integers = [units, freeAt, free.length, offsets, sources, at, dynamics, weights, bias, scales];
      kept = { couplings, version, dynamics, free: free.slice(), bytes: run("makeStream", 1, integers) };
    }
    return [stream.address, kept.bytes];
  }

  /** Panel by panel of a dense network, many chains at once. */
  function advancePanels({ chains, dynamics, steps, free, draw, ...task }: Advance, betaAt: number): number {
    const { address, capacity } = task.states as WasmStates;
    const { units, columns, bias, scales } = task.couplings as WasmCouplings;
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
      address, capacity, chains, units, panels, columns.address, columns.panelBytes, scales,
      masksAt, chunk, betaAt, dynamicsCodes[dynamics], steps, columns.rowBytes, bias,
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
    const { units, columns, bias, scales } = couplings;
    const panels = panelsOf(units);
    const { address, stride, blockBytes, plan, used } = encodeCases(states, chains);
    const { k, groupsInBlock, groups } = plan;
    reserveScratch((groupsInBlock << k) * ROW);
    // biome-ignore format: arguments by position, as assembly/ reads them
    run("inputsDense", panels, [
      units, columns.rowBytes, columns.address, bias, floats ? scales : 0, out.address, out.capacity, chains,
      address, stride, blockBytes, k, groupsInBlock, groups, used, columns.panelBytes,
    ]);
  }

  function inputs(of: Couplings, from: States, chains: number, to: Field): void {
    const [couplings, states, out] = [of as WasmCouplings, from as WasmStates, to as WasmField];
    checkCases("inputs", of, from, chains);
    checkCases("inputs: out", of, to, chains);
    if (couplings.kind === "dense") {
      inputsDense(couplings, states, chains, out, true);
      return;
    }
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

  return { couplings: couplingsMaker(dispatch), advance, inputs, coincidences };
}

/** Scratch for the draws of sixteen chains. */
function drawScratch(dynamics: Advance["dynamics"], panels: number): number {
  const marks = Math.ceil(panels / 16) * 16;
  return TIES + CHOSEN + CHOICE_WORDS + marks + (dynamics === "glauber" ? 1 : panels) * WORDS;
}

/** Panels or kept fields? Sums are exact: the states are the same either way. */
function byPanels({ couplings, chains, dynamics, steps, free }: Advance): boolean {
  if (dynamics === "glauber" || (dynamics === "sequential" && !isAscending(free))) return false;
  if (steps <= SHORT) return chains >= CHAINS;
  return chains >= FEW && (couplings as WasmCouplings).changing > QUIET;
}

function same(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function isAscending(units: Uint32Array): boolean {
  for (let i = 1; i < units.length; i++) if (units[i] <= units[i - 1]) return false;
  return true;
}

/** What the stream in memory belongs to. */
interface Kept {
  readonly couplings: WasmCouplings | undefined;
  readonly version: number;
  readonly dynamics: number;
  readonly free: Uint32Array;
  readonly bytes: number;
}

interface Address {
  readonly address: number;
  readonly capacity: number;
}

/** Five arguments that say whose draws: key, step, purpose, first chain. */
function source(draw: Draw): number[] {
  return [...keyOf(draw.seed), draw.step, purposeWord(draw), draw.firstChain ?? 0];
}
