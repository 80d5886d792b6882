/** The state to take away: link, command, frame. */

import { signal } from "@preact/signals";
import type { Fields } from "../link/fields.js";
import { linkOf, type State } from "../link/state.js";

interface ShareProps<F extends Fields> {
  readonly page: string;
  readonly fields: F;
  readonly state: State<F>;
  /** The command that gives the same run, bit for bit. */
  readonly command?: string | undefined;
}

const copied = signal("");

async function copy(name: string, text: string) {
  try {
    await navigator.clipboard.writeText(text);
    copied.value = `${name} copied`;
  } catch {
    copied.value = text;
  }
}

export function Share<F extends Fields>({ page, fields, state, command }: ShareProps<F>) {
  const address = (more = {}) =>
    new URL(linkOf(page, fields, state, { theme: "auto", ...more }), document.baseURI).href;
  return (
    <section class="share" aria-label="Take it away">
      <button type="button" onClick={() => copy("Link", address())}>
        Copy link
      </button>
      <button type="button" onClick={() => copy("Teacher’s link", address({ controls: false }))}>
        Copy link without controls
      </button>
      <button
        type="button"
        onClick={() =>
          copy(
            "Frame for a page of yours",
            `<iframe src="${address({ embed: true })}" width="100%" height="720" title="harmonium lab"></iframe>`,
          )
        }
      >
        Copy embed
      </button>
      {command && (
        <button type="button" onClick={() => copy("Command", command)}>
          Copy command
        </button>
      )}
      {command && (
        <code class="command" data-test="command" tabIndex={0}>
          {command}
        </code>
      )}
      <output aria-live="polite">{copied.value}</output>
    </section>
  );
}
