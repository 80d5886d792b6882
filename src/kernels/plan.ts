/**
 * How a product of bits and floats is cut: groups of k contracted units, blocks of groups whose tables fit the cache.
 *
 * The plan fixes the order of summation, hence the bits of the result. It is a function of sizes and of integer counts of
 * units that are on, never of threads or time. The numbers were measured: docs/decisions/0002-tables.md.
 */
export interface Plan {
  /** Contracted units a group; its table has 2^k rows. With k = 1 there are no tables: the rows of the weights are looked up. */
  readonly k: number;
  readonly groups: number;
  readonly groupsInBlock: number;
  readonly blocks: number;
  /** List every group, zero or not: where few are zero, lists of equal length are faster. */
  readonly keepZeros: boolean;
}

/** Where fewer units than this are on, groups without any are skipped. */
const sparseBelow = 0.25;

/** `bits` of a code: k, or 2 k where two phases share it. */
function cut(contracted: number, k: number, bits: number, tableRows: number, keepZeros: boolean): Plan {
  const groups = Math.ceil(contracted / k);
  const most = Math.max(1, tableRows >> bits);
  const blocks = Math.max(1, Math.ceil(groups / most));
  return { k, groups, groupsInBlock: Math.max(1, Math.ceil(groups / blocks)), blocks, keepZeros };
}

/** Where fewer units than this are on, in few cases, tables take longer to build than they save. */
const directBelow = 0.1;
/** Rows of weights in a block: what fits the first cache, and a multiple of 64. */
const directRows = 320;

/** For inputs: `rows` cases share the tables of `contracted` units, a fraction `density` of which is on. */
export function planInputs(contracted: number, rows: number, density: number, direct = false): Plan {
  if (direct && density < directBelow && rows <= 150) {
    const blocks = Math.ceil(contracted / directRows);
    const groupsInBlock = 64 * Math.ceil(contracted / (64 * blocks));
    return { k: 1, groups: contracted, groupsInBlock, blocks, keepZeros: false };
  }
  if (density < sparseBelow) {
    const k = rows <= 150 ? 3 : rows <= 700 ? 4 : 5;
    return cut(contracted, k, k, rows <= 150 ? 512 : 1024, false);
  }
  const k = rows < 300 ? 5 : 6;
  return cut(contracted, k, k, 256, true);
}

/** For correlations: the visible units share the tables of `contracted` cases, of one phase or of two paired ones. */
export function planCorrelations(contracted: number, density: number, paired: boolean): Plan {
  const keepZeros = density >= sparseBelow;
  if (paired) return cut(contracted, keepZeros ? 3 : 2, keepZeros ? 6 : 4, 1024, keepZeros);
  const k = keepZeros ? 7 : contracted <= 250 ? 6 : 4;
  return cut(contracted, k, k, 1024, keepZeros);
}
