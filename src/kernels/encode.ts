/** Lists of table rows from states: what a product of bits is looked up by (assembly/encode.ts). */

import { type Dispatch, emptyBuffer } from "./dispatch.js";
import { type Plan, planInputs } from "./plan.js";
import { densityOf, sixteensOf, type WasmStates } from "./wasm-arrays.js";

const CASES_A_CHUNK = 16;

/** Lists of table rows for one operand: where they are, and how they are cut. */
export interface TableLists {
  readonly address: number;
  readonly stride: number;
  readonly blockBytes: number;
  readonly plan: Plan;
  /** A byte a group: is it listed anywhere? 0 where all are. */
  readonly used: number;
}

/**
 * Returns the function that lists the first cases of states; a list lives until the next is made. `direct`: rows of the weights can be
 * looked up as those of a table are.
 */
export function caseEncoder({ arena, reserve, reserveScratch, run }: Dispatch) {
  const inputLists = emptyBuffer();
  const usedGroups = emptyBuffer();

  return function encodeCases(from: WasmStates, cases: number, direct = false): TableLists {
    const plan = planInputs(from.units, cases, densityOf(from), direct);
    const stride = 2 * (1 + plan.groupsInBlock);
    const blockBytes = cases * stride;
    const address = reserve(inputLists, plan.blocks * blockBytes);
    const sixteens = sixteensOf(from.units);
    reserveScratch(CASES_A_CHUNK * (2 * sixteens + 8));
    const { k, groupsInBlock, groups, keepZeros } = plan;
    const used = keepZeros ? 0 : reserve(usedGroups, groups);
    if (used !== 0) arena.bytes().fill(0, used, used + groups);
    const chunks = Math.ceil(cases / CASES_A_CHUNK);
    // biome-ignore format: arguments by position, as assembly/ reads them
    run("encodeCases", chunks, [
      from.address, from.capacity, cases, sixteens, k, groupsInBlock, groups,
      address, stride, blockBytes, used, CASES_A_CHUNK,
    ]);
    return { address, stride, blockBytes, plan, used };
  };
}
