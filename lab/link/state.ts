/** A page's values as signals that keep the link in the address bar up to date. */

import { effect, type Signal, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Field, Fields, Values } from "./fields.js";
import { formatLink, type RawLink, readValues, shared, splitLink } from "./link.js";

export type State<F> = { readonly [Name in keyof F]: F[Name] extends Field<infer Value> ? Signal<Value> : never };

export const raw = signal<RawLink>(splitLink(globalThis.location?.hash ?? ""));
/** What the link got wrong, for the notice on top of the page. */
export const complaints = signal<readonly string[]>([]);

/** Written by ourselves: no news for the page. */
let own = "";
globalThis.addEventListener?.("hashchange", () => {
  if (location.hash !== own) raw.value = splitLink(location.hash);
});

const sharedState = Object.fromEntries(
  Object.entries(readValues({ ...raw.peek(), texts: onlyShared(raw.peek()) }, shared).values).map(([name, value]) => [
    name,
    signal(value),
  ]),
) as State<typeof shared>;

/** Controls, embedding and theme: the same on all pages. */
export const view = sharedState;

function onlyShared({ texts }: RawLink): ReadonlyMap<string, string> {
  return new Map([...texts].filter(([name]) => Object.hasOwn(shared, name)));
}

/** The page's fields as signals, from the link; writing one rewrites the link. Call it once in a page, with a constant. */
export function useLinkState<F extends Fields>(page: string, fields: F): State<F> {
  const [state, stop] = useMemo(() => {
    const link = raw.peek();
    const texts = link.page === page || page === "start" ? link.texts : new Map<string, string>();
    const own = new Map([...texts].filter(([name]) => !Object.hasOwn(shared, name)));
    const read = readValues({ ...link, texts: own }, fields);
    const strange = readValues({ page, texts: onlyShared(link), complaints: [] }, shared).complaints;
    complaints.value = [...read.complaints, ...strange];
    const signals = Object.fromEntries(
      Object.entries(read.values as Record<string, unknown>).map(([name, value]) => [name, signal(value)]),
    ) as State<F>;
    return [signals, follow(page, fields, signals)];
  }, [raw.value]);
  useMemo(() => () => stop(), [stop]);
  return state;
}

/** What the signals hold now; whoever asks in a component is told of changes. */
export function valuesOf<F extends Fields>(state: State<F>): Values<F> {
  const signals = Object.entries(state as Record<string, Signal<unknown>>);
  return Object.fromEntries(signals.map(([name, { value }]) => [name, value])) as Values<F>;
}

/** Link of the page as it is now, without what only this reader chose. */
export function linkOf<F extends Fields>(
  page: string,
  fields: F,
  state: State<F>,
  more: Partial<Values<typeof shared>> = {},
) {
  const common = { controls: view.controls.value, embed: view.embed.value, theme: view.theme.value, ...more };
  return formatLink(page, { ...fields, ...shared }, { ...valuesOf(state), ...common } as never);
}

function follow<F extends Fields>(page: string, fields: F, state: State<F>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return effect(() => {
    const hash = linkOf(page, fields, state);
    clearTimeout(timer);
    // browsers allow some 100 changes in half a minute
    timer = setTimeout(() => {
      if (splitLink(location.hash).page !== page && !(page === "start" && splitLink(location.hash).page === "")) return;
      own = hash;
      history.replaceState(null, "", hash);
    }, 250);
  });
}
