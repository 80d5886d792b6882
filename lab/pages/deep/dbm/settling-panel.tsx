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
  const { bounds, layers, end, aloneBound } = told;
  const [pixels, first, second] = layers as [Float32Array, Float32Array, Float32Array];
  const start = bounds[0] as number;
  const short = bounds.map((bound) => (end - bound > 1e-4 ? end - bound : Number.NaN));
  const columns = PASSES.length;
  const units = told.settled.length;
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
              <>The layers learn by themselves as yet; that they fit together is learnt last.</>
            )}
          </p>
          <DigitChoice {...props} />
        </div>
        <LineChart
          label={`How far the bound is below its end, nats, by passes of mean field: ${nats(end - start)} at first, ${nats(end - (bounds[1] as number))} after one.`}
          xName="passes"
          yName="nats below the end"
          log="y"
          height={180}
          lines={[
            { name: "nats below the end", x: bounds.map((_, pass) => pass), y: short },
            { name: "each pass", x: bounds.map((_, pass) => pass), y: short, dots: true },
          ]}
        />
      </div>
      <h3>After so many passes; 0: up from the pixels, which layer 1 hears twice</h3>
      <ol class="labels" aria-label="Passes of mean field, column by column">
        {PASSES.map((pass) => (
          <li key={pass}>{pass}</li>
        ))}
      </ol>
      <ol class="labels bounds" aria-label="The bound on ln P(v) + ln Z, column by column, nats">
        {PASSES.map((pass) => (
          <li key={pass}>{nats(bounds[pass] as number)}</li>
        ))}
      </ol>
      <Row title="Layer 2: μ²" name="settling-2" layer={second} />
      <Row title="Layer 1: μ¹" name="settling-1" layer={first} />
      <h3>Layer 1, less where it settles</h3>
      <TileGrid
        name="settling-less"
        label={`The means of layer 1 less those where they settle, after ${PASSES.join(", ")} passes.`}
        {...unitTiles(
          first.map((m, i) => m - (told.settled[i % units] as number)),
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
      <div class="heard">
        <Layer title="Layer 1 from the pixels alone" name="alone" layer={told.alone} units={units} />
        <Layer title="Layer 1, settled with layer 2" name="settled" layer={told.settled} units={units} />
        <div>
          <h3>What layer 2 changes</h3>
          <TileGrid
            name="heard"
            label={`Layer 1 settled less layer 1 from the pixels alone; ${changed(told)} of ${units} units cross one half.`}
            {...unitTiles(
              told.settled.map((m, j) => m - (told.alone[j] as number)),
              units,
            )}
            columns={1}
            colours="signed"
            scale={1}
          />
        </div>
      </div>
      <SignedLegend scale={1} of="change" />
      <p class="caption" data-test="changed" data-changed={changed(told)}>
        {changed(told)} of {units} units of layer 1 are on the other side of one half when layer 2 is heard.
      </p>
    </div>
  );
}

function Row({ title, name, layer }: { readonly title: string; readonly name: string; readonly layer: Float32Array }) {
  const units = layer.length / PASSES.length;
  return (
    <>
      <h3>{title}</h3>
      <TileGrid
        name={name}
        label={`${title}: the means of its ${units} units after ${PASSES.join(", ")} passes.`}
        {...unitTiles(layer, units)}
        columns={PASSES.length}
        colours="ink"
        scale={1}
      />
    </>
  );
}

interface LayerProps {
  readonly title: string;
  readonly name: string;
  readonly layer: Float32Array;
  readonly units: number;
}

function Layer({ title, name, layer, units }: LayerProps) {
  return (
    <div>
      <h3>{title}</h3>
      <TileGrid
        name={name}
        label={`${title}: the means of its ${units} units.`}
        {...unitTiles(layer, units)}
        columns={1}
        colours="ink"
        scale={1}
      />
    </div>
  );
}

const nats = (x: number): string => x.toFixed(1).replace("-", "−");

/** Units of layer 1 that layer 2 takes from one side of one half to the other. */
const changed = ({ alone, settled }: Settling): number =>
  alone.filter((m, j) => m > 0.5 !== (settled[j] as number) > 0.5).length;
