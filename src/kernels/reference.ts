/** The kernels in plain TypeScript: the definition that the others are tested against. Sums are in float64. */

import { logistic32, softplus } from "../math/logistic.js";
import { uniformOf } from "../random/uniform.js";
import { type Cells, checkGroup, copyCells, softmaxCells } from "./cells.js";
import { copyPlainCases } from "./copy-cases.js";
import type { Clamp, Conditional, Field, Kernels, LogRatio, States } from "./kernels.js";
import { at, type PlainField, type PlainMatrix, type PlainStates, type PlainVector } from "./reference-arrays.js";
import { referenceCombining } from "./reference-combine.js";
import { referenceFeedForward } from "./reference-feed-forward.js";
import { referenceLabelUnits } from "./reference-label-units.js";
import { advanceStates, countCoincidences, inputOf, type PlainCouplings, plainCouplings } from "./reference-network.js";
import { optimize, update } from "./reference-update.js";

export function referenceKernels(): Kernels {
  return {
    implementation: "reference",
    threads: 1,
    states: (capacity, units) => layer("states", capacity, units, new Uint8Array(capacity * units)) as PlainStates,
    field: (capacity, units) => layer("field", capacity, units, new Float32Array(capacity * units)) as PlainField,
    matrix: (rows, columns) => ({ rows, columns, ...block(new Float32Array(rows * columns)) }) as PlainMatrix,
    vector: (size) => ({ size, ...block(new Float32Array(size)) }) as PlainVector,
    couplings: plainCouplings,
    clamp,
    copyCases: copyPlainCases,
    copyUnits: (task) => copyCells(task, cellsOf),
    conditional,
    update,
    optimize,
    ...referenceCombining,
    ...referenceFeedForward,
    ...referenceLabelUnits,
    advance: (task) => advanceStates(task, (task.states as PlainStates).values),
    inputs(couplings, states, chains, out) {
      const { units } = couplings;
      for (let b = 0; b < chains; b++) {
        const s = (states as PlainStates).values.subarray(b * units, (b + 1) * units);
        for (let j = 0; j < units; j++) at(out)[b * units + j] = inputOf(couplings as PlainCouplings, s, j);
      }
    },
    coincidences: (states, cases) => countCoincidences((states as PlainStates).values, states.units, cases),
    logRatios,
    squaredError(a, b, cases) {
      let sum = 0;
      for (let i = 0; i < cases * a.units; i++) sum += (at(a)[i] - at(b)[i]) ** 2;
      return sum;
    },
    largest: (of) => at(of).reduce((most, x) => Math.max(most, Math.abs(x)), 0),
    dispose() {},
  };
}

function block(values: Float32Array) {
  return { values, write: (from: Float32Array) => values.set(from), read: () => values.slice() };
}

function layer<T extends Uint8Array | Float32Array>(kind: string, capacity: number, units: number, values: T) {
  return {
    kind,
    capacity,
    units,
    values,
    write: (from: T) => values.set(from),
    read: (cases: number) => values.slice(0, cases * units),
  };
}

function clamp({ levels, units, rows, mode, draw, out }: Clamp): void {
  const target = at(out);
  const scale = levels instanceof Uint8Array ? 255 : 1;
  rows.forEach((row, b) => {
    for (let i = 0; i < units; i++) {
      const level = Math.fround(levels[row * units + i] / scale);
      if (mode === "probability") target[b * units + i] = level;
      else if (mode === "threshold") target[b * units + i] = level >= 0.5 ? 1 : 0;
      else target[b * units + i] = uniformOf(draw, b, i) < level ? 1 : 0;
    }
  });
}

function cellsOf(layer: States | Field): Cells {
  const values = at(layer);
  return {
    get: (b, unit) => values[b * layer.units + unit],
    set(b, unit, value) {
      values[b * layer.units + unit] = value;
    },
  };
}

function conditional(task: Conditional): void {
  const { group } = task;
  const { size } = task.bias;
  if (group) checkGroup(group, size);
  const inputs = group && new Float32Array(task.cases * size);
  const { cases, from, weights, transposed = false, bias, scale = 1 } = task;
  const source = at(from);
  const w = at(weights);
  const [rowStep, columnStep] = transposed ? [1, weights.columns] : [weights.columns, 1];
  for (let b = 0; b < cases; b++) {
    for (let j = 0; j < bias.size; j++) {
      const to = b * bias.size + j;
      let input = at(bias)[j] + (task.plus ? at(task.plus)[to] : 0);
      for (let i = 0; i < from.units; i++) {
        input += source[b * from.units + i] * w[i * rowStep + j * columnStep];
      }
      const mean = logistic32(scale * input);
      const state = task.draw !== undefined && uniformOf(task.draw, b, j) < mean ? 1 : 0;
      if (task.input) at(task.input)[to] = input;
      if (inputs) inputs[to] = input;
      if (task.mean) at(task.mean)[to] = task.meanIsSample ? state : mean;
      if (task.sample) at(task.sample)[to] = state;
    }
  }
  if (inputs) softmaxCells(task, { get: (b, unit) => inputs[b * size + unit], set() {} }, cellsOf);
}

function logRatios({ cases, states, linear, input, from, to }: LogRatio): Float64Array {
  const [low, high] = [Math.fround(from), Math.fround(to)];
  return Float64Array.from({ length: cases }, (_, b) => {
    let sum = 0;
    for (let i = 0; i < linear.size; i++) sum += (high - low) * at(linear)[i] * at(states)[b * linear.size + i];
    for (let j = 0; j < input.units; j++) {
      const x = at(input)[b * input.units + j];
      sum += softplus(high * x) - softplus(low * x);
    }
    return sum;
  });
}
