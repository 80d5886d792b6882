/** Start: an RBM learns real twos at once; doors to the rest. */

import { contents, type PageEntry, type PageId } from "../../app/contents.js";
import { useEngine } from "../../engine/client.js";
import { whole } from "../../link/fields.js";
import { readValues, splitLink } from "../../link/link.js";
import { useLinkState } from "../../link/state.js";
import { TileGrid } from "../../paint/tile-grid.js";
import { robustScale } from "../../paint/tiles.js";
import { SignedLegend } from "../../parts/legend.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import type { DigitsView } from "../digits/engine.js";
import { commandOf, fields as digitsFields, type Settings } from "../digits/fields.js";

/** All pages but this one, by what one comes for. */
const doors: readonly { readonly name: string; readonly leads: string; readonly pages: readonly PageId[] }[] = [
  {
    name: "Physics",
    leads: "Noisy neurons, their dynamics, and the law that they settle in.",
    pages: ["network", "equilibrium", "temperature"],
  },
  {
    name: "Learning",
    leads: "How weights follow from what is seen and what is dreamt.",
    pages: ["wake", "lens"],
  },
  {
    name: "Digits",
    leads: "Machines of a few hundred units, and what they see.",
    pages: ["digits", "draw", "deep", "runs"],
  },
];

const fields = { seed: whole(1, 0, 999_999) };

export default function StartPage() {
  const state = useLinkState("start", fields);
  const settings = (): Settings => ({
    ...readValues(splitLink(""), digitsFields).values,
    digits: [2],
    rate: 0.1,
    epochs: 100,
    batch: 20,
    seed: state.seed.value,
  });
  const engine = useEngine<DigitsView>("digits", settings);
  const view = engine.view.value;
  const row = { count: 10, height: 28, width: 28, columns: 10, colours: "ink", scale: 1 } as const;
  return (
    <Page
      title="A machine that learns to dream of twos"
      claim="These are the weights of 64 hidden units. Nobody draws the strokes: the machine finds them, awake on real twos and asleep on its own."
      picture={
        view ? (
          <>
            <TileGrid
              name="filters"
              label={`The weights of 64 hidden units as images after ${view.update} updates.`}
              images={view.filters}
              count={view.filterCount}
              height={28}
              width={28}
              columns={innerWidth < 600 ? 8 : 16}
              colours="signed"
              scale={robustScale(view.filters, 0.05)}
            />
            <SignedLegend scale={robustScale(view.filters, 0.05)} of="weights" />
            <div class="panels">
              <div>
                <h2>It saw</h2>
                <TileGrid name="data" label="Ten real twos." images={view.data} {...row} />
              </div>
              <div>
                <h2>It rebuilds</h2>
                <TileGrid
                  name="reconstructions"
                  label="The same twos as the machine rebuilds them."
                  images={view.reconstructions}
                  {...row}
                />
              </div>
              <div>
                <h2>It dreams</h2>
                <TileGrid name="dreams" label="What the machine makes from nothing." images={view.dreams} {...row} />
              </div>
            </div>
          </>
        ) : (
          <p>Loading the digits …</p>
        )
      }
      transport={
        <Transport
          engine={engine}
          strides={[
            { name: "update", ticks: 1 },
            { name: "epoch", ticks: 50 },
          ]}
          rate={{ name: "images/s", perTick: 20 }}
        />
      }
      tryThis={
        <ol>
          <li>Press R and watch the first second again: it is the same, bit for bit, because the seed is.</li>
          <li>Pause, then press ← a few times: the strokes dissolve.</li>
        </ol>
      }
      share={<Share page="start" fields={fields} state={state} command={commandOf(settings())} />}
    >
      <nav class="panels" aria-label="Where to go">
        {doors.map(({ name, leads, pages }) => (
          <section key={name} class="panel door">
            <h2>{name}</h2>
            <p>{leads}</p>
            <ul>
              {pages.map((page) => {
                const { id, title, about } = contents.find((entry) => entry.id === page) as PageEntry;
                return (
                  <li key={id}>
                    <a href={`#/${id}`}>{title}</a>
                    <div>{about}</div>
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
      </nav>
    </Page>
  );
}
