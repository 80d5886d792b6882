/** Files that a safetensors reader must refuse, or must not trip over, and a seeded maker of more of them. */

export interface HostileFile {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** A part of the message that refuses it; undefined for a file that is odd but valid. */
  readonly refusal?: RegExp;
  /** Whether the reference implementation, safetensors 0.8.0, takes it. */
  readonly reference: boolean;
}

/** A file with this header, then `data` bytes of zeros; `length` is what the file says of its header's length. */
export function fileOf(header: string | Uint8Array, data = 0, length?: number | bigint): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** An entry of the header. */
export function entry(name: string, dtype: string, shape: string, offsets: string): string {
  return `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
}

const F32_2 = entry("a", "F32", "[2]", "[0,8]");

function refused(what: string, bytes: Uint8Array, refusal: RegExp, reference = false): HostileFile {
  return { what, bytes, refusal, reference };
}

function odd(what: string, bytes: Uint8Array): HostileFile {
  return { what, bytes, reference: true };
}

export const HOSTILE: readonly HostileFile[] = [
  refused("an empty file", new Uint8Array(0), /got 0 bytes/),
  refused("seven bytes", new Uint8Array(7), /got 7 bytes/),
  refused("a header of length 0", fileOf("", 8), /the end of the header/),
  refused("only the length", fileOf("", 0, 100), /0 bytes after the header's length/),
  refused("a header one byte longer than the file", fileOf("{}", 0, 3), /2 bytes after/),
  refused("a header as long as the file", fileOf(`{${F32_2}}`, 8, 8 + F32_2.length + 2 + 8), /expected a header of/),
  refused("a header of 1,000,001 bytes", fileOf(`{}${" ".repeat(999_999)}`), /a header of 1000001 bytes/, true),
  refused("a header of 2^63 bytes", fileOf("{}", 0, 2n ** 63n), /a header of 9223372036854775808 bytes/),
  refused("a header of 2^64 - 1 bytes", fileOf("{}", 0, 2n ** 64n - 1n), /a header of 18446744073709551615 bytes/),
  refused("a header of 2^32 + 2 bytes", fileOf("{}", 0, 2n ** 32n + 2n), /a header of 4294967298 bytes/),
  refused("a header cut by its length", fileOf(`{${F32_2}}`, 8, 20), /header, character 21/),
  refused("a length that swallows data", fileOf(`{${F32_2}}`, 8, F32_2.length + 3), /nothing but spaces/),
  refused("a header that is not UTF-8", fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /not UTF-8/),
  refused("a surrogate in UTF-8", fileOf(Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d)), /not UTF-8/),
  refused("a byte order mark", fileOf(`\uFEFF{${F32_2}}`, 8), /as the first character/),
  refused("a leading space", fileOf(` {${F32_2}}`, 8), /as the first character/, true),
  refused("a leading line feed", fileOf(`\n{${F32_2}}`, 8), /as the first character/, true),
  refused("a header that is not JSON", fileOf("hello, world"), /as the first character/),
  refused("an array", fileOf("[]"), /as the first character/),
  refused("a second object", fileOf("{}{}"), /nothing but spaces/),
  refused("NUL for padding", fileOf("{}\0\0\0\0\0\0"), /nothing but spaces/),
  refused("line feeds for padding", fileOf("{}\n\n\n\n\n\n"), /nothing but spaces/, true),
  refused("a trailing comma", fileOf(`{${F32_2},}`, 8), /expected a string/),
  refused("a header that ends in a name", fileOf('{"a'), /a string that is closed/),
  refused("a header that ends in an escape", fileOf('{"a\\'), /a string that is closed/),
  refused(
    "a control character in a name",
    fileOf(`{${entry("\u0001", "F32", "[2]", "[0,8]")}}`, 8),
    /control characters/,
  ),
  refused("an unknown escape", fileOf(`{${entry("\\x41", "F32", "[2]", "[0,8]")}}`, 8), /JSON's escapes/),
  refused("half a surrogate pair", fileOf(`{${entry("\\ud800", "F32", "[2]", "[0,8]")}}`, 8), /whole Unicode/),
  refused("an escape to the next line", fileOf('{"a\\\n":1}'), /JSON's escapes/),
  refused("a tensor twice", fileOf(`{${F32_2},${entry("a", "F32", "[2]", "[8,16]")}}`, 16), /the key "a" twice/),
  refused(
    "a tensor twice, once escaped",
    fileOf(`{${F32_2},${entry("\\u0061", "F32", "[2]", "[8,16]")}}`, 16),
    /"a" twice/,
  ),
  refused("a tensor twice, in one place", fileOf(`{${F32_2},${F32_2}}`, 8), /the key "a" twice/, true),
  refused(
    "__proto__ twice",
    fileOf(`{${["[0,8]", "[8,16]"].map((at) => entry("__proto__", "F32", "[2]", at))}}`, 16),
    /twice/,
  ),
  refused("dtype twice", fileOf(`{${F32_2.replace("{", '{"dtype":"F32",')}}`, 8), /"dtype" twice/),
  refused("two metadata", fileOf('{"__metadata__":{},"__metadata__":{}}'), /"__metadata__" twice/),
  refused("metadata key twice", fileOf('{"__metadata__":{"k":"1","k":"2"}}'), /"k" twice/, true),
  refused("a number in metadata", fileOf('{"__metadata__":{"k":1}}'), /expected a string/),
  refused("null in metadata", fileOf('{"__metadata__":{"k":null}}'), /expected a string/),
  refused("an object in metadata", fileOf('{"__metadata__":{"k":{}}}'), /expected a string/),
  refused("metadata that is text", fileOf('{"__metadata__":"k"}'), /expected "\{"/),
  refused("metadata that is null", fileOf('{"__metadata__":null}'), /expected "\{"/, true),
  refused("an unknown key", fileOf(`{${F32_2.replace("{", '{"strides":[1],')}}`, 8), /the key "strides"/, true),
  refused("no dtype", fileOf('{"a":{"shape":[2],"data_offsets":[0,8]}}', 8), /without dtype/),
  refused("no shape", fileOf('{"a":{"dtype":"F32","data_offsets":[0,8]}}', 8), /without shape/),
  refused("no offsets", fileOf('{"a":{"dtype":"F32","shape":[2]}}', 8), /without data_offsets/),
  refused(
    "an unknown dtype",
    fileOf(`{${entry("a", "F128", "[2]", "[0,32]")}}`, 32),
    /dtype "F128"; expected one of BOOL/,
  ),
  refused("a dtype in small letters", fileOf(`{${entry("a", "f32", "[2]", "[0,8]")}}`, 8), /dtype "f32"/),
  refused("the dtype toString", fileOf(`{${entry("a", "toString", "[2]", "[0,8]")}}`, 8), /dtype "toString"/),
  refused("the dtype __proto__", fileOf(`{${entry("a", "__proto__", "[2]", "[0,8]")}}`, 8), /dtype "__proto__"/),
  refused("8-bit floats", fileOf(`{${entry("a", "F8_E4M3", "[2]", "[0,2]")}}`, 2), /dtype "F8_E4M3"/, true),
  refused("a negative size", fileOf(`{${entry("a", "F32", "[-2]", "[0,8]")}}`, 8), /expected an integer/),
  refused("a fraction", fileOf(`{${entry("a", "F32", "[2.0]", "[0,8]")}}`, 8), /got "\.0\],/),
  refused("an exponent", fileOf(`{${entry("a", "F32", "[2e0]", "[0,8]")}}`, 8), /got "e0\],/),
  refused("a leading zero", fileOf(`{${entry("a", "F32", "[02]", "[0,8]")}}`, 8), /without leading zeros/),
  refused("a leading plus", fileOf(`{${entry("a", "F32", "[+2]", "[0,8]")}}`, 8), /expected an integer/),
  refused("a size as text", fileOf(`{${entry("a", "F32", '["2"]', "[0,8]")}}`, 8), /expected an integer/),
  refused("a size of null", fileOf(`{${entry("a", "F32", "[null]", "[0,8]")}}`, 8), /expected an integer/),
  refused(
    "a size of 2^53 + 1",
    fileOf(`{${entry("a", "U8", "[9007199254740993]", "[0,8]")}}`, 8),
    /"9007199254740993"/,
  ),
  refused(
    "a size of 2^53 + 1 and none",
    fileOf(`{${entry("a", "U8", "[9007199254740993,0]", "[0,0]")}}`),
    /2\^53/,
    true,
  ),
  refused(
    "a number of 100,000 digits",
    fileOf(`{${entry("a", "U8", `[${"9".repeat(100_000)}]`, "[0,8]")}}`, 8),
    /2\^53/,
  ),
  refused(
    "sizes whose product is 2^64",
    fileOf(`{${entry("a", "U8", "[4294967296,4294967296]", "[0,0]")}}`),
    /more than 2\^53/,
  ),
  refused(
    "a product of 2^64 before a 0",
    fileOf(`{${entry("a", "U8", "[4294967296,4294967296,0]", "[0,0]")}}`),
    /more than 2\^53/,
  ),
  refused("2^53 - 1 doubles", fileOf(`{${entry("a", "F64", "[9007199254740991]", "[0,8]")}}`, 8), /more than 2\^53/),
  refused("a tensor of 1 TiB", fileOf(`{${entry("a", "F32", "[274877906944]", "[0,1099511627776]")}}`, 8), /a file of/),
  refused(
    "a shape below its data",
    fileOf(`{${entry("a", "F32", "[1]", "[0,8]")}}`, 8),
    /got 8 bytes of data; expected 4/,
  ),
  refused(
    "a shape above its data",
    fileOf(`{${entry("a", "F32", "[3]", "[0,8]")}}`, 8),
    /got 8 bytes of data; expected 12/,
  ),
  refused("part of a value", fileOf(`{${entry("a", "F32", "[2]", "[0,7]")}}`, 7), /got 7 bytes of data/),
  refused("one offset", fileOf(`{${entry("a", "F32", "[2]", "[8]")}}`, 8), /two offsets/),
  refused("three offsets", fileOf(`{${entry("a", "F32", "[2]", "[0,8,8]")}}`, 8), /two offsets/),
  refused("offsets that run backwards", fileOf(`{${entry("a", "F32", "[2]", "[8,0]")}}`, 8), /two offsets/),
  refused(
    "offsets of 2^53 - 1",
    fileOf(`{${entry("a", "F32", "[0]", "[9007199254740991,9007199254740991]")}}`),
    /a gap/,
  ),
  refused("two tensors in one place", fileOf(`{${F32_2},${entry("b", "F32", "[2]", "[0,8]")}}`, 8), /overlaps/),
  refused("an overlap", fileOf(`{${F32_2},${entry("b", "F32", "[2]", "[4,12]")}}`, 12), /overlaps/),
  refused("a tensor within another", fileOf(`{${F32_2},${entry("b", "F32", "[0]", "[4,4]")}}`, 8), /overlaps/),
  refused("a gap at the start", fileOf(`{${entry("a", "F32", "[2]", "[8,16]")}}`, 16), /a gap/),
  refused("a gap between", fileOf(`{${F32_2},${entry("b", "F32", "[2]", "[12,20]")}}`, 20), /a gap/),
  refused("trailing bytes", fileOf(`{${F32_2}}`, 9), /the end of the last tensor/),
  refused("a missing byte", fileOf(`{${F32_2}}`, 7), /the end of the last tensor/),
  refused("data without tensors", fileOf("{}", 8), /the end of the last tensor/),
  refused("100,000 open brackets", fileOf(`{"a":${"[".repeat(100_000)}`), /expected "\{"/),
  refused("100,000 open objects", fileOf('{"a":'.repeat(100_000)), /the key "a" in|the key "a"/),
  refused("100,000 nested shapes", fileOf(`{${entry("a", "F32", "[".repeat(100_000), "[0,8]")}}`, 8), /an integer/),
  refused(
    "a shape of 400,000 ones too many",
    fileOf(`{${entry("a", "F32", `[3${",1".repeat(400_000)}]`, "[0,8]")}}`, 8),
    /expected 12/,
  ),
  odd("no tensors", fileOf("{}")),
  odd("a header of 1,000,000 bytes", fileOf(`{}${" ".repeat(999_998)}`)),
  odd("spaces within the header", fileOf(`{ ${F32_2.replaceAll(":", "\t:\n").replaceAll(",", " ,\r ")} }`, 8)),
  odd("no name", fileOf(`{${entry("", "F32", "[2]", "[0,8]")}}`, 8)),
  odd("the name __proto__", fileOf(`{${entry("__proto__", "F32", "[2]", "[0,8]")}}`, 8)),
  odd("the metadata __proto__", fileOf('{"__metadata__":{"__proto__":"polluted"}}')),
  odd("a scalar", fileOf(`{${entry("a", "F64", "[]", "[0,8]")}}`, 8)),
  odd("40,000 sizes of one", fileOf(`{${entry("a", "F32", `[2${",1".repeat(40_000)}]`, "[0,8]")}}`, 8)),
  odd(
    "empty tensors that share an offset",
    fileOf(`{${F32_2},${["b", "c"].map((name) => entry(name, "F32", "[0,3]", "[8,8]"))}}`, 8),
  ),
  odd("an empty tensor before the data, named last", fileOf(`{${F32_2},${entry("b", "F32", "[0]", "[0,0]")}}`, 8)),
  odd("an empty tensor of huge sizes", fileOf(`{${entry("a", "U8", "[9007199254740991,0]", "[0,0]")}}`)),
  odd("tensors in another order than their data", fileOf(`{${entry("b", "F32", "[2]", "[8,16]")},${F32_2}}`, 16)),
  odd("a data start that is not aligned", fileOf(`{${entry("abc", "F64", "[1]", "[0,8]")}}`, 8)),
];

/** Uniform integers from 0 to n - 1: mulberry32, by Tommy Ettinger, public domain. */
export function randomIntegers(seed: number): (n: number) => number {
  let state = seed | 0;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

const SEEDS: readonly (readonly [header: string, data: number])[] = [
  [`{${F32_2}}`, 8],
  [`{"__metadata__":{"format":"x","note":"\\u00e9"},${entry("w", "F32", "[2,2]", "[0,16]")}}`, 16],
  [
    `{${entry("w", "F64", "[1]", "[0,8]")},${entry("b", "U8", "[3]", "[8,11]")},${entry("c", "I16", "[0]", "[11,11]")}}`,
    11,
  ],
  [`{${entry("x", "I64", "[]", "[0,8]")},${entry("y", "BF16", "[2]", "[8,12]")}}`, 12],
  ["{}", 0],
];

const TOKENS = [
  ...'{}[],:"\\ \n0123456789-.e',
  ..."null F32 F64 U8 I64 BOOL F16 F8_E5M2 a w __proto__ __metadata__ dtype shape data_offsets [] [0,8] [8,8] [2,2]".split(
    " ",
  ),
  ..."4 8 11 12 16 255 4294967296 9007199254740991 9007199254740993 18446744073709551616 \\u0000 \\ud83d é \u0001".split(
    " ",
  ),
  F32_2,
];

/** A valid file with one to three edits: of a byte, the declared length, the size, or the header's text. */
export function mutant(random: (n: number) => number): Uint8Array {
  let [header, data] = SEEDS[random(SEEDS.length)] as (typeof SEEDS)[number];
  let length = 0;
  const flips: number[] = [];
  for (let edits = 1 + random(3); edits > 0; edits--) {
    const kind = random(10);
    if (kind === 0) flips.push(random(8 + header.length + data));
    else if (kind === 1) length += random(2) === 0 ? random(20) - 10 : 2 ** random(50);
    else if (kind === 2) data = Math.max(0, data + random(17) - 8);
    else if (kind === 3) header += " ".repeat(random(9));
    else header = edited(header, random);
  }
  const bytes = fileOf(header, data, BigInt(Math.max(0, length + new TextEncoder().encode(header).length)));
  for (const at of flips) if (at < bytes.length) bytes[at] = random(256);
  for (let at = bytes.length - data; at < bytes.length; at++) bytes[at] = random(256);
  return bytes;
}

/** The text with a piece replaced by a token, swapped with the piece behind it, doubled, or with a number changed. */
function edited(text: string, random: (n: number) => number): string {
  const token = TOKENS[random(TOKENS.length)] as string;
  const numbers = [...text.matchAll(/\d+|"\w*"/g)];
  const chosen = numbers[random(Math.max(1, numbers.length))];
  if (chosen !== undefined && random(2) === 0) {
    const piece = chosen[0].startsWith('"') ? `"${token}"` : token;
    return text.slice(0, chosen.index) + piece + text.slice(chosen.index + chosen[0].length);
  }
  const from = random(text.length + 1);
  const to = Math.min(text.length, from + random(6));
  const kind = random(3);
  if (kind === 0) return text.slice(0, from) + token + text.slice(to);
  if (kind === 1) return text.slice(0, to) + text.slice(from);
  return text.slice(0, from) + text.slice(to);
}
