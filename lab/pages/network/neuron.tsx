/** One neuron in its last update: its input, the sigmoid, and the random number that falls under it or not. */

import type { Couplings } from "../../networks/couplings.js";
import { pairAt } from "../../networks/couplings.js";
import { shortNumber } from "../../parts/formula.js";
import type { NetworkView, Update } from "./engine.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [460, 270, 44, 16, 16, 40];

interface NeuronProps {
  readonly view: NetworkView;
  readonly couplings: Couplings;
  readonly unit: number;
  /** As chosen; 0 is a step. */
  readonly temperature: number;
}

export function Neuron({ view, couplings, unit, temperature }: NeuronProps) {
  const update = view.last[unit];
  const input = update?.input ?? (view.inputs[unit] as number);
  const probability = update?.probability ?? (view.probabilities[unit] as number);
  const reach = Math.max(4, Math.ceil(4 * temperature), Math.ceil(1.2 * Math.abs(input)));
  const x = (value: number) => LEFT + ((value + reach) / (2 * reach)) * (WIDTH - LEFT - RIGHT);
  const y = (p: number) => HEIGHT - BOTTOM - p * (HEIGHT - BOTTOM - TOP);
  return (
    <div class="one-neuron">
      <svg
        class="neuron"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={sentence(unit, update, probability)}
      >
        {[0, 0.5, 1].map((p) => (
          <g key={p}>
            <line class="frame" x1={LEFT} x2={WIDTH - RIGHT} y1={y(p)} y2={y(p)} />
            <text class="tick" x={LEFT - 6} y={y(p) + 4} text-anchor="end">
              {p === 0.5 ? "½" : p}
            </text>
          </g>
        ))}
        {[-reach, 0, reach].map((value) => (
          <text key={value} class="tick" x={x(value)} y={HEIGHT - BOTTOM + 16} text-anchor="middle">
            {shortNumber(value)}
          </text>
        ))}
        <line class="frame" x1={x(0)} x2={x(0)} y1={y(0)} y2={y(1)} />
        <text x={WIDTH / 2} y={HEIGHT - 6} text-anchor="middle">
          input x
        </text>
        <line class="fires" x1={x(input)} x2={x(input)} y1={y(0)} y2={y(probability)} />
        <line class="rests" x1={x(input)} x2={x(input)} y1={y(probability)} y2={y(1)} />
        <polyline class="curve" points={curve(reach, temperature, x, y)} />
        {update && (
          <g class="draw">
            <line x1={LEFT} x2={x(input)} y1={y(update.uniform)} y2={y(update.uniform)} />
            <path
              d="M0 -8L8 0L0 8L-8 0Z"
              transform={`translate(${x(input).toFixed(2)} ${y(update.uniform).toFixed(2)})`}
            />
          </g>
        )}
        <circle class="dot" cx={x(input)} cy={y(probability)} r={7} />
        <text class="number" x={x(input) + (input > 0 ? -64 : 64)} y={Math.max(TOP + 12, y(probability) - 8)}>
          {`P = ${odds(probability)}`}
        </text>
        {update && (
          <text class="number" x={LEFT + 46} y={y(update.uniform) + (update.uniform > 0.85 ? 18 : -6)}>
            {`u = ${shortNumber(update.uniform)}`}
          </text>
        )}
      </svg>
      <p class="says">{terms(view, couplings, unit)}</p>
      <p class="says" data-test="update">
        {sentence(unit, update, probability)}
      </p>
    </div>
  );
}

function curve(reach: number, temperature: number, x: (v: number) => number, y: (p: number) => number): string {
  if (temperature === 0) return `${x(-reach)},${y(0)} ${x(0)},${y(0)} ${x(0)},${y(1)} ${x(reach)},${y(1)}`;
  return Array.from({ length: 97 }, (_, n) => {
    const value = reach * (n / 48 - 1);
    return `${x(value).toFixed(1)},${y(1 / (1 + Math.exp(-value / temperature))).toFixed(1)}`;
  }).join(" ");
}

/** The present input as a sum. */
function terms({ state, inputs }: NetworkView, { units, weights, biases }: Couplings, unit: number): string {
  const parts = [`b ${shortNumber(biases[unit] ?? 0)}`];
  for (let i = 0; i < units; i++) {
    const weight = i === unit ? 0 : (weights[pairAt(units, i, unit)] ?? 0);
    if (state[i] && weight !== 0)
      parts.push(`${weight > 0 ? "+" : "−"} ${shortNumber(Math.abs(weight))} (from ${i + 1})`);
  }
  return `Now x = ${parts.join(" ")} = ${shortNumber(inputs[unit] as number)}.`;
}

function sentence(unit: number, update: Update | undefined, probability: number): string {
  if (!update) return `Neuron ${unit + 1} has not been updated yet; it would come on with P = ${odds(probability)}.`;
  const { tick, uniform, on, before } = update;
  const side = on ? "is under P" : "is not under P";
  const what = on ? (before ? "stays on" : "comes on") : before ? "goes off" : "stays off";
  return `Update ${tick}: u = ${shortNumber(uniform)} ${side} = ${odds(probability)}, so neuron ${unit + 1} ${what}.`;
}

/** A probability; at T = 0 it is 0 or 1 but for what no draw can tell. */
export const odds = (p: number): string => (p < 1e-7 ? "0" : p > 1 - 1e-7 ? "1" : shortNumber(p));
