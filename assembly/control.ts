// The control block at the bottom of memory, and how tasks are handed out.
//
// One kernel call is one `operation` cut into `tasks` that write disjoint outputs. JavaScript writes the operation, the number
// of tasks and the arguments here; each thread then claims tasks. As no task reads what another task of the
// same operation writes, the result does not depend on who ran which task. src/kernels/control.ts holds the same numbers.

/** Counts operations; workers wait for it to change. Each contended word has a cache line of its own. */
export const GENERATION: usize = 64;
/** How many tasks are claimed; of them, from the first up, and from the last down. */
const NEXT: usize = 128;
const LOW: usize = 132;
const HIGH: usize = 136;
/** Workers that have finished the operation. */
export const DONE: usize = 192;
/** Workers asleep on GENERATION. */
export const SLEEPERS: usize = 256;
/** Is the calling thread asleep on DONE? */
export const CALLER_SLEEPS: usize = 320;
/** Two 64-bit integers that tasks of an operation add to (order does not matter). */
export const TALLY: usize = 384;

const OPERATION: usize = 448;
const TASKS: usize = 452;
const WORKERS: usize = 456;
const MAY_SLEEP: usize = 460;
const SCRATCH: usize = 464;
const SCRATCH_BYTES: usize = 468;
const ARGUMENTS: usize = 512;

/** Integer or pointer argument `i` of the operation. */
// @ts-ignore: decorator
@inline export function argument(i: i32): i32 { return load<i32>(ARGUMENTS + (<usize>i << 2)); }

/** Float argument `i` of the operation (the same slots as the integers). */
// @ts-ignore: decorator
@inline export function number(i: i32): f32 { return load<f32>(ARGUMENTS + (<usize>i << 2)); }

// @ts-ignore: decorator
@inline export function pointer(i: i32): usize { return <usize>load<u32>(ARGUMENTS + (<usize>i << 2)); }

/** Where argument `i` is, for arguments that are read as a record. */
// @ts-ignore: decorator
@inline export function record(i: i32): usize { return ARGUMENTS + (<usize>i << 2); }

// @ts-ignore: decorator
@inline export function operation(): i32 { return load<i32>(OPERATION); }

// @ts-ignore: decorator
@inline export function tasks(): i32 { return load<i32>(TASKS); }

// @ts-ignore: decorator
@inline export function workers(): i32 { return load<i32>(WORKERS); }

/** Working memory of a thread; thread 0 is the caller. */
// @ts-ignore: decorator
@inline export function scratchOf(thread: i32): usize {
  return <usize>load<u32>(SCRATCH) + <usize>load<u32>(SCRATCH_BYTES) * <usize>thread;
}

/** 0 on a browser's main thread, which must not block in a wait. */
// @ts-ignore: decorator
@inline export function callerMaySleep(): bool { return load<i32>(MAY_SLEEP) != 0; }

/**
 * The next unclaimed task, or −1 when none is left.
 *
 * Even threads go up from the first task, odd ones down from the last, so that from one operation to the next a thread finds
 * most of its panels of the weights in its own cache. (Measured: docs/decisions/0002-tables.md.)
 */
export function claim(thread: i32): i32 {
  const last = tasks() - 1;
  if (ASC_FEATURE_THREADS) {
    if (atomic.add<i32>(NEXT, 1) > last) return -1;
    return (thread & 1) == 0 ? atomic.add<i32>(LOW, 1) : last - atomic.add<i32>(HIGH, 1);
  }
  const turn = load<i32>(NEXT);
  if (turn > last) return -1;
  store<i32>(NEXT, turn + 1);
  return turn;
}

/** Makes all tasks claimable again. */
export function startClaims(): void {
  if (ASC_FEATURE_THREADS) {
    atomic.store<i32>(NEXT, 0);
    atomic.store<i32>(LOW, 0);
    atomic.store<i32>(HIGH, 0);
    atomic.store<i32>(DONE, 0);
  } else {
    store<i32>(NEXT, 0);
  }
}

/** Adds to the operation's first tally, and to its second. */
export function tally(count: i64, second: i64 = 0): void {
  if (ASC_FEATURE_THREADS) {
    atomic.add<i64>(TALLY, count);
    if (second != 0) atomic.add<i64>(TALLY + 8, second);
  } else {
    store<i64>(TALLY, load<i64>(TALLY) + count);
    store<i64>(TALLY + 8, load<i64>(TALLY + 8) + second);
  }
}
