/** What the headlines about likelihoods share: the images of Salakhutdinov and Murray (2008), and how their RBM of 500 units is learnt. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { initializeRbm, persistentContrastiveDivergence, sgd, sliceCases, train } from "../../dist/src/index.js";
import { loadData, loadMnist } from "../../dist/src/node/index.js";

/** Where their files are, unless told. */
export const usualFolder = join(import.meta.dirname, "../../../shared/data/sm2008");

/** Their files hold the images column by column. */
function transposed(dataset) {
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

/** An RBM of 500 hidden units: centred PCD-1, 100 chains, rate from `rate` to 0 in a line, parameters averaged over the second half. */
export async function learnRbm(data, { epochs, rate, decay = 0, clamp, seed, threads }) {
  let rbm;
  for await (const report of train(initializeRbm(data, { hidden: 500, seed }), data, {
    epochs,
    batchSize: 100,
    clamp,
    seed,
    threads,
    negative: persistentContrastiveDivergence({ k: 1, chains: 100 }),
    optimizer: sgd({ rate: { kind: "linear", from: rate, to: 0 }, weightDecay: decay }),
    centring: {},
    average: { from: 0.5 },
  })) {
    if (report.done) rbm = report.machine();
  }
  return rbm;
}
