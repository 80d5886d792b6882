/** A number that changes during training: a constant, a straight line over all epochs, or steps at given epochs. */

import { refuse } from "../errors.js";

export type Schedule =
  | number
  | { readonly kind: "linear"; readonly from: number; readonly to: number }
  /** [first epoch (0-based), value], in order of epochs; the first starts at 0. */
  | { readonly kind: "steps"; readonly steps: readonly (readonly [number, number])[] };

/** The value at `epoch` (fractions allowed) of `epochs`. Only +, −, ·, / — the same bits everywhere. */
export function valueAt(schedule: Schedule, epoch: number, epochs: number): number {
  if (typeof schedule === "number") return schedule;
  if (schedule.kind === "linear") return schedule.from + (schedule.to - schedule.from) * (epoch / epochs);
  let value = Number.NaN;
  for (const [from, next] of schedule.steps) if (epoch >= from) value = next;
  return value;
}

/** Every value that a schedule names, for checks. */
export function valuesOf(schedule: Schedule): number[] {
  if (typeof schedule === "number") return [schedule];
  return schedule.kind === "linear" ? [schedule.from, schedule.to] : schedule.steps.map(([, value]) => value);
}

/** Throws unless all values are finite and `ok`, and steps begin at epoch 0 and go up. */
export function checkSchedule(who: string, schedule: Schedule, expected: string, ok: (value: number) => boolean): void {
  const bad = valuesOf(schedule).find((value) => !Number.isFinite(value) || !ok(value));
  if (bad !== undefined) throw refuse("option", { who, got: String(bad), expected });
  if (typeof schedule === "number" || schedule.kind === "linear") return;
  const epochs = schedule.steps.map(([epoch]) => epoch);
  if (epochs[0] !== 0 || epochs.some((epoch, i) => i > 0 && epoch <= epochs[i - 1])) {
    throw refuse("option", {
      who,
      got: `steps at epochs ${epochs.join(", ")}`,
      expected: "steps that begin at 0 and go up",
    });
  }
}

/** Reads "0.05", "0.1..0.001" (a line) or "0.5@0,0.9@5" (steps at epochs). */
export function parseSchedule(text: string, who: string): Schedule {
  const wrong = () =>
    refuse("option", {
      who,
      got: `"${text}"`,
      expected: "a number, a line such as 0.1..0.01, or steps such as 0.5@0,0.9@5",
    });
  const number = (part: string | undefined): number => {
    const value = part === undefined || part.trim() === "" ? Number.NaN : Number(part);
    if (!Number.isFinite(value)) throw wrong();
    return value;
  };
  if (text.includes("@")) {
    const steps = text.split(",").map((step): [number, number] => {
      const [value, epoch, ...rest] = step.split("@");
      if (rest.length > 0) throw wrong();
      return [number(epoch), number(value)];
    });
    return { kind: "steps", steps };
  }
  if (text.includes("..")) {
    const [from, to, ...rest] = text.split("..");
    if (rest.length > 0) throw wrong();
    return { kind: "linear", from: number(from), to: number(to) };
  }
  return number(text);
}

/** The text that parseSchedule reads. */
export function formatSchedule(schedule: Schedule): string {
  if (typeof schedule === "number") return String(schedule);
  if (schedule.kind === "linear") return `${schedule.from}..${schedule.to}`;
  return schedule.steps.map(([epoch, value]) => `${value}@${epoch}`).join(",");
}
