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
    throw refuse("format", { who: file, got: format === undefined ? "no format in the metadata" : `format "${format}"`, expected: FORMAT });
  }
  return {
    rbm: rbmFromTensors(tensors, file),
    ...(tensors.has(`${STEP}weights`) && { step: rbmFromTensors(tensors, file, STEP) }),
    progress: parseProgress(metadata.get("progress"), file),
  };
}

function parseProgress(text: string | undefined, file: string): Progress {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    value = undefined;
  }
  const fields = ["update", "errorSum", "errorCount", "seconds"] as const;
  const record = (typeof value === "object" ? value : undefined) as Record<string, unknown> | null | undefined;
  if (!record || !fields.every((field) => typeof record[field] === "number" && record[field] >= 0)) {
    throw refuse("format", { who: `${file}: progress`, got: text ?? "nothing", expected: `numbers ${fields.join(", ")}` });
  }
  return Object.fromEntries(fields.map((field) => [field, record[field]])) as unknown as Progress;
}
