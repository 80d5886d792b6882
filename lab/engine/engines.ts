/** The engines by name; loaded when a page asks for one. */
export const engines = {
  digits: () => import("../pages/digits/engine.js"),
};

export type EngineName = keyof typeof engines;
