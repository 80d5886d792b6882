/** How layers 1 and 2 settle on a digit, pass by pass of mean field, and what layer 2 changes in layer 1. */

import { TileGrid } from "../../../paint/tile-grid.js";
import { LineChart } from "../../../parts/chart.js";
import { SignedLegend } from "../../../parts/legend.js";
import { DigitChoice, type DigitPanelProps, DigitTile, digitName, useAnswer } from "../digit-choice.js";
import { unitTiles } from "../tower-picture.js";
import { PASSES, type Settling } from "./settling.js";

/** Of the signed picture of layer 1; larger differences look like this one. */
const SCALE = 0.25;

export function SettlingPanel(props: DigitPanelProps<Settling>) {
  const told = useAnswer(props);
  if (!told) return <p>Settling …</p>;
  const { bounds, end, aloneBound } = told;
  const start = bounds[0] as number;
  // until all layers learn together they have little to say to each other
  const ready = props.view.columns === "dreams";
  return (
    <div class="settling">
      <div class="reading">
        <DigitTile of={told} label={`The digit on which the layers settle: ${digitName(told)}.`} />
        <div>
          <p data-test="settles" data-start={start} data-end={end}>
            {ready ? (
              <>
                The pixels are held at {digitName(told)}. From the first means on the bound on ln P(v) rises by{" "}
                <strong>{nats(end - start)}</strong> nats. With layer 1 from the pixels alone it would be{" "}
                <strong>{nats(end - aloneBound)}</strong> nats lower.
              </>
            ) : (
              <>Each bond learns by itself as yet, and the layers have nothing to settle between them.</>
            )}
          </p>
          <DigitChoice {...props} />
        </div>
        {ready && <Shortfall told={told} />}
      </div>
      {ready && <Passes told={told} />}
      {ready && <Heard told={told} />}
    </div>
  );
}

interface Told {
  readonly told: Settling;
}

/** How far the bound is below its end: a line on a logarithmic scale where it nears it by the same factor each pass. */
function Shortfall({ told: { bounds, end } }: Told) {
  // nearer than that is rounding
  const y = bounds.map((bound) => end - bound).filter((short) => short > 1e-4);
  const x = y.map((_, pass) => pass);
  const [start, next] = [bounds[0] as number, bounds[1] as number];
  return (
    <LineChart
      label={`How far the bound is below its end, nats, by passes of mean field: ${nats(end - start)} at first, ${nats(end - next)} after one.`}
      xName="passes"
      yName="nats"
      log="y"
      height={180}
      lines={[
        { name: "nats below the end", x, y },
        { name: "each pass", x, y, dots: true },
      ]}
    />
  );
}

/** The layers after PASSES, column by column. */
function Passes({ told: { bounds, end, layers, settled } }: Told) {
  const [pixels, first, second] = layers as [Float32Array, Float32Array, Float32Array];
  const units = settled.length;
  const columns = PASSES.length;
  return (
    <>
      <h3>After so many passes; 0: up from the pixels, which layer 1 hears twice</h3>
      <ol class="labels" aria-label="Passes of mean field, column by column">
        {PASSES.map((pass) => (
          <li key={pass}>{pass}</li>
        ))}
      </ol>
      <h3>The bound, less what it is in the end; nats</h3>
      <ol class="labels bounds" aria-label="The bound on ln P(v) less what it is in the end, column by column, nats">
        {PASSES.map((pass) => (
          <li key={pass}>{shortfall((bounds[pass] as number) - end)}</li>
        ))}
      </ol>
      <Means title="Layer 2: μ²" name="settling-2" layer={second} columns={columns} />
      <Means title="Layer 1: μ¹" name="settling-1" layer={first} columns={columns} />
      <h3>Layer 1, less where it settles</h3>
      <TileGrid
        name="settling-less"
        label={`The means of layer 1 less those where they settle, after ${PASSES.join(", ")} passes.`}
        {...unitTiles(
          first.map((m, i) => m - (settled[i % units] as number)),
          units,
        )}
        columns={columns}
        colours="signed"
        scale={SCALE}
      />
      <SignedLegend scale={SCALE} of="difference" />
      <h3>Pixels, as layer 1 would have them</h3>
      <TileGrid
        name="settling-0"
        label={`What comes down to the pixels after ${PASSES.join(", ")} passes.`}
        images={pixels}
        count={columns}
        height={28}
        width={28}
        columns={columns}
        colours="ink"
        scale={1}
      />
    </>
  );
}

/** Layer 1 without layer 2 and with it. */
function Heard({ told: { alone, settled } }: Told) {
  const units = settled.length;
  const changed = alone.filter((m, j) => m > 0.5 !== (settled[j] as number) > 0.5).length;
  return (
    <>
      <div class="heard">
        <div>
          <Means title="Layer 1 from the pixels alone" name="alone" layer={alone} columns={1} />
        </div>
        <div>
          <Means title="Layer 1, settled with layer 2" name="settled" layer={settled} columns={1} />
        </div>
        <div>
          <h3>What layer 2 changes</h3>
          <TileGrid
            name="heard"
            label={`Layer 1 settled less layer 1 from the pixels alone; ${changed} of ${units} units cross one half.`}
            {...unitTiles(
              settled.map((m, j) => m - (alone[j] as number)),
              units,
            )}
            columns={1}
            colours="signed"
            scale={1}
          />
        </div>
      </div>
      <SignedLegend scale={1} of="change" />
      <p class="caption" data-test="changed" data-changed={changed}>
        {changed} of {units} units of layer 1 are on the other side of one half when layer 2 is heard.
      </p>
    </>
  );
}

interface MeansProps {
  readonly title: string;
  readonly name: string;
  /** [columns, units] */
  readonly layer: Float32Array;
  readonly columns: number;
}

function Means({ title, name, layer, columns }: MeansProps) {
  const units = layer.length / columns;
  const when = columns === 1 ? "" : ` after ${PASSES.join(", ")} passes`;
  return (
    <>
      <h3>{title}</h3>
      <TileGrid
        name={name}
        label={`${title}: the means of its ${units} units${when}.`}
        {...unitTiles(layer, units)}
        columns={columns}
        colours="ink"
        scale={1}
      />
    </>
  );
}

const nats = (x: number): string => x.toFixed(1).replace("-", "−");

/** Few letters, for a narrow column: −43, −6.1, −0.28, 0. */
function shortfall(x: number): string {
  const size = Math.abs(x);
  if (size < 0.005) return "0";
  return `−${size.toFixed(size >= 9.95 ? 0 : size >= 0.995 ? 1 : 2)}`;
}
