/**
 * What runs in the worker. An engine is deterministic: its parameters (the page's values, the seed among them) say all about it, so that the
 * same link replays the same run and the tick it is at says where it is. One tick is the smallest step that the page shows: a unit, an update.
 */

export interface Engine<View = unknown> {
  /** One tick on. False where there is no further one. */
  advance(): boolean | Promise<boolean>;
  /** What the page shows of this moment: plain data and typed arrays that the engine will not touch again. */
  view(): View;
  /**
   * Takes new parameters without beginning anew; false where it has to. Without it, it always has to. "looked" where they say only what is looked
   * at: the run stays what it is.
   */
  adjust?(parameters: never): boolean | "looked";
  /** What is needed to come back to this tick, if coming back by running again would take long. */
  save?(): unknown;
  load?(saved: never): void | Promise<void>;
  /** Changes the state of this tick by hand: a part of the run, found again where one goes back. */
  act?(order: never): void;
  /** A question of the page's own: changes nothing of the run. */
  command?(command: never): unknown;
  dispose?(): void;
}

/** What a page's engine.ts has. */
export interface EngineModule<Parameters = never, View = unknown> {
  start(parameters: Parameters): Engine<View> | Promise<Engine<View>>;
}

/** Page to worker. */
export type Request =
  | { readonly kind: "start"; readonly engine: string; readonly parameters: unknown; readonly base: string }
  | { readonly kind: "adjust"; readonly parameters: unknown }
  | { readonly kind: "play"; readonly ticksPerSecond: number }
  | { readonly kind: "pause" }
  | { readonly kind: "advance"; readonly ticks: number }
  | { readonly kind: "goto"; readonly tick: number }
  | { readonly kind: "back"; readonly ticks: number }
  | { readonly kind: "act"; readonly order: unknown }
  | { readonly kind: "seen" }
  | { readonly kind: "command"; readonly id: number; readonly command: unknown };

/** Worker to page. */
export type Reply =
  | {
      readonly kind: "view";
      readonly tick: number;
      /** The last tick that this run has come to. */
      readonly furthest: number;
      readonly rate: number;
      readonly ended: boolean;
      readonly playing: boolean;
      readonly view: unknown;
    }
  | {
      readonly kind: "answer";
      readonly id: number;
      readonly answer?: unknown;
      /** Of which tick it is. */
      readonly tick?: number;
      readonly failure?: string;
    }
  | { readonly kind: "failure"; readonly message: string };
