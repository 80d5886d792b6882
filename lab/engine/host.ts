/** The worker's side: one engine, its clock, and views of it at most every 33 ms, and only once the page has seen the last one. */

import type { Engine, EngineModule, Reply, Request } from "./engine.js";

const FRAME = 33;
/** How long a turn may take before messages are looked at, ms. */
const TURN = 12;
/** How many saved moments are kept; when there are more, every other one goes. */
const MOMENTS = 64;

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
  let ended = false;
  let ticksPerSecond = 0;
  let seen = true;
  let shown = -Infinity;
  let changed = false;
  let moments: { tick: number; saved: unknown }[] = [];
  let stride = 1;
  /** Ticks of late, for the rate. */
  let marks: { at: number; tick: number }[] = [];
  /** Requests are served one after the other. */
  let line: Promise<void> = Promise.resolve();
  let running = false;

  async function begin() {
    engine?.dispose?.();
    engine = await module?.start(parameters);
    [tick, ended, moments, stride, marks] = [0, false, [], 1, []];
    changed = true;
  }

  function remember() {
    if (!engine?.save || tick % stride !== 0 || moments.some((moment) => moment.tick === tick)) return;
    moments.push({ tick, saved: engine.save() });
    if (moments.length <= MOMENTS) return;
    stride *= 2;
    moments = moments.filter((moment) => moment.tick % stride === 0);
  }

  async function once(): Promise<boolean> {
    if (!engine || ended) return false;
    remember();
    const more = await engine.advance();
    if (more) {
      tick++;
      changed = true;
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
    port.post({ kind: "view", tick, rate, ended, playing, view }, buffersOf(view));
  }

  async function goTo(target: number) {
    if (target < tick || ended) {
      const saved = moments.filter((moment) => moment.tick <= target).at(-1);
      if (saved && engine?.load) {
        await engine.load(saved.saved as never);
        [tick, ended] = [saved.tick, false];
      } else {
        const [kept, keptStride] = [moments, stride];
        await begin();
        [moments, stride] = [kept, keptStride];
      }
    }
    while (tick < target && (await once())) if (port.now() - shown > 500) await port.breathe();
    marks = [];
    changed = true;
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
        {
          const taken = engine?.adjust?.(parameters as never) ?? false;
          if (!taken) await begin();
          if (taken !== "looked") moments = [];
        }
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
      case "command": {
        const answer = await engine?.command?.(request.command as never);
        port.post({ kind: "answer", id: request.id, answer }, []);
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

/** The buffers of a view, to be handed over rather than copied. */
export function buffersOf(view: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(view)) {
    if (view.buffer instanceof ArrayBuffer && view.byteLength === view.buffer.byteLength) found.add(view.buffer);
  } else if (Array.isArray(view)) for (const each of view) buffersOf(each, found);
  else if (view !== null && typeof view === "object") for (const each of Object.values(view)) buffersOf(each, found);
  return [...found];
}
