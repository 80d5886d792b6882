/** Whether the screen is as narrow as a phone's, now. */

import { signal } from "@preact/signals";

const query = matchMedia("(max-width: 599px)");

export const isNarrow = signal(query.matches);
query.addEventListener("change", ({ matches }) => {
  isNarrow.value = matches;
});
