/** The tower of the page: the shipped one, which dreams, or one that learns. */

import type { Engine } from "../../engine/engine.js";
import type { Settings } from "./fields.js";
import { startOwn } from "./own-tower.js";
import { startShipped } from "./shipped-tower.js";
import type { DeepView } from "./view.js";

export const start = (settings: Settings): Promise<Engine<DeepView>> =>
  settings.tower === "shipped" ? startShipped(settings) : startOwn(settings);
