/** Checkpoints as safetensors: a model file with the rule's state and the progress of training besides. */

import { refuse } from "../errors.js";
import type { Checkpoint, Progress, SavedArray, Trainable } from "../learn/checkpoint.js";
import { machineFromTensors, machineTensors } from "./model.js";
import { parseSafetensors, serializeSafetensors, type Tensor } from "./safetensors.js";

const FORMAT = "harmonium-checkpoint/1";

export function serializeCheckpoint({ machine, state, progress }: Checkpoint): Uint8Array {
  const saved = Object.entries(state).map(([name, array]) => [name, tensorOf(array)]);
  const tensors = { ...machineTensors(machine), ...Object.fromEntries(saved) };
  return serializeSafetensors(tensors, { format: FORMAT, kind: machine.kind, progress: JSON.stringify(progress) });
}

const dtypes = { Float32Array: "F32", Float64Array: "F64", Uint8Array: "U8", Uint32Array: "U32" } as const;

function tensorOf({ shape, data }: SavedArray): Tensor {
  const dtype = dtypes[data.constructor.name as keyof typeof dtypes];
  return { dtype, shape: [...shape], data } as Tensor;
}

export function parseCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { tensors, metadata } = parseSafetensors(bytes, file);
  const format = metadata.get("format");
  if (format !== FORMAT) {
    const got = format === undefined ? "no format in the metadata" : `format "${format}"`;
    throw refuse("format", { who: file, got, expected: FORMAT });
  }
  const machine = machineFromTensors(tensors, metadata.get("kind"), file);
  if (machine.kind === "network") {
    throw refuse("format", { who: file, got: "a network", expected: "a machine that can be trained" });
  }
  const parameters = machineTensors(machine);
  const state: Record<string, SavedArray> = {};
  for (const [name, { dtype, shape, data }] of tensors) {
    if (name in parameters) continue;
    if (!Object.values(dtypes).some((known) => known === dtype)) {
      throw refuse("format", { who: `${file}: ${name}`, got: dtype, expected: Object.values(dtypes).join(", ") });
    }
    state[name] = { shape, data: data as SavedArray["data"] };
  }
  return { machine: machine as Trainable, state, progress: parseProgress(metadata.get("progress"), file) };
}
function parseProgress(text: string | undefined, file: string): Progress {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    value = undefined;
  }
  const fields = ["update", "errorSum", "errorCount", "seconds"] as const;
  const record = (typeof value === "object" && value !== null ? value : {}) as Partial<Progress>;
  const isNumber = (field: (typeof fields)[number]) =>
    typeof record[field] === "number" && (record[field] as number) >= 0;
  if (!fields.every(isNumber) || !Number.isSafeInteger(record.update)) {
    const expected = `numbers ${fields.join(", ")}; update whole`;
    throw refuse("format", { who: `${file}: progress`, got: text ?? "nothing", expected });
  }
  const { stage } = record;
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (stage !== undefined && !(isCount(stage?.index) && isCount(stage?.count))) {
    const expected = "a stage with whole numbers index and count";
    throw refuse("format", { who: `${file}: progress`, got: text ?? "nothing", expected });
  }
  const numbers = Object.fromEntries(fields.map((field) => [field, record[field]]));
  return { ...numbers, ...(stage && { stage: { index: stage.index, count: stage.count } }) } as unknown as Progress;
}
