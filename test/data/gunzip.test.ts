import { gzipSync, crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32 } from "#src/data/crc32.js";
import { gunzip, isGzip } from "#src/data/gunzip.js";
import { refusal } from "./refusal.js";

describe("crc32", () => {
  test("the check value of the standard", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
  });

  test("as zlib's", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc32(bytes)).toBe(zlibCrc32(bytes));
      }),
    );
  });
});

describe("gunzip", () => {
  const text = new Uint8Array(100_000).map((_, i) => Math.imul(i, 2654435761) >>> 24);
  const file = gzipSync(text);

  test("unpacks what zlib packed", async () => {
    expect(isGzip(file)).toBe(true);
    expect(await gunzip(file, "f.gz")).toEqual(text);
    expect(await gunzip(gzipSync(new Uint8Array(0)), "f.gz")).toHaveLength(0);
  });

  test("unpacks to exactly the limit and no further", async () => {
    expect(await gunzip(file, "f.gz", 100_000)).toHaveLength(100_000);
    const error = await refusal(() => gunzip(file, "f.gz", 99_999));
    expect(error.kind).toBe("size");
    expect(error.message).toMatch(/^f\.gz: got \d+ compressed bytes that unpack to more than 99999/);
  });

  test("a bomb of 1 GB ends at the limit, soon and in little memory", async () => {
    const bomb = Buffer.concat(Array(20).fill(gzipSync(new Uint8Array(50_000_000))));
    const before = process.memoryUsage().rss;
    const start = performance.now();
    expect((await refusal(() => gunzip(bomb, "bomb.gz", 1_000_000))).kind).toBe("size");
    expect(performance.now() - start).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test.each<[string, Uint8Array]>([
    ["cut short", file.subarray(0, -1)],
    ["cut in the middle", file.subarray(0, 500)],
    ["header only", file.subarray(0, 10)],
    ["no bytes", new Uint8Array(0)],
    ["wrong magic", file.with(0, 0)],
    ["damaged data", file.with(2000, (file[2000] ?? 0) ^ 0xff)],
    ["damaged checksum", file.with(-6, (file.at(-6) ?? 0) ^ 1)],
    ["trailing junk", Buffer.concat([file, Buffer.from("junk")])],
  ])("refuses: %s", async (_, bytes) => {
    const error = await refusal(() => gunzip(bytes, "f.gz"));
    expect(error.kind).toBe("format");
    expect(error.message).toMatch(/^f\.gz: got compressed data that do not unpack/);
  });
});
