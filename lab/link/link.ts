/**
 * The whole state of a page as a link: `#/digits?v=1&hidden=64&seed=3`. Values that a page has anyway are left out. Reading never fails: what
 * cannot be read has its initial value and a complaint.
 */

import { choice, type Field, type Fields, flag, type Values } from "./fields.js";

/** The number of this way of writing links; it grows when an old link would mean something else. */
export const LINK_VERSION = 1;

/** What every page has: controls hidden by a teacher, the frame left out, the theme. */
export const shared = {
  controls: flag(true),
  embed: flag(false),
  theme: choice(["auto", "light", "dark"], "auto"),
};

export interface Link<F extends Fields = Fields> {
  readonly page: string;
  readonly values: Values<F>;
  /** In words, for the reader of the page. */
  readonly complaints: readonly string[];
}

export interface RawLink {
  readonly page: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly complaints: readonly string[];
}

/** A link's page and texts, before the page's fields are known. */
export function splitLink(hash: string): RawLink {
  const complaints: string[] = [];
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split(/\?(.*)/s);
  const texts = new Map<string, string>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const [name = "", text = ""] = pair.split(/=(.*)/s);
    const decoded = [name, text].map(decode);
    if (decoded.includes(undefined)) complaints.push(`“${pair.slice(0, 40)}” cannot be read.`);
    else if (texts.has(decoded[0] as string)) complaints.push(`“${decoded[0]}” is there twice; the first one counts.`);
    else texts.set(decoded[0] as string, decoded[1] as string);
  }
  const version = texts.get("v");
  texts.delete("v");
  if (version !== undefined && version !== String(LINK_VERSION)) {
    const newer = Number(version) > LINK_VERSION;
    const why = newer ? "It is from a newer lab; what this one does not know is left out." : "It has no such version.";
    complaints.push(`The link says version “${version.slice(0, 20)}”, this is version ${LINK_VERSION}. ${why}`);
  }
  return { page: decode(path)?.replace(/\/$/, "") ?? "", texts, complaints };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** What the texts say about these fields. */
export function readValues<F extends Fields>({ page, texts, complaints }: RawLink, fields: F): Link<F> {
  const said = [...complaints];
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields) as [string, Field<unknown>][]) {
    const text = texts.get(name);
    const read = text === undefined ? { value: field.initial } : field.parse(text);
    if ("value" in read) values[name] = read.value;
    else {
      values[name] = field.initial;
      said.push(
        `${name}: got “${(text as string).slice(0, 40)}”, ${read.expected}. It is ${field.format(field.initial) || "empty"} now.`,
      );
    }
  }
  for (const name of texts.keys()) {
    if (!Object.hasOwn(fields, name)) said.push(`This page has no “${name.slice(0, 40)}”.`);
  }
  return { page, values: values as Values<F>, complaints: said };
}

/** `#/page?v=1&…`, with what differs from the initial values. */
export function formatLink<F extends Fields>(page: string, fields: F, values: Values<F>): string {
  const pairs = Object.entries(fields as Record<string, Field<unknown>>).flatMap(([name, field]) => {
    const text = field.format((values as Record<string, unknown>)[name]);
    return text === field.format(field.initial) ? [] : [`${name}=${encodeURIComponent(text)}`];
  });
  return pairs.length === 0 ? `#/${page}` : `#/${page}?v=${LINK_VERSION}&${pairs.join("&")}`;
}
