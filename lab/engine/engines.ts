/** The engines by name; loaded when a page asks for one. */
export const engines = {
  digits: () => import("../pages/digits/engine.js"),
  draw: () => import("../pages/draw/engine.js"),
  deep: () => import("../pages/deep/engine.js"),
};

export type EngineName = keyof typeof engines;
