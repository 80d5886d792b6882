/** Filters, data, reconstructions and dreams; a chosen filter big; what the run has come to. */

import type { ComponentChildren } from "preact";
import { type Frame, framed, frameText } from "../../data/frame.js";
import { TileGrid } from "../../paint/tile-grid.js";
import { robustScale } from "../../paint/tiles.js";
import { shortNumber } from "../../parts/formula.js";
import { SignedLegend } from "../../parts/legend.js";
import { Charts } from "./charts.js";
import type { DigitsView } from "./engine.js";
import type { Filter } from "./lens.js";
import type { Source } from "./source.js";
import { kindOf } from "./words.js";

interface PictureProps {
  readonly view: DigitsView;
  /** Units that dreams and reconstructions do without. */
  readonly silent: readonly number[];
  /** Between the filters and the rest. */
  readonly history: ComponentChildren;
  readonly onChoose: (filter: number) => void;
  readonly onSilence: (silent: readonly number[]) => void;
}

/** Images in a row where so many squares have room: fewer where they are wide. */
const columnsFor = (squares: number, { height, width }: Frame) =>
  Math.max(1, Math.round(squares * Math.min(1, height / width)));

/** Cases [count, units] as images. */
function rowOf(images: Float32Array, { units, frame }: Source) {
  const { height, width } = frame;
  const count = images.length / units;
  const columns = columnsFor(10, frame);
  return { images: framed(images, units, frame), count, height, width, columns, colours: "ink", scale: 1 } as const;
}

export function Picture({ view, silent, history, onChoose, onSilence }: PictureProps) {
  const scale = robustScale(view.filters, 0.05);
  const without = silent.length > 0 ? ` without ${silent.map((unit) => unit + 1).join(", ")}` : "";
  const { activity } = view.looks;
  const { source, shown } = view;
  const { units, frame } = source;
  const kind = kindOf(source);
  const columns = Math.min(view.filterCount, columnsFor(innerWidth < 600 ? 10 : 20, frame));
  return (
    <>
      <TileGrid
        name="filters"
        label={`The weights of ${view.filterCount} hidden units as images after ${view.update} updates.`}
        images={framed(view.filters, units, frame)}
        count={view.filterCount}
        height={frame.height}
        width={frame.width}
        columns={columns}
        colours="signed"
        scale={scale}
        chosen={view.filter?.unit}
        onChoose={onChoose}
      />
      <SignedLegend scale={scale} of="weights" />
      {history}
      <div class="panels">
        <div>
          <h2>Data</h2>
          <TileGrid name="data" label={`${shown === 10 ? "Ten" : shown} ${kind}.`} {...rowOf(view.data, source)} />
          <h2>Reconstructions{without}</h2>
          <TileGrid
            name="reconstructions"
            label={`The same ${source.own ? "cases" : "digits"} after one pass to the hidden units and back${without}.`}
            {...rowOf(view.reconstructions, source)}
          />
          <h2>Dreams{without}</h2>
          <TileGrid
            name="dreams"
            label={`Ten chains that run freely from random ${source.own ? "units" : "pixels"}${without && `, 20 sweeps on${without}`}.`}
            {...rowOf(view.dreams, source)}
          />
          {source.own && (
            <p class="caption" data-test="frame">
              {source.own.name}: {frameText(units, frame)}.
            </p>
          )}
        </div>
        {view.filter ? (
          <Chosen filter={view.filter} source={source} kind={kind} silent={silent} onSilence={onSilence} />
        ) : (
          <p class="caption">
            Click a filter to see it big, with the {source.own ? "cases" : "digits"} that it answers most.
          </p>
        )}
        <dl class="facts">
          <dt>cases</dt>
          <dd>{view.cases.toLocaleString("en")}</dd>
          <dt>epoch</dt>
          <dd>{view.epoch}</dd>
          <dt>reconstruction error</dt>
          <dd>{view.error === undefined ? "–" : shortNumber(view.error)} (not what is learnt)</dd>
          <dt>largest weight</dt>
          <dd>{shortNumber(view.largestWeight)}</dd>
          <dt>dead, saturated units</dt>
          <dd>
            {activity.dead}, {activity.saturated}
          </dd>
        </dl>
      </div>
      <Charts view={view} />
    </>
  );
}

interface ChosenProps {
  readonly filter: Filter;
  readonly source: Source;
  /** What the cases are called that it is looked at with. */
  readonly kind: string;
  readonly silent: readonly number[];
  readonly onSilence: (silent: readonly number[]) => void;
}

function Chosen({ filter, source, kind, silent, onSilence }: ChosenProps) {
  const { unit, weights, bias, top, inputs, mean } = filter;
  const isSilent = silent.includes(unit);
  const scale = robustScale(weights, 0.05);
  return (
    <div class="chosen-filter" data-test="filter">
      <h2>Hidden unit {unit + 1}</h2>
      <div class="pair">
        <div class="big">
          <TileGrid
            name="filter"
            label={`The weights of hidden unit ${unit + 1}, from ${shortNumber(-scale)} to ${shortNumber(scale)}.`}
            images={framed(weights, source.units, source.frame)}
            count={1}
            height={source.frame.height}
            width={source.frame.width}
            columns={1}
            colours="signed"
            scale={scale}
          />
        </div>
        <dl class="facts">
          <dt>bias</dt>
          <dd>{shortNumber(bias)}</dd>
          <dt>on, of all {kind}</dt>
          <dd>{shortNumber(100 * mean)} %</dd>
        </dl>
      </div>
      <p class="caption">
        The {kind} that it answers most, with inputs from {shortNumber(inputs[0] as number)} to{" "}
        {shortNumber(inputs.at(-1) as number)}:
      </p>
      <TileGrid
        name="top"
        label={`The ${inputs.length} ${kind} that turn unit ${unit + 1} on most.`}
        {...rowOf(top, source)}
      />
      <div class="presets" style={{ marginTop: "8px" }}>
        <button
          type="button"
          aria-pressed={isSilent}
          data-test="silence"
          onClick={() => onSilence(isSilent ? silent.filter((one) => one !== unit) : [...silent, unit].slice(-30))}
        >
          {isSilent ? "Let it speak" : "Silence it"}
        </button>
        {silent.length > 0 && (
          <button type="button" onClick={() => onSilence([])}>
            Let all speak ({silent.length})
          </button>
        )}
      </div>
      <p class="caption">A silent unit is left out of reconstructions and dreams; training keeps it.</p>
    </div>
  );
}
