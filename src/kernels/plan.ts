/**
 * How a product of bits and floats is cut: groups of k contracted units, blocks of groups whose tables fit the cache.
 *
 * The plan fixes the order of summation, hence the bits of the result. It is a function of sizes and of integer counts of
 * units that are on, never of threads or time. The numbers were measured: docs/decisions/0002-tables.md.
 */
export interface Plan {
  /** Contracted units a group; its table has 2^k rows. */
  readonly k: number;
  readonly groups: number;
  readonly groupsInBlock: number;
  readonly blocks: number;
  /** List every group, zero or not: where few are zero, lists of equal length are faster. */
  readonly keepZeros: boolean;
}

/** Where fewer units than this are on, groups without any are skipped. */
const sparseBelow = 0.25;

function cut(contracted: number, k: number, tableRows: number, keepZeros: boolean): Plan {
  const groups = Math.ceil(contracted / k);
  const most = Math.max(1, tableRows >> k);
  const blocks = Math.max(1, Math.ceil(groups / most));
  return { k, groups, groupsInBlock: Math.max(1, Math.ceil(groups / blocks)), blocks, keepZeros };
}

/** For inputs: `rows` cases share the tables of `contracted` units, a fraction `density` of which is on. */
export function planInputs(contracted: number, rows: number, density: number): Plan {
  if (density < sparseBelow) return cut(contracted, rows <= 150 ? 3 : rows <= 700 ? 4 : 5, 512, false);
  return cut(contracted, rows < 300 ? 5 : rows < 450 ? 6 : 7, rows < 300 ? 256 : 1024, true);
}

/** For correlations: `rows` visible units share the tables of `contracted` cases. */
export function planCorrelations(contracted: number, density: number): Plan {
  if (density < sparseBelow) return cut(contracted, contracted <= 250 ? 6 : 4, 1024, false);
  return cut(contracted, 7, 1024, true);
}
