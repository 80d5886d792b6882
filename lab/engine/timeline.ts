/**
 * What has happened in a run: its parameters at the start, what was changed by hand and when, and moments that were saved. Going back finds
 * again what was, changes included; from there on the parameters of now hold.
 */

import { buffersOf } from "./buffers.js";

/** Other parameters from this tick on, or an order that changed the state at it. */
export type Change =
  | { readonly tick: number; readonly parameters: unknown }
  | { readonly tick: number; readonly order: unknown };

export interface Moment {
  readonly tick: number;
  readonly saved: unknown;
}

/** How many moments are kept, and how many bytes; when there are more, every other one goes. */
const MOMENTS = 64;
const BYTES = 128 * 2 ** 20;

export interface Timeline {
  /** Whether a moment is wanted of this tick. */
  wants(tick: number): boolean;
  remember(moment: Moment): void;
  /** Whether anything was changed by hand. */
  altered(): boolean;
  /** The last moment up to a tick. */
  momentBefore(tick: number): Moment | undefined;
  /** Parameters that held once this tick's changes were made. */
  parametersAt(tick: number): unknown;
  changesAt(tick: number): readonly Change[];
  /** The run takes another way from here. */
  change(change: Change): void;
  /** Forgets changes after a tick, and moments after it where there were any. */
  cut(tick: number): void;
}

/** A run that begins with these parameters. */
export function createTimeline(parameters: unknown): Timeline {
  const changes: Change[] = [];
  let moments: (Moment & { readonly bytes: number })[] = [];
  let stride = 1;

  return {
    wants: (tick) => tick % stride === 0 && !moments.some((moment) => moment.tick === tick),

    remember(moment) {
      moments.push({ ...moment, bytes: buffersOf(moment.saved).reduce((sum, { byteLength }) => sum + byteLength, 0) });
      while (moments.length > MOMENTS || (moments.length > 2 && total(moments) > BYTES)) {
        stride *= 2;
        moments = moments.filter(({ tick }) => tick % stride === 0);
      }
    },

    altered: () => changes.length > 0,

    momentBefore: (tick) => moments.reduce<Moment | undefined>(latest(tick), undefined),

    parametersAt(tick) {
      const last = changes.filter((change) => change.tick <= tick && "parameters" in change).at(-1);
      return last && "parameters" in last ? last.parameters : parameters;
    },

    changesAt: (tick) => changes.filter((change) => change.tick === tick),

    change(change) {
      changes.push(change);
      // one of this very tick was saved before the change
      moments = moments.filter(({ tick }) => tick < change.tick);
    },

    cut(tick) {
      const kept = changes.filter((change) => change.tick <= tick);
      if (kept.length === changes.length) return;
      changes.splice(0, changes.length, ...kept);
      moments = moments.filter((moment) => moment.tick <= tick);
    },
  };
}

const total = (moments: readonly { readonly bytes: number }[]) => moments.reduce((sum, { bytes }) => sum + bytes, 0);

const latest = (tick: number) => (best: Moment | undefined, moment: Moment) =>
  moment.tick <= tick && moment.tick >= (best?.tick ?? 0) ? moment : best;
