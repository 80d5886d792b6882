// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011), four counters at a time. src/random/philox.ts is the definition.

const M0: u32 = 0xD2511F53;
const M1: u32 = 0xCD9E8D57;
const W0: u32 = 0x9E3779B9;
const W1: u32 = 0xBB67AE85;

/**
 * Writes the four output words for the counters (4 · block + lane, c1, c2, c3), lane = 0 … 3: word w at out + 16 w; and those for
 * c1 + 1 from out + 64 on.
 */
export function philox(out: usize, block: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  const units = i32x4.add(i32x4.splat(block << 2), i32x4(0, 1, 2, 3));
  philoxPair(out, out + 64, 16, units, i32x4.splat(c1), units, i32x4.splat(c1 + 1), c2, c3, key0, key1);
}

/** The words of one chain for a block, and for the block after it from out + 64 on. */
export function philoxBlocks(out: usize, block: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  const units = i32x4.add(i32x4.splat(block << 2), i32x4(0, 1, 2, 3)), chain = i32x4.splat(c1);
  philoxPair(out, out + 64, 16, units, chain, i32x4.add(units, i32x4.splat(4)), chain, c2, c3, key0, key1);
}

/**
 * The same for four chains c1 … c1 + 3 in the lanes and all of a block: the word of unit u = 0 … 15 (and in its upper half that
 * of u + 16) at out + rowBytes · u.
 */
export function philoxChains(out: usize, rowBytes: usize, block: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  const chains = i32x4.add(i32x4.splat(c1), i32x4(0, 1, 2, 3));
  const first = block << 2, step = rowBytes << 2;
  philoxPair(out, out + rowBytes, step, i32x4.splat(first), chains, i32x4.splat(first + 1), chains, c2, c3, key0, key1);
  philoxPair(out + 2 * rowBytes, out + 3 * rowBytes, step, i32x4.splat(first + 2), chains, i32x4.splat(first + 3), chains, c2, c3, key0, key1);
}

// M0, M1, W0, W1, four times each: constants that are loaded stay in registers, those of the code are made anew at every use
const CONSTANTS = memory.data<u32>([M0, M0, M0, M0, M1, M1, M1, M1, W0, W0, W0, W0, W1, W1, W1, W1], 16);

// 64-bit products of lanes 0, 1 and of lanes 2, 3; their high and low words are gathered by shuffles
// @ts-ignore: decorator
@inline function high(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 1, 3, 5, 7); }
// @ts-ignore: decorator
@inline function low(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 0, 2, 4, 6); }

/**
 * Counters (x0, x1, c2, c3) and (y0, y1, c2, c3), lane by lane: word w at outX + step w, and at outY + step w. A round is a chain of
 * slow operations: two at once hide each other's latency.
 */
function philoxPair(
  outX: usize, outY: usize, step: usize, x0: v128, x1: v128, y0: v128, y1: v128, c2: u32, c3: u32, key0: u32, key1: u32,
): void {
  const m0 = v128.load(CONSTANTS, 0), m1 = v128.load(CONSTANTS, 16);
  let x2 = i32x4.splat(c2), x3 = i32x4.splat(c3), y2 = x2, y3 = x3;
  let k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
  for (let round = 0; round < 10; round++) {
    let a = i64x2.extmul_low_i32x4_u(m1, x2), b = i64x2.extmul_high_i32x4_u(m1, x2);
    let c = i64x2.extmul_low_i32x4_u(m0, x0), d = i64x2.extmul_high_i32x4_u(m0, x0);
    x0 = v128.xor(v128.xor(high(a, b), x1), k0);
    x1 = low(a, b);
    x2 = v128.xor(v128.xor(high(c, d), x3), k1);
    x3 = low(c, d);
    a = i64x2.extmul_low_i32x4_u(m1, y2), b = i64x2.extmul_high_i32x4_u(m1, y2);
    c = i64x2.extmul_low_i32x4_u(m0, y0), d = i64x2.extmul_high_i32x4_u(m0, y0);
    y0 = v128.xor(v128.xor(high(a, b), y1), k0);
    y1 = low(a, b);
    y2 = v128.xor(v128.xor(high(c, d), y3), k1);
    y3 = low(c, d);
    k0 = i32x4.add(k0, v128.load(CONSTANTS, 32));
    k1 = i32x4.add(k1, v128.load(CONSTANTS, 48));
  }
  v128.store(outX, x0);
  v128.store(outX + step, x1);
  v128.store(outX + 2 * step, x2);
  v128.store(outX + 3 * step, x3);
  v128.store(outY, y0);
  v128.store(outY + step, y1);
  v128.store(outY + 2 * step, y2);
  v128.store(outY + 3 * step, y3);
}
