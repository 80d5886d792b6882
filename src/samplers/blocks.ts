/** Block Gibbs sampling: units that no connection joins are independent given the rest, so all of one colour make one block. */

import { refuse } from "../errors.js";
import { type Connections, connectionsOf, edgeConnections } from "../machines/connections.js";
import { colouring } from "../machines/graph.js";
import type { Network } from "../machines/network.js";
import type { SparseNetwork } from "../machines/sparse.js";

/** The blocks of a network: its units by colour. A restricted machine has two, visible and hidden; a lattice two as well. */
export function blocksOf(network: Network | SparseNetwork): Uint32Array[] {
  return colouring(network.kind === "sparse" ? sparseConnections(network) : connectionsOf(network));
}

function sparseConnections({ units, offsets, sources, weights }: SparseNetwork): Connections {
  const pairs: [number, number][] = [];
  for (let j = 0; j < units; j++) {
    for (let e = offsets[j]; e < offsets[j + 1]; e++) {
      if (weights[e] !== 0 && sources[e] !== j) pairs.push([sources[e], j]);
    }
  }
  return edgeConnections(units, pairs);
}

/** The free units block after block: a sweep in this order updates each block given the others. Throws "option" unless the blocks have each unit once. */
export function blockOrder(blocks: readonly ArrayLike<number>[], units: number, free: Uint32Array): Uint32Array {
  const order = blocks.flatMap((block) => Array.from(block));
  const sorted = [...order].sort((a, b) => a - b);
  if (order.length !== units || sorted.some((unit, at) => unit !== at)) {
    const expected = `each unit from 0 to ${units - 1} in one block`;
    throw refuse("option", { who: "blocks", got: `${order.length} units in ${blocks.length} blocks`, expected });
  }
  const isFree = new Uint8Array(units);
  for (const j of free) isFree[j] = 1;
  return Uint32Array.from(order.filter((j) => isFree[j]));
}
