/** One neuron, one network: a small network under three dynamics, unit by unit, with every random number in sight. */

import { FULL_SPEED, useEngine } from "../../engine/client.js";
import { useLinkState, valuesOf } from "../../link/state.js";
import { type Couplings, changed, commandWith, machineOf, pairAt, pairCount } from "../../networks/couplings.js";
import { TileGrid } from "../../paint/tile-grid.js";
import { LineChart } from "../../parts/chart.js";
import { Formula, shortNumber } from "../../parts/formula.js";
import { NetworkGraph } from "../../parts/network-graph.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import { NetworkControls } from "./controls.js";
import { type NetworkView, WINDOW, workingTemperature } from "./engine.js";
import { fields, type Settings, weightRange } from "./fields.js";
import formulas from "./formulas.tex";
import { Neuron, odds } from "./neuron.js";

export default function NetworkPage() {
  const state = useLinkState("network", fields);
  const settings = (): Settings => valuesOf(state);
  const engine = useEngine<NetworkView>("network", settings, { speed: state.speed.peek() });
  const adjust = () => engine.adjust(settings());
  const units = state.units.value;
  const couplings: Couplings = { units, weights: state.weights.value, biases: state.biases.value };
  const unit = Math.min(state.unit.value, units) - 1;
  const { value: view } = engine.view;
  // a view of before the number of neurons changed
  const shown = view?.units === units ? view : undefined;
  const temperature = state.temperature.value;
  const parallel = state.dynamics.value === "parallel";
  const update = shown?.last[unit];
  return (
    <Page
      title="One neuron, one network"
      claim="A neuron adds up what comes in, then throws a die with those odds. Who throws when decides what the network comes to."
      picture={
        shown ? (
          <>
            <div class="pair">
              <NetworkGraph
                label={`A network of ${units} neurons. Drag an edge or a neuron up or down to change its weight or bias.`}
                couplings={couplings}
                state={shown.state}
                says={(j) => `input ${shortNumber(shown.inputs[j] as number)}`}
                chosen={unit}
                updated={shown.updated}
                range={weightRange}
                onChoose={(j) => {
                  state.unit.value = j + 1;
                }}
                onWeight={(i, j, value) => {
                  state.weights.value = changed(state.weights.peek(), pairCount(units), pairAt(units, i, j), value);
                  adjust();
                }}
                onBias={(j, value) => {
                  state.biases.value = changed(state.biases.peek(), units, j, value);
                  adjust();
                }}
              />
              <div>
                <h2>Neuron {unit + 1}</h2>
                <Neuron view={shown} couplings={couplings} unit={unit} temperature={temperature} />
                <button type="button" onClick={() => engine.act({ flip: unit })}>
                  Turn neuron {unit + 1} {shown.state[unit] === 1 ? "off" : "on"}
                </button>
              </div>
            </div>
            <Past view={shown} parallel={parallel} temperature={temperature} />
          </>
        ) : (
          <p>Starting …</p>
        )
      }
      transport={
        <Transport
          engine={engine}
          strides={[
            { name: "update", ticks: 1 },
            ...(parallel ? [{ name: "10 updates", ticks: 10 }] : [{ name: "sweep", ticks: units }]),
          ]}
          speeds={[1, 2, 8, 30, 120, FULL_SPEED]}
          speed={state.speed}
        />
      }
      controls={<NetworkControls state={state} couplings={couplings} onChange={adjust} />}
      formulas={
        <>
          <h2>What neuron {unit + 1} does</h2>
          <Formula
            of={formulas["input"]}
            live={{ unit: String(unit + 1), input: update?.input ?? shown?.inputs[unit] }}
            caption="The input: a bias, and the weights of those that are on."
          />
          <Formula
            of={formulas["probability"]}
            live={{
              unit: String(unit + 1),
              probability: shown && odds(update?.probability ?? (shown.probabilities[unit] as number)),
            }}
            caption={
              temperature === 0 ? "At T = 0 the sigmoid is a step." : `The odds, at T = ${shortNumber(temperature)}.`
            }
          />
          <Formula
            of={formulas["uniform"]}
            live={{ uniform: update?.uniform, sign: update ? (update.on ? "<" : "≥") : undefined }}
            caption="The die: a number between 0 and 1. Under P the neuron comes on. It is the very number that the library used."
          />
          <Formula
            of={formulas["energy"]}
            live={{ energy: shown?.energies.at(-1) }}
            caption="The energy. At T = 0 one neuron at a time never raises it; all at once may."
          />
        </>
      }
      tryThis={
        <ol>
          <li>
            Begin with “Two that exclude each other”. At T = 0, all at once, will they ever settle? Then choose Glauber
            while it runs.
          </li>
          <li>
            Begin with “Hopfield”: one neuron of a stored pattern is wrong. Which neuron flips, and does another one
            follow? Turn two more over by hand.
          </li>
          <li>
            In the Ising ring raise T from 1 to 4. What becomes of the stripes in the raster, and what of the energy?
          </li>
          <li>
            In the frustrated triangle no state pleases all three edges. How many states share the lowest energy? Set T
            to 0 and see which of them it stays in.
          </li>
        </ol>
      }
      share={<Share page="network" fields={fields} state={state} command={commandOf(settings())} />}
    />
  );
}

interface PastProps {
  readonly view: NetworkView;
  readonly parallel: boolean;
  readonly temperature: number;
}

/** The spike raster, and the energy beneath it. */
function Past({ view, parallel, temperature }: PastProps) {
  const { units, raster, energies, energyTicks, rises, tick } = view;
  const high = Math.max(3, Math.round(44 / units));
  return (
    <div class="pair">
      <div>
        <h2>Spikes</h2>
        <div class="raster">
          <ol aria-hidden="true">
            {Array.from({ length: units }, (_, j) => (
              <li key={j}>{j + 1}</li>
            ))}
          </ol>
          <TileGrid
            name="raster"
            label={`The last ${Math.min(tick + 1, WINDOW)} moments of ${units} neurons, from the left to now at the right: dark where a neuron is on.`}
            images={rows(raster, units, high)}
            count={1}
            height={units * high}
            width={WINDOW}
            columns={1}
            colours="ink"
            scale={1}
          />
        </div>
        <p class="caption">
          One row a neuron, now at the right; {parallel ? "all are updated" : "one is updated"} at a time.
        </p>
      </div>
      <LineChart
        label={`Energy ${shortNumber(energies.at(-1) as number)} now; it has risen ${rises} ${rises === 1 ? "time" : "times"} in ${tick} updates${temperature === 0 && !parallel ? ", as at T = 0 one at a time it cannot" : ""}.`}
        xName="update"
        yName="energy"
        height={200}
        lines={[{ name: "energy", x: energyTicks, y: energies }]}
      />
    </div>
  );
}

/** Each row `high` pixels, the last of them empty. */
function rows(raster: Uint8Array, units: number, high: number): Uint8Array {
  const image = new Uint8Array(units * high * WINDOW);
  for (let j = 0; j < units; j++) {
    for (let n = 0; n < high - 1; n++)
      image.set(raster.subarray(j * WINDOW, (j + 1) * WINDOW), (j * high + n) * WINDOW);
  }
  return image;
}

/** The same network in the shell: there 16 chains, and the law that they come to. */
function commandOf(settings: Settings): string {
  const { dynamics, temperature, seed } = settings;
  return commandWith(
    machineOf(settings),
    `simulate weights.csv --dynamics ${dynamics} --temperature ${workingTemperature(temperature)} --seed ${seed} --figures figures`,
  );
}
