/**
 * The kernels: all the heavy arithmetic of harmonium, over flat arrays. They know layers, not machines.
 *
 * `reference.ts` (plain TypeScript) is the definition. `wasm.ts` is the fast implementation, on one thread or, with a pool
 * from `threads.ts`, on several, with the same bits for any number of threads. A Kernels object owns its memory: what it
 * makes lives until `dispose()`. Arrays are row-major at the boundary, whatever the layout inside.
 */

import type { Levels } from "../data/dataset.js";
import type { Draw } from "../random/draw.js";
import type { Field, Matrix, States, Vector } from "./arrays.js";
import type { FeedForwardKernels } from "./feed-forward.js";
import type { LabelKernels } from "./label-units.js";
import type { StepRule } from "./step-rule.js";

export type { Field, Matrix, States, Vector };

/** How grey levels clamp binary units: drawn anew (level = probability of 1), 1 where level ≥ ½, or as they are. */
export type ClampMode = "sample" | "threshold" | "probability";

export interface Clamp {
  readonly levels: Levels;
  /** Width of a case in `levels`. */
  readonly units: number;
  /** Which cases of `levels`, in which order. */
  readonly rows: Uint32Array;
  readonly mode: ClampMode;
  readonly draw: Draw;
  /** States for "sample" and "threshold", a Field for "probability". */
  readonly out: States | Field;
}

/** Units first … first + size − 1 of a layer, of which exactly one is on. */
export interface UnitGroup {
  readonly first: number;
  readonly size: number;
}

/** One layer given another: input = bias + plus + Σ from · weights; mean = σ(scale · input); sample ~ Bernoulli(mean). */
export interface Conditional {
  readonly cases: number;
  readonly from: States | Field;
  /** [units of from, units of out], or the reverse when `transposed`. */
  readonly weights: Matrix;
  readonly transposed?: boolean;
  readonly bias: Vector;
  /** What each case has besides, such as the input from a third layer; none by default. It may be `input` itself. */
  readonly plus?: Field;
  /** Inverse temperature; 1 by default. */
  readonly scale?: number;
  /** Where to put inputs, means, samples; each may be left out. */
  readonly input?: Field;
  readonly mean?: Field;
  readonly sample?: States;
  /** Put the sample's 0/1 values into `mean` in place of the means. */
  readonly meanIsSample?: boolean;
  /** Units with mean = softmax(scale · input) over them all; one is on, by the uniform of the first. */
  readonly group?: UnitGroup | undefined;
  /** Needed when something is sampled. */
  readonly draw?: Draw;
}

/** One phase of the learning rule: ⟨v hᵀ⟩, ⟨v⟩, ⟨h⟩ over its cases; zero where it has none. */
export interface Phase {
  readonly cases: number;
  readonly visible: States | Field;
  readonly hidden: Field;
}

/** The phases of an update. */
export interface Phases {
  readonly positive: Phase;
  readonly negative: Phase;
}

/** Parameters of a layer and of the weights to it: those of a layer that is fed forward. */
export interface LayerParameters {
  readonly weights: Matrix;
  readonly hiddenBias: Vector;
  /** Label units among the visible ones: a softmax group given the hidden units. */
  readonly group?: UnitGroup | undefined;
  /**
   * What conditionals multiply the inputs of a layer by; 1 by default. It is 2 for a layer that will have another neighbour with as much to say
   * (learn/dbm/pretraining.ts).
   */
  readonly visibleScale?: number;
  readonly hiddenScale?: number;
}

/** Parameters of two layers and their bond; the same shape serves for steps (momentum). */
export interface BondParameters extends LayerParameters {
  readonly visibleBias: Vector;
}

/**
 * step ← momentum · step + rate (⟨·⟩positive − ⟨·⟩negative) − decay · weights;  parameters ← parameters + step.
 * Each phase is averaged over its own cases. `step` may be left out when momentum is 0; decay applies to weights only.
 */
export interface Update extends Phases {
  readonly parameters: BondParameters;
  readonly step?: BondParameters;
  readonly rate: number;
  readonly momentum?: number;
  /** rate · L2 coefficient, per update. */
  readonly decay?: number;
}

/**
 * One update from a gradient, by a rule for each parameter by itself (step-rule.ts); only weights decay and shrink.
 *
 * With offsets the rule is that of the centred model [Melchior et al. 2016]: the weights' gradient is ∇W − μ ∇cᵀ − ∇b λᵀ, and with ΔW what
 * the weights moved in all, b ← b + step of ∇b − ΔW λ, c ← c + step of ∇c − ΔWᵀ μ.
 */
export interface Optimize {
  /** Without a visible bias, and then without one in gradient and memory, only the layer that is fed forward moves. */
  readonly parameters: LayerParameters | BondParameters;
  /** ∇W, ∇b, ∇c of what is maximized, read only; or phases, whose difference it is: the same bits in less time, kept nowhere. */
  readonly gradient: LayerParameters | BondParameters | Phases;
  readonly rule: StepRule;
  /** What the rule keeps from one update to the next, zero at first: v of SGD with momentum, m and v of Adam. */
  readonly memory: readonly (LayerParameters | BondParameters)[];
  /** μ [visible], λ [hidden] */
  readonly offsets?: { readonly visible: Vector; readonly hidden: Vector };
}

/** Case places[n] of `to` becomes case rows[n] of `from`; without places `to` becomes just these cases. Two different States. */
export interface CopyCases {
  readonly from: States;
  readonly rows: Uint32Array;
  readonly to: States;
  readonly places?: Uint32Array;
}

/** Some units of one layer become some of another in the first cases; its others stay. Two different layers of one kind. */
export interface CopyUnits {
  readonly cases: number;
  readonly from: States | Field;
  /** The first unit to copy, and where it goes; 0 by default. */
  readonly fromUnit?: number;
  readonly to: States | Field;
  readonly toUnit?: number;
  readonly units: number;
}

/** Which units send to which: unit j hears sources[offsets[j]] … sources[offsets[j + 1] − 1]. */
export interface Lists {
  /** [N + 1] */
  readonly offsets: Uint32Array;
  readonly sources: Uint32Array;
}

/** The weights and biases of a general network of N units: between all pairs, or only along lists. */
export interface Couplings {
  readonly kind: "dense" | "sparse";
  readonly units: number;
  /**
   * Dense: M [N, N] row-major, M_ij from unit i to unit j. Sparse: a weight for each entry of the lists' sources. And b [N].
   * The fast kernels round them to whole multiples of a power of two, the finest with which a unit's input fits 31 bits
   * (fixed-point.ts). Throws "shape", and "data" for numbers that are not finite.
   */
  write(weights: Float32Array, bias: Float32Array): void;
}

/**
 * Time steps of the dynamics of a network, many chains at once, each with P(s_j = 1) = σ(β x_j).
 *
 * Sums of inputs are exact, so the states after n steps depend on seed, weights and start only: not on the number of threads, on
 * other chains, or on how n steps are cut into calls.
 *
 * - "parallel": all free units at once, from the state before the step; u_j = uniform of (draw, step + t, chain, j).
 * - "sequential": the free units one after the other in their order, each from the state as it is; the same uniforms.
 * - "glauber": one free unit, free[⌊u F⌋] of F with u the uniform of (choice, ⌊τ / 32⌋, chain, τ mod 32), τ = step + t; and for its
 *   new state that of (draw, ⌊τ / 32⌋, chain, τ mod 32).
 */
export interface Advance {
  readonly couplings: Couplings;
  readonly states: States;
  /** How many chains: the first cases of `states`. */
  readonly chains: number;
  readonly dynamics: "parallel" | "sequential" | "glauber";
  readonly steps: number;
  /** The units that are updated, each at most once; all others are clamped to what they are. */
  readonly free: Uint32Array;
  /** 1 / T of every chain, or of each [chains]; rounded to float32. */
  readonly beta: number | Float32Array;
  /** `step` is the number of the first time step. */
  readonly draw: Draw;
  /** For "glauber". */
  readonly choice?: Draw;
}

/**
 * What an annealing path of an RBM changes by: ln f_to(v) − ln f_from(v), where ln f_β(v) = β d·v + Σ_j softplus(β x_j(v)) + what does not
 * depend on β. Both inverse temperatures are in [0, 1] and taken as float32.
 */
export interface LogRatio {
  readonly cases: number;
  /** v */
  readonly states: States;
  /** d */
  readonly linear: Vector;
  /** x(v), the inputs of the other layer. */
  readonly input: Field;
  readonly from: number;
  readonly to: number;
}

export interface Kernels extends FeedForwardKernels, LabelKernels {
  readonly implementation: "reference" | "wasm";
  readonly threads: number;
  states(capacity: number, units: number): States;
  field(capacity: number, units: number): Field;
  matrix(rows: number, columns: number): Matrix;
  vector(size: number): Vector;
  /** Weights of a general network, zero; dense without lists. */
  couplings(units: number, lists?: Lists): Couplings;
  clamp(task: Clamp): void;
  copyCases(task: CopyCases): void;
  copyUnits(task: CopyUnits): void;
  conditional(task: Conditional): void;
  update(task: Update): void;
  optimize(task: Optimize): void;
  /** out ← a x + b y, element by element, for arrays of one shape; `out` may be x or y. */
  combine<Of extends Matrix | Vector | LayerParameters | BondParameters>(
    out: Of,
    a: number,
    x: Of,
    b: number,
    y: Of,
  ): void;
  /** out ← fromᵀ: what a `conditional` with `transposed` would do at each call, once for many calls with the same weights. */
  transpose(out: Matrix, from: Matrix): void;
  /** out ← (1 − rate) out + rate · mean of the first `cases` (at least one). */
  followMean(out: Vector, rate: number, field: Field, cases: number): void;
  /** Adds a vector to each of the first `cases`. */
  shift(field: Field, cases: number, by: Vector): void;
  /** Runs the dynamics of a network; returns how many times a unit changed. */
  advance(task: Advance): number;
  /** x_j = Σ_i M_ij s_i + b_j of each chain into `out` [chains, N]. */
  inputs(couplings: Couplings, states: States, chains: number, out: Field): void;
  /** In how many of the first cases units i and j are both on [N, N]; on the diagonal, in how many i is. */
  coincidences(states: States, cases: number): Uint32Array;
  /** ln f_to(v) − ln f_from(v) of each case, nats [cases]; error below |to − from| · 5e-7 Σ_j |x_j|, given d and x. */
  logRatios(task: LogRatio): Float64Array;
  /** Σ (a − b)² over the first `cases` × units; for two States, how many differ. */
  squaredError(a: States | Field, b: States | Field, cases: number): number;
  /** The largest |x|; NaN where there is one. */
  largest(of: Matrix | Vector): number;
  /** Ends the threads and frees the memory; nothing made by these kernels may be used afterwards. */
  dispose(): void;
}
