/** What the page says of the deep belief network. */

import { Formula, shortNumber } from "../../../parts/formula.js";
import formulas from "../formulas.tex";
import type { DeepView } from "../view.js";
import type { ErrorRate } from "./reading.js";

export const claim =
  "Stack the machines, and let each learn what the one below makes of the world: the top then dreams digits by their names, and reads them.";

export const heading = ({ layers }: DeepView): string => `${layers.join("–")}, labels beside layer 2`;

export const scoreQuestion = "How often does it read wrongly?";
export const scoreText = ({ wrong, cases }: ErrorRate): string =>
  `${shortNumber(100 * wrong)} % of ${cases.toLocaleString("en")} held-out digits`;

export function Formulas({ view }: { readonly view: DeepView | undefined }) {
  return (
    <>
      <Formula
        of={formulas["joint"]}
        live={{ joined: view && (view.layers[2] as number) + 10, top: view?.layers[3] }}
        caption="A deep belief network: the top two layers are an RBM, with ten label units y, of which one is on; below it arrows point down."
      />
      <Formula of={formulas["down"]} caption="A dream: settle the top pair, then one pass down is an exact sample." />
      <Formula
        of={formulas["bound"]}
        caption="Why stacking works: a layer that learns P(h¹) better than the RBM below had it raises this bound on ln P(v)."
      />
      <Formula
        of={formulas["label"]}
        caption="Reading: the top’s free energy with each label, given the means of layer 2."
      />
      <Formula of={formulas["field"]} caption="Receptive fields through the layers, as if these were linear." />
      <Formula
        of={formulas["energy"]}
        caption="Beside it, the deep Boltzmann machine: no arrows, every bond works both ways, so layer 1 hears the pixels and layer 2 at once."
      />
    </>
  );
}

export function Things() {
  return (
    <ol>
      <li>Hold all columns at 4. Say first: will they look alike? Where do they differ?</li>
      <li>Free the labels. Which digits does it dream of most, and do the labels fit what you see?</li>
      <li>Let a new tower learn. When do receptive fields turn from strokes to pieces of digits: in which layer?</li>
      <li>
        <a href="#/draw">Draw a digit</a> and let it read that. How badly can you draw before it fails?
      </li>
      <li>
        Then see what changes when arrows go both ways: <a href="#/deep?v=1&machine=dbm">a deep Boltzmann machine</a>.
      </li>
    </ol>
  );
}
