import { Resvg } from "@resvg/resvg-wasm";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { fontFiles, fontRuns, shortened, textWidth, wrap } from "#cli/figures/font.js";
import { concise, fixed, grouped, rounded } from "#cli/figures/numbers.js";
import { renderPng } from "#cli/figures/render.js";
import { type } from "#cli/figures/style.js";
import { escapeText, text } from "#cli/figures/svg.js";
import { decode, others } from "./figures-decode.js";

const sheet = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="60" xml:space="preserve"><rect width="700" height="60" fill="#fff"/>${content}</svg>`;

async function ink(content: string): Promise<number> {
  const picture = decode(await renderPng(sheet(text(10, 40, content, type.title))));
  return others(picture, [0, 0, picture.width, picture.height], 0xffffff);
}

describe("text in figures", () => {
  beforeAll(async () => {
    await renderPng(sheet("")); // starts the renderer, for the test that calls it directly
  });

  it("is drawn in Latin, Greek and Cyrillic, also mixed with ligatures and accents in one line", async () => {
    for (const line of ["overfitting", "ΔF = 0.8", "Łódź", "Кириллица", "overfitting fi ΔF Łódź ź é Ω"]) {
      expect(await ink(line), line).toBeGreaterThan(300);
    }
    const parts = ["overfitting ", "ΔF ", "Łódź"];
    const alone = await Promise.all(parts.map(ink));
    const together = await ink(parts.join(""));
    expect(Math.abs(together - alone.reduce((a, b) => a + b))).toBeLessThan(0.03 * together);
  });

  it("draws a question mark for what the font lacks", async () => {
    expect(fontRuns("漢🙂", 400).map((run) => run.text)).toEqual(["??"]);
    expect(await ink("漢🙂")).toBe(await ink("??"));
  });

  it("measures letters as the renderer does", () => {
    const boxWidth = (content: string) =>
      new Resvg(sheet("").replace(/<rect.*\/>/, text(10, 40, content, type.title)), {
        font: { fontBuffers: fontFiles() },
      }).getBBox()?.width as number;
    for (const letter of ["H", "m", "0", "Δ", "ź", "Ж"]) {
      const advance = (boxWidth(letter.repeat(20)) - boxWidth(letter.repeat(10))) / 10;
      // Plex kerns some letters with themselves.
      expect(Math.abs(textWidth(letter, type.title) / advance - 1), letter).toBeLessThan(0.03);
    }
  });

  it("centres and right-aligns by that width, also across faces", () => {
    const left = (svg: string) => Number(/x="([^"]+)"/.exec(svg)?.[1]);
    const width = textWidth("aΔb", type.label);
    expect(left(text(100, 0, "aΔb", type.label, "end"))).toBeCloseTo(100 - width, 1);
    expect(left(text(100, 0, "aΔb", type.label, "middle"))).toBeCloseTo(100 - width / 2, 1);
  });

  it("wraps within the width without losing a word", () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 40 }), fc.integer({ min: 60, max: 700 }), (words, width) => {
        const lines = wrap(words, type.caption, width);
        expect(lines.join(" ")).toBe(words);
        for (const line of lines) {
          if (line.includes(" ")) expect(textWidth(line, type.caption)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  it("shortens with an ellipsis, and only where it must", () => {
    expect(shortened("noise", type.label, 200)).toBe("noise");
    const short = shortened("a very long label of a row", type.label, 100);
    expect(short.endsWith("…")).toBe(true);
    expect(textWidth(short, type.label)).toBeLessThanOrEqual(100);
  });

  it("escapes markup and characters that XML forbids", () => {
    expect(escapeText(`<a href="x">&'</a>`)).toBe("&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
    expect(escapeText("a\u0000b\u001bc\ud800d\uffff")).toBe("a\ufffdb\ufffdc\ufffdd\ufffd");
    expect(escapeText("🙂\n")).toBe("🙂\n");
  });
});

describe("numbers in figures", () => {
  it("prints them the same everywhere", () => {
    expect([0, 999, 1000, 9999, 10000, 1234567, -20000].map(grouped)).toEqual([
      "0",
      "999",
      "1000",
      "9999",
      "10\u2009000",
      "1\u2009234\u2009567",
      "−20\u2009000",
    ]);
    expect([0, 0.021449, -153.4, 12345, 2.5e9, -3e-7].map(rounded)).toEqual([
      "0",
      "0.0214",
      "−153",
      "12\u2009345",
      "2.5e9",
      "−3.0e−7",
    ]);
    expect([2, 0.02, 1.23456, 150, 5e-7].map(concise)).toEqual(["2", "0.02", "1.23", "150", "5.0e−7"]);
    expect([fixed(-0.001, 2), fixed(-1.5, 1), fixed(3, 0)]).toEqual(["0.00", "−1.5", "3"]);
  });
});
