/** The four quantities against temperature: exact as lines, measured as dots, the last of them larger. */

import { LineChart } from "../../parts/chart.js";
import { shortNumber } from "../../parts/formula.js";
import type { Measured, TemperatureView } from "./engine.js";

const quantities = [
  { name: "energy U", symbol: "U", of: "energy" },
  { name: "heat capacity C", symbol: "C", of: "heatCapacity" },
  { name: "entropy S (nats)", symbol: "S", of: "entropy" },
  { name: "free energy F", symbol: "F", of: "freeEnergy" },
] as const;

export function Curves({ view }: { readonly view: TemperatureView }) {
  const { exact, measured } = view;
  const now = measured.at(-1);
  return (
    <div class="pair">
      {quantities.map(({ name, symbol, of }) => {
        const dots = (which: readonly Measured[]) => ({
          x: which.map(({ temperature }) => temperature),
          y: which.map((each) => each[of]),
        });
        return (
          <LineChart
            key={of}
            label={
              now
                ? `${symbol} = ${shortNumber(now[of])}${errorOf(now, of)} measured at T = ${shortNumber(now.temperature)}, ${shortNumber(now.exact[of])} exactly.`
                : `${name} against temperature, from all ${2 ** 12} states.`
            }
            xName="temperature T"
            yName={name}
            height={200}
            xRange={[0, 5]}
            yRange={rangeOf(exact[of])}
            {...(of === "energy" && { keyAt: [178, 85] as const })}
            lines={[
              { name: "exact, all states", x: exact.temperature, y: exact[of] },
              { name: "replicas, by stage", ...dots(measured), style: 2, dots: true, radius: 3.5 },
              { name: "now", ...dots(now ? [now] : []), style: 2, dots: true, radius: 7, keyed: false },
            ]}
          />
        );
      })}
    </div>
  );
}

/** Of the exact curve with room for dots that are off it. */
function rangeOf(values: Float64Array): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const room = 0.15 * (high - low || 1);
  return [low - room, high + room];
}

/** Its standard error, where it is known. */
function errorOf(now: Measured, of: (typeof quantities)[number]["of"]): string {
  const error = { energy: now.standardError, freeEnergy: now.freeEnergyError, heatCapacity: 0, entropy: 0 }[of];
  return error === 0 ? "" : ` ± ${shortNumber(Number(error.toPrecision(2)))}`;
}
