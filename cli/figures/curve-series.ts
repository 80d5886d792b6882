/** From the records of a training run to the panels of its learning curves. */

/** One record a measured epoch, as in `metrics.jsonl`; what was not measured is absent. */
export interface EpochRecord {
  readonly epoch: number;
  readonly reconstructionError?: number;
  readonly heldOutReconstructionError?: number;
  /** Nats a case, and a share of cases. */
  readonly crossEntropy?: number;
  readonly heldOutCrossEntropy?: number;
  readonly heldOutErrorRate?: number;
  readonly freeEnergyGap?: number;
  readonly logLikelihood?: number;
  readonly heldOutLogLikelihood?: number;
  /** Where their log Z is from; records of older runs have only the rule's `logPartition`. */
  readonly logLikelihoodMethod?: "exact" | "estimated" | "rule";
  /** Whether they are lower bounds on it. */
  readonly likelihoodIsBound?: true;
  /** Between the two sides of an estimate. */
  readonly logLikelihoodLower?: number;
  readonly logLikelihoodUpper?: number;
  readonly heldOutLogLikelihoodLower?: number;
  readonly heldOutLogLikelihoodUpper?: number;
  readonly logPartition?: number;
  readonly pseudoLikelihood?: number;
  readonly weightNorm?: number;
  readonly largestWeight?: number;
}

export interface CurveLine {
  readonly name: string;
  /** (x, y), x rising. */
  readonly points: readonly (readonly [number, number])[];
  /** (x, lowest, highest), x rising: what is uncertain, as a pale band behind the line. */
  readonly band?: readonly (readonly [number, number, number])[];
  /** Its place among lineColours, for lines that keep their colour from figure to figure; otherwise by its place in the panel. */
  readonly ink?: number;
}

/** A value to compare with, as a dashed line. */
export interface Reference {
  readonly name: string;
  readonly value: number;
}

/** One panel. */
export interface CurveSeries {
  readonly title: string;
  readonly unit: string;
  /** What the reader must know, for instance that this is not the likelihood. */
  readonly note?: string;
  readonly lines: readonly CurveLine[];
  readonly references?: readonly Reference[];
  /** Where on the x axis something begins, as an upright line with a name. */
  readonly moments?: readonly Reference[];
  readonly logY?: boolean;
  /** Where a line's name stands: at its end (default), or at its highest point, for lines that end on the axis. */
  readonly nameAt?: "end" | "peak";
}

type Measure = Exclude<keyof EpochRecord, "epoch" | "logLikelihoodMethod" | "likelihoodIsBound">;

interface Panel extends Omit<CurveSeries, "lines"> {
  /** What is drawn, its name, and the ends of its band. */
  readonly measures: readonly (readonly [Measure, string, (readonly [Measure, Measure])?])[];
}

type Method = NonNullable<EpochRecord["logLikelihoodMethod"]>;

const likelihoodUnits: Readonly<Record<Method, string>> = {
  exact: "nats per case, exact",
  estimated: "nats per case, estimated; pale: between the two sides of log Z",
  rule: "nats per case, with the rule's log Z",
};

function methodOf(records: readonly EpochRecord[]): Method {
  const methods = records.map(({ logLikelihoodMethod: method, logPartition }) => {
    return method ?? (logPartition === undefined ? "exact" : "rule");
  });
  return (["estimated", "rule"] as const).find((method) => methods.includes(method)) ?? "exact";
}

/** Panels in the order in which they are drawn. */
const panels = (errorUnit: string, method: Method, isBound: boolean): readonly Panel[] => [
  {
    title: "Reconstruction error",
    unit: errorUnit,
    note: "a proxy, not the likelihood",
    measures: [
      ["reconstructionError", "training"],
      ["heldOutReconstructionError", "held-out"],
    ],
  },
  { title: "Error rate", unit: "share of held-out cases", measures: [["heldOutErrorRate", "held-out"]] },
  {
    title: "Cross entropy",
    unit: "nats per case",
    measures: [
      ["crossEntropy", "training"],
      ["heldOutCrossEntropy", "held-out"],
    ],
  },
  {
    title: "Free-energy gap",
    unit: "nats, held-out minus training",
    note: "a steady rise means overfitting",
    measures: [["freeEnergyGap", "gap"]],
  },
  {
    title: "Log-likelihood",
    unit: likelihoodUnits[method],
    ...(isBound && { note: "variational lower bounds" }),
    measures: [
      ["logLikelihood", "training", ["logLikelihoodLower", "logLikelihoodUpper"]],
      ["heldOutLogLikelihood", "held-out", ["heldOutLogLikelihoodLower", "heldOutLogLikelihoodUpper"]],
    ],
  },
  {
    title: "Pseudo-likelihood",
    unit: "nats per case",
    note: "a proxy, not the likelihood",
    measures: [["pseudoLikelihood", "pseudo-likelihood"]],
  },
  { title: "Size of the weights", unit: "Frobenius norm", measures: [["weightNorm", "norm"]] },
  { title: "Largest weight", unit: "absolute value", measures: [["largestWeight", "weight"]] },
];

/**
 * The panels for which the records hold at least one number.
 *
 * @param errorUnit What the reconstruction errors of this run are.
 */
export function seriesFromRecords(
  records: readonly EpochRecord[],
  errorUnit = "squared error per case",
): CurveSeries[] {
  const told = records.filter(({ logLikelihood }) => logLikelihood !== undefined);
  const isBound = told.some(({ likelihoodIsBound }) => likelihoodIsBound === true);
  return panels(errorUnit, methodOf(told), isBound).flatMap(({ measures, ...panel }) => {
    const lines = measures.flatMap(([measure, name, ends]): CurveLine[] => {
      const points = records.flatMap((record) => {
        const value = record[measure];
        return value === undefined ? [] : [[record.epoch, value] as const];
      });
      const band = ends ? bandOf(records, ends) : [];
      return points.length === 0 ? [] : [{ name, points, ...(band.length > 1 && { band }) }];
    });
    return lines.length === 0 ? [] : [{ ...panel, lines }];
  });
}

function bandOf(records: readonly EpochRecord[], [low, high]: readonly [Measure, Measure]) {
  return records.flatMap(({ epoch, [low]: lower, [high]: upper }) => {
    return lower === undefined || upper === undefined ? [] : [[epoch, lower, upper] as const];
  });
}
