/** What the two signed colours mean, with the numbers at their ends. */

import { cssColours } from "../paint/palette.js";
import { isDark } from "../paint/theme.js";
import { shortNumber } from "./formula.js";

export function SignedLegend({ scale, of }: { readonly scale: number; readonly of: string }) {
  const { zero, positive, negative } = cssColours({ dark: isDark.value });
  return (
    <p class="legend">
      <span>{of}</span>
      <span class="end">{shortNumber(-scale)}</span>
      <span
        class="ramp"
        aria-hidden="true"
        style={{ background: `linear-gradient(to right, ${negative}, ${zero}, ${positive})` }}
      />
      <span class="end">+{shortNumber(scale)}</span>
    </p>
  );
}
