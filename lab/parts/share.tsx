/** The state to take away: link, command, frame. */

import type { Fields } from "../link/fields.js";
import { linkOf, type State } from "../link/state.js";
import { CopyButton } from "./copy-button.js";

interface ShareProps<F extends Fields> {
  readonly page: string;
  readonly fields: F;
  readonly state: State<F>;
  /** The command that gives the same run, bit for bit. */
  readonly command?: string | undefined;
}

export function Share<F extends Fields>({ page, fields, state, command }: ShareProps<F>) {
  const address = (more = {}) =>
    new URL(linkOf(page, fields, state, { theme: "auto", ...more }), document.baseURI).href;
  return (
    <section class="share" aria-label="Take it away">
      <CopyButton text={address}>Copy link</CopyButton>
      <CopyButton text={() => address({ controls: false })}>Copy link without controls</CopyButton>
      <CopyButton
        text={() =>
          `<iframe src="${address({ embed: true })}" width="100%" height="720" title="harmonium lab"></iframe>`
        }
      >
        Copy embed
      </CopyButton>
      {command && <CopyButton text={() => command}>Copy command</CopyButton>}
      {command && (
        <code class="command" data-test="command" tabIndex={0}>
          {command}
        </code>
      )}
    </section>
  );
}
