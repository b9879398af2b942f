// One button through system, light and dark.

import type { JSX } from "preact";
import { session } from "../session";
import { choose, THEMES, theme } from "../state/theme";
import { Icon } from "./Icon";

const ICONS = { system: "system", light: "sun", dark: "moon" } as const;

/** The button. */
export function ThemeSwitch(): JSX.Element {
  const now = theme.value;
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? "system";
  const label = `Theme: ${now}. Change to ${next}`;
  return (
    <button
      type="button"
      class="button bare"
      aria-label={label}
      title={label}
      onClick={() => {
        choose(next);
        session.refresh();
      }}
    >
      <Icon name={ICONS[now]} />
    </button>
  );
}
