/** The tower of the page: of either kind; the shipped one, which dreams, or one that learns. */

import type { Engine } from "../../engine/engine.js";
import { dbmKind } from "./dbm/kind.js";
import { dbnKind } from "./dbn/kind.js";
import type { Settings } from "./fields.js";
import type { Kind, Tower } from "./kind.js";
import { startOwn } from "./own-tower.js";
import { startShipped } from "./shipped-tower.js";
import type { DeepView } from "./view.js";

export function start(settings: Settings): Promise<Engine<DeepView>> {
  const begin = <Machine extends Tower>(kind: Kind<Machine>) =>
    settings.tower === "shipped" ? startShipped(kind, settings) : startOwn(kind, settings);
  return settings.machine === "dbn" ? begin(dbnKind) : begin(dbmKind);
}
