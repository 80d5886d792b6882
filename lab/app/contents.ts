/** The pages in the order of the lecture: what they are called and what they are about. pages.ts loads them. */

export interface PageEntry {
  /** In the link: `#/network`. */
  readonly id: string;
  readonly title: string;
  /** For the list of pages. */
  readonly about: string;
}

export const contents = [
  { id: "start", title: "Start", about: "A machine learns the digit 2 before your eyes." },
  {
    id: "network",
    title: "Network",
    about: "One neuron, one network: weights, noise and three kinds of dynamics, a unit at a time.",
  },
  {
    id: "equilibrium",
    title: "Equilibrium",
    about:
      "What the chains come to: counted beside exact, two dynamics with two laws, currents where there is no energy.",
  },
  {
    id: "temperature",
    title: "Temperature",
    about: "Energy, entropy and heat capacity against T; draw a cooling schedule and see which valleys it finds.",
  },
  {
    id: "wake",
    title: "Wake and dream",
    about: "Draw a law of up to four units; watch a Boltzmann machine learn it from two tables of correlations.",
  },
  {
    id: "lens",
    title: "RBM lens",
    about: "One step of contrastive divergence in slow motion, and how far it is from the true gradient.",
  },
  {
    id: "digits",
    title: "Digits",
    about: "Choose digits, hidden units and a rule; watch filters, dreams and errors as an RBM learns.",
  },
  {
    id: "draw",
    title: "Draw",
    about: "Draw a digit: one machine sees a 2 in everything, another repairs what you hide.",
  },
  {
    id: "deep",
    title: "Deep",
    about: "A tower of machines, learnt layer by layer: it dreams digits by their names, and reads them.",
  },
  {
    id: "runs",
    title: "Runs",
    about: "What the command line learns, live and past: curves, settings that differ, pictures.",
  },
] as const satisfies readonly PageEntry[];

export type PageId = (typeof contents)[number]["id"];
