/** What the page says of the deep Boltzmann machine. */

import { Formula } from "../../../parts/formula.js";
import formulas from "../formulas.tex";
import type { DeepView } from "../view.js";
import type { Score } from "./score.js";
import type { Settling } from "./settling.js";

export const claim =
  "Let every bond of the tower work both ways: what layer 1 thinks then depends on the pixels and on layer 2 at once, and the layers settle it between them.";

export const heading = ({ layers }: DeepView): string => `${layers.join("–")}, every bond works both ways`;

export const scoreQuestion = "How probable are held-out digits, at least?";
export const scoreText = ({ whole, cut, cases }: Score): string =>
  `ln P(v) ≥ ${within(whole)} nats, the mean of ${cases} digits; with the second bond cut ${within(cut)}. In brackets: as far as ln Z is known.`;

const nats = (x: number): string => x.toFixed(1).replace("-", "−");
const within = ({ mean, lower, upper }: Score["whole"]): string => `${nats(mean)} (${nats(lower)} to ${nats(upper)})`;

export function Formulas({ settling }: { readonly settling: Settling | undefined }) {
  return (
    <>
      <Formula
        of={formulas["energy"]}
        caption="A deep Boltzmann machine: layers of units in {0, 1}, each joined to the next, no arrows."
      />
      <Formula
        of={formulas["between"]}
        caption="Layer 1 hears both its neighbours. Given it, pixels and layer 2 are independent: a sweep of a dream draws layer 1, then these two."
      />
      <Formula
        of={formulas["meanfield"]}
        caption="With the pixels held, P(h¹, h² | v) has no closed form. Mean field takes independent units with the means μ, and lets the layers take turns until nothing changes."
      />
      <Formula
        of={formulas["variational"]}
        live={{ bound: settling?.end }}
        caption="No pass lowers this bound; where it stops, the layers agree. In learning, these means are the wake, chains that go on are the dream."
      />
      <Formula of={formulas["field2"]} caption="Receptive fields of layer 2, as if the layers were linear." />
    </>
  );
}

export function Things() {
  return (
    <ol>
      <li>
        Hold the upper half of a digit (the one that settles below), and predict: will the ten columns complete it to
        the same digit? Then hold the lower half.
      </li>
      <li>
        Where will layer 2 change layer 1 more: at an 8 (held-out digit 61), or at a 1 (held-out digit 2)? Count the
        units on the other side of one half. Which of the two has more pixels from which layer 1 could know by itself?
        Then <a href="#/draw">draw one</a> and, back here, choose this machine again.
      </li>
      <li>
        Let a new one learn. Layers 1 and 2 learn by themselves at first, then together: what will the dreams look like
        when this begins, and what after?
      </li>
      <li>Ask how probable held-out digits are, at least. How many nats will be lost when the second bond is cut?</li>
    </ol>
  );
}
