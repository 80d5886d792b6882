/** What the run has come to, epoch by epoch, and how weights and hidden units are spread. */

import { useMemo } from "preact/hooks";
import { BarChart, LineChart } from "../../parts/chart.js";
import { shortNumber } from "../../parts/formula.js";
import type { DigitsView, Looks } from "./engine.js";
import { kindOf } from "./words.js";

/** Drawn anew only when there is something new: many views come between two epochs. */
export function Charts({ view }: { readonly view: DigitsView }) {
  const { curve, looks, filterCount } = view;
  const drawn = [
    curve.epoch.length,
    curve.epoch.at(-1),
    curve.likelihood.length,
    curve.gap.at(-1),
    filterCount,
    view.source.own?.name,
  ];
  return (
    <div class="panels charts">
      {useMemo(
        () => (
          <Likelihood view={view} />
        ),
        drawn,
      )}
      {useMemo(
        () => (
          <Errors view={view} />
        ),
        drawn,
      )}
      {useMemo(
        () => (
          <Spread looks={looks} cases={kindOf(view.source)} />
        ),
        [looks.update, looks.histogram.end, filterCount],
      )}
    </div>
  );
}

function Errors({ view }: { readonly view: DigitsView }) {
  const { curve, figured, source } = view;
  const cases = source.own ? "cases" : "digits";
  const { epoch, reconstruction, heldOut, gap } = curve;
  const last = (values: readonly number[]) => shortNumber(values.at(-1) ?? Number.NaN);
  return (
    <>
      <LineChart
        label={
          epoch.length === 0
            ? "The free-energy gap of each epoch will be here."
            : figured === 0
              ? "No cases are held out, so no gap is told."
              : `Mean F(v) of ${figured} held-out ${cases} less that of as many training ${cases}: ${last(gap)} nats. It rises when the machine learns its ${cases} by heart.`
        }
        xName="epoch"
        yName="gap, nats"
        lines={[{ name: "gap", x: epoch, y: gap, style: 3 }]}
      />
      <LineChart
        label={
          epoch.length === 0
            ? "The reconstruction error of each epoch will be here."
            : `Reconstruction error, which is not what is learnt: ${last(reconstruction)} on training ${cases}${figured === 0 ? "" : `, ${last(heldOut)} on ${figured} held-out ones`}.`
        }
        xName="epoch"
        yName="error"
        keyAt={[200, 10]}
        lines={[
          { name: "training", x: epoch, y: reconstruction },
          { name: "held out", x: epoch, y: heldOut, style: 2 },
        ]}
      />
    </>
  );
}

function Spread({ looks, cases }: { readonly looks: Looks; readonly cases: string }) {
  const { activity, histogram } = looks;
  const { counts, end } = histogram;
  return (
    <>
      <BarChart
        label={`Weights lie between ${shortNumber(-end)} and ${shortNumber(end)}.`}
        xName="weight"
        yName="how many"
        names={counts.map((_, i) => shortNumber(((2 * (i + 0.5)) / counts.length - 1) * end))}
        groups={[{ name: "weights", values: counts }]}
      />
      <BarChart
        label={`How often hidden units are on, over ${cases}: ${activity.dead} never, ${activity.saturated} always.`}
        xName="mean P(h = 1 | v)"
        yName="hidden units"
        names={activity.counts.map((_, n) => `.${n}`)}
        groups={[{ name: "hidden units", values: activity.counts, style: 4 }]}
      />
    </>
  );
}

/** log P(v): exact, or an estimate with its bracket. */
function Likelihood({ view }: { readonly view: DigitsView }) {
  const { likelihood } = view.curve;
  const x = likelihood.map(({ epoch }) => epoch);
  const end = likelihood.at(-1);
  const ranges = likelihood.flatMap(({ epoch, range }) => (range ? [{ epoch, ...range }] : []));
  const how = end?.exact ? "exact" : "estimated";
  const bracket = end?.range ? `, bracket ${shortNumber(end.range.lower)} to ${shortNumber(end.range.upper)}` : "";
  return (
    <LineChart
      label={
        end === undefined
          ? "log P(v), which is what is learnt, will be here: choose every how many epochs (“log P(v) every n epochs”)."
          : `Mean log P(v), ${how}, after epoch ${end.epoch}: ${shortNumber(end.training)} nats a training ${view.source.own ? "case" : "digit"}${view.figured === 0 ? "" : `, ${shortNumber(end.heldOut)} a held-out one`}${bracket}.`
      }
      xName="epoch"
      yName={end ? `log P(v), nats, ${how}` : "log P(v), nats"}
      keyAt={[200, 120]}
      lines={[
        { name: "training", x, y: likelihood.map(({ training }) => training), dots: x.length === 1 },
        { name: "held out", x, y: likelihood.map(({ heldOut }) => heldOut), style: 2, dots: x.length === 1 },
        ...(ranges.length > 0
          ? [
              { name: "bracket, low", x: ranges.map((r) => r.epoch), y: ranges.map((r) => r.lower), style: 4 },
              { name: "bracket, high", x: ranges.map((r) => r.epoch), y: ranges.map((r) => r.upper), style: 4 },
            ]
          : []),
      ]}
    />
  );
}
