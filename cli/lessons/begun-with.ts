/** The model that a run begins with: a file that has to stay as it was, for `resume`. */

import { type Machine, parametersSha256, refuse } from "../../src/index.js";
import { type BegunWith, loadModel } from "../../src/node/index.js";

/** The machine. Throws as loadModel, and "data" where it is not what it was when the run began. */
export async function machineBegunWith({ from, fromSha256 }: BegunWith): Promise<Machine> {
  const { machine } = await loadModel(from);
  if ((await parametersSha256(machine)) === fromSha256) return machine;
  const wayOut = "Restore that model, or train anew in another folder.";
  throw refuse("data", {
    who: from,
    got: "a model that has changed",
    expected: "the one that the run began with",
    wayOut,
  });
}
