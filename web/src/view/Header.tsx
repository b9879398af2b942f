// The head of the page: the name, the networks to choose from, and what can be done with the one that is open.

import type { JSX } from "preact";
import { format } from "../actions";
import { helpOpen, networkName, networksOpen, screen, shareOpen, tourOpen } from "../state/store";
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
      <a class="button to-book" href="docs/" target="_blank">
        <Icon name="book" />
        <span>Book</span>
      </a>
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

/** Which network is open, and the way to all others. */
function ChooseNetwork(): JSX.Element {
  const name = networkName.value;
  return (
    <button
      type="button"
      class="button choose"
      aria-haspopup="dialog"
      aria-label={`Networks. Open: ${name}`}
      title="New, open, save (Ctrl+S)"
      onClick={() => (networksOpen.value = true)}
    >
      <Icon name="folder" />
      <span class="choose-name">{name}</span>
      <Icon name="down" />
    </button>
  );
}
