/** Rational approximations of Φ⁻¹ by P. J. Acklam: relative error below 1.2e-9. Highest power first. */
const centre = {
  top: [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ],
  bottom: [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
};
const tail = {
  top: [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  bottom: [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
};
const tailBelow = 0.02425;

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** Φ⁻¹(p), p in (0, 1): the normal distribution is below it with probability p. */
export function normalQuantile(p: number): number {
  if (p > 1 - tailBelow) return -normalQuantile(1 - p);
  if (p < tailBelow) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(tail.top, q) / polynomial(tail.bottom, q);
  }
  const q = p - 0.5;
  return (q * polynomial(centre.top, q * q)) / polynomial(centre.bottom, q * q);
}
