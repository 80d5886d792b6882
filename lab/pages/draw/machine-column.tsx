/** A machine of the page: what it makes of the drawing, and how strange that is to it. */

import { TileGrid } from "../../paint/tile-grid.js";
import { shortNumber } from "../../parts/formula.js";
import { NeedleChart } from "../../parts/needles.js";
import { CHAINS } from "./chain.js";
import type { MachineView } from "./engine.js";
import type { MachineId } from "./machine.js";

const titles: Readonly<Record<MachineId, string>> = {
  twos: "It knows only twos",
  digits: "It knows all ten digits",
  own: "Your own machine",
};
const kinds: Readonly<Record<MachineId, string>> = { twos: "twos", digits: "digits", own: "digits" };

const tile = { height: 28, width: 28, colours: "ink", scale: 1 } as const;
/** Of all of the kind: kinds of very different numbers are seen side by side. */
const shares = (counts: Float32Array) => {
  const all = counts.reduce((sum, each) => sum + each, 0) || 1;
  return counts.map((each) => each / all);
};
const shareOf = (share: number) =>
  share === 1 ? "all" : share === 0 ? "none" : `${Math.min(99, Math.max(1, Math.round(100 * share)))} %`;

interface ColumnProps {
  readonly view: MachineView;
  readonly tick: number;
  readonly byMeans: boolean;
}

export function MachineColumn({ view, tick, byMeans }: ColumnProps) {
  const { id, name, now, others, film, changed } = view;
  const after = tick === 0 ? "one pass of means" : `${tick} ${tick === 1 ? "sweep" : "sweeps"}`;
  return (
    <section class="machine" aria-labelledby={`machine-${id}`}>
      <h2 id={`machine-${id}`}>{titles[id]}</h2>
      {id === "own" && <p class="caption">{name}</p>}
      <TileGrid
        name={`reconstruction-${id}`}
        label={`The drawing after ${after}: ${changed} of 784 pixels differ from it.`}
        images={now}
        count={1}
        columns={1}
        {...tile}
      />
      <p class="caption" data-test={`changed-${id}`} data-changed={changed}>
        P(v = 1 | h) after {after}. {changed} of 784 pixels differ from the drawing.
      </p>
      {!byMeans && others.length > 0 && (
        <>
          <h3>Other chances</h3>
          <TileGrid
            name={`others-${id}`}
            label={`${CHAINS - 1} other chains from the same drawing.`}
            images={others}
            count={CHAINS - 1}
            columns={CHAINS - 1}
            {...tile}
          />
        </>
      )}
      {film.sweeps.length > 0 && (
        <>
          <h3>So far</h3>
          <TileGrid
            name={`film-${id}`}
            label={`After ${film.sweeps.join(", ")} sweeps.`}
            images={film.pictures}
            count={film.sweeps.length}
            columns={5}
            {...tile}
          />
          <p class="caption">after {film.sweeps.join(", ")}</p>
        </>
      )}
      <h3>How strange is it?</h3>
      <p class="stranger" data-test={`stranger-${id}`} data-stranger={view.drawn.stranger.toFixed(4)}>
        Your drawing: <strong>stranger than {shareOf(view.drawn.stranger)}</strong> of {view.knows.toLocaleString("en")}{" "}
        held-out {kinds[id]}.
      </p>
      <NeedleChart
        label={`Free energy of the drawing ${shortNumber(view.drawn.energy)}, of the chain ${shortNumber(view.chain.energy)} nats (stranger than ${shareOf(view.chain.stranger)}). Low is familiar.${id === "twos" ? " Blue: held-out twos, green: other digits." : ""}`}
        xName="free energy F(v), nats"
        yName="share"
        height={180}
        xRange={[view.histogram.from, view.histogram.to]}
        groups={[
          ...(id === "twos" ? [{ name: "other digits", counts: shares(view.histogram.other), style: 3 }] : []),
          { name: id === "twos" ? "twos" : "digits", counts: shares(view.histogram.known), style: 1 },
        ]}
        needles={[
          { name: "drawing", at: view.drawn.energy, style: 2 },
          { name: "chain", at: view.chain.energy, style: 4 },
        ]}
      />
    </section>
  );
}
