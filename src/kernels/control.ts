/** The control block at the bottom of the kernels' memory: the same numbers as assembly/control.ts and assembly/index.ts. */

export const GENERATION = 64;
export const TALLY = 384;
export const OPERATION = 448;
export const TASKS = 452;
export const WORKERS = 456;
export const MAY_SLEEP = 460;
export const SCRATCH = 464;
export const SCRATCH_BYTES = 468;
export const ARGUMENTS = 512;
/** Bounds of inputs for the upper bits of draws (thresholds.ts). */
export const THRESHOLDS = 16384;
/** Nothing of ours lies below; AssemblyScript's own data starts at 4096 and is smaller than a page. */
export const HEAP = 65536;

export const operations = {
  quit: -1,
  clamp: 0,
  encodeCases: 1,
  conditional: 2,
  updateVisible: 3,
  updateHidden: 4,
  combine: 5,
  optimizeHidden: 6,
  optimizeVisible: 7,
  followMean: 8,
  shift: 9,
  advanceDense: 16,
  advanceSparse: 17,
  planes: 18,
  coincidences: 19,
  inputsDense: 20,
  inputsSparse: 21,
  logRatios: 12,
  advancePanels: 22,
  wholeDense: 23,
  wholeSparse: 24,
  makeStream: 25,
  transpose: 26,
  readOut: 32,
  throughLogistic: 33,
  dropOut: 34,
  labelScores: 48,
  labelGradient: 49,
} as const;
export type Operation = keyof typeof operations;

export const clampModes = { sample: 0, threshold: 1, probability: 2 } as const;

/** What the binary exports. */
export interface KernelExports {
  /** Runs the operation in the control block. */
  run(): void;
  /** A worker's life. */
  serve(thread: number, generation: number): void;
  mismatches(a: number, capacityA: number, b: number, capacityB: number, cases: number, panels: number): number;
  squaredDifference(
    a: number,
    aDense: number,
    capacityA: number,
    b: number,
    bDense: number,
    capacityB: number,
    cases: number,
    panels: number,
  ): number;
  largest(x: number, length: number): number;
}
