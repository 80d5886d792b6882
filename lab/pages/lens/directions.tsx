/** The exact gradient beside the mean step of contrastive divergence: as matrices, in a plane, by k, along the run. */

import { BarChart, LineChart } from "../../parts/chart.js";
import { shortNumber } from "../../parts/formula.js";
import { largestOf, Matrix } from "../../parts/matrix.js";
import { SWEEPS } from "./compass.js";
import type { LensView } from "./engine.js";
import { Plane } from "./plane.js";
import { hiddenNames, visibleNames } from "./step.js";

interface DirectionsProps {
  readonly view: LensView;
  readonly names: readonly [string, string];
  readonly chosen: readonly [number, number];
  readonly k: number;
}

export function Directions({ view, names, chosen, k }: DirectionsProps) {
  const { direction, hidden, curve, bound, late, step } = view;
  const { gradient, contrastive, cosine, cosines, equalSigns, logLikelihood } = direction;
  const common = { rows: visibleNames, columns: hiddenNames(hidden), split: -1 };
  const scale = largestOf([gradient, contrastive], 1e-6);
  const wrong = (i: number, j: number) =>
    Math.sign(gradient[i * hidden + j] as number) !== Math.sign(contrastive[i * hidden + j] as number);
  const framed = (i: number, j: number) => chosen.includes(i * hidden + j);
  return (
    <>
      <h2 style={{ marginTop: "var(--gap)" }}>Does it point where the likelihood rises?</h2>
      <div class="matrices">
        <div>
          <h3>Gradient, exact</h3>
          <Matrix {...common} name="gradient" label="The gradient" values={gradient} scale={scale} framed={framed} />
          <p class="caption">full colour is {shortNumber(scale)}</p>
        </div>
        <div>
          <h3>CD-{k} on average, exact</h3>
          <Matrix
            {...common}
            name="contrastive"
            label="The mean step of contrastive divergence"
            values={contrastive}
            scale={scale}
            framed={framed}
            marked={wrong}
            markName="wrong sign"
          />
          <p class="caption">
            × is a sign that is not the gradient’s: {Math.round(100 * (1 - equalSigns))} % of all parameters
          </p>
        </div>
        <div class="grow">
          <Plane view={view} names={names} />
        </div>
      </div>
      <div class="panels">
        <BarChart
          label={`Now, with the largest weight ${shortNumber(view.largestWeight)}: the cosine of CD-1 is ${shortNumber(cosines[0] as number)}, of CD-20 ${shortNumber(cosines.at(-1) as number)}.`}
          xName="sweeps k"
          yName="cosine with the gradient"
          names={SWEEPS.map(String)}
          yRange={[Math.min(0, ...cosines), 1]}
          groups={[{ name: "cosine", values: cosines }]}
        />
        <LineChart
          label={`Cosine of the mean CD-${k} step: ${shortNumber(cosine)}. Of this update’s own step: ${shortNumber(step)}, of the last 20 or so together: ${shortNumber(late)}.`}
          xName="update"
          yName="cosine with the gradient"
          keyAt={[150, 130]}
          yRange={[-1, 1]}
          lines={[
            { name: `CD-${k} on average`, x: curve.ticks, y: curve.values["cosine"] ?? [] },
            { name: "steps of late", x: curve.ticks, y: curve.values["late"] ?? [], style: 2 },
          ]}
        />
        <LineChart
          label={`Mean log P(v): ${shortNumber(logLikelihood)} nats, of at most ${shortNumber(bound)} (minus the entropy of the cases).`}
          xName="update"
          yName="log P(v), nats"
          keyAt={[150, 100]}
          lines={[
            { name: "this machine, exact", x: curve.ticks, y: curve.values["logLikelihood"] ?? [] },
            { name: "bound", x: [0, curve.ticks.at(-1) ?? 1], y: [bound, bound], style: 2 },
          ]}
        />
      </div>
    </>
  );
}
