/**
 * IBM Plex Sans from the package `@fontsource/ibm-plex-sans`, so that a machine without any font draws the same letters.
 * Characters outside its Latin, Greek and Cyrillic are drawn as question marks.
 *
 * The package holds WOFF files (W3C WOFF 1.0: a font's tables, each deflated). The renderer wants plain OpenType files, and
 * the layout wants the widths of the letters; both are read from the same tables here.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inflateSync } from "node:zlib";
import type { TypeStyle, Weight } from "./style.js";

/** Stands for a character that the font lacks. */
const standIn = "?";

type Tables = Map<string, Buffer>;

/** One file of the package: one script in one weight. */
interface Face {
  readonly weight: Weight;
  /** The name under which the renderer finds exactly this file. */
  readonly family: string;
  readonly opentype: Uint8Array;
  /** Advance widths by code point, in ems. */
  readonly advances: ReadonlyMap<number, number>;
}

/** A stretch of text in one face. */
export interface Run {
  readonly family: string;
  readonly text: string;
}

let loaded: readonly Face[] | undefined;

function faces(): readonly Face[] {
  loaded ??= (["latin", "latin-ext", "greek", "cyrillic"] as const).flatMap((script) =>
    ([400, 600] as const).map((weight) => loadFace(script, weight)),
  );
  return loaded;
}

function loadFace(script: string, weight: Weight): Face {
  const file = `@fontsource/ibm-plex-sans/files/ibm-plex-sans-${script}-${weight}-normal.woff`;
  const woff = readFileSync(createRequire(import.meta.url).resolve(file));
  const tables = woffTables(woff);
  const family = `Plex ${script} ${weight}`;
  tables.set("name", nameTable(family));
  return { weight, family, opentype: opentypeFile(woff.readUInt32BE(4), tables), advances: advanceWidths(tables) };
}

/** The font files for the renderer. */
export function fontFiles(): Uint8Array[] {
  return faces().map((face) => face.opentype);
}

function faceOf(char: string, weight: Weight): Face | undefined {
  const code = char.codePointAt(0) as number;
  return faces().find((face) => face.weight === weight && face.advances.has(code));
}

/** The text cut where the face changes; a character that no face has becomes a question mark. */
export function fontRuns(text: string, weight: Weight): Run[] {
  const runs: { family: string; text: string }[] = [];
  for (const char of text) {
    const face = faceOf(char, weight);
    const { family } = face ?? (faceOf(standIn, weight) as Face);
    const shown = face === undefined ? standIn : char;
    const last = runs.at(-1);
    if (last?.family === family) last.text += shown;
    else runs.push({ family, text: shown });
  }
  return runs;
}

/** Width of a line of text in CSS pixels, without kerning. */
export function textWidth(text: string, { size, weight }: TypeStyle): number {
  let ems = 0;
  for (const char of text) {
    const shown = faceOf(char, weight) === undefined ? standIn : char;
    ems += faceOf(shown, weight)?.advances.get(shown.codePointAt(0) as number) as number;
  }
  return ems * size;
}

/**
 * Breaks a text at its spaces into as few lines of at most `width` CSS pixels as it takes, of about equal length.
 * A longer word stays whole.
 */
export function wrap(text: string, style: TypeStyle, width: number): string[] {
  let lines = greedyLines(text, style, width);
  for (let narrower = width - 8; lines.length > 1 && narrower > width / 2; narrower -= 8) {
    const tried = greedyLines(text, style, narrower);
    if (tried.length > lines.length) break;
    lines = tried;
  }
  return lines;
}

/** The text, or as much of its start as fits `width` CSS pixels with an ellipsis. */
export function shortened(text: string, style: TypeStyle, width: number): string {
  if (textWidth(text, style) <= width) return text;
  const chars = [...text];
  while (chars.length > 0 && textWidth(`${chars.join("")}…`, style) > width) chars.pop();
  return `${chars.join("").trimEnd()}…`;
}

function greedyLines(text: string, style: TypeStyle, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, style) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

function woffTables(woff: Buffer): Tables {
  const tables = new Map<string, Buffer>();
  const count = woff.readUInt16BE(12);
  for (let entry = 44; entry < 44 + 20 * count; entry += 20) {
    const offset = woff.readUInt32BE(entry + 4);
    const packed = woff.subarray(offset, offset + woff.readUInt32BE(entry + 8));
    const length = woff.readUInt32BE(entry + 12);
    tables.set(woff.toString("latin1", entry, entry + 4), packed.length < length ? inflateSync(packed) : packed);
  }
  return tables;
}

/** The same tables as an OpenType file. Checksums are left 0: neither this renderer nor any browser reads them. */
function opentypeFile(flavour: number, tables: Tables): Uint8Array {
  const directory = Buffer.alloc(12 + 16 * tables.size);
  directory.writeUInt32BE(flavour, 0);
  directory.writeUInt16BE(tables.size, 4);
  const parts: Buffer[] = [directory];
  let offset = directory.length;
  let entry = 12;
  for (const [tag, table] of tables) {
    directory.write(tag, entry, "latin1");
    directory.writeUInt32BE(offset, entry + 8);
    directory.writeUInt32BE(table.length, entry + 12);
    const padding = (4 - (table.length % 4)) % 4;
    parts.push(table, Buffer.alloc(padding));
    offset += table.length + padding;
    entry += 16;
  }
  return Buffer.concat(parts);
}

/** A name table with nothing but the family name (IDs 1 and 6), so that a face is found by it and by nothing else. */
function nameTable(family: string): Buffer {
  const name = Buffer.from(family, "utf16le").swap16();
  const table = Buffer.alloc(30 + name.length);
  table.writeUInt16BE(2, 2);
  table.writeUInt16BE(30, 4);
  [1, 6].forEach((id, i) => {
    // Platform 3 (Windows), encoding 1 (UTF-16), language US English.
    const record = [3, 1, 0x409, id, name.length, 0];
    record.forEach((field, j) => {
      table.writeUInt16BE(field, 6 + 12 * i + 2 * j);
    });
  });
  table.set(name, 30);
  return table;
}

function advanceWidths(tables: Tables): Map<number, number> {
  const table = (tag: string) => tables.get(tag) as Buffer;
  const unitsPerEm = table("head").readUInt16BE(18);
  const metrics = table("hhea").readUInt16BE(34);
  const widths = new Map<number, number>();
  for (const [code, glyph] of characterMap(table("cmap"))) {
    widths.set(code, table("hmtx").readUInt16BE(4 * Math.min(glyph, metrics - 1)) / unitsPerEm);
  }
  return widths;
}

/** Code point to glyph from the Unicode subtable of format 4 (OpenType specification, "cmap"). */
function characterMap(cmap: Buffer): Map<number, number> {
  const glyphs = new Map<number, number>();
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) => cmap.readUInt32BE(4 + 8 * i + 4));
  const start = subtables.find((offset) => cmap.readUInt16BE(offset) === 4);
  if (start === undefined) return glyphs;
  const doubled = cmap.readUInt16BE(start + 6);
  for (let segment = 0; segment < doubled; segment += 2) {
    const at = start + 14 + segment;
    const last = cmap.readUInt16BE(at);
    const first = cmap.readUInt16BE(at + doubled + 2);
    const delta = cmap.readUInt16BE(at + 2 * doubled + 2);
    const rangeAt = at + 3 * doubled + 2;
    const range = cmap.readUInt16BE(rangeAt);
    for (let code = first; code <= last && code < 0xffff; code++) {
      const listed = range === 0 ? code : cmap.readUInt16BE(rangeAt + range + 2 * (code - first));
      const glyph = range !== 0 && listed === 0 ? 0 : (listed + delta) & 0xffff;
      if (glyph !== 0) glyphs.set(code, glyph);
    }
  }
  return glyphs;
}
