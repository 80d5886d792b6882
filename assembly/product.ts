// The one product of harmonium: out[r, 0..31] += Σ_c A[r, c] · panel[c, 0..31], A binary or dense.
//
// Binary A: the contracted axis is cut into groups of K; the 2^K sums of a group's rows are built once (each entry one
// addition) and every output row then adds one table row a group ("four Russians"). A is given as lists of table rows:
// for each output row a u16 count and that many u16 indices (group in block · 2^K + code). See docs/decisions/0002.
// T is f32, or i32 for general networks, whose weights are whole numbers.

/** Bytes of a row of 32 floats. */
export const ROW: usize = 128;

/**
 * Tables of the sums of `groups` groups of k rows: table row (g << k | code) = scale · Σ_{j in code} panel[first + g k + j].
 *
 * Rows of the panel are `rowBytes` apart; those from `rows` on are taken as zero. Groups whose byte at `used` is 0 are left out, as no list names them (0: all are used);
 * so is the sum of no rows, unless `zeros`. With a second panel, a group is k rows of the first, then k of the second.
 */
export function buildTables<T>(
  table: usize, groups: i32, k: i32, first: i32, rows: i32,
  panel: usize, rowBytes: usize, scale: f32, second: usize, secondScale: f32, used: usize, zeros: bool,
): void {
  const bits = second != 0 ? k << 1 : k;
  const groupBytes = ROW << bits;
  for (let g = 0; g < groups; g++) {
    if (used == 0 || load<u8>(used + <usize>g) != 0) {
      const start = first + g * k;
      // in two halves of 16 columns: a row's four vectors stay in registers
      for (let column: usize = 0; column < ROW; column += 64) {
        const at = table + column;
        if (zeros) storeRow(at, f32x4.splat(0), f32x4.splat(0), f32x4.splat(0), f32x4.splat(0));
        doubleTable<T>(at, panel + column, rowBytes, start, k, rows, scale, 0);
        if (second != 0) doubleTable<T>(at, second + column, rowBytes, start, k, rows, secondScale, k);
      }
    }
    table += groupBytes;
  }
}

/** Adds k rows to a table of 2^done sums, which doubles with each: an odd first one by itself, the others two at a time. */
// @ts-ignore: decorator
@inline function doubleTable<T>(table: usize, panel: usize, rowBytes: usize, start: i32, k: i32, rows: i32, scale: f32, done: i32): void {
  const s = f32x4.splat(scale);
  let j = 0;
  if (k & 1) {
    const there = start < rows, row = panel + <usize>start * rowBytes;
    const a0 = scaled<T>(row, 0, there, s), a1 = scaled<T>(row, 16, there, s), a2 = scaled<T>(row, 32, there, s), a3 = scaled<T>(row, 48, there, s);
    const half = ROW << done;
    storeRow(table + half, a0, a1, a2, a3);
    for (let from = table + ROW, last = table + half; from < last; from += ROW) {
      storeRow(
        from + half, v128.add<T>(v128.load(from, 0), a0), v128.add<T>(v128.load(from, 16), a1),
        v128.add<T>(v128.load(from, 32), a2), v128.add<T>(v128.load(from, 48), a3),
      );
    }
    j = 1;
  }
  for (; j < k; j += 2) {
    const first = panel + <usize>(start + j) * rowBytes, second = first + rowBytes;
    const isFirst = start + j < rows, isSecond = start + j + 1 < rows;
    const a0 = scaled<T>(first, 0, isFirst, s), a1 = scaled<T>(first, 16, isFirst, s), a2 = scaled<T>(first, 32, isFirst, s), a3 = scaled<T>(first, 48, isFirst, s);
    const b0 = scaled<T>(second, 0, isSecond, s), b1 = scaled<T>(second, 16, isSecond, s), b2 = scaled<T>(second, 32, isSecond, s), b3 = scaled<T>(second, 48, isSecond, s);
    const half = ROW << (done + j);
    storeRow(table + half, a0, a1, a2, a3);
    storeRow(table + 2 * half, b0, b1, b2, b3);
    storeRow(table + 3 * half, v128.add<T>(a0, b0), v128.add<T>(a1, b1), v128.add<T>(a2, b2), v128.add<T>(a3, b3));
    for (let from = table + ROW, last = table + half; from < last; from += ROW) {
      const x0 = v128.load(from, 0), x1 = v128.load(from, 16), x2 = v128.load(from, 32), x3 = v128.load(from, 48);
      const y0 = v128.add<T>(x0, a0), y1 = v128.add<T>(x1, a1), y2 = v128.add<T>(x2, a2), y3 = v128.add<T>(x3, a3);
      storeRow(from + half, y0, y1, y2, y3);
      storeRow(from + 2 * half, v128.add<T>(x0, b0), v128.add<T>(x1, b1), v128.add<T>(x2, b2), v128.add<T>(x3, b3));
      storeRow(from + 3 * half, v128.add<T>(y0, b0), v128.add<T>(y1, b1), v128.add<T>(y2, b2), v128.add<T>(y3, b3));
    }
  }
}

/** Four numbers of a row, times a scale unless they are whole; zero where the row is not there. */
// @ts-ignore: decorator
@inline function scaled<T>(row: usize, at: usize, there: bool, scale: v128): v128 {
  if (!there) return f32x4.splat(0);
  const x = v128.load(row + at);
  return isFloat<T>() ? f32x4.mul(x, scale) : x;
}

// @ts-ignore: decorator
@inline function storeRow(at: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  v128.store(at, r0, 0);
  v128.store(at, r1, 16);
  v128.store(at, r2, 32);
  v128.store(at, r3, 48);
}

/**
 * out[r] += Σ over the list of r of table rows.
 *
 * Eight accumulators and four values in flight fit the sixteen vector registers only if the second half's loads come after
 * the first half's additions. V8 sinks additions to the end of their block; the exit that is never taken ends the block.
 */
export function addListed<T>(out: usize, rows: i32, lists: usize, stride: usize, table: usize): void {
  for (let r = 0; r < rows; r++) {
    const count = <usize>load<u16>(lists);
    if (count != 0) {
      let a0 = v128.load(out, 0), a1 = v128.load(out, 16), a2 = v128.load(out, 32), a3 = v128.load(out, 48);
      let a4 = v128.load(out, 64), a5 = v128.load(out, 80), a6 = v128.load(out, 96), a7 = v128.load(out, 112);
      let entry = lists + 2;
      const end = entry + (count << 1);
      while (true) {
        const row = table + (<usize>load<u16>(entry) << 7);
        entry += 2;
        a0 = v128.add<T>(a0, v128.load(row, 0));
        a1 = v128.add<T>(a1, v128.load(row, 16));
        a2 = v128.add<T>(a2, v128.load(row, 32));
        a3 = v128.add<T>(a3, v128.load(row, 48));
        if (row == 1) break;
        a4 = v128.add<T>(a4, v128.load(row, 64));
        a5 = v128.add<T>(a5, v128.load(row, 80));
        a6 = v128.add<T>(a6, v128.load(row, 96));
        a7 = v128.add<T>(a7, v128.load(row, 112));
        if (entry >= end) break;
      }
      v128.store(out, a0, 0);
      v128.store(out, a1, 16);
      v128.store(out, a2, 32);
      v128.store(out, a3, 48);
      v128.store(out, a4, 64);
      v128.store(out, a5, 80);
      v128.store(out, a6, 96);
      v128.store(out, a7, 112);
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
  addDenseHalf(out, rows, a, rowStep, step, count, panel, scale);
  addDenseHalf(out + 64, rows, a, rowStep, step, count, panel + 64, scale);
}

function addDenseHalf(out: usize, rows: i32, a: usize, rowStep: usize, step: usize, count: i32, panel: usize, scale: f32): void {
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

/** Copies the 32 columns from `column` (a multiple of 32) of W, transposed: scratch[h, 0..31] = W[column + 0..31, h]. */
export function transposePanel(scratch: usize, weights: usize, panels: i32, panelBytes: usize, column: i32): void {
  for (let p = 0; p < panels; p++) {
    const source = weights + <usize>p * panelBytes + <usize>column * ROW;
    for (let i: usize = 0; i < 8; i++) {
      for (let j: usize = 0; j < 8; j++) {
        const from = source + (i << 2) * ROW + (j << 4);
        const r0 = v128.load(from), r1 = v128.load(from, 128), r2 = v128.load(from, 256), r3 = v128.load(from, 384);
        const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
        const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
        const to = scratch + (j << 2) * ROW + (i << 4);
        v128.store(to, v128.shuffle<i64>(t0, t1, 0, 2), 0);
        v128.store(to, v128.shuffle<i64>(t0, t1, 1, 3), 128);
        v128.store(to, v128.shuffle<i64>(t2, t3, 0, 2), 256);
        v128.store(to, v128.shuffle<i64>(t2, t3, 1, 3), 384);
      }
    }
    scratch += ROW << 5;
  }
}
