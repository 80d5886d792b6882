/** Data sets: cases of equal width, with grey levels in [0, 1], perhaps labels, perhaps an image shape. */

/**
 * Levels of `cases` × `units`, row-major.
 *
 * A `Uint8Array` holds grey levels 0 … 255 that stand for level / 255 (an image file's own bytes; four times smaller);
 * a `Float32Array` holds the levels in [0, 1] themselves. A level is the probability that the binary unit is clamped to 1.
 */
export type Levels = Uint8Array | Float32Array;

export interface Dataset {
  /** Where it came from, for messages and run folders: `mnist:train`, `digits.csv`. */
  readonly name: string;
  readonly cases: number;
  readonly units: number;
  /** [cases, units], row-major. */
  readonly levels: Levels;
  /** One class a case, where the source has them; −1 for a case without one. */
  readonly labels?: Uint8Array | Int32Array;
  /** [height, width] where a case is an image; height · width = units. */
  readonly imageShape?: readonly [number, number];
}
