/** What kernels work on: arrays in their memory, row-major at the boundary. */

/** Binary states of up to `capacity` cases × `units`. */
export interface States {
  readonly kind: "states";
  readonly capacity: number;
  readonly units: number;
  /** Sets the first cases from 0/1 values [cases, units]. */
  write(bits: Uint8Array): void;
  /** The first `cases` as 0/1 values [cases, units]. */
  read(cases: number): Uint8Array;
}

/** Real values (inputs, means) of up to `capacity` cases × `units`. */
export interface Field {
  readonly kind: "field";
  readonly capacity: number;
  readonly units: number;
  write(values: Float32Array): void;
  read(cases: number): Float32Array;
}

/** Weights [rows, columns], or anything of their shape. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  write(values: Float32Array): void;
  read(): Float32Array;
}

export interface Vector {
  readonly size: number;
  write(values: Float32Array): void;
  read(): Float32Array;
}
