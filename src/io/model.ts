/** Model files: a machine as safetensors, with what is known about it in the metadata. */

import { refuse } from "../errors.js";
import { type Boltzmann, createBoltzmann } from "../machines/boltzmann.js";
import { createDbm, type Dbm, dbmArrays, dbmFromArrays } from "../machines/dbm.js";
import { createDbn, type Dbn, dbnArrays, dbnFromArrays, type NamedArray } from "../machines/dbn.js";
import { createNetwork, type Network } from "../machines/network.js";
import type { Rbm } from "../machines/rbm.js";
import { createRbm } from "../machines/rbm.js";
import { parseSafetensors, serializeSafetensors, type Tensor, type TensorOf } from "./safetensors.js";

export const MODEL_FORMAT = "harmonium/1";

/** Tensor names of an RBM's parameters, and their shapes. */
const names = { weights: "weights", visibleBias: "visible.bias", hiddenBias: "hidden.bias" } as const;

type Parameters = Omit<Rbm, "kind">;

/** The RBM's tensors; `prefix` tells apart what has the RBM's shape ("step."). */
export function rbmTensors(rbm: Parameters, prefix = ""): Record<string, Tensor> {
  const { visible, hidden } = rbm;
  return {
    [prefix + names.weights]: { dtype: "F32", shape: [visible, hidden], data: rbm.weights },
    [prefix + names.visibleBias]: { dtype: "F32", shape: [visible], data: rbm.visibleBias },
    [prefix + names.hiddenBias]: { dtype: "F32", shape: [hidden], data: rbm.hiddenBias },
  };
}

/** Reads the RBM's tensors; throws "format" or "shape" where one is missing, of another type, or does not agree with the others. */
export function rbmFromTensors(tensors: ReadonlyMap<string, Tensor>, file: string, prefix = ""): Rbm {
  const weights = floats(tensors, prefix + names.weights, file, 2);
  const [visible, hidden] = weights.shape as [number, number];
  const rbm = createRbm(visible, hidden);
  rbm.weights.set(weights.data);
  for (const [key, size] of [
    ["visibleBias", visible],
    ["hiddenBias", hidden],
  ] as const) {
    const bias = floats(tensors, prefix + names[key], file, 1);
    if (bias.shape[0] !== size) {
      const expected = `${size} values, as weights has the shape [${visible}, ${hidden}]`;
      throw refuse("shape", { who: `${file}: ${prefix}${names[key]}`, got: `${bias.shape[0]} values`, expected });
    }
    rbm[key].set(bias.data);
  }
  return rbm;
}

function floats(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  file: string,
  dimensions: number,
): TensorOf<"F32"> | TensorOf<"F64"> {
  const tensor = tensors.get(name);
  if (!tensor) {
    const got = `the tensors ${[...tensors.keys()].join(", ") || "(none)"}`;
    const wayOut = `An RBM's file holds ${Object.values(names).join(", ")}.`;
    throw refuse("format", { who: file, got, expected: `a tensor ${name}`, wayOut });
  }
  if ((tensor.dtype !== "F32" && tensor.dtype !== "F64") || tensor.shape.length !== dimensions) {
    const got = `${tensor.dtype} of shape [${tensor.shape.join(", ")}]`;
    throw refuse("format", {
      who: `${file}: ${name}`,
      got,
      expected: `F32 or F64 with ${dimensions} dimension${dimensions > 1 ? "s" : ""}`,
    });
  }
  const bad = tensor.data.findIndex((x: number) => !Number.isFinite(x));
  if (bad >= 0) {
    throw refuse("data", {
      who: `${file}: ${name}`,
      got: `${tensor.data[bad]} at position ${bad}`,
      expected: "finite numbers",
    });
  }
  return tensor;
}

/** The machines that files hold. */
export type Machine = Rbm | Network | Boltzmann | Dbn | Dbm;

/**
 * A machine's parameters as tensors. A network's: weights [N, N], bias [N]; a Boltzmann machine's visible units besides; a deep belief
 * network's as dbnArrays names them, and its number of classes; a deep Boltzmann machine's as dbmArrays does.
 */
export function machineTensors(machine: Machine): Record<string, Tensor> {
  if (machine.kind === "rbm") return rbmTensors(machine as Rbm);
  if (machine.kind === "dbn") return dbnTensors(machine as Dbn);
  if (machine.kind === "dbm") return floatTensors(dbmArrays(machine as Dbm));
  const { units, weights, bias } = machine as Network;
  const network: Record<string, Tensor> = {
    weights: { dtype: "F64", shape: [units, units], data: weights },
    bias: { dtype: "F64", shape: [units], data: bias },
  };
  if (machine.kind === "network") return network;
  const visible = Uint32Array.from((machine as Boltzmann).visible);
  return { ...network, visible: { dtype: "U32", shape: [visible.length], data: visible } };
}

/** The machine of a kind from its tensors. Throws "format", "shape" or "data" for what is none. */
export function machineFromTensors(tensors: ReadonlyMap<string, Tensor>, kind = "rbm", file = "model"): Machine {
  if (kind === "rbm") return rbmFromTensors(tensors, file);
  if (kind === "dbn") return dbnFromTensors(tensors, file);
  if (kind === "dbm") return dbmFromTensors(tensors, file);
  if (kind !== "network" && kind !== "boltzmann") {
    const wayOut = "Use a later version of harmonium.";
    const expected = "rbm, boltzmann, network, dbn or dbm";
    throw refuse("format", { who: file, got: `a machine of kind "${kind}"`, expected, wayOut });
  }
  const weights = floats(tensors, "weights", file, 2);
  const bias = floats(tensors, "bias", file, 1);
  const [rows, columns] = weights.shape;
  if (rows !== columns || bias.shape[0] !== rows) {
    const got = `weights [${rows}, ${columns}] and ${bias.shape[0]} biases`;
    throw refuse("shape", { who: file, got, expected: "weights [N, N] and N biases" });
  }
  if (kind === "network") return createNetwork(weights.data, bias.data);
  const visible = tensors.get("visible");
  if (visible?.dtype !== "U32") {
    throw refuse("format", { who: file, got: visible?.dtype ?? "none", expected: "a tensor visible of U32" });
  }
  return createBoltzmann(weights.data, bias.data, { visible: [...visible.data] });
}

function floatTensors(arrays: Readonly<Record<string, NamedArray>>): Record<string, Tensor> {
  const tensors = Object.entries(arrays).map(([name, { shape, data }]): [string, Tensor] => {
    return [name, { dtype: "F32", shape: [...shape], data }];
  });
  return Object.fromEntries(tensors);
}

/** The array of this name; throws "shape" where it has not the shape that the layers say. */
function shaped(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  file: string,
  shape: readonly number[],
  layers: readonly number[],
): ArrayLike<number> {
  const tensor = floats(tensors, name, file, shape.length);
  const [got, expected] = [tensor.shape, shape].map((sizes) => `[${sizes.join(", ")}]`);
  if (got === expected) return tensor.data;
  throw refuse("shape", { who: `${file}: ${name}`, got, expected: `${expected}, as the layers ${layers.join(", ")}` });
}

function dbmFromTensors(tensors: ReadonlyMap<string, Tensor>, file: string): Dbm {
  const [visible, first] = floats(tensors, "weights.1", file, 2).shape;
  const layers = [visible, first];
  for (let l = 2; tensors.has(`weights.${l}`) || tensors.has(`bias.${l}`); l++)
    layers.push(floats(tensors, `weights.${l}`, file, 2).shape[1]);
  const shapes = dbmArrays(createDbm(layers));
  return dbmFromArrays(layers, (name) => shaped(tensors, name, file, shapes[name].shape, layers));
}

function dbnTensors(dbn: Dbn): Record<string, Tensor> {
  return { ...floatTensors(dbnArrays(dbn)), classes: { dtype: "U32", shape: [1], data: Uint32Array.of(dbn.classes) } };
}

function dbnFromTensors(tensors: ReadonlyMap<string, Tensor>, file: string): Dbn {
  const labels = tensors.get("classes");
  if (labels?.dtype !== "U32" || labels.data.length !== 1) {
    throw refuse("format", { who: file, got: labels?.dtype ?? "none", expected: "a tensor classes of one U32" });
  }
  const [classes] = labels.data;
  const layers: number[] = [];
  const directed = new Set([...tensors.keys()].map((name) => /^directed\.(\d+)\./.exec(name)?.[1]));
  directed.delete(undefined);
  // as many as are named: one that is missing is complained of
  for (let l = 1; l <= directed.size; l++) {
    layers.push(floats(tensors, `directed.${l}.generative.weights`, file, 2).shape[0]);
  }
  const [visible, hidden] = floats(tensors, "top.weights", file, 2).shape;
  layers.push(visible - classes, hidden);
  const shapes = dbnArrays(createDbn(layers, { classes }));
  return dbnFromArrays({ layers, classes }, (name) => shaped(tensors, name, file, shapes[name].shape, layers));
}

/** The bytes of a model file; `about` goes into the metadata beside format, kind and unit types. */
export function serializeModel(machine: Machine, about: Readonly<Record<string, string>> = {}): Uint8Array {
  const units = machine.kind === "rbm" ? { visible_units: "binary", hidden_units: "binary" } : { unit_type: "binary" };
  const metadata = { format: MODEL_FORMAT, kind: machine.kind, ...units, ...about };
  return serializeSafetensors(machineTensors(machine), metadata);
}

export interface ModelFile<Of extends Machine = Machine> {
  readonly machine: Of;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads a model file, ours or any safetensors file with an RBM's tensors. Other tensors are left alone. */
export function parseModel(bytes: Uint8Array, file: string): ModelFile {
  const { tensors, metadata } = parseSafetensors(bytes, file);
  return { machine: machineFromTensors(tensors, metadata.get("kind"), file), metadata };
}

/** The RBM that the file `who` holds. Throws "option" where it is another machine. */
export function asRbm(machine: Machine, who: string): Rbm {
  if (machine.kind === "rbm") return machine as Rbm;
  const kinds = {
    boltzmann: "a general Boltzmann machine",
    network: "a network",
    dbn: "a deep belief network",
    dbm: "a deep Boltzmann machine",
  };
  const got = kinds[machine.kind as keyof typeof kinds];
  if (machine.kind === "dbn" || machine.kind === "dbm")
    throw refuse("option", { who, got, expected: "a restricted Boltzmann machine" });
  const wayOut = "harmonium simulate and harmonium equilibrium take general machines.";
  throw refuse("option", { who, got, expected: "a restricted Boltzmann machine", wayOut });
}
