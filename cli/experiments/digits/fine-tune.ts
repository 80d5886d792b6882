/** Back-propagation through the layers of a deep machine that has learnt without labels. */

import { adam, type Classifier, classifierFrom, type Dbm, type Dbn, featureLayers, train } from "../../../src/index.js";
import type { Lesson } from "./digits.js";

export function fineTune(
  machine: Dbn | Dbm,
  { data, test, seed, quick, teach }: Lesson,
): Promise<Classifier | undefined> {
  return teach((options) =>
    train(classifierFrom(featureLayers(machine), 10, { seed }), data, {
      epochs: quick ? 20 : 8,
      batchSize: quick ? 20 : 100,
      seed,
      optimizer: adam({ rate: { kind: "linear", from: 0.001, to: 0 } }),
      dropout: { input: 0, hidden: 0.2 },
      heldOut: test,
      ...options,
    }),
  );
}
