/** Numbers as the figures print them: the same on every machine, whatever its language. */

/** A whole number in groups of three digits, with thin spaces: 10 000. */
export function grouped(whole: number): string {
  const digits = String(Math.abs(whole));
  const text = digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, "\u2009");
  return signed(whole, text);
}

/** Three significant digits: 0.0214, −153, 12 300. */
export function rounded(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return scientific(value, 1);
  const text = size >= 100 ? grouped(Math.round(size)) : size.toPrecision(3);
  return signed(value, text);
}

/** Three significant digits without trailing zeros: 2, 0.02. */
export function concise(value: number): string {
  const size = Math.abs(value);
  return size >= 1e-4 && size < 100 ? signed(value, String(Number(size.toPrecision(3)))) : rounded(value);
}

/** A value with a fixed number of decimals and a true minus sign. */
export function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return signed(Number(text) === 0 ? 0 : value, text);
}

/** 2.5e9, 1.0e−7. */
export function scientific(value: number, decimals: number): string {
  return value.toExponential(decimals).replace("e+", "e").replaceAll("-", "−");
}

function signed(value: number, text: string): string {
  return value < 0 ? `−${text}` : text;
}
