/** Play, step, back, replay, and the keys for them; the same on every page. */

import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Client, FULL_SPEED } from "../engine/client.js";
import { isTyping } from "./shortcuts.js";

export interface Stride {
  /** "unit", "sweep", "update", "epoch", "100 sweeps". */
  readonly name: string;
  readonly ticks: number;
}

interface TransportProps {
  readonly engine: Client<unknown>;
  /** The small step and, by Shift, the bigger one. */
  readonly strides: readonly [Stride, ...Stride[]];
  /** Ticks a second to choose from; without, as fast as it goes. */
  readonly speeds?: readonly number[];
  /** The page's own speed signal, for the link. */
  readonly speed?: Signal<number>;
  /** "images/s": what a tick's worth is counted in. */
  readonly rate?: { readonly name: string; readonly perTick: number };
  /** More of what the clock says. */
  readonly clock?: (tick: number) => string;
}

/** "1 update", "100 steps". */
const counted = ({ name }: Stride) => (/^\d/.test(name) ? name : `1 ${name}`);

export function Transport({ engine, strides, speeds, speed = signal(FULL_SPEED), rate, clock }: TransportProps) {
  const [small, big = small] = strides;
  const toggle = () => (engine.playing.peek() ? engine.pause() : engine.play(speed.peek()));
  const back = (ticks = small.ticks) => engine.back(ticks);
  const replay = () => (engine.playing.peek() ? engine.replay(speed.peek()) : engine.goTo(0));

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const { key, shiftKey } = event;
      const onButton = event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement;
      if (key === " " && !onButton) toggle();
      else if (key === "ArrowRight") engine.advance(shiftKey ? big.ticks : small.ticks);
      else if (key === "ArrowLeft") back(shiftKey ? big.ticks : small.ticks);
      else if (key === "r" || key === "R") replay();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [engine, small.ticks, big.ticks]);

  const { value: tick } = engine.tick;
  const perSecond = engine.rate.value * (rate?.perTick ?? 1);
  return (
    <div class="transport" role="group" aria-label="Run">
      <button
        type="button"
        class="play"
        onClick={toggle}
        disabled={engine.ended.value}
        aria-pressed={engine.playing.value}
        data-test="play"
      >
        {engine.playing.value ? "❚❚ Pause" : "▶ Play"}
      </button>
      <button
        type="button"
        onClick={() => engine.advance(small.ticks)}
        disabled={engine.ended.value}
        data-test="step"
      >{`+${counted(small)}`}</button>
      {big !== small && (
        <button
          type="button"
          onClick={() => engine.advance(big.ticks)}
          disabled={engine.ended.value}
        >{`+${counted(big)}`}</button>
      )}
      <button
        type="button"
        onClick={() => back()}
        disabled={tick === 0}
        data-test="back"
      >{`−${counted(small)}`}</button>
      <button type="button" onClick={replay} data-test="replay">
        ⟲ Replay
      </button>
      {speeds && (
        <label class="speed">
          Speed{" "}
          <select
            value={String(speed.value)}
            onChange={({ currentTarget }) => {
              speed.value = Number(currentTarget.value);
              if (engine.playing.peek()) engine.play(speed.value);
            }}
          >
            {speeds.map((each) => (
              <option key={each} value={String(each)}>
                {each >= FULL_SPEED ? "full" : `${each} ${small.name}s/s`}
              </option>
            ))}
          </select>
        </label>
      )}
      <output class="clock" data-test="clock" data-tick={tick} data-playing={String(engine.playing.value)}>
        {clock ? clock(tick) : `${small.name} ${Math.floor(tick / small.ticks).toLocaleString("en")}`}
        {engine.playing.value && rate && perSecond > 0
          ? ` · ${Math.round(perSecond).toLocaleString("en")} ${rate.name}`
          : ""}
        {engine.ended.value ? " · done" : ""}
      </output>
      {engine.failure.value && (
        <p class="notice" role="alert">
          {engine.failure.value}
        </p>
      )}
    </div>
  );
}
