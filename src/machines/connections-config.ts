/** Connections as plain data and as text: what run folders keep, and what one types. */

import { refuse } from "../errors.js";
import {
  bipartiteConnections,
  type Connections,
  edgeConnections,
  fullConnections,
  groupConnections,
  latticeConnections,
} from "./connections.js";

export type ConnectionsConfig =
  | { readonly kind: "full" }
  | { readonly kind: "bipartite" }
  /** Sizes of the groups of visible units. */
  | { readonly kind: "groups"; readonly groups: readonly number[]; readonly amongHidden?: boolean }
  | { readonly kind: "lattice"; readonly rows: number; readonly columns: number; readonly periodic?: boolean }
  /** [2 E]: i and j of each joined pair. */
  | { readonly kind: "edges"; readonly pairs: readonly number[] };

/** What parseConnections reads, for messages. */
export const CONNECTIONS_TEXTS = "full, bipartite, groups:4,4 or lattice:4x4 (or lattice:4x4,periodic)";

/**
 * Reads "full", "bipartite", "groups:4,4", "groups:4,4,among-hidden" (hidden units joined among themselves too), "lattice:4x4" and
 * "lattice:4x4,periodic"; undefined for what begins as none of them, such as the name of a file. Throws "option" for groups and lattices
 * without their numbers.
 */
export function parseConnections(text: string, who = "connections"): ConnectionsConfig | undefined {
  if (text === "full" || text === "bipartite") return { kind: text };
  const wrong = (expected: string) => refuse("option", { who, got: `"${text}"`, expected });
  if (text.startsWith("groups:")) {
    const [, sizes, hidden] = /^groups:(\d+(?:,\d+)*)(,among-hidden)?$/.exec(text) ?? [];
    if (sizes === undefined) throw wrong("sizes of groups of visible units, such as groups:4,4");
    const groups = sizes.split(",").map(Number);
    return { kind: "groups", groups, ...(hidden !== undefined && { amongHidden: true }) };
  }
  if (text.startsWith("lattice:")) {
    const [, rows, columns, periodic] = /^lattice:(\d+)x(\d+)(,periodic)?$/.exec(text) ?? [];
    if (rows === undefined) throw wrong("rows and columns, such as lattice:4x4 or lattice:4x4,periodic");
    const sizes = { rows: Number(rows), columns: Number(columns) };
    return { kind: "lattice", ...sizes, ...(periodic !== undefined && { periodic: true }) };
  }
  return undefined;
}

/** The text that parseConnections reads; of a list of pairs, how many there are. */
export function formatConnections(config: ConnectionsConfig): string {
  switch (config.kind) {
    case "groups":
      return `groups:${config.groups.join(",")}${config.amongHidden ? ",among-hidden" : ""}`;
    case "lattice":
      return `lattice:${config.rows}x${config.columns}${config.periodic ? ",periodic" : ""}`;
    case "edges":
      return `${config.pairs.length / 2} pairs`;
    default:
      return config.kind;
  }
}

/**
 * The connections of so many visible units, which come first, and hidden ones. Throws "shape" where groups or a lattice are not of as many
 * units, "option" for numbers outside their domains.
 */
export function connectionsFrom(config: ConnectionsConfig, visible: number, hidden: number): Connections {
  if (!Number.isSafeInteger(hidden) || hidden < 0) {
    throw refuse("option", { who: "hidden units", got: String(hidden), expected: "a whole number, at least 0" });
  }
  const units = visible + hidden;
  const counted = `${visible} visible and ${hidden} hidden units`;
  switch (config.kind) {
    case "full":
      return fullConnections(units);
    case "bipartite": {
      if (hidden > 0) return bipartiteConnections(visible, hidden);
      const expected = "hidden units to join the visible ones to";
      throw refuse("option", { who: "connections", got: `bipartite with ${counted}`, expected });
    }
    case "groups": {
      const { groups, amongHidden = false } = config;
      const sum = groups.reduce((a, b) => a + b, 0);
      if (sum === visible) return groupConnections(groups, { hidden, amongHidden });
      const got = `${formatConnections(config)}, ${sum} visible units`;
      throw refuse("shape", { who: "connections", got, expected: `groups of ${visible} visible units in all` });
    }
    case "lattice": {
      const { rows, columns, periodic = false } = config;
      if (rows * columns === units) return latticeConnections(rows, columns, { periodic });
      const got = `${formatConnections(config)}, ${rows * columns} units`;
      throw refuse("shape", { who: "connections", got, expected: `${units} units: ${counted}` });
    }
    case "edges": {
      const { pairs } = config;
      if (pairs.length % 2 !== 0) {
        throw refuse("option", {
          who: "connections",
          got: `${pairs.length} numbers of units`,
          expected: "pairs of them",
        });
      }
      const joined = Array.from({ length: pairs.length / 2 }, (_, e) => [pairs[2 * e], pairs[2 * e + 1]] as const);
      return edgeConnections(units, joined);
    }
  }
}
