// Draws of binary units, sixteen at a time.

import { argument, pointer, tally } from "./control";
import { philox, uniform } from "./philox";

/** One bit a lane mask, four masks of four lanes → 16 bits in unit order. */
// @ts-ignore: decorator
@inline export function gatherBits(m0: v128, m1: v128, m2: v128, m3: v128): i32 {
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3)));
}

/** Sixteen probabilities from the grey levels at `levels` (bytes: level / 255; floats: as they are). */
// @ts-ignore: decorator
@inline function probabilities(levels: usize, bytes: bool, w: i32): v128 {
  if (!bytes) return v128.load(levels + (<usize>w << 4));
  const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(levels + (<usize>w << 2))));
  return f32x4.div(f32x4.convert_i32x4_s(four), f32x4.splat(255));
}

/** Are all sixteen levels zero? Then no draw is needed: the generator is counter-based, skipping it changes nothing else. */
// @ts-ignore: decorator
@inline function allZero(levels: usize, bytes: bool): bool {
  if (bytes) return !v128.any_true(v128.load(levels));
  return !v128.any_true(v128.or(
    v128.or(v128.load(levels, 0), v128.load(levels, 16)),
    v128.or(v128.load(levels, 32), v128.load(levels, 48)),
  ));
}

/** How grey levels become states; the numbers are those of src/kernels/control.ts. */
const SAMPLE = 0;
const THRESHOLD = 1;

/**
 * CLAMP, task = a panel of 16 units: grey levels [case][row of 16 · panels] → states, or means where mode is neither.
 * Tallies the units that are on.
 */
export function clamp(task: i32, scratch: usize): void {
  const levels = pointer(0), rowBytes = <usize>argument(1), bytes = argument(2) != 0, mode = argument(3);
  const cases = argument(4), states = pointer(5), means = pointer(6), capacity = <usize>argument(7);
  const key0 = <u32>argument(8), key1 = <u32>argument(9), step = <u32>argument(10), purpose = <u32>argument(11);
  let source = levels + (bytes ? <usize>task << 4 : <usize>task << 6);
  let out = states + ((<usize>task * capacity) << 1);
  let mean = means + ((<usize>task * capacity) << 6);
  let on = 0;
  for (let b = 0; b < cases; b++) {
    if (mode == SAMPLE) {
      let word = 0;
      if (!allZero(source, bytes)) {
        philox(scratch, task, b, step, purpose, key0, key1);
        word = gatherBits(
          f32x4.lt(uniform(v128.load(scratch, 0)), probabilities(source, bytes, 0)),
          f32x4.lt(uniform(v128.load(scratch, 16)), probabilities(source, bytes, 1)),
          f32x4.lt(uniform(v128.load(scratch, 32)), probabilities(source, bytes, 2)),
          f32x4.lt(uniform(v128.load(scratch, 48)), probabilities(source, bytes, 3)),
        );
      }
      store<u16>(out, <u16>word);
      on += popcnt<i32>(word);
    } else if (mode == THRESHOLD) {
      const half = f32x4.splat(0.5);
      const word = gatherBits(
        f32x4.ge(probabilities(source, bytes, 0), half),
        f32x4.ge(probabilities(source, bytes, 1), half),
        f32x4.ge(probabilities(source, bytes, 2), half),
        f32x4.ge(probabilities(source, bytes, 3), half),
      );
      store<u16>(out, <u16>word);
      on += popcnt<i32>(word);
    } else {
      for (let w = 0; w < 4; w++) v128.store(mean + (<usize>w << 4), probabilities(source, bytes, w));
    }
    source += rowBytes;
    out += 2;
    mean += 64;
  }
  tally(on);
}
