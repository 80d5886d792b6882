/** The sum of strokes: filters of the hidden units that are on, and what they add up to. */

import { TileGrid } from "../../paint/tile-grid.js";
import { robustScale } from "../../paint/tiles.js";
import { SignedLegend } from "../../parts/legend.js";
import type { Strokes } from "./strokes.js";

export function StrokesPanel({ strokes }: { readonly strokes: Strokes }) {
  const { active, hidden, added, bias, filters, units, sum, picture } = strokes;
  const scale = robustScale(filters.length > 0 ? filters : bias, 0.05);
  const sums = robustScale(sum, 1);
  const one = { count: 1, columns: 1, height: 28, width: 28 } as const;
  return (
    <div class="strokes">
      <div class="sum">
        <div>
          <h3>b</h3>
          <TileGrid
            name="strokes-bias"
            label="The visible biases."
            images={bias}
            {...one}
            colours="signed"
            scale={sums}
          />
        </div>
        <div>
          <h3>
            + {added} {added === 1 ? "stroke" : "strokes"}
          </h3>
          <TileGrid
            name="strokes-sum"
            label={`The biases and the weights of ${added} hidden units, added.`}
            images={sum}
            {...one}
            colours="signed"
            scale={sums}
          />
        </div>
        <div>
          <h3>σ of it</h3>
          <TileGrid
            name="strokes-picture"
            label="The picture that these strokes make."
            images={picture}
            {...one}
            colours="ink"
            scale={1}
          />
        </div>
      </div>
      <h3>
        {active} of {hidden} hidden units are on{active > units.length ? `; the strongest ${units.length}` : ""}
      </h3>
      {units.length > 0 && (
        <TileGrid
          name="strokes"
          label={`The weights of hidden units ${units.join(", ")}, the strongest first.`}
          images={filters}
          count={units.length}
          height={28}
          width={28}
          columns={10}
          colours="signed"
          scale={scale}
        />
      )}
      <SignedLegend scale={scale} of="weights" />
    </div>
  );
}
