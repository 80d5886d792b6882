import { describe, expect, test } from "vitest";
import { eigenvalues } from "#src/math/eigenvalues.js";
import { extremeEigenvalues, tridiagonalEigenvalues } from "#src/math/symmetric-eigenvalues.js";
import { randomStream } from "#src/random/stream.js";

const random = randomStream(41, "data");
const normals = (n: number) => Float64Array.from({ length: n }, () => random.normal());

/** P A P⁻¹ with P = I − 2 u uᵀ / uᵀu, its own inverse, a few times: other entries, the same eigenvalues. */
function disguise(matrix: Float64Array, n: number): Float64Array {
  let A = matrix;
  for (let round = 0; round < 3; round++) {
    const u = normals(n);
    const uu = u.reduce((sum, x) => sum + x * x, 0);
    const left = Float64Array.from({ length: n }, (_, j) => u.reduce((sum, x, i) => sum + x * A[i * n + j], 0));
    A = A.map((a, at) => a - (2 * u[Math.floor(at / n)] * left[at % n]) / uu);
    const right = u.map((_, i) => u.reduce((sum, x, j) => sum + A[i * n + j] * x, 0));
    A = A.map((a, at) => a - (2 * right[Math.floor(at / n)] * u[at % n]) / uu);
  }
  return A;
}
const diagonal = (values: readonly number[]) =>
  Float64Array.from({ length: values.length ** 2 }, (_, at) =>
    at % (values.length + 1) === 0 ? values[at / (values.length + 1)] : 0,
  );
const sortedModuli = ({ real, imaginary }: ReturnType<typeof eigenvalues>) =>
  Array.from(real, (x, i) => Math.hypot(x, imaginary[i])).sort((a, b) => b - a);

test("the second difference has the eigenvalues 2 − 2 cos(kπ / (n + 1)) and sines for vectors", () => {
  const n = 30;
  const { values, last } = tridiagonalEigenvalues(new Float64Array(n).fill(2), new Float64Array(n - 1).fill(-1));
  const found = Array.from(values, (value, i) => [value, Math.abs(last[i])]).sort((a, b) => a[0] - b[0]);
  found.forEach(([value, component], i) => {
    const angle = ((i + 1) * Math.PI) / (n + 1);
    expect(value).toBeCloseTo(2 - 2 * Math.cos(angle), 13);
    expect(component).toBeCloseTo(Math.sqrt(2 / (n + 1)) * Math.abs(Math.sin(n * angle)), 12);
  });
  expect([...tridiagonalEigenvalues([0, 0, 0], [0, 0]).values]).toEqual([0, 0, 0]);
});

describe("extreme eigenvalues of symmetric matrices with a known spectrum", () => {
  const small = Array.from({ length: 120 }, () => 1.6 * random.uniform() - 0.8);
  test.each<[string, number[]]>([
    ["a gap at both ends", [0.95, -0.9, ...small]],
    ["nearly equal at the top", [0.95, 0.95 - 1e-9, 0.95 - 3e-9, -0.9, ...small]],
    ["nearly equal moduli of both signs", [0.95, -0.95 - 1e-10, ...small]],
    ["an eigenvalue many times", [...Array(40).fill(0.9), ...Array(30).fill(-0.9), ...small]],
    ["few distinct", [...Array(50).fill(0.5), ...Array(50).fill(0.25)]],
    ["zero", Array(20).fill(0)],
    ["all negative", [-0.1, -0.2, -0.7]],
    ["crowded at the top", Array.from({ length: 150 }, (_, i) => 1 - 1e-3 * (i / 150) ** 2)],
  ])("%s", (_, spectrum) => {
    const n = spectrum.length;
    const A = disguise(diagonal(spectrum), n);
    const apply = (x: Float64Array, y: Float64Array) => {
      for (let i = 0; i < n; i++) y[i] = x.reduce((sum, value, j) => sum + A[i * n + j] * value, 0);
    };
    const { least, largest } = extremeEigenvalues(apply, normals(n));
    expect(Math.abs(largest - Math.max(...spectrum))).toBeLessThan(1e-13);
    expect(Math.abs(least - Math.min(...spectrum))).toBeLessThan(1e-13);
  });
});

describe("eigenvalues of any matrix", () => {
  test("a cyclic shift has the roots of unity", () => {
    for (const n of [2, 3, 4, 7, 16]) {
      const A = new Float64Array(n * n);
      for (let i = 0; i < n; i++) A[i * n + ((i + 1) % n)] = 1;
      const { real, imaginary } = eigenvalues(A);
      const angles = Array.from(real, (x, i) => Math.atan2(imaginary[i], x)).sort((a, b) => a - b);
      for (const modulus of sortedModuli({ real, imaginary })) expect(modulus).toBeCloseTo(1, 13);
      for (let i = 1; i < n; i++) expect(angles[i] - angles[i - 1]).toBeCloseTo((2 * Math.PI) / n, 12);
    }
  });

  test("known real and complex ones behind a change of basis", () => {
    const n = 40;
    const A = new Float64Array(n * n);
    const moduli: number[] = [];
    for (let i = 0; i < n; i += 2) {
      // a block with r e^{± i φ}, or two real ones
      const [r, angle] = [random.uniform(), 3 * random.uniform()];
      const [a, b] = i % 4 === 0 ? [r * Math.cos(angle), r * Math.sin(angle)] : [r, 0];
      A.set([a, b], i * n + i);
      A.set([-b, i % 4 === 0 ? a : -a / 2], (i + 1) * n + i);
      moduli.push(r, i % 4 === 0 ? r : r / 2);
    }
    const got = sortedModuli(eigenvalues(disguise(A, n)));
    for (const [i, modulus] of moduli.sort((a, b) => b - a).entries()) expect(got[i]).toBeCloseTo(modulus, 12);
  });

  test("of random matrices: Σ λ = tr A, Σ λ² = tr A², conjugates in pairs", () => {
    for (const n of [1, 2, 3, 5, 12, 60]) {
      const A = normals(n * n);
      const { real, imaginary } = eigenvalues(A);
      let [trace, square] = [0, 0];
      for (let i = 0; i < n; i++) {
        trace += A[i * n + i];
        for (let j = 0; j < n; j++) square += A[i * n + j] * A[j * n + i];
      }
      expect(real.reduce((a, b) => a + b, 0)).toBeCloseTo(trace, 11);
      expect(real.reduce((sum, x, i) => sum + x * x - imaginary[i] ** 2, 0)).toBeCloseTo(square, 9);
      expect(imaginary.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 13);
    }
  });

  test("triangular and zero matrices", () => {
    expect(sortedModuli(eigenvalues([1, 5, 7, 0, -3, 2, 0, 0, 2]))).toEqual([3, 2, 1]);
    expect(sortedModuli(eigenvalues(new Float64Array(25)))).toEqual([0, 0, 0, 0, 0]);
    // far from normal: nilpotent, of which rounding leaves eps^(1/3)
    expect(sortedModuli(eigenvalues([0, 1, 0, 0, 0, 1, 0, 0, 0]))[0]).toBeLessThan(1e-5);
  });
});
