import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HarmoniumError } from "#src/errors.js";
import {
  appendLine,
  createFolder,
  readFileBytes,
  removeStaleTemps,
  truncateAfterLastCompleteLine,
  writeFileAtomic,
} from "#src/node/files.js";

const ROOT = mkdtempSync(join(tmpdir(), "harmonium-files-"));
chmodSync(ROOT, 0o755);
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === "linux";
const isWindows = process.platform === "win32";
/** A process number above Linux's largest, 2^22. */
const DEAD = 99_999_999;

/** Code that lets go of root's rights, to which every file is writable. */
const UNPRIVILEGED = "if (process.getuid() === 0) process.setuid(65534);";

let folder: string;
let count = 0;

beforeEach(() => {
  folder = join(ROOT, String(count++));
  mkdirSync(folder);
});

afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

async function errorOf(action: Promise<unknown>): Promise<HarmoniumError> {
  const error = await action.then(
    () => new Error("nothing was refused"),
    (reason) => reason,
  );
  if (error instanceof HarmoniumError) return error;
  throw error;
}

/** Runs an ES module text in a process of its own, with `files` as src/node/files.js. */
function child(code: string): ChildProcess {
  const files = import.meta.resolve("#src/node/files.js");
  const text = `import * as files from ${JSON.stringify(files)};\n${code}`;
  return spawn(process.execPath, ["--input-type=module", "--eval", text], { stdio: ["ignore", "pipe", "inherit"] });
}

async function outputOf(process: ChildProcess): Promise<string> {
  let output = "";
  process.stdout?.on("data", (text) => {
    output += text;
  });
  await once(process, "close");
  return output;
}

describe("readFileBytes", () => {
  test("reads bytes at the start of a buffer", async () => {
    const path = join(folder, "file");
    writeFileSync(path, Uint8Array.of(1, 2, 255));
    const bytes = await readFileBytes(path);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 255));
    expect(bytes.byteOffset).toBe(0);
    expect(bytes.constructor).toBe(Uint8Array);
    writeFileSync(path, "");
    expect(await readFileBytes(path)).toEqual(new Uint8Array(0));
  });

  test.skipIf(!isLinux)("reads files that state no size, from offset 0 (needs /proc)", async () => {
    const bytes = await readFileBytes("/proc/self/status");
    expect(bytes.byteOffset).toBe(0);
    expect(new TextDecoder().decode(bytes)).toMatch(/^Name:/);
  });

  test("refuses a missing file, a folder, a file as folder", async () => {
    const path = join(folder, "model.safetensors");
    const missing = await errorOf(readFileBytes(path));
    expect(missing.kind).toBe("file");
    expect(missing.message).toBe(`${path}: got no such file (ENOENT); expected a file to read. Check the path.`);
    expect((await errorOf(readFileBytes("no/such/file"))).message).toMatch(/it means .+no.such.file\.$/);
    expect((await errorOf(readFileBytes(folder))).message).toMatch(/got a folder; expected a file/);
    writeFileSync(path, "x");
    expect((await errorOf(readFileBytes(join(path, "inner")))).kind).toBe("file");
    expect((await errorOf(readFileBytes(""))).message).toMatch(/^"": got no such file/);
    expect((await errorOf(readFileBytes("a\0b"))).message).toMatch(/^"a\\u0000b": got a path with a NUL/);
  });

  test("refuses a file of 3 GiB before reading it", async () => {
    const path = join(folder, "large");
    writeFileSync(path, "");
    truncateSync(path, 3 * 2 ** 30);
    const error = await errorOf(readFileBytes(path));
    expect(error.kind).toBe("size");
    expect(error.message).toMatch(/at most 2 GiB/);
  });

  test.skipIf(isWindows)("refuses a device without end (needs /dev/zero)", async () => {
    expect((await errorOf(readFileBytes("/dev/zero"))).message).toMatch(/got a device/);
  });
});

describe("writeFileAtomic", () => {
  test("writes bytes and text, over an old file and anew, and leaves no other file", async () => {
    const path = join(folder, "model.safetensors");
    await writeFileAtomic(path, "first, a longer text");
    expect(readFileSync(path, "utf8")).toBe("first, a longer text");
    await writeFileAtomic(path, Uint8Array.of(7, 8, 9, 10).subarray(1, 3));
    expect([...readFileSync(path)]).toEqual([8, 9]);
    await writeFileAtomic(path, "Größe");
    expect(readFileSync(path, "utf8")).toBe("Größe");
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  test("a reader of the old file keeps it: the new one is another file", async () => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    const { ino } = statSync(path, { bigint: true });
    await writeFileAtomic(path, "new");
    expect(statSync(path, { bigint: true }).ino).not.toBe(ino);
  });

  test.skipIf(isWindows)("keeps permissions and links (needs POSIX permissions)", async () => {
    const path = join(folder, "file");
    const link = join(folder, "link");
    writeFileSync(path, "old");
    chmodSync(path, 0o640);
    symlinkSync("file", link);
    await writeFileAtomic(link, "new");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(statSync(path).mode & 0o777).toBe(0o640);
    const loose = join(folder, "loose");
    writeFileSync(loose, "old");
    chmodSync(loose, 0o666);
    await writeFileAtomic(loose, "new");
    expect(statSync(loose).mode & 0o777).toBe(0o666);
  });

  test("takes names as long as the disk does, and refuses longer ones", async () => {
    const longest = "ü".repeat(120) + "x".repeat(15);
    await writeFileAtomic(join(folder, longest), "x");
    expect(readdirSync(folder)).toEqual([longest]);
    const error = await errorOf(writeFileAtomic(join(folder, "x".repeat(256)), "x"));
    expect(error.message).toMatch(/ENAMETOOLONG.*Choose a shorter name\./);
    expect(readdirSync(folder)).toEqual([longest]);
  });

  test("refuses a folder, a missing folder, and a file as folder, and leaves nothing behind", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "old");
    mkdirSync(join(folder, "folder"));
    expect((await errorOf(writeFileAtomic(join(folder, "folder"), "x"))).message).toMatch(
      /got a folder; expected a file/,
    );
    const inFile = await errorOf(writeFileAtomic(join(file, "inner"), "x"));
    expect(inFile.kind).toBe("file");
    expect(inFile.message).toMatch(/got a file where the path has a folder \(ENOTDIR\)/);
    const missing = await errorOf(writeFileAtomic(join(folder, "no", "file"), "x"));
    expect(missing.message).toMatch(/no folder .+no \(ENOENT\); .+ Create the folder first\. No file was written\.$/);
    expect(readdirSync(folder).sort()).toEqual(["file", "folder"]);
    expect(readFileSync(file, "utf8")).toBe("old");
  });

  test("removes the temporary file when the content cannot be written", async () => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    await expect(writeFileAtomic(path, 7 as never)).rejects.toThrow(TypeError);
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  test("two writers at once leave one of the two contents, whole", async () => {
    const path = join(folder, "file");
    const contents = ["a", "b", "c", "d"].map((letter) => letter.repeat(1_000_000));
    await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
    expect(contents).toContain(readFileSync(path, "utf8"));
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test.skipIf(isWindows)("refuses a folder without permission (needs POSIX permissions)", async () => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    chmodSync(path, 0o666);
    chmodSync(folder, 0o555);
    const locked = join(folder, "locked");
    const code = `for (const path of ${JSON.stringify([path, locked])}) {
      await files.writeFileAtomic(path, "new").catch((error) => console.log(error.name, error.kind, error.message));
    }`;
    const output = await outputOf(child(`${UNPRIVILEGED} ${code}`));
    expect(output).toMatch(
      /HarmoniumError file .+file: got no permission to write it \(EACCES\).+The previous file is intact\./,
    );
    expect(output).toMatch(
      /HarmoniumError file .+locked: got no permission to write it \(EACCES\).+No file was written\./,
    );
    chmodSync(folder, 0o755);
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  test.skipIf(isWindows)("refuses a write-protected file (needs POSIX permissions)", async () => {
    chmodSync(folder, 0o777);
    const path = join(folder, "file");
    writeFileSync(path, "old");
    chmodSync(path, 0o444);
    const code = `await files.writeFileAtomic(${JSON.stringify(path)}, "new").catch((error) => console.log(error.message));`;
    expect(await outputOf(child(`${UNPRIVILEGED} ${code}`))).toMatch(/EACCES.+The previous file is intact\./);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  test.skipIf(isWindows)("writes into a pipe and leaves it one (needs mkfifo)", async () => {
    const path = join(folder, "pipe");
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    const [bytes] = await Promise.all([readFileBytes(path), writeFileAtomic(path, "through")]);
    expect(new TextDecoder().decode(bytes)).toBe("through");
    expect(lstatSync(path).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(["pipe"]);
  });
});

describe("the flush to the disk", () => {
  /** Calls `onSync` with 0 at the flush of the temporary file, with 1 at that of the folder. */
  async function watchSync(onSync: (call: number) => void): Promise<void> {
    const handle = await open(folder);
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    let calls = 0;
    vi.spyOn(prototype, "sync").mockImplementation(async () => onSync(calls++));
  }

  afterEach(() => {
    vi.restoreAllMocks();
  });

  function systemError(code: string): Error {
    return Object.assign(new Error(`${code}: injected`), { code });
  }

  test("comes before the rename, and again, of the folder, after it", async () => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    const seen: string[][] = [];
    await watchSync(() => seen.push(readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"))));
    await writeFileAtomic(path, "new");
    expect(seen.map((contents) => contents.sort())).toEqual([["new", "old"], ["new"]]);
  });

  test.each(["EIO", "EDQUOT", "EINVAL"])("that fails with %s leaves the old file alone", async (code) => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    await watchSync(() => {
      throw systemError(code);
    });
    const error = await errorOf(writeFileAtomic(path, "new"));
    expect(error.kind).toBe("file");
    expect(error.message).toContain(code);
    expect(error.message).toMatch(/The previous file is intact\.$/);
    expect(readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"))).toEqual(["old"]);
  });

  test("of the folder may be missing, but not fail", async () => {
    const path = join(folder, "file");
    const failFolder = (code: string) => (call: number) => {
      if (call === 1) throw systemError(code);
    };
    await watchSync(failFolder("EINVAL"));
    await writeFileAtomic(path, "first");
    expect(readFileSync(path, "utf8")).toBe("first");
    await watchSync(failFolder("EIO"));
    expect((await errorOf(writeFileAtomic(path, "second"))).message).toMatch(/EIO.*The new file is in place, but/);
    expect(readFileSync(path, "utf8")).toBe("second");
  });
});

const canMount = isLinux && isRoot && mountSmallDisk(join(ROOT, "probe")) && unmount(join(ROOT, "probe"));

/** Mounts a disk of 2 MB on a new folder. */
function mountSmallDisk(path: string): boolean {
  mkdirSync(path);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "none", path]).status === 0;
}

function unmount(path: string): boolean {
  return spawnSync("umount", [path]).status === 0;
}

async function onSmallDisk(use: (disk: string) => Promise<void>): Promise<void> {
  const disk = join(folder, "disk");
  expect(mountSmallDisk(disk)).toBe(true);
  await use(disk).finally(() => unmount(disk));
}

describe("on a full disk", () => {
  const MEGABYTE_AND_A_HALF = 1_500_000;

  test.skipIf(!canMount)("the old file stays, whole and alone (needs root, to mount a small disk)", async () => {
    await onSmallDisk(async (disk) => {
      const path = join(disk, "model.safetensors");
      const old = new Uint8Array(MEGABYTE_AND_A_HALF).fill(1);
      await writeFileAtomic(path, old);
      const error = await errorOf(writeFileAtomic(path, new Uint8Array(MEGABYTE_AND_A_HALF).fill(2)));
      expect(error.kind).toBe("file");
      expect(error.message).toBe(
        `${path}: got a full disk (ENOSPC); expected room for the file. Free space on the disk, or choose another one. The previous file is intact.`,
      );
      expect(readdirSync(disk)).toEqual(["model.safetensors"]);
      expect(readFileSync(path).equals(old)).toBe(true);
      await writeFileAtomic(path, "small");
      expect(readFileSync(path, "utf8")).toBe("small");
    });
  });

  test.skipIf(!canMount)("a line that does not fit is taken back (needs root, to mount a small disk)", async () => {
    await onSmallDisk(async (disk) => {
      const path = join(disk, "metrics.ndjson");
      await appendLine(path, "1");
      const error = await errorOf(appendLine(path, "x".repeat(3_000_000)));
      expect(error.message).toMatch(/ENOSPC.*The lines before this one are intact\.$/);
      await appendLine(path, "2");
      expect(readFileSync(path, "utf8")).toBe("1\n2\n");
    });
  });

  test.skipIf(!canMount)("a disk mounted for reading is refused (needs root, to mount a disk)", async () => {
    await onSmallDisk(async (disk) => {
      const path = join(disk, "file");
      writeFileSync(path, "old");
      expect(spawnSync("mount", ["-o", "remount,ro", disk]).status).toBe(0);
      const error = await errorOf(writeFileAtomic(path, "new"));
      expect(error.message).toMatch(/got a read-only disk \(EROFS\).*The previous file is intact\.$/);
      expect((await errorOf(createFolder(join(disk, "run")))).message).toMatch(/EROFS/);
    });
  });

  test.skipIf(!canMount)("a full device is refused and stays a device (needs root, to make one)", async () => {
    const path = join(folder, "full");
    // The numbers of /dev/full.
    expect(spawnSync("mknod", [path, "c", "1", "7"]).status).toBe(0);
    expect((await errorOf(writeFileAtomic(path, "x"))).message).toMatch(/got a full disk \(ENOSPC\)/);
    expect((await errorOf(appendLine(path, "x"))).message).toMatch(/got a full disk \(ENOSPC\)/);
    expect(lstatSync(path).isCharacterDevice()).toBe(true);
  });
});

describe("kill -9", () => {
  const KILLS = 60;
  const SIZE = 1_500_000;

  /** Fills the file with the bytes of a counter, again and again; prints each counter that is written. */
  function writer(path: string, from: number): ChildProcess {
    return child(`
      const content = new Uint32Array(${SIZE / 4});
      for (let count = ${from}; ; count++) {
        await files.writeFileAtomic(${JSON.stringify(path)}, new Uint8Array(content.fill(count).buffer));
        process.stdout.write(count + "\\n");
      }`);
  }

  test(`${KILLS} times in the midst of writing leaves the old file or the new one, whole`, async () => {
    const path = join(folder, "model.safetensors");
    let last = 0;
    let killedInside = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const process = writer(path, last + 1);
      process.stdout?.once("data", () => setTimeout(() => process.kill("SIGKILL"), (kill * 17) % 23));
      const printed = await outputOf(process);
      const content = readFileSync(path);
      const words = new Uint32Array(content.buffer, content.byteOffset, content.length / 4);
      const written = words[0] ?? 0;
      const acknowledged = Number(printed.trimEnd().split("\n").at(-1));
      expect(content.length).toBe(SIZE);
      expect(words.every((word) => word === written)).toBe(true);
      expect(acknowledged).toBeGreaterThan(last);
      expect(written).toBeGreaterThanOrEqual(acknowledged);
      const left = readdirSync(folder).filter((name) => name !== "model.safetensors");
      expect(left.length).toBeLessThanOrEqual(1);
      killedInside += left.length;
      expect(await removeStaleTemps(folder)).toEqual(left);
      expect(readdirSync(folder)).toEqual(["model.safetensors"]);
      last = written;
    }
    // Kills that all hit between two writes would prove nothing.
    expect(killedInside).toBeGreaterThan(5);
  }, 60_000);

  test("at any time leaves a log whose complete lines are numbered without a gap", async () => {
    const path = join(folder, "metrics.ndjson");
    let next = 0;
    for (let kill = 0; kill < 8; kill++) {
      const code = `for (let step = ${next}; ; step++) {
        await files.appendLine(${JSON.stringify(path)}, JSON.stringify({ step, text: "x".repeat(5000) }));
        if (step === ${next}) process.stdout.write("started");
      }`;
      const process = child(code);
      process.stdout?.once("data", () => setTimeout(() => process.kill("SIGKILL"), 5 + kill * 3));
      await outputOf(process);
      await truncateAfterLastCompleteLine(path);
      const lines = readFileSync(path, "utf8").trimEnd().split("\n");
      expect(lines.map((line) => JSON.parse(line).step)).toEqual(lines.map((_, at) => at));
      next = lines.length;
    }
    expect(next).toBeGreaterThan(8);
  });
});

describe("removeStaleTemps", () => {
  test("deletes the files of processes that are gone, and no others", async () => {
    const stale = [`.model.safetensors.${DEAD}-0123abcd.tmp`, `..${DEAD}-00000000.tmp`, `.a\nb.${DEAD}-00000000.tmp`];
    const reused = `.model.safetensors.${process.pid}-0123abcd.tmp`;
    const kept = [
      `.model.safetensors.${process.pid}-ffffffff.tmp`,
      `.model.safetensors.${process.ppid}-0123abcd.tmp`,
      `model.safetensors.${DEAD}-0123abcd.tmp`,
      `.model.safetensors.${DEAD}.tmp`,
      `.model.safetensors.${DEAD}-0123abcd`,
      `.model.safetensors.99999999999-0123abcd.tmp`,
      "model.safetensors",
    ];
    for (const name of [...stale, reused, ...kept]) writeFileSync(join(folder, name), "x");
    mkdirSync(join(folder, `.folder.${DEAD}-0123abcd.tmp`));
    // As in a container, where an earlier process had the number of this one.
    utimesSync(join(folder, reused), 0, 0);
    expect((await removeStaleTemps(folder)).sort()).toEqual([...stale, reused].sort());
    expect(readdirSync(folder).sort()).toEqual([...kept, `.folder.${DEAD}-0123abcd.tmp`].sort());
    expect((await errorOf(removeStaleTemps(join(folder, "no")))).kind).toBe("file");
  });
});

describe("lines", () => {
  test("are appended, each with a line feed", async () => {
    const path = join(folder, "metrics.ndjson");
    await appendLine(path, '{"step":1}');
    await appendLine(path, '{"step":2,"text":"ü"}');
    expect(readFileSync(path, "utf8")).toBe('{"step":1}\n{"step":2,"text":"ü"}\n');
    expect((await errorOf(appendLine(path, "a\nb"))).kind).toBe("data");
    expect((await errorOf(appendLine(join(folder, "no", "log"), "a"))).message).toMatch(/Create the folder first/);
    expect((await errorOf(appendLine(folder, "a"))).message).toMatch(/EISDIR/);
  });

  const CHUNK = 65_536;
  test.each([
    ["", 0],
    ["\n", 1],
    ["a\nb\n", 4],
    ["a\nbc", 2],
    ["torn", 0],
    [`${"x".repeat(CHUNK - 1)}\n`, CHUNK],
    [`a\n${"x".repeat(CHUNK - 1)}`, 2],
    [`a\n${"x".repeat(CHUNK)}`, 2],
    [`a\nb\n${"x".repeat(5 * CHUNK)}`, 4],
    ["x".repeat(3 * CHUNK), 0],
  ])("the last one is cut off where it is torn (case %#)", async (text, kept) => {
    const path = join(folder, "log");
    writeFileSync(path, text);
    expect(await truncateAfterLastCompleteLine(path)).toBe(text.length - kept);
    expect(readFileSync(path, "utf8")).toBe(text.slice(0, kept));
  });

  test("of a file that is not there are none", async () => {
    expect(await truncateAfterLastCompleteLine(join(folder, "no"))).toBe(0);
    expect(existsSync(join(folder, "no"))).toBe(false);
    expect((await errorOf(truncateAfterLastCompleteLine(folder))).kind).toBe("file");
  });
});

describe("createFolder", () => {
  const config = JSON.stringify({ format: "harmonium-run/1", seed: 1 });

  test("makes a folder and those above it, and takes an empty one", async () => {
    const path = join(folder, "runs", "first");
    await createFolder(path);
    await createFolder(path, { force: true });
    expect(statSync(path).isDirectory()).toBe(true);
  });

  test("refuses a folder that is not empty, and a file", async () => {
    writeFileSync(join(folder, "notes"), "mine");
    const error = await errorOf(createFolder(folder));
    expect(error.kind).toBe("file");
    expect(error.message).toMatch(/got a folder with 1 entry; expected a new or empty folder\. .+ --force\.$/);
    expect((await errorOf(createFolder(join(folder, "notes"), { force: true }))).message).toMatch(/got a file; /);
    expect((await errorOf(createFolder(join(folder, "notes", "run")))).message).toMatch(/ENOTDIR/);
    expect(readFileSync(join(folder, "notes"), "utf8")).toBe("mine");
  });

  test("empties a run with force only, folders in it and all, but not what links point to", async () => {
    const outside = join(ROOT, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "kept"), "x");
    writeFileSync(join(folder, "config.json"), config);
    mkdirSync(join(folder, "checkpoints"));
    writeFileSync(join(folder, "checkpoints", "1.safetensors"), "x");
    symlinkSync(outside, join(folder, "link"), "junction");
    expect((await errorOf(createFolder(folder))).message).toMatch(/3 entries/);
    expect((await errorOf(createFolder(folder, { force: false }))).message).toMatch(/3 entries/);
    expect(readdirSync(folder).length).toBe(3);
    await createFolder(folder, { force: true });
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync(outside)).toEqual(["kept"]);
  });

  test.each([
    ["no config.json", undefined],
    ["another program's config.json", '{"format":"other"}'],
    ["null", "null"],
    ["a list", '["harmonium-run/1"]'],
    ["a text", '"harmonium-run/1"'],
    ["a torn one", config.slice(0, -1)],
    ["a large one", `${config}${" ".repeat(1_000_000)}`],
  ])("deletes nothing with force where there is %s", async (_what, text) => {
    writeFileSync(join(folder, "notes"), "mine");
    if (text !== undefined) writeFileSync(join(folder, "config.json"), text);
    const error = await errorOf(createFolder(folder, { force: true }));
    expect(error.message).toMatch(/of format harmonium-run\/1\. .+ deletes nothing but runs\.$/);
    expect(readdirSync(folder)).toContain("notes");
  });

  test("takes a folder where a kill left only the temporary form of a file", async () => {
    writeFileSync(join(folder, `.config.json.${DEAD}-0123abcd.tmp`), "{");
    await createFolder(folder);
    expect(readdirSync(folder)).toEqual([]);
  });
});
