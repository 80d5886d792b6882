/**
 * What a link can hold: each page lists its fields, each field has a domain, how it is written in the link, and what a bad value is told.
 * A field never throws: a link from an older lab, or one with a typing error, still opens.
 */

export interface Field<Value> {
  readonly initial: Value;
  /** The value, or what is wrong with the text: "expected a whole number from 1 to 500". */
  parse(text: string): { readonly value: Value } | { readonly expected: string };
  format(value: Value): string;
  readonly range?: Range;
  readonly choices?: readonly string[];
}

export interface Range {
  readonly min: number;
  readonly max: number;
  /** What a slider moves by. */
  readonly step: number;
}

export type Fields = Readonly<Record<string, Field<never> | Field<unknown>>>;
export type Values<F> = { readonly [Name in keyof F]: F[Name] extends Field<infer Value> ? Value : never };

const plain = /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i;

function numeric(initial: number, range: Range, whole: boolean): Field<number> {
  const { min, max } = range;
  const expected = `expected a ${whole ? "whole " : ""}number from ${min} to ${max}`;
  return {
    initial,
    range,
    parse(text) {
      const value = plain.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max && (!whole || Number.isSafeInteger(value)) ? { value } : { expected };
    },
    format: String,
  };
}

export const whole = (initial: number, min: number, max: number, step = 1): Field<number> =>
  numeric(initial, { min, max, step }, true);

export const real = (initial: number, min: number, max: number, step: number): Field<number> =>
  numeric(initial, { min, max, step }, false);

export function choice<const Choices extends readonly string[]>(
  choices: Choices,
  initial: Choices[number],
): Field<Choices[number]> {
  const expected = `expected one of ${choices.join(", ")}`;
  return {
    initial,
    choices,
    parse: (text) => (choices.includes(text) ? { value: text } : { expected }),
    format: (value) => value,
  };
}

export const flag = (initial: boolean): Field<boolean> => ({
  initial,
  parse: (text) => (text === "1" || text === "0" ? { value: text === "1" } : { expected: "expected 1 or 0" }),
  format: (value) => (value ? "1" : "0"),
});

/** Numbers with `.` between thousandths for short links: 1.25 is written 1.25; a list has `_` between. */
export function reals(initial: readonly number[], { min, max, most }: { min: number; max: number; most: number }) {
  const expected = `expected at most ${most} numbers from ${min} to ${max}, with _ between`;
  const field: Field<readonly number[]> = {
    initial,
    parse(text) {
      const texts = text === "" ? [] : text.split("_");
      if (texts.length > most || !texts.every((one) => plain.test(one))) return { expected };
      const value = texts.map(Number);
      return value.every((one) => one >= min && one <= max) ? { value } : { expected };
    },
    format: (value) => value.map((one) => String(Math.round(one * 1000) / 1000)).join("_"),
  };
  return field;
}

/** A part of an axis as 12.5_40; the whole of it where nothing is said. */
export function part(): Field<readonly [number, number] | undefined> {
  const expected = "expected two numbers, the lower one first, with _ between";
  return {
    initial: undefined,
    parse(text) {
      if (text === "") return { value: undefined };
      const texts = text.split("_");
      const [low, high] = texts.map(Number) as [number, number];
      const good = texts.length === 2 && texts.every((one) => plain.test(one)) && low < high && Number.isFinite(high);
      return good ? { value: [low, high] } : { expected };
    },
    format(value) {
      if (!value) return "";
      // four digits of each, and of the part's width
      const places = (size: number) => (size === 0 ? 0 : 3 - Math.floor(Math.log10(Math.abs(size))));
      const least = places(value[1] - value[0]);
      const short = (one: number) => Number(one.toFixed(Math.min(100, Math.max(0, least, places(one)))));
      return value.map((one) => String(short(one))).join("_");
    },
  };
}

/** A set of digits as "0289", in order. */
export function digits(initial: readonly number[]): Field<readonly number[]> {
  const expected = "expected digits from 0 to 9, each once, such as 2 or 0189";
  return {
    initial,
    parse(text) {
      const value = [...text].map(Number);
      const good = /^\d{1,10}$/.test(text) && new Set(value).size === value.length;
      return good ? { value: value.sort((a, b) => a - b) } : { expected };
    },
    format: (value) => value.join(""),
  };
}

/** Text of these characters, for what a page packs by itself (a drawing, a schedule). */
export function packed(initial: string, allowed: RegExp, expected: string, most = 2000): Field<string> {
  return {
    initial,
    parse: (text) => (text.length <= most && allowed.test(text) ? { value: text } : { expected }),
    format: (value) => value,
  };
}
