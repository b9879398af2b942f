// Light, dark, or what the system says. `public/theme.js` applies the choice before the first paint; this
// changes it.

import { signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

function chosen(): Theme {
  const set = document.documentElement.dataset["theme"];
  return set === "light" || set === "dark" ? set : "system";
}

/** The choice. */
export const theme = signal<Theme>(chosen());

/** Takes a choice and keeps it. */
export function choose(next: Theme): void {
  theme.value = next;
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
  try {
    localStorage.setItem("hnet.theme", next);
  } catch {
    // The choice then holds until the page is closed.
  }
}
