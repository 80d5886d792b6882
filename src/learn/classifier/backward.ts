/** Back-propagation [Rumelhart et al. 1986]: from the error of the read-out to each layer's gradient, in the kernels' memory. */

import type { Field, Kernels, LayerParameters } from "../../kernels/kernels.js";
import { throughLayer, towardsReadOut } from "../../machines/resident-classifier.js";
import type { DropoutConfig } from "./options.js";

export interface Propagation {
  /** What the lowest layer that learns is given; to be filled. */
  readonly input: Field;
  /** Forward with dropout; the sum of −ln P(label), nats, and how many are wrong. */
  forward(labels: Uint32Array, update: number): { readonly crossEntropy: number; readonly wrong: number };
  /**
   * Back from the last forward pass: calls `apply` for each layer from the read-out down with what it heard and the derivative of
   * Σ ln P(label) by its inputs. A layer may change in its call: its share of the one below has been taken.
   */
  backward(cases: number, apply: (layer: number, heard: Field, delta: Field) => void): void;
}

/** `layers`: those that learn. Dropout of the input is that of `inputDropout`. */
export function propagation(
  kernels: Kernels,
  layers: readonly LayerParameters[],
  capacity: number,
  seed: number,
  inputDropout: number,
  { hidden: hiddenDropout }: Pick<DropoutConfig, "hidden">,
): Propagation {
  const readOut = layers.at(-1) as LayerParameters;
  const below = layers.slice(0, -1);
  const fields = (of: readonly LayerParameters[]) =>
    of.map(({ hiddenBias }) => kernels.field(capacity, hiddenBias.size));
  const input = kernels.field(capacity, (layers[0] as LayerParameters).weights.rows);
  const [outputs, deltas] = [fields(below), fields(layers)];
  const means = kernels.field(capacity, readOut.hiddenBias.size);
  /** In place of biases on the way back. */
  const nothing = below.map(({ hiddenBias }) => kernels.vector(hiddenBias.size));
  const keep = 1 - hiddenDropout;

  function drop(cases: number, field: Field, rate: number, update: number, layer: number): void {
    if (rate === 0) return;
    const draw = { seed, purpose: "dropout", step: update, sweep: layer } as const;
    kernels.dropOut({ cases, field, keep: 1 - rate, draw });
  }

  return {
    input,
    forward(labels, update) {
      const cases = labels.length;
      drop(cases, input, inputDropout, update, 0);
      let from = input;
      below.forEach((layer, l) => {
        const mean = outputs[l] as Field;
        throughLayer(kernels, layer, cases, from, mean);
        drop(cases, mean, hiddenDropout, update, l + 1);
        from = mean;
      });
      towardsReadOut(kernels, readOut, cases, from, means);
      return kernels.readOut({ cases, input: means, mean: means, labels, error: deltas.at(-1) as Field });
    },
    backward(cases, apply) {
      for (let l = layers.length - 1; l >= 0; l--) {
        const delta = deltas[l] as Field;
        const heard = l === 0 ? input : (outputs[l - 1] as Field);
        if (l > 0) {
          const down = deltas[l - 1] as Field;
          const { weights } = layers[l] as LayerParameters;
          kernels.conditional({
            cases,
            from: delta,
            weights,
            transposed: true,
            bias: nothing[l - 1] as (typeof nothing)[number],
            input: down,
          });
          kernels.throughLogistic({ cases, delta: down, output: heard, keep });
        }
        apply(l, heard, delta);
      }
    },
  };
}
