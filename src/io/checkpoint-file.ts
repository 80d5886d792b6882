/** Checkpoints as safetensors: a model file with the optimizer's steps and the progress of training besides. */

import { refuse } from "../errors.js";
import type { Checkpoint, Progress } from "../learn/checkpoint.js";
import { rbmFromTensors, rbmTensors } from "./model.js";
import { parseSafetensors, serializeSafetensors } from "./safetensors.js";

const FORMAT = "harmonium-checkpoint/1";
const STEP = "step.";

export function serializeCheckpoint({ rbm, step, progress }: Checkpoint): Uint8Array {
  const tensors = { ...rbmTensors(rbm), ...(step && rbmTensors(step, STEP)) };
  return serializeSafetensors(tensors, { format: FORMAT, kind: rbm.kind, progress: JSON.stringify(progress) });
}

export function parseCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { tensors, metadata } = parseSafetensors(bytes, file);
  const format = metadata.get("format");
  if (format !== FORMAT) {
    const got = format === undefined ? "no format in the metadata" : `format "${format}"`;
    throw refuse("format", { who: file, got, expected: FORMAT });
  }
  const rbm = rbmFromTensors(tensors, file);
  const step = tensors.has(`${STEP}weights`) ? rbmFromTensors(tensors, file, STEP) : undefined;
  if (step && (step.visible !== rbm.visible || step.hidden !== rbm.hidden)) {
    const shape = (of: typeof rbm) => `[${of.visible}, ${of.hidden}]`;
    throw refuse("shape", { who: `${file}: ${STEP}weights`, got: shape(step), expected: `${shape(rbm)}, as weights` });
  }
  return { rbm, ...(step && { step }), progress: parseProgress(metadata.get("progress"), file) };
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
  const isNumber = (field: keyof Progress) => typeof record[field] === "number" && record[field] >= 0;
  if (!fields.every(isNumber) || !Number.isSafeInteger(record.update)) {
    const expected = `numbers ${fields.join(", ")}; update whole`;
    throw refuse("format", { who: `${file}: progress`, got: text ?? "nothing", expected });
  }
  return Object.fromEntries(fields.map((field) => [field, record[field]])) as unknown as Progress;
}
