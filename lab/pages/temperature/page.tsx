/** Temperature: exact thermodynamics with the replicas' dots on it; a cooling schedule to draw, and the valleys that it finds. */

import { formatAnnealing } from "#src/index.js";
import { FULL_SPEED, useEngine } from "../../engine/client.js";
import { useLinkState, valuesOf } from "../../link/state.js";
import { commandWith, machineOf } from "../../networks/couplings.js";
import { BarChart } from "../../parts/chart.js";
import { Choice, Slider } from "../../parts/controls.js";
import { Formula, shortNumber } from "../../parts/formula.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import { Curves } from "./curves.js";
import type { TemperatureView } from "./engine.js";
import { couplingsOf, fields, networkNames, type Settings, STAGES, scheduleOf, temperaturesOf } from "./fields.js";
import formulas from "./formulas.tex";
import { SchedulePad } from "./schedule.js";

/** Schedules to begin with; the pad draws any other. */
const shapes: readonly (readonly [string, (k: number) => number])[] = [
  ["slow cooling", (k) => 4 - (3.9 * k) / (STAGES - 1)],
  ["geometric", (k) => 4 * (0.1 / 4) ** (k / (STAGES - 1))],
  ["sudden", (k) => (k === 0 ? 4 : 0.1)],
  ["up and down", (k) => (k < 6 || k > 9 ? 0.1 : 2)],
];

export default function TemperaturePage() {
  const state = useLinkState("temperature", fields);
  const settings = (): Settings => valuesOf(state);
  const engine = useEngine<TemperatureView>("temperature", settings, { speed: state.speed.peek() });
  /** Another experiment begins, and runs. */
  const begin = () => {
    engine.adjust(settings());
    engine.play(state.speed.peek());
  };
  const { value: view } = engine.view;
  const now = view?.measured.at(-1);
  const temperatures = temperaturesOf(state.schedule.value);
  return (
    <Page
      title="Temperature"
      claim="Heat lets a network climb out of shallow valleys, cold lets it rest in deep ones. Cool slowly and more replicas find the deepest; quench a rugged one and many are caught on the way."
      picture={
        view ? (
          <>
            <div class="pair">
              <div>
                <h2>The schedule: draw it</h2>
                <SchedulePad
                  temperatures={temperatures}
                  stage={view.stage}
                  done={view.tick / view.sweeps}
                  onDraw={(next) => {
                    state.schedule.value = next;
                  }}
                  onDone={begin}
                />
                <p class="shapes teacher">
                  {shapes.map(([name, at]) => (
                    <button
                      key={name}
                      type="button"
                      onClick={() => {
                        state.schedule.value = temperatures.map((_, k) => Math.round(20 * at(k)) / 20 || 0.05);
                        begin();
                      }}
                    >
                      {name}
                    </button>
                  ))}
                </p>
              </div>
              <Valleys view={view} replicas={state.replicas.value} />
            </div>
            <Curves view={view} />
          </>
        ) : (
          <p>Adding up all states …</p>
        )
      }
      transport={
        <Transport
          engine={engine}
          strides={[
            { name: "sweep", ticks: 1 },
            { name: "stage", ticks: state.sweeps.value },
          ]}
          speeds={[4, 30, 120, FULL_SPEED]}
          speed={state.speed}
          clock={(tick) =>
            `sweep ${tick} of ${STAGES * state.sweeps.value}${now ? ` · T = ${shortNumber(now.temperature)}` : ""}`
          }
        />
      }
      controls={
        <>
          <h2>The experiment</h2>
          <Choice
            label="Network"
            field={fields.network}
            value={state.network}
            onChange={begin}
            names={networkNames as Record<Settings["network"], string>}
          />
          <Slider
            label="Which glass"
            field={fields.glass}
            value={state.glass}
            onChange={begin}
            disabled={state.network.value !== "glass"}
          />
          <Slider label="Sweeps a stage" field={fields.sweeps} value={state.sweeps} onChange={begin} log />
          <Slider label="Replicas" field={fields.replicas} value={state.replicas} onChange={begin} log />
          <Slider label="Seed" field={fields.seed} value={state.seed} onChange={begin} />
        </>
      }
      formulas={
        <>
          <h2>{now ? `Measured at T = ${shortNumber(now.temperature)}` : "What is measured"}</h2>
          <Formula
            of={formulas["energy"]}
            live={{ energy: now?.energy }}
            caption="Energy: the mean over the replicas."
          />
          <Formula
            of={formulas["capacity"]}
            live={{ capacity: now?.heatCapacity }}
            caption="Heat capacity: how much the energies of the replicas vary."
          />
          <Formula
            of={formulas["free"]}
            live={{ free: now?.freeEnergy }}
            caption="Free energy: from the work of cooling, replica by replica (annealed importance sampling)."
          />
          <Formula of={formulas["entropy"]} live={{ entropy: now?.entropy }} caption="Entropy, nats: (U − F) / T." />
        </>
      }
      tryThis={
        <ol>
          <li>
            Before you press “sudden”: how many replicas will reach the ground state, more than by slow cooling or
            fewer?
          </li>
          <li>Set one sweep a stage. Where does the dot leave the exact energy, and on which side?</li>
          <li>
            Take the Ising ring, then the lattice. Which has the sharper peak of C, and what happens to S to its left?
          </li>
          <li>
            In the ring a quench does no harm, as its domain walls wander at no cost until they meet. Say first: and in
            the lattice?
          </li>
          <li>Draw a schedule that is cold, warm for a moment, and cold again. Is it better than cold all the way?</li>
        </ol>
      }
      share={<Share page="temperature" fields={fields} state={state} command={commandOf(settings())} />}
    />
  );
}

/** Energies of the replicas above the ground state, beside those of a quench. */
function Valleys({ view, replicas }: { readonly view: TemperatureView; readonly replicas: number }) {
  const { histogram, quenched, binWidth, found, quenchedFound, lastTemperature, tick, sweeps, exact } = view;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const end = tick === sweeps;
  return (
    <div>
      <h2>
        The valleys that {replicas} replicas {end ? "found" : "are in"}
      </h2>
      <p class="readout" data-test="found">
        <strong>{percent(found)}</strong> in a ground state, E₀ = {shortNumber(exact.ground)}; a quench:{" "}
        <strong>{percent(quenchedFound)}</strong>
      </p>
      <BarChart
        label={`Energies above the ground state ${end ? "at the end" : `after ${tick} of ${sweeps} sweeps`}, and after as many sweeps at T = ${shortNumber(lastTemperature)} all along.`}
        xName="energy above the ground state"
        yName="share of replicas"
        height={250}
        yRange={[0, 1]}
        keyAt={[170, 20]}
        names={Array.from(histogram, (_, bin) => shortNumber(bin * binWidth))}
        groups={[
          { name: "your schedule", values: histogram, style: 2 },
          { name: `quench: T = ${shortNumber(lastTemperature)} at once`, values: quenched },
        ]}
      />
    </div>
  );
}

/** The same run in the shell; a step more, as there steps are counted after the annealing. */
function commandOf(settings: Settings): string {
  const { replicas, seed } = settings;
  return commandWith(
    machineOf(couplingsOf(settings)),
    `simulate weights.csv --anneal "${formatAnnealing(scheduleOf(settings))}" --chains ${replicas} --steps 1 --seed ${seed}`,
  );
}
