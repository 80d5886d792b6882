/** Back through the run: a slider under the picture, whose moments are shown while it is dragged. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Client } from "../../engine/client.js";

interface HistoryProps {
  readonly engine: Client<unknown>;
}

export function History({ engine }: HistoryProps) {
  /** Asked for and not yet there; and the latest wish, which goes next. */
  const asked = useSignal<number | undefined>(undefined);
  const wish = useSignal<number | undefined>(undefined);
  const [tick, furthest] = [engine.tick.value, engine.furthest.value];
  const go = (target: number) => {
    asked.value = target;
    wish.value = undefined;
    engine.goTo(target);
  };
  useEffect(() => {
    if (asked.peek() !== tick) return;
    asked.value = undefined;
    const next = wish.peek();
    if (next !== undefined && next !== tick) go(next);
  }, [tick]);
  const shown = wish.value ?? asked.value ?? tick;
  return (
    <div class="history">
      <label for="history">Back through the run</label>
      <input
        id="history"
        type="range"
        min={0}
        max={Math.max(furthest, 1)}
        value={shown}
        aria-valuetext={`update ${shown} of ${furthest}`}
        onInput={({ currentTarget }) => {
          const target = Number(currentTarget.value);
          if (asked.peek() === undefined) {
            if (target !== tick) go(target);
          } else wish.value = target;
        }}
      />
      <output>{shown.toLocaleString("en")}</output>
    </div>
  );
}
