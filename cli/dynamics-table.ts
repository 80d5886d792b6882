/** How the dynamics of a small Boltzmann machine differ: their laws, how fast they forget, whether they run the same backwards. */

import {
  type Boltzmann,
  blocksOf,
  boltzmannGibbs,
  type Dynamics,
  detailedBalanceResidual,
  entropyProduction,
  klDivergence,
  type NetworkDynamics,
  parallelLaw,
  refuse,
  spectralGap,
  transitionMatrix,
} from "../src/index.js";
import { table } from "./output.js";

/** Units up to which a transition matrix takes seconds; the sweeps, without detailed balance, need all of its eigenvalues. */
const mostUnits = 12;
const mostForSweeps = 10;

export interface DynamicsRow {
  readonly dynamics: NetworkDynamics;
  readonly law: "boltzmann-gibbs" | "parallel";
  /** KL(law ‖ Boltzmann–Gibbs), nats. */
  readonly klFromBoltzmannGibbs: number;
  /** 1 − |λ₂|. */
  readonly spectralGap: number;
  /** Time steps to 1 / e, and how often each unit is drawn in these on average. */
  readonly relaxationTime: number;
  readonly relaxationSweeps: number;
  /** max |P(s) T(s′ | s) − P(s′) T(s | s′)| */
  readonly detailedBalanceResidual: number;
  /** Nats a step. */
  readonly entropyProduction: number;
}

/** One row for each dynamics; above 10 units without the sweeps. Throws "size" above 12 units. */
export function dynamicsRows(machine: Boltzmann, temperature: number): DynamicsRow[] {
  const { units } = machine;
  if (units > mostUnits) {
    const expected = `at most ${mostUnits}, which have ${(2 ** mostUnits).toLocaleString("en")} states`;
    throw refuse("size", { who: "--dynamics", got: `a machine of ${units} units`, expected, wayOut: "Leave it out." });
  }
  const gibbs = boltzmannGibbs(machine, temperature);
  const row = (dynamics: NetworkDynamics, step: Dynamics): DynamicsRow => {
    const isParallel = dynamics === "parallel";
    const law = isParallel ? parallelLaw(machine, temperature) : gibbs;
    const T = transitionMatrix(machine, step, temperature);
    const { gap, relaxationTime } = spectralGap(T, law);
    return {
      dynamics,
      law: isParallel ? "parallel" : "boltzmann-gibbs",
      klFromBoltzmannGibbs: isParallel ? klDivergence(law, gibbs) : 0,
      spectralGap: gap,
      relaxationTime,
      relaxationSweeps: dynamics === "glauber" ? relaxationTime / units : relaxationTime,
      detailedBalanceResidual: detailedBalanceResidual(T, law),
      entropyProduction: entropyProduction(T, law),
    };
  };
  const rows = [row("glauber", "glauber"), row("parallel", "parallel")];
  if (units > mostForSweeps) return rows;
  return [...rows, row("sequential", "sequential"), row("blocks", { blocks: blocksOf(machine) })];
}

export function dynamicsTable(rows: readonly DynamicsRow[]): string {
  const head = ["  dynamics", "gap 1 − |λ₂|", "relaxation", "", "detailed balance", "entropy production", "law"];
  const lines = rows.map((row) => [
    `  ${row.dynamics}`,
    row.spectralGap.toPrecision(4),
    `${time(row.relaxationTime)} steps`,
    row.dynamics === "glauber" ? `${time(row.relaxationSweeps)} sweeps` : "",
    // rounding leaves 1e-16 or so
    row.detailedBalanceResidual < 1e-12 ? "holds" : `off by ${row.detailedBalanceResidual.toExponential(1)}`,
    `${row.entropyProduction < 1e-12 ? "0" : row.entropyProduction.toPrecision(3)} nats a step`,
    row.law === "parallel" ? `its own, KL ${row.klFromBoltzmannGibbs.toPrecision(4)} nats from B–G` : "Boltzmann–Gibbs",
  ]);
  return table([head, ...lines]);
}

const time = (steps: number): string => (Number.isFinite(steps) ? steps.toFixed(2) : "∞");
