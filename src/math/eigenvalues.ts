/** Eigenvalues of any real matrix: Householder's reduction to Hessenberg form, then QR steps with double shifts. */

export interface Eigenvalues {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * All eigenvalues of a real matrix [n, n], row-major, in no order; about 10 n³ multiplications [Golub and Van Loan 2013, sections 7.4
 * and 7.5]. They are those of a matrix that differs by rounding; far from symmetry this may move them by more than rounding.
 */
export function eigenvalues(matrix: ArrayLike<number>): Eigenvalues {
  const n = Math.round(Math.sqrt(matrix.length));
  const H = Float64Array.from(matrix);
  toHessenberg(H, n);
  return hessenbergEigenvalues(H, n);
}

/** A similar matrix with zeros below the first subdiagonal, in place. */
function toHessenberg(A: Float64Array, n: number): void {
  const v = new Float64Array(n);
  const row = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    let square = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = A[i * n + k];
      square += v[i] * v[i];
    }
    const first = v[k + 1];
    const alpha = first > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    v[k + 1] -= alpha;
    // v·v / 2 for v = x − α e
    const half = alpha * (alpha - first);
    if (half === 0) continue;
    row.fill(0);
    for (let i = k + 1; i < n; i++) for (let j = k; j < n; j++) row[j] += v[i] * A[i * n + j];
    for (let i = k + 1; i < n; i++) {
      const factor = v[i] / half;
      for (let j = k; j < n; j++) A[i * n + j] -= factor * row[j];
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += A[i * n + j] * v[j];
      const factor = sum / half;
      for (let j = k + 1; j < n; j++) A[i * n + j] -= factor * v[j];
    }
    for (let i = k + 2; i < n; i++) A[i * n + k] = 0;
  }
}

/** Takes eigenvalues off the end of H, one or a conjugate pair at a time, until none is left. */
function hessenbergEigenvalues(H: Float64Array, n: number): Eigenvalues {
  const found = { real: new Float64Array(n), imaginary: new Float64Array(n) };
  const negligible = Number.EPSILON * Math.sqrt(H.reduce((sum, x) => sum + x * x, 0));
  let end = n - 1;
  let steps = 0;
  while (end >= 0) {
    let start = end;
    while (start > 0 && Math.abs(H[start * n + start - 1]) > negligible) start--;
    if (start === end) {
      found.real[end] = H[end * n + end];
    } else if (start === end - 1) {
      pairAt(H, n, start, found);
    } else {
      steps++;
      francisStep(H, n, start, end, steps % 10 === 0);
      continue;
    }
    end = start - 1;
    steps = 0;
  }
  return found;
}

/** The eigenvalues of the 2 × 2 block at i. */
function pairAt(H: Float64Array, n: number, i: number, { real, imaginary }: Eigenvalues): void {
  const [a, b, c, d] = [H[i * n + i], H[i * n + i + 1], H[(i + 1) * n + i], H[(i + 1) * n + i + 1]];
  const p = (a - d) / 2;
  const q = p * p + b * c;
  const root = Math.sqrt(Math.abs(q));
  if (q < 0) {
    real[i] = d + p;
    real[i + 1] = d + p;
    imaginary[i] = root;
    imaginary[i + 1] = -root;
  } else {
    const z = p + (p < 0 ? -root : root);
    real[i] = d + z;
    real[i + 1] = z === 0 ? d : d - (b * c) / z;
  }
}

/** One QR step with two shifts, the eigenvalues of the last 2 × 2 block, on rows and columns start … end. */
function francisStep(H: Float64Array, n: number, start: number, end: number, exceptional: boolean): void {
  const last = end * n + end;
  const before = last - n - 1;
  let trace = H[last] + H[before];
  let product = H[last] * H[before] - H[last - 1] * H[before + 1];
  if (exceptional) {
    // shifts that break a cycle of steps that lead nowhere
    const s = Math.abs(H[last - 1]) + Math.abs(H[before - 1]);
    trace = 1.5 * s;
    product = s * s;
  }
  // the first column of (H − shift 1) (H − shift 2)
  const [h00, h01] = [H[start * n + start], H[start * n + start + 1]];
  const [h10, h11] = [H[(start + 1) * n + start], H[(start + 1) * n + start + 1]];
  let x = h00 * h00 + h01 * h10 - trace * h00 + product;
  let y = h10 * (h00 + h11 - trace);
  let z = h10 * H[(start + 2) * n + start + 1];
  for (let k = start; k < end; k++) {
    const three = k < end - 1;
    if (k > start) {
      x = H[k * n + k - 1];
      y = H[(k + 1) * n + k - 1];
      z = three ? H[(k + 2) * n + k - 1] : 0;
    }
    const length = Math.hypot(x, y, z);
    if (length === 0) continue;
    const alpha = x > 0 ? -length : length;
    if (k > start) {
      H[k * n + k - 1] = alpha;
      H[(k + 1) * n + k - 1] = 0;
      if (three) H[(k + 2) * n + k - 1] = 0;
    }
    // the reflection I − u vᵀ with u₀ = 1 takes (x, y, z) to (α, 0, 0)
    const v0 = (alpha - x) / alpha;
    const [u1, u2] = [y / (x - alpha), z / (x - alpha)];
    const [v1, v2] = [v0 * u1, v0 * u2];
    reflectRows(H, n, k, end, three, v0, v1, v2, u1, u2);
    reflectColumns(H, n, k, start, Math.min(end, k + 3), three, v0, v1, v2, u1, u2);
  }
}

function reflectRows(
  H: Float64Array,
  n: number,
  k: number,
  end: number,
  three: boolean,
  v0: number,
  v1: number,
  v2: number,
  u1: number,
  u2: number,
): void {
  const [a, b, c] = [k * n, (k + 1) * n, (k + 2) * n];
  for (let j = k; j <= end; j++) {
    const sum = v0 * H[a + j] + v1 * H[b + j] + (three ? v2 * H[c + j] : 0);
    H[a + j] -= sum;
    H[b + j] -= sum * u1;
    if (three) H[c + j] -= sum * u2;
  }
}

function reflectColumns(
  H: Float64Array,
  n: number,
  k: number,
  start: number,
  end: number,
  three: boolean,
  v0: number,
  v1: number,
  v2: number,
  u1: number,
  u2: number,
): void {
  for (let i = start; i <= end; i++) {
    const at = i * n + k;
    const sum = H[at] + u1 * H[at + 1] + (three ? u2 * H[at + 2] : 0);
    H[at] -= sum * v0;
    H[at + 1] -= sum * v1;
    if (three) H[at + 2] -= sum * v2;
  }
}
