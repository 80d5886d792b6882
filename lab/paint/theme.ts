/** Light or dark, by the link or by the system; painters read it for their colours. */

import { computed, effect, signal } from "@preact/signals";
import { view } from "../link/state.js";

const media = matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(media.matches);
media.addEventListener("change", () => {
  systemDark.value = media.matches;
});

export const isDark = computed(() => (view.theme.value === "auto" ? systemDark.value : view.theme.value === "dark"));

effect(() => {
  document.documentElement.dataset["theme"] = isDark.value ? "dark" : "light";
});
