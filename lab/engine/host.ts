/** The worker's side: one engine, its clock, and views of it at most every 33 ms, and only once the page has seen the last one. */

import { buffersOf } from "./buffers.js";
import type { Engine, EngineModule, Reply, Request } from "./engine.js";
import { type Change, createTimeline } from "./timeline.js";

const FRAME = 33;
/** How long a turn may take before messages are looked at, ms. */
const TURN = 12;

export interface Port {
  post(reply: Reply, transfer: Transferable[]): void;
  /** Lets messages in. */
  breathe(): Promise<void>;
  now(): number;
}

export function host(port: Port, load: (engine: string) => Promise<EngineModule<unknown, unknown>>) {
  let module: EngineModule<unknown, unknown> | undefined;
  let parameters: unknown;
  let engine: Engine | undefined;
  let tick = 0;
  let furthest = 0;
  let ended = false;
  let ticksPerSecond = 0;
  let seen = true;
  let shown = -Infinity;
  let changed = false;
  let timeline = createTimeline(parameters);
  /** Ticks of late, for the rate. */
  let marks: { at: number; tick: number }[] = [];
  /** Requests are served one after the other. */
  let line: Promise<void> = Promise.resolve();
  let running = false;

  async function start(from: unknown) {
    engine?.dispose?.();
    engine = await module?.start(from);
    [tick, ended, marks] = [0, false, []];
    changed = true;
  }

  async function begin() {
    timeline = createTimeline(parameters);
    furthest = 0;
    await start(parameters);
  }

  function remember() {
    if (engine?.save && timeline.wants(tick)) timeline.remember({ tick, saved: engine.save() });
  }

  /** Whether the engine takes the parameters of now: in the course of the run, so that going back finds them. */
  function adjust(): boolean {
    const taken = engine?.adjust?.(parameters as never) ?? false;
    if (taken === true) timeline.change({ tick, parameters });
    return taken !== false;
  }

  function redo(change: Change) {
    if ("order" in change) engine?.act?.(change.order as never);
    else engine?.adjust?.(change.parameters as never);
  }

  async function once(): Promise<boolean> {
    if (!engine || ended) return false;
    remember();
    const more = await engine.advance();
    if (more) {
      tick++;
      furthest = Math.max(furthest, tick);
      changed = true;
      for (const change of timeline.changesAt(tick)) redo(change);
    } else {
      ended = true;
      changed = true;
    }
    return more;
  }

  function show(force = false) {
    const now = port.now();
    if (!engine || !changed || !seen || (!force && now - shown < FRAME)) return;
    [shown, seen, changed] = [now, false, false];
    marks = [...marks.filter(({ at }) => now - at < 1500), { at: now, tick }];
    const [first] = marks;
    const rate = first && now > first.at ? (1000 * (tick - first.tick)) / (now - first.at) : 0;
    const view = engine.view();
    const playing = ticksPerSecond > 0 && !ended;
    port.post({ kind: "view", tick, furthest, rate, ended, playing, view }, buffersOf(view));
  }

  async function runTo(target: number) {
    while (tick < target && (await once())) if (port.now() - shown > 500) await port.breathe();
  }

  /** The beginning is the run as a link has it; any other tick before this one is as it was, and goes on with the parameters of now. */
  async function goTo(target: number) {
    if (target === 0 && timeline.altered()) await begin();
    else if (target < tick || ended) await goBack(target);
    await runTo(target);
    marks = [];
    changed = true;
  }

  async function goBack(target: number) {
    const moment = engine?.load && timeline.momentBefore(target);
    if (moment) {
      engine?.adjust?.(timeline.parametersAt(moment.tick) as never);
      await engine?.load?.(moment.saved as never);
      [tick, ended] = [moment.tick, false];
    } else {
      await start(timeline.parametersAt(-1));
      for (const change of timeline.changesAt(0)) redo(change);
    }
    await runTo(target);
    timeline.cut(tick);
    if (JSON.stringify(timeline.parametersAt(tick)) !== JSON.stringify(parameters) && !adjust()) await begin();
  }

  async function play() {
    if (running) return;
    running = true;
    let due = port.now();
    while (ticksPerSecond > 0 && !ended) {
      const turn = port.now();
      // far behind, as after a sleep: no hurry to catch up
      due = Math.max(due, turn - 250);
      await inLine(async () => {
        while (ticksPerSecond > 0 && port.now() - turn < TURN && port.now() >= due) {
          if (!(await once())) break;
          due += 1000 / ticksPerSecond;
        }
      });
      show();
      await port.breathe();
    }
    running = false;
    show(true);
  }

  function inLine(work: () => Promise<void>): Promise<void> {
    line = line.then(work).catch((error: unknown) => {
      ticksPerSecond = 0;
      port.post({ kind: "failure", message: error instanceof Error ? error.message : String(error) }, []);
    });
    return line;
  }

  async function serve(request: Request) {
    switch (request.kind) {
      case "start":
        module = await load(request.engine);
        parameters = request.parameters;
        await begin();
        return show(true);
      case "adjust":
        parameters = request.parameters;
        if (!adjust()) await begin();
        changed = true;
        return show(true);
      case "advance":
        for (let i = 0; i < request.ticks; i++) if (!(await once())) break;
        return show(true);
      case "goto":
        await goTo(request.tick);
        return show(true);
      case "back":
        await goTo(Math.max(0, tick - request.ticks));
        return show(true);
      case "act":
        engine?.act?.(request.order as never);
        timeline.change({ tick, order: request.order });
        changed = true;
        return show(true);
      case "command": {
        const answer = await engine?.command?.(request.command as never);
        port.post({ kind: "answer", id: request.id, answer, tick }, []);
        changed = true;
        return show(true);
      }
    }
  }

  return (request: Request) => {
    if (request.kind === "seen") {
      seen = true;
      // what changed meanwhile, and nothing runs that would show it
      if (!running) void inLine(async () => show(true));
    } else if (request.kind === "play") {
      ticksPerSecond = request.ticksPerSecond;
      marks = [];
      void inLine(async () => {}).then(play);
    } else if (request.kind === "pause") {
      ticksPerSecond = 0;
    } else if (request.kind === "command") {
      void inLine(() =>
        serve(request).catch((error: unknown) => {
          port.post(
            { kind: "answer", id: request.id, failure: error instanceof Error ? error.message : String(error) },
            [],
          );
        }),
      );
    } else {
      void inLine(() => serve(request));
    }
  };
}
