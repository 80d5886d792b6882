/** Model files: an RBM as safetensors, with what is known about it in the metadata. */

import { refuse } from "../errors.js";
import type { Rbm } from "../machines/rbm.js";
import { createRbm } from "../machines/rbm.js";
import { parseSafetensors, serializeSafetensors, type Tensor } from "./safetensors.js";

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

function floats(tensors: ReadonlyMap<string, Tensor>, name: string, file: string, dimensions: number) {
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

/** The bytes of a model file; `about` goes into the metadata beside format, kind and unit types. */
export function serializeModel(rbm: Rbm, about: Readonly<Record<string, string>> = {}): Uint8Array {
  const metadata = { format: MODEL_FORMAT, kind: rbm.kind, visible_units: "binary", hidden_units: "binary", ...about };
  return serializeSafetensors(rbmTensors(rbm), metadata);
}

export interface ModelFile {
  readonly machine: Rbm;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads a model file, ours or any safetensors file with an RBM's tensors. Other tensors are left alone. */
export function parseModel(bytes: Uint8Array, file: string): ModelFile {
  const { tensors, metadata } = parseSafetensors(bytes, file);
  const kind = metadata.get("kind") ?? "rbm";
  if (kind !== "rbm") {
    const wayOut = "Use a later version of harmonium.";
    throw refuse("format", { who: file, got: `a machine of kind "${kind}"`, expected: "rbm", wayOut });
  }
  return { machine: rbmFromTensors(tensors, file), metadata };
}
