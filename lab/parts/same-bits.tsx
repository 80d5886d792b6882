/** The hash of what a page has learnt, to compare with that of its command. */

import { useSignal } from "@preact/signals";
import type { Client } from "../engine/client.js";

interface SameBitsProps {
  /** Answers { what: "sha256" }. */
  readonly engine: Client<unknown>;
}

export function SameBits({ engine }: SameBitsProps) {
  const hash = useSignal({ tick: -1, text: "" });
  const shown = hash.value.tick === engine.tick.value ? hash.value.text : "";
  return (
    <p class="caption">
      Run to its end here or by that command, the weights are the same, bit for bit.{" "}
      <button
        type="button"
        data-test="hash"
        onClick={async () => {
          engine.pause();
          const { answer: text, tick } = await engine.askWithTick<string>({ what: "sha256" });
          hash.value = { tick, text };
        }}
      >
        SHA-256 of the weights
      </button>{" "}
      <code data-test="sha256">{shown}</code>
    </p>
  );
}
