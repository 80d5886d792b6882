// CLAMP: from grey levels to binary states.

import { argument, pointer, tally } from "./control";
import { drawHalf, gatherBits, upperBits } from "./draw";
import { philox } from "./philox";

/** How grey levels become states; the numbers are those of src/kernels/control.ts. */
const SAMPLE = 0;
const THRESHOLD = 1;

/** Four probabilities from the grey levels at `levels` (bytes: level / 255; floats: as they are). */
// @ts-ignore: decorator
@inline function probabilities(levels: usize, bytes: bool, w: i32): v128 {
  if (!bytes) return v128.load(levels + (<usize>w << 4));
  const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(levels + (<usize>w << 2))));
  return f32x4.div(f32x4.convert_i32x4_s(four), f32x4.splat(255));
}

/** Are all 32 levels zero? Then no draw is needed: the generator is counter-based, skipping it changes nothing else. */
// @ts-ignore: decorator
@inline function allZero(levels: usize, bytes: bool): bool {
  let any = v128.or(v128.load(levels, 0), v128.load(levels, 16));
  if (!bytes) {
    any = v128.or(any, v128.or(v128.load(levels, 32), v128.load(levels, 48)));
    any = v128.or(any, v128.or(v128.load(levels, 64), v128.load(levels, 80)));
    any = v128.or(any, v128.or(v128.load(levels, 96), v128.load(levels, 112)));
  }
  return !v128.any_true(any);
}

/**
 * Sixteen states from sixteen bytes, decided by the upper bits of the draws: level / 255 · 2^16 = 257 level + level / 255, so
 * u < p where upper < 257 level, not where upper > 257 level, and a tie where they are equal. Returns −1 for a tie.
 */
// @ts-ignore: decorator
@inline function drawBytes(words: usize, half: i32, levels: usize): i32 {
  const bytes = v128.load(levels);
  // a byte twice is 257 times the byte
  const low = v128.shuffle<u8>(bytes, bytes, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
  const high = v128.shuffle<u8>(bytes, bytes, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15);
  const upperLow = i16x8.narrow_i32x4_u(upperBits(words, half, 0), upperBits(words, half, 1));
  const upperHigh = i16x8.narrow_i32x4_u(upperBits(words, half, 2), upperBits(words, half, 3));
  if (v128.any_true(v128.or(i16x8.eq(low, upperLow), i16x8.eq(high, upperHigh)))) return -1;
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.gt_u(low, upperLow), i16x8.gt_u(high, upperHigh)));
}

/**
 * CLAMP, task = a panel of 32 units: grey levels [case][units] → states, or means where mode is neither.
 * What the last panel reads beyond a case is the next one's; it is masked. Tallies the units that are on.
 */
export function clamp(task: i32, scratch: usize): void {
  const levels = pointer(0), rowBytes = <usize>argument(1), bytes = argument(2) != 0, mode = argument(3);
  const cases = argument(4), states = pointer(5), means = pointer(6), capacity = <usize>argument(7);
  const key0 = <u32>argument(8), key1 = <u32>argument(9), step = <u32>argument(10), purpose = <u32>argument(11);
  const units = min(32, argument(12) - (task << 5));
  const valid = units == 32 ? -1 : (1 << units) - 1;
  let source = levels + (bytes ? <usize>task << 5 : <usize>task << 7);
  const halfBytes: usize = bytes ? 16 : 64;
  let out = states + ((<usize>task * capacity) << 2);
  let mean = means + ((<usize>task * capacity) << 7);
  let on = 0;
  // the pair of cases whose words are in scratch
  let made = -1;
  for (let b = 0; b < cases; b++) {
    if (mode != SAMPLE && mode != THRESHOLD) {
      for (let w = 0; w < 8; w++) v128.store(mean + (<usize>w << 4), probabilities(source, bytes, w));
      if (units != 32) memory.fill(mean + ((<usize>units) << 2), 0, <usize>(32 - units) << 2);
      mean += 128;
    } else {
      const draws = mode == SAMPLE && !allZero(source, bytes);
      const words = scratch + (<usize>(b & 1) << 6);
      if (draws && made != b >> 1) {
        made = b >> 1;
        philox(scratch, task, b & ~1, step, purpose, key0, key1);
      }
      for (let half = 0; half < 2; half++) {
        const from = source + <usize>half * halfBytes;
        let word = 0;
        if (draws) {
          word = bytes ? drawBytes(words, half, from) : -1;
          if (word < 0) {
            word = drawHalf(
              words, scratch + 128, task, half,
              probabilities(from, bytes, 0), probabilities(from, bytes, 1), probabilities(from, bytes, 2), probabilities(from, bytes, 3),
              b, step, purpose, key0, key1,
            );
          }
        } else if (mode == THRESHOLD) {
          const middle = f32x4.splat(0.5);
          word = gatherBits(
            f32x4.ge(probabilities(from, bytes, 0), middle), f32x4.ge(probabilities(from, bytes, 1), middle),
            f32x4.ge(probabilities(from, bytes, 2), middle), f32x4.ge(probabilities(from, bytes, 3), middle),
          );
        }
        word &= (valid >> (half << 4)) & 0xffff;
        store<u16>(out + ((<usize>half * capacity) << 1), <u16>word);
        on += popcnt<i32>(word);
      }
    }
    source += rowBytes;
    out += 2;
  }
  tally(on);
}
