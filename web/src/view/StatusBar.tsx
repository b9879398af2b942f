// One line about the compiler and the network, and what was just done.

import type { JSX } from "preact";
import { saveSources } from "../networks";
import { type Refusal, unkept } from "../state/storage";
import { compiled, type Health, health, notice, outputs } from "../state/store";

const HEALTH: Record<Health, string> = {
  loading: "loading the compiler",
  ready: "",
  restarting: "the compiler is being restarted",
  stopped: "the compiler stops on this text",
  missing: "the compiler could not be loaded",
};

const REFUSALS: Record<Refusal, string> = {
  full: "Not kept: this browser has no room left. Save as file",
  refused: "Not kept: this browser keeps nothing. Save as file",
};

/** The last line of the page. */
export function StatusBar(): JSX.Element {
  const said = compiled.value;
  const refused = unkept.value;
  const state = HEALTH[health.value] || (said ? summary(said) : "checking");
  const kind = health.value !== "ready" || !said ? "waiting" : said.sound ? "sound" : "unsound";
  return (
    <footer class="status" data-state={kind} data-health={health.value}>
      <span class="lamp" aria-hidden="true" />
      <span role="status">{state}</span>
      {outputs.value && said?.sound && <span class="muted">{outputs.value.length} files</span>}
      <span class="spring" />
      <span class="notice" role="status">
        {notice.value}
      </span>
      {refused ? (
        <button type="button" class="unkept" onClick={saveSources}>
          {REFUSALS[refused]}
        </button>
      ) : (
        <span class="muted local">everything stays on this device</span>
      )}
    </footer>
  );
}

function summary({ sound, errors, warnings, notes }: { sound: boolean; errors: number; warnings: number; notes: number }): string {
  const counts = [count(errors, "error"), count(warnings, "warning"), count(notes, "note")].filter((text) => text !== "");
  return [sound ? "the network is sound" : "the network has errors", ...counts].join(", ");
}

function count(number: number, word: string): string {
  return number === 0 ? "" : `${number} ${word}${number === 1 ? "" : "s"}`;
}
