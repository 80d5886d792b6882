import { describe, expect, test } from "vitest";
import { buffersOf } from "../../lab/engine/buffers.js";
import type { Engine, Reply } from "../../lab/engine/engine.js";
import { host } from "../../lab/engine/host.js";
import { createTimeline } from "../../lab/engine/timeline.js";

/** Counts; its parameters say from where and how far. `advances` counts the work. */
interface Parameters {
  readonly from: number;
  readonly most: number;
  readonly saves?: boolean;
  readonly live?: boolean;
  /** What a tick adds; 1 without it. */
  readonly step?: number;
}

function serve() {
  const replies: Reply[] = [];
  let advances = 0;
  let time = 0;
  const start = (parameters: Parameters): Engine<{ count: number }> => {
    let { from: count, most, step = 1 } = parameters;
    return {
      advance() {
        if (count >= most) return false;
        count += step;
        advances++;
        return true;
      },
      view: () => ({ count }),
      adjust(next: Parameters) {
        ({ most, step = 1 } = next);
        return next.live === true;
      },
      ...(parameters.saves && {
        save: () => count,
        load: (saved: never) => {
          count = saved;
        },
      }),
      act(order: { readonly add: number }) {
        count += order.add;
      },
      command(order: { readonly fail?: boolean }) {
        if (order.fail) throw new Error("no such order");
        return count;
      },
    };
  };
  const port = {
    post: (reply: Reply) => {
      replies.push(reply);
      // a page that sees at once
      if (reply.kind === "view") queueMicrotask(() => send({ kind: "seen" }));
    },
    breathe: () => new Promise<void>((resolve) => setImmediate(resolve)),
    now: () => (time += 1),
  };
  const send = host(port, async () => ({ start }) as never);
  /** So many turns of the event loop, of which the clock needs one for each breath: no matter how slow the machine. */
  const settled = async () => {
    for (let turn = 0; turn < 200; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return {
    send,
    settled,
    replies,
    advances: () => advances,
    async shown() {
      await settled();
      return replies.filter((reply) => reply.kind === "view").at(-1);
    },
  };
}

const begin = (parameters: Parameters) => ({ kind: "start", engine: "counter", parameters, base: "" }) as const;

describe("the worker's clock", () => {
  test("shows the beginning, then each step", async () => {
    const { send, shown } = serve();
    send(begin({ from: 5, most: 100 }));
    expect(await shown()).toMatchObject({ tick: 0, view: { count: 5 }, playing: false });
    send({ kind: "advance", ticks: 3 });
    expect(await shown()).toMatchObject({ tick: 3, view: { count: 8 } });
  });

  test("plays to the end and says so; a pause keeps it where it is", async () => {
    const { send, shown } = serve();
    send(begin({ from: 0, most: 40 }));
    send({ kind: "play", ticksPerSecond: 1e9 });
    expect(await shown()).toMatchObject({ tick: 40, ended: true, playing: false });
    send({ kind: "goto", tick: 0 });
    send({ kind: "play", ticksPerSecond: 1e9 });
    send({ kind: "pause" });
    const { tick } = (await shown()) as { tick: number };
    expect(await shown()).toMatchObject({ tick });
  });

  test.each([false, true])("goes back, with moments saved: %s", async (saves) => {
    const { send, shown, advances } = serve();
    send(begin({ from: 0, most: 1000, saves }));
    send({ kind: "advance", ticks: 500 });
    await shown();
    const before = advances();
    send({ kind: "goto", tick: 499 });
    expect(await shown()).toMatchObject({ tick: 499, view: { count: 499 } });
    const work = advances() - before;
    if (saves) expect(work).toBeLessThan(16);
    else expect(work).toBe(499);
    send({ kind: "advance", ticks: 1 });
    expect(await shown()).toMatchObject({ tick: 500, view: { count: 500 } });
  });

  test("several steps back, asked for faster than they are shown, add up", async () => {
    const { send, shown } = serve();
    send(begin({ from: 0, most: 1000 }));
    send({ kind: "advance", ticks: 10 });
    for (let i = 0; i < 3; i++) send({ kind: "back", ticks: 2 });
    expect(await shown()).toMatchObject({ tick: 4, view: { count: 4 } });
    send({ kind: "back", ticks: 9 });
    expect(await shown()).toMatchObject({ tick: 0 });
  });

  test("an engine that takes new parameters goes on; one that does not begins anew", async () => {
    const { send, shown } = serve();
    send(begin({ from: 0, most: 10 }));
    send({ kind: "advance", ticks: 7 });
    send({ kind: "adjust", parameters: { from: 0, most: 8, live: true } });
    expect(await shown()).toMatchObject({ tick: 7, view: { count: 7 } });
    send({ kind: "adjust", parameters: { from: 3, most: 20 } });
    expect(await shown()).toMatchObject({ tick: 0, view: { count: 3 } });
  });

  test.each([false, true])("back is what was, forward is by what holds now; moments saved: %s", async (saves) => {
    const { send, shown } = serve();
    const parameters = { from: 0, most: 10_000, saves, live: true };
    const at = async () => {
      const last = await shown();
      return last?.kind === "view" ? [last.tick, (last.view as { count: number }).count] : [];
    };
    send(begin({ ...parameters }));
    send({ kind: "advance", ticks: 5 });
    send({ kind: "adjust", parameters: { ...parameters, step: 10 } });
    send({ kind: "advance", ticks: 3 });
    expect(await at()).toEqual([8, 35]);
    send({ kind: "back", ticks: 2 });
    expect(await at()).toEqual([6, 15]);
    send({ kind: "advance", ticks: 1 });
    expect(await at()).toEqual([7, 25]);
    send({ kind: "act", order: { add: 100 } });
    send({ kind: "advance", ticks: 1 });
    expect(await at()).toEqual([8, 135]);
    send({ kind: "back", ticks: 1 });
    expect(await at()).toEqual([7, 125]);
    // before the change: as it was, and from there on with the step of now
    send({ kind: "goto", tick: 3 });
    expect(await at()).toEqual([3, 3]);
    send({ kind: "advance", ticks: 6 });
    expect(await at()).toEqual([9, 63]);
    send({ kind: "goto", tick: 4 });
    expect(await at()).toEqual([4, 13]);
    send({ kind: "goto", tick: 2 });
    expect(await at()).toEqual([2, 2]);
    // the beginning is the run that a link begins
    send({ kind: "goto", tick: 0 });
    send({ kind: "advance", ticks: 5 });
    expect(await at()).toEqual([5, 50]);
  });

  test("orders are answered in turn; a failure reaches who asked, and nothing else", async () => {
    const { send, settled, replies } = serve();
    send(begin({ from: 0, most: 10 }));
    send({ kind: "advance", ticks: 2 });
    send({ kind: "command", id: 1, command: {} });
    send({ kind: "command", id: 2, command: { fail: true } });
    send({ kind: "advance", ticks: 1 });
    await settled();
    expect(replies.filter(({ kind }) => kind === "answer")).toEqual([
      { kind: "answer", id: 1, answer: 2, tick: 2 },
      { kind: "answer", id: 2, failure: "no such order" },
    ]);
    expect(replies.at(-1)).toMatchObject({ kind: "view", tick: 3 });
  });

  test("an engine that cannot start is said in words", async () => {
    const replies: Reply[] = [];
    const send = host({ post: (reply) => replies.push(reply), breathe: async () => {}, now: () => 0 }, async () => {
      throw new Error("There is no engine x.");
    });
    send(begin({ from: 0, most: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(replies).toEqual([{ kind: "failure", message: "There is no engine x." }]);
  });
});

describe("the buffers of a view", () => {
  test("are all handed over once; parts of larger ones are copied", () => {
    const whole = new Float32Array(4);
    const part = new Float32Array(8).subarray(2, 4);
    expect(buffersOf({ a: whole, b: [whole, { c: new Uint8Array(2) }], part })).toHaveLength(2);
  });
});

describe("moments of a run", () => {
  test.each([
    [8, 64],
    [16 * 2 ** 20, 8],
  ])("of %i bytes each: at most %i are kept, from the beginning to now", (bytes, most) => {
    const timeline = createTimeline({});
    let made = 0;
    for (let tick = 0; tick < 1000; tick++) {
      if (!timeline.wants(tick)) continue;
      made++;
      timeline.remember({ tick, saved: { weights: new Uint8Array(bytes) } });
    }
    const kept = new Set(Array.from({ length: 1000 }, (_, tick) => timeline.momentBefore(tick)?.tick));
    expect(kept.size).toBeLessThanOrEqual(most);
    expect(kept.size).toBeGreaterThanOrEqual(most / 4);
    expect([...kept][0]).toBe(0);
    expect(Math.max(...([...kept] as number[]))).toBeGreaterThan(700);
    expect(made).toBeLessThan(6 * most);
  });
});
