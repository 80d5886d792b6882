/** The tower from its labels, where it has some, down to the pixels, ten columns; layers that have not learnt wait. */

import { TileGrid } from "../../paint/tile-grid.js";
import type { DeepView } from "./view.js";

/** Units of a layer as a tile that is as square as it gets; what is over is off. */
export function unitTiles(states: Float32Array, units: number) {
  const width = Math.ceil(Math.sqrt(units));
  const height = Math.ceil(units / width);
  const count = units === 0 ? 0 : states.length / units;
  const images = new Float32Array(count * width * height);
  for (let n = 0; n < count; n++) images.set(states.subarray(n * units, (n + 1) * units), n * width * height);
  return { images, count, width, height };
}

const COLUMNS = 10;
/** The layer as it is called: the last one of a deep belief network is its top. */
export const layerName = (machine: DeepView["machine"], l: number): string =>
  machine === "dbn" && l === 3 ? "Top layer" : `Layer ${l}`;

export function TowerPicture({ view, held }: { readonly view: DeepView; readonly held: boolean }) {
  const { machine, layers, states, labels, columns, learnt, digits } = view;
  const dreams = columns === "dreams";
  const says = dreams ? (held ? "held at" : "says") : "digit";
  const above = layers.map((_, l) => l).slice(1);
  return (
    <div class="tower" data-columns={columns} data-learnt={learnt}>
      {labels.length > 0 && (
        <>
          <h3>
            {dreams
              ? held
                ? "Labels, held"
                : "Labels, free"
              : "Held-out digits: up through what has learnt, and down again"}
          </h3>
          <ol class="labels" aria-label={`What the label units say, column by column`}>
            {labels.map((label, c) => (
              <li key={c} aria-label={`column ${c + 1}: ${says} ${label < 0 ? "none" : label}`}>
                {label < 0 ? "–" : label}
              </li>
            ))}
          </ol>
        </>
      )}
      {above.reverse().map((l) => {
        const units = layers[l] as number;
        const waits = l > learnt;
        const layer = states[l];
        const name = layerName(machine, l);
        return (
          <div key={l} class={waits ? "level waits" : "level"}>
            <h3>
              {name}: {units} units{waits ? `, waits for layer ${learnt}` : ""}
            </h3>
            {waits || !layer ? (
              <div class="waiting" aria-hidden="true" />
            ) : (
              <TileGrid
                name={`layer-${l}`}
                label={`${name}: which of its ${units} units are on, in each column.`}
                {...unitTiles(layer, units)}
                columns={COLUMNS}
                colours="ink"
                scale={1}
              />
            )}
          </div>
        );
      })}
      <h3>{dreams ? "Pixels: what it dreams" : "Pixels: what comes down again"}</h3>
      <TileGrid
        name="dreams"
        label={
          dreams
            ? `What the tower dreams in ${COLUMNS} columns after ${view.sweeps} sweeps${machine === "dbn" ? " of its top" : ""}.`
            : `Ten held-out digits after ${learnt} ${learnt === 1 ? "layer" : "layers"} up and down.`
        }
        images={states[0] ?? new Float32Array(COLUMNS * 784)}
        count={COLUMNS}
        height={28}
        width={28}
        columns={COLUMNS}
        colours="ink"
        scale={1}
      />
      {digits && (
        <>
          <h3>What went up</h3>
          <TileGrid
            name="digits"
            label="The ten held-out digits."
            images={digits}
            count={COLUMNS}
            height={28}
            width={28}
            columns={COLUMNS}
            colours="ink"
            scale={1}
          />
        </>
      )}
    </div>
  );
}
