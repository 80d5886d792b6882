/** Changes between light and dark. */

import { view } from "../link/state.js";
import { isDark } from "../paint/theme.js";

export function ThemeButton() {
  const next = isDark.value ? "light" : "dark";
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`Use the ${next} theme`}
      title={`Use the ${next} theme`}
      onClick={() => {
        view.theme.value = next;
      }}
    >
      {isDark.value ? "☀" : "☾"}
    </button>
  );
}
