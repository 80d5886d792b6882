/**
 * The errors of harmonium and their one text form: who complains, what it got, what it expected, and the way out.
 *
 * Everything that a caller or a user can cause is a `HarmoniumError`; anything else that is thrown is a bug of ours.
 */

export type ErrorKind =
  /** An option or argument outside its domain. */
  | "option"
  /** Arrays, files and machines whose sizes do not fit together. */
  | "shape"
  /** Values that the model cannot take: NaN, outside [0, 1], no case selected. */
  | "data"
  /** A file whose bytes are not what its format promises. */
  | "format"
  /** A file or folder that is missing, exists already, or cannot be written. */
  | "file"
  /** Training left the finite numbers, or is about to. */
  | "divergence"
  /** A computation refused because of its size. */
  | "size"
  /** Something this machine or build lacks: SIMD, shared memory, a package. */
  | "unsupported";

export interface Complaint {
  /** Who complains: a function, a file with its line, an option. */
  readonly who: string;
  /** What it got, with the value. */
  readonly got: string;
  /** What it expected. */
  readonly expected: string;
  /** What the caller can do about it. */
  readonly wayOut?: string;
}

/** An array handed in where a number belongs would fill the screen. */
const longest = 400;

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)} … (${text.length} characters)`;
}

export class HarmoniumError extends Error {
  override readonly name = "HarmoniumError";
  readonly kind: ErrorKind;
  readonly complaint: Complaint;

  constructor(kind: ErrorKind, given: Complaint, options?: { cause?: unknown }) {
    const complaint = { ...given, got: shortened(given.got) };
    const { who, got, expected, wayOut } = complaint;
    super(`${who}: got ${got}; expected ${expected}${wayOut === undefined ? "" : `. ${wayOut}`}`, options);
    this.kind = kind;
    this.complaint = complaint;
  }
}

/** Builds the error to throw: `throw refuse("shape", { who, got, expected, wayOut })`. */
export function refuse(kind: ErrorKind, complaint: Complaint, cause?: unknown): HarmoniumError {
  return new HarmoniumError(kind, complaint, cause === undefined ? undefined : { cause });
}
