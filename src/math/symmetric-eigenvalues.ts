/** The largest and smallest eigenvalues of large symmetric matrices. */

/**
 * The least and the largest eigenvalue of a symmetric matrix of norm about 1, by Lanczos's method with full reorthogonalisation
 * [Golub and Van Loan 2013, section 10.3]. `apply` puts A x into y; `start` [n] is any vector that is orthogonal to no eigenvector, a
 * random one. At both ends an eigenvalue lies within `tolerance` of what is returned.
 */
export function extremeEigenvalues(
  apply: (x: Float64Array, y: Float64Array) => void,
  start: Float64Array,
  tolerance = 1e-13,
): { least: number; largest: number } {
  const n = start.length;
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  const length = norm(start);
  let v = start.map((x) => x / length);
  let check = Math.min(n, 8);
  for (;;) {
    basis.push(v);
    const w = new Float64Array(n);
    apply(v, w);
    diagonal.push(dot(v, w));
    // twice, as the first time leaves rounding errors of what it takes away
    for (let round = 0; round < 2; round++) for (const q of basis) addTimes(w, -dot(q, w), q);
    const rest = norm(w);
    const k = diagonal.length;
    // an invariant subspace: its eigenvalues are A's
    const complete = k === n || rest < 1e-14;
    if (k >= check || complete) {
      const { values, last } = tridiagonalEigenvalues(diagonal, beside);
      const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
      const [low, high] = [order[0], order[k - 1]];
      if (complete || rest * Math.max(Math.abs(last[low]), Math.abs(last[high])) <= tolerance) {
        return { least: values[low], largest: values[high] };
      }
      check = Math.ceil(1.15 * k) + 2;
    }
    beside.push(rest);
    v = w.map((x) => x / rest);
  }
}

/**
 * All eigenvalues of a symmetric tridiagonal matrix, and the last component of each unit eigenvector: QL with implicit shifts
 * [Golub and Van Loan 2013, section 8.3].
 */
export function tridiagonalEigenvalues(
  diagonal: ArrayLike<number>,
  beside: ArrayLike<number>,
): { values: Float64Array; last: Float64Array } {
  const n = diagonal.length;
  const d = Float64Array.from(diagonal);
  const e = Float64Array.from({ length: n }, (_, i) => (i < n - 1 ? beside[i] : 0));
  const last = new Float64Array(n);
  last[n - 1] = 1;
  const scale = [...d, ...e].reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let l = 0; l < n; l++) {
    for (;;) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > Number.EPSILON * scale) m++;
      if (m === l) break;
      rotate(d, e, last, l, m);
    }
  }
  return { values: d, last };
}

/** One QL step on rows l … m. */
function rotate(d: Float64Array, e: Float64Array, last: Float64Array, l: number, m: number): void {
  let g = (d[l + 1] - d[l]) / (2 * e[l]);
  g = d[m] - d[l] + e[l] / (g + Math.sign(g || 1) * Math.hypot(g, 1));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    const t = (d[i] - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
    const z = last[i + 1];
    last[i + 1] = s * last[i] + c * z;
    last[i] = c * last[i] - s * z;
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** a += factor · b */
function addTimes(a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i] += factor * b[i];
}
