/** Each page is loaded when it is opened. */

import type { ComponentType } from "preact";
import type { PageId } from "./contents.js";

export const pages: Readonly<Record<PageId, () => Promise<{ readonly default: ComponentType }>>> = {
  start: () => import("../pages/start/page.js"),
  network: () => import("../pages/network/page.js"),
  equilibrium: () => import("../pages/equilibrium/page.js"),
  temperature: () => import("../pages/temperature/page.js"),
  wake: () => import("../pages/wake/page.js"),
  lens: () => import("../pages/lens/page.js"),
  digits: () => import("../pages/digits/page.js"),
  draw: () => import("../pages/draw/page.js"),
  deep: () => import("../pages/deep/page.js"),
  runs: () => import("../pages/runs/page.js"),
};
