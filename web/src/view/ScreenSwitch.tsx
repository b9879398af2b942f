// On a narrow screen: which part fills it.

import type { JSX } from "preact";
import { allFindings, type Screen, screen } from "../state/store";

const SCREENS: readonly (readonly [Screen, string])[] = [
  ["result", "Result"],
  ["source", "Source"],
  ["problems", "Problems"],
];

/** The switch; not shown where everything fits. */
export function ScreenSwitch(): JSX.Element {
  const count = allFindings.value.length;
  return (
    <nav class="screens" aria-label="Part of the page">
      {SCREENS.map(([id, label]) => (
        <button key={id} type="button" aria-current={screen.value === id ? "true" : undefined} onClick={() => (screen.value = id)}>
          {label}
          {id === "problems" && count > 0 && <span class="count">{count}</span>}
        </button>
      ))}
    </nav>
  );
}
