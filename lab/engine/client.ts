/** The page's side of an engine in a worker: signals of what it shows, and the transport. */

import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Reply, Request } from "./engine.js";
import type { EngineName } from "./engines.js";

export interface Client<View> {
  readonly view: ReadonlySignal<View | undefined>;
  readonly tick: ReadonlySignal<number>;
  /** The last tick that this run has come to. */
  readonly furthest: ReadonlySignal<number>;
  /** Ticks a second of late, while it plays. */
  readonly rate: ReadonlySignal<number>;
  readonly playing: ReadonlySignal<boolean>;
  /** No further tick. */
  readonly ended: ReadonlySignal<boolean>;
  /** In words, when it stopped by an error. */
  readonly failure: ReadonlySignal<string | undefined>;
  /** As fast as it goes, without a number. */
  play(ticksPerSecond?: number): void;
  pause(): void;
  advance(ticks: number): void;
  goTo(tick: number): void;
  /** So many ticks back from where the engine is, which may be further than what is shown. */
  back(ticks: number): void;
  /** Plays from the start again. */
  replay(ticksPerSecond?: number): void;
  /** New parameters: taken up where the engine can, else it begins anew; plays on if it was playing. */
  adjust(parameters: unknown): void;
  /** Changes the state of now by hand. */
  act(order: unknown): void;
  ask<Answer>(command: unknown): Promise<Answer>;
  /** With the tick of which the answer is: a view of it may still be under way. */
  askWithTick<Answer>(command: unknown): Promise<{ readonly answer: Answer; readonly tick: number }>;
  dispose(): void;
}

export const FULL_SPEED = 1e9;

export function createClient<View>(engine: EngineName, parameters: unknown): Client<View> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const send = (request: Request) => worker.postMessage(request);
  const [view, tick, furthest, rate] = [signal<View | undefined>(undefined), signal(0), signal(0), signal(0)];
  const [playing, ended, failure] = [signal(false), signal(false), signal<string | undefined>(undefined)];
  const waiting = new Map<number, { resolve(answer: never): void; reject(error: Error): void }>();
  let asked = 0;
  let speed = FULL_SPEED;
  let disposed = false;

  worker.onmessage = ({ data: reply }: MessageEvent<Reply>) => {
    if (disposed) return;
    if (reply.kind === "view") {
      batch(() => {
        view.value = reply.view as View;
        tick.value = reply.tick;
        furthest.value = reply.furthest;
        rate.value = reply.rate;
        ended.value = reply.ended;
        if (reply.ended) playing.value = false;
      });
      // painted first, then the next one
      requestAnimationFrame(() => send({ kind: "seen" }));
    } else if (reply.kind === "answer") {
      const { resolve, reject } = waiting.get(reply.id) ?? {};
      waiting.delete(reply.id);
      if (reply.failure === undefined) resolve?.({ answer: reply.answer, tick: reply.tick } as never);
      else reject?.(new Error(reply.failure));
    } else {
      batch(() => {
        failure.value = reply.message;
        playing.value = false;
      });
    }
  };
  worker.onerror = (event) => {
    failure.value = event.message || "The worker of this page could not be started.";
    playing.value = false;
  };
  send({ kind: "start", engine, parameters, base: document.baseURI });

  const client: Client<View> = {
    view,
    tick,
    furthest,
    rate,
    playing,
    ended,
    failure,
    play(ticksPerSecond = speed) {
      speed = ticksPerSecond;
      playing.value = true;
      send({ kind: "play", ticksPerSecond });
    },
    pause() {
      playing.value = false;
      send({ kind: "pause" });
    },
    advance(ticks) {
      client.pause();
      send({ kind: "advance", ticks });
    },
    goTo(target) {
      client.pause();
      send({ kind: "goto", tick: Math.max(0, target) });
    },
    back(ticks) {
      client.pause();
      send({ kind: "back", ticks });
    },
    replay(ticksPerSecond = speed) {
      send({ kind: "pause" });
      send({ kind: "goto", tick: 0 });
      client.play(ticksPerSecond);
    },
    adjust(next) {
      failure.value = undefined;
      send({ kind: "adjust", parameters: next });
      if (playing.peek()) send({ kind: "play", ticksPerSecond: speed });
    },
    act(order) {
      send({ kind: "act", order });
    },
    ask: async <Answer>(command: unknown) => (await client.askWithTick<Answer>(command)).answer,
    askWithTick(command) {
      const id = asked++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({ kind: "command", id, command });
      });
    },
    dispose() {
      disposed = true;
      worker.terminate();
    },
  };
  return client;
}

/** Whether the reader wants things to move by themselves. */
export const movesByItself = (): boolean => !matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * The engine of a page, for as long as the page is there. `parameters` is read once; later ones go to adjust(). It begins at `speed` ticks a
 * second. Pauses in a hidden tab.
 */
export function useEngine<View>(
  engine: EngineName,
  parameters: () => unknown,
  { autoplay = true, speed = FULL_SPEED } = {},
): Client<View> {
  const client = useMemo(() => createClient<View>(engine, parameters()), [engine]);
  useEffect(() => {
    if (autoplay && movesByItself()) client.play(speed);
    let wasPlaying = false;
    const onVisibility = () => {
      if (document.hidden) {
        wasPlaying = client.playing.peek();
        if (wasPlaying) client.pause();
      } else if (wasPlaying) client.play();
    };
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      client.dispose();
    };
  }, [client]);
  return client;
}
