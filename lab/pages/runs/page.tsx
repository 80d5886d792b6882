/** Runs: what the command line trained or trains, side by side. */

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useLinkState } from "../../link/state.js";
import { Choice, Slider, Switch } from "../../parts/controls.js";
import { shortNumber } from "../../parts/formula.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { fields } from "./fields.js";
import { runsFromFiles } from "./files.js";
import type { PlotLine, Plot as PlotOf } from "./plot.js";
import { type CurveOf, curveOf, differencesOf, metricsOf, numbersOf, type Run, smoothed } from "./run.js";
import { served, watchRuns } from "./watch.js";

export default function RunsPage() {
  const state = useLinkState("runs", fields);
  const watch = useMemo(watchRuns, []);
  const plot = useSignal<{ readonly Plot: typeof PlotOf } | undefined>(undefined);
  const first = useRef<string | undefined>(undefined);
  const problems = useSignal<readonly string[]>([]);
  useEffect(() => () => watch.close(), [watch]);
  useEffect(() => {
    import("./plot.js").then((loaded) => {
      plot.value = loaded;
    });
  }, []);

  const runs = [...watch.runs.value.values()].sort((a, b) => b.name.localeCompare(a.name, "en", { numeric: true }));
  const wanted = state.runs.value === "" ? [] : state.runs.value.split(",");
  // without a choice the latest one of when the page opened: another that begins must not take its place
  const latest = runs.find(({ id }) => id === first.current) ?? runs.find((run) => run.state === "running") ?? runs[0];
  if (watch.connection.value !== "asking") first.current = latest?.id;
  const chosen =
    wanted.length > 0 ? wanted.flatMap((id) => runs.find((run) => run.id === id) ?? []) : latest ? [latest] : [];
  const ids = chosen.filter((run) => run.state !== "from disk").map(({ id }) => id);
  useEffect(() => watch.watch(ids.slice(0, 16)), [ids.join()]);

  const records = chosen.map(({ id }) => watch.records.value.get(id) ?? []);
  const metrics = metricsOf(records);
  const metric = metrics.includes(state.metric.value) ? state.metric.value : (metrics[0] ?? "");
  const toggle = (id: string) => {
    const now = chosen.map((run) => run.id);
    state.runs.value = (now.includes(id) ? now.filter((each) => each !== id) : [...now, id]).join(",");
  };
  const lines = chosen.map((run, i): PlotLine => {
    const curve = curveOf(records[i] ?? [], metric, state.over.value);
    return { name: run.name, curve, y: smoothed(curve.y, state.smooth.value) };
  });
  const label = sentence(lines, metric);
  const Plot = plot.value?.Plot as ComponentType<Parameters<typeof PlotOf>[0]> | undefined;

  return (
    <Page
      title="Runs"
      claim={
        served
          ? "What the command line learns, while it learns: curves of runs side by side, and what they were told differently."
          : "Open the folder of a run from your disk, or start harmonium lab where your runs are: then they are here, live."
      }
      picture={
        <>
          {watch.connection.value === "lost" && (
            <p class="notice" role="status">
              The server does not answer. What is here stays; it goes on as soon as harmonium lab runs again.
            </p>
          )}
          {chosen.length === 0 ? (
            <p>{served && watch.connection.value === "asking" ? "Looking for runs …" : nothingYet}</p>
          ) : (
            <>
              {Plot ? (
                <Plot lines={lines} xName={state.over.value} yName={metric} log={state.log.value} label={label} />
              ) : (
                <p>Loading the chart …</p>
              )}
              <p class="caption">{label} Drag to zoom, double click to see all.</p>
              <Numbers lines={lines} over={state.over.value} metric={metric} />
            </>
          )}
          <RunList runs={runs} chosen={chosen} toggle={toggle} />
          {chosen.map((run) => (
            <Figures key={run.id} run={run} />
          ))}
        </>
      }
      controls={
        <>
          <h2>The curves</h2>
          <div class="choice">
            <label for="metric">What</label>
            <select
              id="metric"
              value={metric}
              onChange={({ currentTarget }) => {
                state.metric.value = currentTarget.value;
              }}
            >
              {metrics.length === 0 && <option value="">nothing yet</option>}
              {metrics.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <Choice label="Over" field={fields.over} value={state.over} />
          <Slider label="Smooth" field={fields.smooth} value={state.smooth} />
          <Switch label="logarithmic" value={state.log} />
          <h2>From your disk</h2>
          <p>
            <label>
              The folder of a run{" "}
              <input
                type="file"
                data-test="open-folder"
                {...{ webkitdirectory: true }}
                onChange={({ currentTarget }) => open(currentTarget.files)}
              />
            </label>
          </p>
          <p>
            <label>
              or its metrics.jsonl and config.json{" "}
              <input
                type="file"
                data-test="open-files"
                multiple
                accept=".jsonl,.json"
                onChange={({ currentTarget }) => open(currentTarget.files)}
              />
            </label>
          </p>
          {problems.value.map((problem) => (
            <p key={problem} class="notice" role="alert">
              {problem}
            </p>
          ))}
        </>
      }
      formulas={
        <>
          <h2>What differs</h2>
          <Differences runs={chosen} />
        </>
      }
      tryThis={
        <ol>
          <li>
            <code>harmonium train rbm --data mnist:train --classes 2 --hidden 50</code>, and watch it here.
          </li>
          <li>
            The same with <code>--rule pcd</code>. The reconstruction error says which reconstructs better; which is the
            better model, only the likelihood says: add <code>--hidden 16 --monitor 5</code>.
          </li>
        </ol>
      }
      share={<Share page="runs" fields={fields} state={state} command={commandsOf(chosen)} />}
    />
  );

  async function open(list: FileList | null) {
    const { found, problems: said } = await runsFromFiles([...(list ?? [])]);
    problems.value = said;
    for (const { run, records: lines } of found) watch.add(run, lines);
    if (found.length > 0)
      state.runs.value = [...chosen.map(({ id }) => id), ...found.map(({ run }) => run.id)].join(",");
  }
}

const nothingYet = served
  ? "There is no run yet in the folders that harmonium lab was given. Train something, and it appears here."
  : "This page is served without runs. Start harmonium lab in the folder where your runs are, or open a run from your disk below.";

/** What each curve has come to. */
function sentence(lines: readonly PlotLine[], metric: string): string {
  const ends = lines
    .filter(({ y }) => y.length > 0)
    .map(({ name, y, curve }) => `${name}: ${shortNumber(y.at(-1) as number)}${bracketOf(curve)}`);
  return ends.length === 0 ? "No numbers yet." : `${metric}, at last: ${ends.join("; ")}.`;
}

function bracketOf({ lower, upper }: CurveOf): string {
  const [low, high] = [lower.at(-1) ?? Number.NaN, upper.at(-1) ?? Number.NaN];
  return Number.isFinite(low) && Number.isFinite(high) ? ` in [${shortNumber(low)}, ${shortNumber(high)}]` : "";
}

/** The commands of the runs, and how to go on with one that stopped. */
function commandsOf(runs: readonly Run[]): string | undefined {
  const commands = runs.flatMap(
    ({ config, resume }) => resume ?? (typeof config?.["command"] === "string" ? config["command"] : []),
  );
  return commands.length > 0 ? commands.join("\n") : undefined;
}

function RunList({
  runs,
  chosen,
  toggle,
}: {
  readonly runs: readonly Run[];
  readonly chosen: readonly Run[];
  toggle(id: string): void;
}) {
  if (runs.length === 0) return null;
  return (
    <fieldset class="runs">
      <legend>Runs</legend>
      {runs.map((run) => {
        const { id, name, kind, state, last, problem } = run;
        const at = last ? numbersOf(last) : undefined;
        return (
          <label key={id}>
            <input type="checkbox" checked={chosen.includes(run)} onChange={() => toggle(id)} />
            <strong>{name}</strong>
            <span>
              {problem ?? `${kind ?? "run"}, ${state}${at?.has("epoch") ? `, epoch ${at.get("epoch")}` : ""}`}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Pictures of a run; where they were made over time, the last ones are the latest. */
function Figures({ run }: { readonly run: Run }) {
  if (run.figures.length === 0) return null;
  const address = (file: string) => `api/runs/${encodeURIComponent(run.id)}/${file}`;
  return (
    <details class="figures">
      <summary>
        Pictures of {run.name} ({run.figures.length})
      </summary>
      {run.report && (
        <p>
          <a href={address("report.html")}>The report of {run.name}</a>
        </p>
      )}
      <div class="panels">
        {run.figures.map((file) => (
          <figure key={file}>
            <img
              loading="lazy"
              src={address(`figures/${encodeURIComponent(file)}`)}
              alt={`${file.replace(/\.png$/, "")} of ${run.name}`}
            />
            <figcaption>{file}</figcaption>
          </figure>
        ))}
      </div>
    </details>
  );
}

function Differences({ runs }: { readonly runs: readonly Run[] }) {
  if (runs.length < 2) return <p>Choose two runs or more to see how their settings differ.</p>;
  const differences = differencesOf(runs);
  if (differences.length === 0) return <p>These runs have the same settings.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Settings that differ">
      <table>
        <thead>
          <tr>
            <th scope="col">setting</th>
            {runs.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differences.map(({ setting, values }) => (
            <tr key={setting}>
              <th scope="row">{setting}</th>
              {values.map((value, i) => (
                <td key={runs[i]?.id}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The same numbers as a table, at most 200 rows a run. */
function Numbers({
  lines,
  over,
  metric,
}: {
  readonly lines: readonly PlotLine[];
  readonly over: string;
  readonly metric: string;
}) {
  return (
    <details>
      <summary>Numbers</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${metric} of the chosen runs`}>
        <table>
          <thead>
            <tr>
              <th scope="col">run</th>
              <th scope="col">{over}</th>
              <th scope="col">{metric}</th>
            </tr>
          </thead>
          <tbody>
            {lines.flatMap(({ name, curve, y }) => {
              const every = Math.max(1, Math.ceil(y.length / 200));
              return y.flatMap((value, i) =>
                i % every === 0 || i === y.length - 1
                  ? [
                      <tr key={`${name} ${i}`}>
                        <td>{name}</td>
                        <td>{shortNumber(curve.x[i] as number)}</td>
                        <td>{shortNumber(value)}</td>
                      </tr>,
                    ]
                  : [],
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
