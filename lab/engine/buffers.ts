/** What plain data hold in typed arrays. */

/** The buffers of typed arrays that have them to themselves: to be handed over rather than copied, or to be counted. */
export function buffersOf(view: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(view)) {
    if (view.buffer instanceof ArrayBuffer && view.byteLength === view.buffer.byteLength) found.add(view.buffer);
  } else if (Array.isArray(view)) for (const each of view) buffersOf(each, found);
  else if (view !== null && typeof view === "object") for (const each of Object.values(view)) buffersOf(each, found);
  return [...found];
}
