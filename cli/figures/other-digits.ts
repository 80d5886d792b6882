/** What a machine makes of classes that it was never shown: it tries to see its own class in everything. */
import { drawPairs, type ImagePairsInput } from "./image-pairs.js";

export interface OtherDigitsInput extends ImagePairsInput {
  /** The class that the machine was trained on: "2". Each row's label is one other class. */
  readonly trainedOn: string;
}

/**
 * One row a class: its label, then originals each beside its reconstruction.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError as `imagePairs`.
 */
export function otherDigits(input: OtherDigitsInput): Promise<Uint8Array> {
  return drawPairs("otherDigits", input, {
    title: input.title ?? `It tries to see a ${input.trainedOn} in everything`,
    caption:
      input.caption ?? `Left: what it is given. Right: what a machine trained only on ${input.trainedOn} makes of it.`,
  });
}
