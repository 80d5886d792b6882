/** How layers 1 and 2 settle on a digit, pass by pass of mean field, and what layer 2 changes in layer 1. */

import { TileGrid } from "../../../paint/tile-grid.js";
import { LineChart } from "../../../parts/chart.js";
import { shortNumber } from "../../../parts/formula.js";
import { SignedLegend } from "../../../parts/legend.js";
import { DigitChoice, type DigitPanelProps, DigitTile, digitName, useAnswer } from "../digit-choice.js";
import { unitTiles } from "../tower-picture.js";
import { PASSES, type Settling } from "./settling.js";

export function SettlingPanel(props: DigitPanelProps<Settling>) {
  const told = useAnswer(props);
  if (!told) return <p>Settling …</p>;
  const { bounds, layers } = told;
  const [pixels, first, second] = layers as [Float32Array, Float32Array, Float32Array];
  const [start, end] = [bounds[0] as number, bounds.at(-1) as number];
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
                The pixels are held at {digitName(told)}. In {bounds.length - 1} passes the bound on ln P(v) rises by{" "}
                <strong>{shortNumber(end - start)}</strong> nats.
              </>
            ) : (
              <>The layers learn by themselves as yet; that they fit together is learnt last.</>
            )}
          </p>
          <DigitChoice {...props} />
        </div>
        <LineChart
          label={`The bound on ln P(v) + ln Z by passes of mean field: from ${shortNumber(start)} to ${shortNumber(end)} nats.`}
          xName="passes"
          yName="bound on ln P(v) + ln Z"
          height={180}
          lines={[
            { name: "bound", x: bounds.map((_, pass) => pass), y: bounds },
            { name: "shown", x: [...PASSES], y: PASSES.map((pass) => bounds[pass] as number), dots: true },
          ]}
        />
      </div>
      <h3>After so many passes; 0: up from the pixels, what layer 1 hears of them counted twice</h3>
      <ol class="labels" aria-label="Passes of mean field, column by column">
        {PASSES.map((pass) => (
          <li key={pass}>{pass}</li>
        ))}
      </ol>
      <Row title="Layer 2: μ²" name="settling-2" layer={second} />
      <Row title="Layer 1: μ¹" name="settling-1" layer={first} />
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
          <SignedLegend scale={1} of="change" />
        </div>
      </div>
      <p class="caption" data-test="changed" data-changed={changed(told)}>
        {changed(told)} of {units} units of layer 1 cross one half when layer 2 is heard: from the pixels alone they
        would be {told.label === undefined ? "taken" : "judged"} otherwise.
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

/** Units of layer 1 that layer 2 takes from one side of one half to the other. */
const changed = ({ alone, settled }: Settling): number =>
  alone.filter((m, j) => m > 0.5 !== (settled[j] as number) > 0.5).length;
