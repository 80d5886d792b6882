// The one product of harmonium: out[r, 0..15] += Σ_c A[r, c] · panel[c, 0..15], A binary or dense.
//
// Binary A: the contracted axis is cut into groups of K; the 2^K sums of a group's rows are built once (each entry one
// addition) and every output row then adds one table row a group ("four Russians"). A is given as lists of table rows:
// for each output row a u16 count and that many u16 indices (group in block · 2^K + code). See docs/decisions/0002.

/** Bytes of a row of 16 floats. */
export const ROW: usize = 64;

/**
 * Tables of the sums of `groups` groups of 2^k rows: table row (g << k | code) = scale · Σ_{j in code} panel[g k + j].
 * Rows from `rows` on are taken as zero (their bits are never set).
 */
export function buildTables(table: usize, panel: usize, groups: i32, k: i32, rows: i32, scale: f32): void {
  const s = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  for (let g = 0; g < groups; g++) {
    v128.store(table, zero, 0);
    v128.store(table, zero, 16);
    v128.store(table, zero, 32);
    v128.store(table, zero, 48);
    const first = g * k;
    const members = min(k, rows - first);
    for (let j = 0; j < members; j++) {
      const source = panel + <usize>(first + j) * ROW;
      const r0 = f32x4.mul(v128.load(source, 0), s), r1 = f32x4.mul(v128.load(source, 16), s);
      const r2 = f32x4.mul(v128.load(source, 32), s), r3 = f32x4.mul(v128.load(source, 48), s);
      const half = ROW << j;
      for (let from = table, end = table + half; from < end; from += ROW) {
        const to = from + half;
        v128.store(to, f32x4.add(v128.load(from, 0), r0), 0);
        v128.store(to, f32x4.add(v128.load(from, 16), r1), 16);
        v128.store(to, f32x4.add(v128.load(from, 32), r2), 32);
        v128.store(to, f32x4.add(v128.load(from, 48), r3), 48);
      }
    }
    table += ROW << k;
  }
}

/** out[r] += Σ over the list of r of table rows. One look-up an iteration: V8 spills when this is unrolled. */
export function addListed(out: usize, rows: i32, lists: usize, stride: usize, table: usize): void {
  for (let r = 0; r < rows; r++) {
    const count = <usize>load<u16>(lists);
    if (count != 0) {
      let a0 = v128.load(out, 0), a1 = v128.load(out, 16), a2 = v128.load(out, 32), a3 = v128.load(out, 48);
      for (let entry = lists + 2, end = lists + 2 + (count << 1); entry < end; entry += 2) {
        const row = table + (<usize>load<u16>(entry) << 6);
        a0 = f32x4.add(a0, v128.load(row, 0));
        a1 = f32x4.add(a1, v128.load(row, 16));
        a2 = f32x4.add(a2, v128.load(row, 32));
        a3 = f32x4.add(a3, v128.load(row, 48));
      }
      v128.store(out, a0, 0);
      v128.store(out, a1, 16);
      v128.store(out, a2, 32);
      v128.store(out, a3, 48);
    }
    lists += stride;
    out += ROW;
  }
}

/**
 * Dense A: out[r] += scale · Σ_{c < count} a(r, c) · panel[c], with a(r, c) the float at a + r · rowStep + c · step.
 * Two output rows at a time: eight accumulators, four panel vectors and two broadcasts fit V8's sixteen registers.
 */
export function addDense(out: usize, rows: i32, a: usize, rowStep: usize, step: usize, count: i32, panel: usize, scale: f32): void {
  const s = f32x4.splat(scale);
  for (let r = 0; r < rows; r += 2) {
    // an odd last row is computed twice, and stored once
    const second = r + 1 < rows ? rowStep : 0;
    let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
    let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0);
    let p = panel, q = a;
    for (let c = 0; c < count; c++) {
      const w0 = v128.load(p, 0), w1 = v128.load(p, 16), w2 = v128.load(p, 32), w3 = v128.load(p, 48);
      const x = v128.load32_splat(q), y = v128.load32_splat(q + second);
      a0 = f32x4.add(a0, f32x4.mul(x, w0));
      a1 = f32x4.add(a1, f32x4.mul(x, w1));
      a2 = f32x4.add(a2, f32x4.mul(x, w2));
      a3 = f32x4.add(a3, f32x4.mul(x, w3));
      b0 = f32x4.add(b0, f32x4.mul(y, w0));
      b1 = f32x4.add(b1, f32x4.mul(y, w1));
      b2 = f32x4.add(b2, f32x4.mul(y, w2));
      b3 = f32x4.add(b3, f32x4.mul(y, w3));
      p += ROW;
      q += step;
    }
    addRow(out, a0, a1, a2, a3, s);
    if (second != 0) addRow(out + ROW, b0, b1, b2, b3, s);
    out += ROW << 1;
    a += rowStep << 1;
  }
}

// @ts-ignore: decorator
@inline function addRow(out: usize, a0: v128, a1: v128, a2: v128, a3: v128, s: v128): void {
  v128.store(out, f32x4.add(v128.load(out, 0), f32x4.mul(a0, s)), 0);
  v128.store(out, f32x4.add(v128.load(out, 16), f32x4.mul(a1, s)), 16);
  v128.store(out, f32x4.add(v128.load(out, 32), f32x4.mul(a2, s)), 32);
  v128.store(out, f32x4.add(v128.load(out, 48), f32x4.mul(a3, s)), 48);
}

/** Copies the 16 columns from `column` (a multiple of 16) of W, transposed: scratch[h, 0..15] = W[column + 0..15, h]. */
export function transposePanel(scratch: usize, weights: usize, panels: i32, panelBytes: usize, column: i32): void {
  for (let p = 0; p < panels; p++) {
    const source = weights + <usize>p * panelBytes + <usize>column * ROW;
    for (let i: usize = 0; i < 4; i++) {
      for (let j: usize = 0; j < 4; j++) {
        const from = source + (i << 2) * ROW + (j << 4);
        const r0 = v128.load(from), r1 = v128.load(from, 64), r2 = v128.load(from, 128), r3 = v128.load(from, 192);
        const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
        const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
        const to = scratch + (j << 2) * ROW + (i << 4);
        v128.store(to, v128.shuffle<i64>(t0, t1, 0, 2), 0);
        v128.store(to, v128.shuffle<i64>(t0, t1, 1, 3), 64);
        v128.store(to, v128.shuffle<i64>(t2, t3, 0, 2), 128);
        v128.store(to, v128.shuffle<i64>(t2, t3, 1, 3), 192);
      }
    }
    scratch += ROW << 4;
  }
}
