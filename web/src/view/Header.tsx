// The head of the page: the name, the networks to choose from, and what can be done with the one that is open.

import type { JSX } from "preact";
import { format, load, loadExample } from "../actions";
import { examples } from "../examples";
import { helpOpen, importOpen, screen, shareOpen, tourOpen } from "../state/store";
import { earlier } from "../state/storage";
import { Icon } from "./Icon";
import { ThemeSwitch } from "./ThemeSwitch";

/** The head of the page. */
export function Header(): JSX.Element {
  return (
    <header class="header">
      <h1 class="brand">
        <img src="icon.svg" alt="" width="22" height="22" />
        <span>hnet</span>
        <span class="brand-rest">playground</span>
      </h1>
      <ChooseNetwork />
      <button type="button" class="button" aria-pressed={tourOpen.value} onClick={toggleTour}>
        <Icon name="tour" />
        <span>Tour</span>
      </button>
      <span class="spring" />
      <button type="button" class="button" onClick={format} title="Format (Shift+Alt+F)">
        <Icon name="format" />
        <span>Format</span>
      </button>
      <button type="button" class="button primary" onClick={() => (shareOpen.value = true)}>
        <Icon name="share" />
        <span>Share</span>
      </button>
      <ThemeSwitch />
      <button type="button" class="button bare" onClick={() => (helpOpen.value = true)} aria-label="Keys" title="Keys">
        <Icon name="keys" />
      </button>
    </header>
  );
}

function toggleTour(): void {
  tourOpen.value = !tourOpen.value;
  // It stands beside the source, also where that fills the screen.
  if (tourOpen.value) screen.value = "source";
}

function ChooseNetwork(): JSX.Element {
  const before = earlier();
  const choose = (value: string) => {
    const [kind, which = ""] = value.split(":");
    if (kind === "import") {
      importOpen.value = true;
    } else if (kind === "example") {
      const example = examples.find(({ name }) => name === which);
      if (example) loadExample(example);
    } else {
      const one = before.find(({ at }) => String(at) === which);
      if (one) load(one.sources);
    }
  };
  return (
    <select
      class="select"
      aria-label="Open a network"
      value=""
      onChange={(event) => {
        choose(event.currentTarget.value);
        event.currentTarget.value = "";
      }}
    >
      <option value="" disabled>
        Open …
      </option>
      <optgroup label="Examples">
        {examples.map(({ name }) => (
          <option key={name} value={`example:${name}`}>
            {name}
          </option>
        ))}
      </optgroup>
      <option value="import">What you have in YAML …</option>
      {before.length > 0 && (
        <optgroup label="Yours, on this device">
          {before.map(({ at, sources }) => (
            <option key={at} value={`earlier:${at}`}>
              {nameOf(sources[0]?.text ?? "")}, {new Date(at).toLocaleString()}
            </option>
          ))}
        </optgroup>
      )}
    </select>
  );
}

function nameOf(text: string): string {
  return /^\s*network\s+([^\s<]+)/m.exec(text)?.[1] ?? "network";
}
