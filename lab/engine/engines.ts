/** The engines by name; loaded when a page asks for one. */
export const engines = {
  network: () => import("../pages/network/engine.js"),
  equilibrium: () => import("../pages/equilibrium/engine.js"),
  temperature: () => import("../pages/temperature/engine.js"),
  wake: () => import("../pages/wake/engine.js"),
  lens: () => import("../pages/lens/engine.js"),
  digits: () => import("../pages/digits/engine.js"),
  draw: () => import("../pages/draw/engine.js"),
  deep: () => import("../pages/deep/engine.js"),
};

export type EngineName = keyof typeof engines;
