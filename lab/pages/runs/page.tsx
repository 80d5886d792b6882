/** Runs: what the command line trained or trains, side by side. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useLinkState } from "../../link/state.js";
import { Choice, Slider, Switch } from "../../parts/controls.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { Charts, type Panel, valueAt } from "./charts.js";
import { chosenMetrics, chosenRuns, NONE } from "./choice.js";
import { Commands } from "./commands.js";
import { curveOf, smoothed } from "./curve.js";
import { Differences } from "./differences.js";
import { EXAMPLE, exampleRuns } from "./examples.js";
import { fields } from "./fields.js";
import type { FoundRun } from "./files.js";
import { FromDisk } from "./from-disk.js";
import { Kept } from "./kept.js";
import { LikelihoodFormula, LikelihoodTable } from "./likelihood.js";
import { MetricChoice } from "./metric-choice.js";
import { Numbers } from "./numbers.js";
import { Pictures } from "./pictures.js";
import { isServers, slotsOf } from "./run.js";
import { RunList } from "./run-list.js";
import { emptyTable, metricsOf } from "./table.js";
import { Values } from "./values.js";
import { served, watchRuns } from "./watch.js";

export default function RunsPage() {
  const state = useLinkState("runs", fields);
  const watch = useMemo(watchRuns, []);
  const at = useSignal<number | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const first = useRef<string | undefined>(undefined);
  const slots = useRef<ReadonlyMap<string, number>>(new Map());
  const axis = useRef({ state, over: state.over.value });
  useEffect(() => () => watch.close(), [watch]);

  const runs = watch.runs.value;
  const own = [...runs.values()].some(({ state: of }) => of !== "example");
  const chosen = chosenRuns(runs, state.runs.value, first.current);
  // the examples do not keep their place when a run of the reader's own begins
  if (watch.connection.value !== "asking" && own && state.runs.value === "") first.current = chosen[0]?.id;
  const servers = chosen.filter(isServers).map(({ id }) => id);
  // what the link names may come later
  const named = state.runs.value.split(",").filter((id) => /^(?!-$|disk~|example~)./.test(id));
  const watched = state.runs.value === "" ? servers : named;
  useEffect(() => watch.watch(watched), [watched.join()]);

  const examplesWanted =
    state.runs.value.includes(EXAMPLE) ||
    (!own && watch.connection.value !== "asking" && watch.connection.value !== "lost");
  useEffect(() => {
    if (!examplesWanted) return;
    exampleRuns().then(
      (found) => take(found),
      (error: Error) => {
        problem.value = error.message;
      },
    );
  }, [examplesWanted]);

  slots.current = slotsOf(
    slots.current,
    chosen.map(({ id }) => id),
  );
  // another axis: what was shown of the old one says nothing
  const { over, zoom, logx, log, smooth } = state;
  useLayoutEffect(() => {
    if (axis.current.state === state && axis.current.over !== over.value) zoom.value = at.value = undefined;
    axis.current = { state, over: over.value };
  }, [state, over.value]);

  const tables = chosen.map(({ id }) => watch.tables.value.get(id) ?? emptyTable());
  const metrics = metricsOf(tables);
  const names = chosenMetrics(metrics, state.metric.value);
  const panels = names.map(
    (metric): Panel => ({
      metric,
      lines: chosen.map(({ id, name }, i) => {
        const curve = curveOf(tables[i] ?? emptyTable(), metric, over.value);
        return { name, slot: slots.current.get(id) ?? 0, curve, y: smoothed(curve.y, smooth.value) };
      }),
    }),
  );
  const label = sentence(panels);

  const choose = (ids: readonly string[]) => {
    state.runs.value = ids.length === 0 ? NONE : ids.join(",");
  };
  const ids = chosen.map(({ id }) => id);
  const toggle = (id: string) => choose(ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id]);
  const take = (found: readonly FoundRun[]) => {
    for (const { run, table } of found) watch.add(run, table);
  };
  const examples = chosen.some(({ state: of }) => of === "example");

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
          {problem.value && (
            <p class="notice" role="alert">
              {problem.value}
            </p>
          )}
          {examples && (
            <p class="notice" role="note">
              {aboutExamples}
            </p>
          )}
          {chosen.length === 0 ? (
            <p>{nothingOf(watch.connection.value === "asking", runs.size)}</p>
          ) : (
            <>
              <Charts
                runs={chosen}
                panels={panels}
                over={over.value}
                logX={logx.value}
                logY={log.value}
                zoom={zoom}
                at={at}
                label={label}
              />
              <p class="caption">{label}</p>
              <Values
                runs={chosen}
                tables={tables}
                panels={panels}
                slots={slots.current}
                over={over.value}
                at={at}
                unselect={toggle}
              />
              <Numbers panels={panels} over={over.value} />
            </>
          )}
          <RunList
            runs={runs}
            chosen={chosen}
            slots={slots.current}
            sort={state.sort}
            toggle={toggle}
            unselectAll={() => choose([])}
          />
        </>
      }
      controls={
        <>
          <h2>The curves</h2>
          <MetricChoice metrics={metrics} chosen={names} value={state.metric} />
          <Choice label="Over" field={fields.over} value={over} />
          <Slider label="Smooth" field={fields.smooth} value={smooth} />
          <Switch label={`${over.value} logarithmic`} value={logx} />
          <Switch label="values logarithmic" value={log} />
          <FromDisk
            take={(found) => {
              take(found);
              // the examples were there for want of a run
              const kept = state.runs.value === "" ? chosen.filter(({ state: of }) => of !== "example") : chosen;
              choose([...new Set([...kept.map(({ id }) => id), ...found.map(({ run }) => run.id)])]);
            }}
          />
        </>
      }
      formulas={
        <>
          <h2>Likelihood</h2>
          <LikelihoodFormula runs={chosen} tables={tables} />
        </>
      }
      tryThis={examples ? tryExamples : tryOwn}
      share={
        <>
          <div class="panels tables-of-runs">
            <section aria-labelledby="differences">
              <h2 id="differences">What differs</h2>
              <Differences runs={chosen} />
            </section>
            <LikelihoodTable runs={chosen} tables={tables} />
          </div>
          <Kept runs={chosen} />
          {chosen.map((run) => (
            <Pictures key={run.id} run={run} />
          ))}
          <Commands runs={chosen} />
          <Share page="runs" fields={fields} state={state} />
        </>
      }
    />
  );
}

const aboutExamples = served
  ? "These are examples that come with the lab. Train something in the folder where harmonium lab runs, and it appears here."
  : "These are examples that come with the lab. To see your own runs, live, start npx harmonium lab in the folder where they are; or open one from your disk below.";

function nothingOf(asking: boolean, count: number): string {
  if (asking) return "Looking for runs …";
  if (count > 0) return "No run is chosen. Choose some of the list.";
  return served
    ? "There is no run yet in the folders that harmonium lab was given. Train something, and it appears here."
    : "This page is served without runs. Start harmonium lab in the folder where your runs are, or open a run from your disk below.";
}

const tryExamples = (
  <ol>
    <li>
      <code>harmonium train rbm --data mnist:train --classes 2 --hidden 50</code>, and watch it here.
    </li>
    <li>
      Which of the examples is the better model? Predict, then see: CD-1 reconstructs ever better, while its likelihood
      stands still and falls; PCD’s goes on to rise. Reconstruction does not ask what else the model dreams of.
    </li>
    <li>
      The same over seconds in place of epochs: which rule gets further for its time? And in Filters along time: at
      which epoch are bars and stripes there, and what does the likelihood do then?
    </li>
  </ol>
);

const examplesLink = `#/runs?v=1&runs=${EXAMPLE}cd-1,${EXAMPLE}pcd&metric=reconstructionError,logLikelihood`;

const tryOwn = (
  <ol>
    <li>
      Take the command of a run from below, change one setting, and begin it with another <code>--out</code>. Say first
      which curve will be higher, then watch both.
    </li>
    <li>
      Choose training and held-out numbers together, a chart each. Where do they part? What is after that is learnt by
      heart.
    </li>
    <li>
      Reconstruction does not ask what else a machine dreams of: <code>--monitor 5</code> has the likelihood measured
      too. Do the two agree on the best epoch?
    </li>
    <li>
      Two runs that come with the lab show where they do not: <a href={examplesLink}>see both</a>.
    </li>
  </ol>
);

/** What each curve has come to. */
const sentence = (panels: readonly Panel[]): string =>
  panels
    .map(({ metric, lines }) => {
      const ends = lines
        .filter(({ y }) => y.length > 0)
        .map(({ name, curve, y }) => `${name}: ${valueAt(curve, y, undefined)}`);
      return ends.length === 0 ? `${metric}: no numbers yet.` : `${metric}, at last: ${ends.join("; ")}.`;
    })
    .join(" ") || "No numbers yet.";
