/** A small signed matrix as a table of coloured cells with its numbers, so that sign and size are read without colour too. */

import { signedCss } from "../paint/palette.js";
import { isDark } from "../paint/theme.js";

interface MatrixProps {
  /** What is to be seen, in a sentence. */
  readonly label: string;
  /** [rows, columns]; NaN is an empty cell. */
  readonly values: ArrayLike<number>;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** The value of the full colour. */
  readonly scale: number;
  /** Cells with a mark, such as a wrong sign; said in words by `markName`. */
  readonly marked?: (row: number, column: number) => boolean;
  readonly markName?: string;
  /** Cells with a frame. */
  readonly framed?: (row: number, column: number) => boolean;
  /** Values of one sign have no +. */
  readonly unsigned?: boolean;
  /** Between these rows (and columns) a line: visible and hidden units. */
  readonly split?: number;
  readonly name: string;
}

/** As many decimals as the scale has room for, without the leading 0, a true minus sign: −.25 */
export function cellText(value: number, scale: number, unsigned = false): string {
  if (!Number.isFinite(value)) return "";
  const text = Math.abs(value).toFixed(scale >= 9.5 ? 0 : scale > 1 ? 1 : scale >= 0.095 ? 2 : 3);
  const sign = Number(text) === 0 || (unsigned && value > 0) ? "" : value < 0 ? "−" : "+";
  return sign + text.replace(/^0(?=\.)/, "");
}

export function Matrix({ label, values, rows, columns, scale, split, name, ...more }: MatrixProps) {
  const { marked, markName, framed, unsigned } = more;
  const theme = { dark: isDark.value };
  return (
    <table class={`matrix ${columns.length > 8 ? "wide" : ""}`} data-name={name} aria-label={label}>
      <thead>
        <tr>
          <td />
          {columns.map((each, j) => (
            <th key={j} scope="col" class={j === split ? "split-left" : ""}>
              {each}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((each, i) => (
          <tr key={i}>
            <th scope="row" class={i === split ? "split-top" : ""}>
              {each}
            </th>
            {columns.map((_, j) => {
              const value = values[i * columns.length + j] as number;
              const { fill, ink } = signedCss(value / scale, theme);
              const isMarked = marked?.(i, j) === true;
              const classes = [
                j === split && "split-left",
                i === split && "split-top",
                isMarked && "marked",
                framed?.(i, j) && "framed",
                Number.isNaN(value) && "empty",
              ];
              return (
                <td
                  key={j}
                  class={classes.filter(Boolean).join(" ")}
                  style={Number.isNaN(value) ? undefined : { background: `${fill} padding-box`, color: ink }}
                >
                  {cellText(value, scale, unsigned)}
                  {isMarked && <span class="aside">{markName}</span>}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The largest finite size among arrays, at least `least`. */
export function largestOf(arrays: readonly ArrayLike<number>[], least = 1e-3): number {
  let most = least;
  for (const array of arrays)
    for (let at = 0; at < array.length; at++) {
      const size = Math.abs(array[at] as number);
      if (size > most) most = size;
    }
  return most;
}
