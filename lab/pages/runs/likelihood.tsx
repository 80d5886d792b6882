/** The likelihoods of the chosen runs, with log Z and its bracket, as the command recorded them last. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Formula, shortNumber } from "../../parts/formula.js";
import formulas from "./formulas.tex";
import type { Run, RunRecord } from "./run.js";
import type { RunTable } from "./table.js";

interface Measured {
  readonly run: Run;
  readonly record: RunRecord;
}

interface LikelihoodProps {
  readonly runs: readonly Run[];
  readonly tables: readonly RunTable[];
}

const measuredOf = ({ runs, tables }: LikelihoodProps): Measured[] =>
  runs.flatMap((run, i) => {
    const record = tables[i]?.measured;
    return record ? [{ run, record }] : [];
  });

/** ln P(v) = −F(v) − ln Z with the numbers of the first run that has them. */
export function LikelihoodFormula(props: LikelihoodProps) {
  const measured = measuredOf(props);
  const summed = useSummed(measured.slice(0, 1));
  const [first] = measured;
  if (!first) {
    return (
      <p>
        No run here records its likelihood. <code>--monitor 5</code> has it measured every fifth epoch: exactly where
        one layer is small, else by annealed importance sampling from both sides.
      </p>
    );
  }
  const { run, record } = first;
  const recorded = numberOf(record, "logPartition");
  const partition = recorded ?? summed.get(run.id);
  const likelihood = numberOf(record, "logLikelihood") ?? Number.NaN;
  const here = recorded === undefined && partition !== undefined;
  return (
    <>
      <Formula
        of={formulas["likelihood"]}
        live={{
          likelihood,
          partition: partition ?? "not recorded",
          energy: partition === undefined ? "not recorded" : likelihood + partition,
        }}
        caption={`${run.name} at epoch ${record["epoch"]}, in nats a case${here ? "; ln Z is summed here, from the machine that the run kept" : ""}.`}
      />
      {run.kind === "rbm" && <Formula of={formulas["freeEnergy"]} />}
    </>
  );
}

export function LikelihoodTable(props: LikelihoodProps) {
  const measured = measuredOf(props);
  const summed = useSummed(measured);
  if (measured.length === 0) return null;
  return (
    <section aria-labelledby="likelihoods">
      <h2 id="likelihoods">Likelihood and ln Z, as measured last</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Likelihoods of the chosen runs">
        <table data-test="likelihoods">
          <thead>
            <tr>
              {["run", "epoch", "⟨ln P⟩", "held-out ⟨ln P⟩", "ln Z", "how"].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {measured.map(({ run, record }) => (
              <tr key={run.id}>
                <th scope="row">{run.name}</th>
                <td>{String(record["epoch"] ?? "–")}</td>
                <td>{withBracket(record, "logLikelihood")}</td>
                <td>{withBracket(record, "heldOutLogLikelihood")}</td>
                <td>{partitionOf(record, summed.get(run.id))}</td>
                <td>{wayOf(record)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="caption">
        Nats.{" "}
        {measured.some(({ record }) => numberOf(record, "logPartitionLower") !== undefined) &&
          "In square brackets: with ln Z from below and from above. The true value lies between them but for the noise of few chains; where they are far apart, neither is to be trusted."}
      </p>
    </section>
  );
}

/** log Z of small RBMs, where the run kept the machine of that very epoch: the record of an exact likelihood does not have it. */
function useSummed(measured: readonly Measured[]): ReadonlyMap<string, number> {
  const summed = useSignal<ReadonlyMap<string, number>>(new Map());
  const wanted = measured.filter(
    ({ run, record }) =>
      record["logLikelihoodMethod"] === "exact" &&
      record["logPartition"] === undefined &&
      run.kind === "rbm" &&
      // the likelihood may be of the average, the kept machine of the moment
      (run.config?.["learning"] as RunRecord | undefined)?.["average"] === undefined &&
      run.history?.includes(record["epoch"] as number),
  );
  useEffect(() => {
    let here = true;
    const load = async () => {
      const { machineOf, summedLogPartition } = await import("./machine.js");
      const found = new Map<string, number>();
      for (const { run, record } of wanted) {
        const machine = await machineOf(run, record["epoch"] as number).catch(() => undefined);
        const value = machine && summedLogPartition(machine);
        if (value !== undefined) found.set(run.id, value);
      }
      if (here) summed.value = found;
    };
    load().catch(() => {});
    return () => {
      here = false;
    };
  }, [wanted.map(({ run, record }) => `${run.id} ${record["epoch"]}`).join()]);
  return summed.value;
}

function numberOf(record: RunRecord, name: string): number | undefined {
  const value = record[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Differences of brackets are small beside log Z. */
const nats = (x: number): string => x.toFixed(2).replace("-", "−");

function withBracket(record: RunRecord, name: string): string {
  const value = numberOf(record, name);
  if (value === undefined) return "not recorded";
  const [low, high] = [numberOf(record, `${name}Lower`), numberOf(record, `${name}Upper`)];
  return low !== undefined && high !== undefined ? `${nats(value)} in [${nats(low)}, ${nats(high)}]` : nats(value);
}

function partitionOf(record: RunRecord, summed: number | undefined): string {
  const value = numberOf(record, "logPartition");
  if (value === undefined) return summed === undefined ? "not recorded" : `${nats(summed)}, summed here`;
  const error = numberOf(record, "logPartitionError");
  const text = error === undefined ? nats(value) : `${nats(value)} ± ${shortNumber(error)}`;
  const [low, high] = [numberOf(record, "logPartitionLower"), numberOf(record, "logPartitionUpper")];
  return low !== undefined && high !== undefined ? `${text} in [${nats(low)}, ${nats(high)}]` : text;
}

const ways: Readonly<Record<string, string>> = {
  exact: "exact: summed over all states of a layer",
  estimated: "estimated by annealed importance sampling",
  rule: "estimated by the rule itself",
};

function wayOf(record: RunRecord): string {
  const way = ways[String(record["logLikelihoodMethod"])] ?? "not recorded";
  return record["likelihoodIsBound"] === true ? `${way}; a lower bound` : way;
}
