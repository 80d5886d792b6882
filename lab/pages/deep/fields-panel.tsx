/** Receptive fields of each layer, projected down to the pixels; one can be chosen. */

import { useSignal } from "@preact/signals";
import { TileGrid } from "../../paint/tile-grid.js";
import { robustScale } from "../../paint/tiles.js";
import { SignedLegend } from "../../parts/legend.js";
import { layerName } from "./tower-picture.js";
import type { DeepView } from "./view.js";

export function FieldsPanel({ view }: { readonly view: DeepView }) {
  const chosen = useSignal<{ readonly layer: number; readonly unit: number }>({ layer: 2, unit: 0 });
  const layer = Math.min(chosen.value.layer, view.learnt - 1);
  const unit = Math.min(chosen.value.unit, (view.shown[layer] as number) - 1);
  const fields = view.fields[layer];
  const name = (l: number) => layerName(view.machine, l + 1);
  const scales = view.fields.map((each) => robustScale(each, 0.05));
  return (
    <div class="fields">
      {view.shown.map((_, at) => {
        const l = view.shown.length - 1 - at;
        const images = view.fields[l];
        const shown = view.shown[l] as number;
        return (
          <div key={l}>
            <h3>
              {name(l)}
              {images ? "" : ` waits for layer ${view.learnt}`}
            </h3>
            {images ? (
              <TileGrid
                name={`fields-${l + 1}`}
                label={`Receptive fields of ${shown} units of ${name(l).toLowerCase()}.`}
                images={images}
                count={shown}
                height={28}
                width={28}
                columns={10}
                colours="signed"
                scale={scales[l] as number}
                chosen={l === layer ? unit : undefined}
                onChoose={(next) => {
                  chosen.value = { layer: l, unit: next };
                }}
              />
            ) : (
              <div class="waiting" aria-hidden="true" />
            )}
          </div>
        );
      })}
      {fields && (
        <div class="chosen">
          <TileGrid
            name="field"
            label={`The receptive field of unit ${unit} of ${name(layer).toLowerCase()}.`}
            images={fields.subarray(unit * 784, (unit + 1) * 784)}
            count={1}
            height={28}
            width={28}
            columns={1}
            colours="signed"
            scale={scales[layer] as number}
          />
          <div>
            <p class="caption">
              Unit {unit} of {name(layer).toLowerCase()}: what it adds to the pixels through the weights below it, taken
              as linear. Choose another one.
            </p>
            <SignedLegend scale={scales[layer] as number} of="field" />
          </div>
        </div>
      )}
    </div>
  );
}
