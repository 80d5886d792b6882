/** The binarised MNIST of Salakhutdinov and Murray (2008), on which the headlines about likelihoods test. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sliceCases } from "../../dist/src/index.js";
import { loadData, loadMnist } from "../../dist/src/node/index.js";

/** Where their files are, unless told. */
export const usualFolder = join(import.meta.dirname, "../../../shared/data/sm2008");

/** Their files hold the images column by column; MNIST's so. */
export function transposed(dataset) {
  const levels = new Uint8Array(dataset.levels.length);
  for (let i = 0; i < levels.length; i++) {
    const [image, pixel] = [Math.floor(i / 784), i % 784];
    levels[image * 784 + (pixel % 28) * 28 + Math.floor(pixel / 28)] = dataset.levels[i];
  }
  return { ...dataset, levels };
}

/**
 * `data` to learn from: the grey levels of MNIST's training set, to be drawn anew each epoch, or with `binary` their one drawing of it;
 * `test`: their test images; `binary`: their drawing of the training images. `validate`: 50,000 training cases to learn from, and the last
 * 10,000 in place of the test. Ends the program where the folder is not there.
 */
export async function smImages({ data: folder, images, validate }) {
  if (!existsSync(folder)) {
    console.log(`There is no folder ${folder}. It should hold the binarised images.`);
    process.exit(1);
  }
  const binary = await loadData(join(folder, "train-images-idx3-ubyte.gz"));
  const all = images === "grey" ? transposed(await loadMnist("train")) : binary;
  const clamp = images === "grey" ? "sample" : "threshold";
  if (validate) return { data: sliceCases(all, 0, 50_000), test: sliceCases(all, 50_000, 60_000), binary, clamp };
  return { data: all, test: await loadData(join(folder, "test-images-idx3-ubyte.gz")), binary, clamp };
}
