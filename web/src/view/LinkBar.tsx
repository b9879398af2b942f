// What belongs together: the place of the caret, objects of the picture, lines of files, and the reason of a
// derived value. Read aloud when it changes by keyboard.

import type { JSX } from "preact";
import { goTo, placeOf, showOutput, textAt } from "../actions";
import { links, marked, objects, origin, pane } from "../state/store";

/** The bar under pictures and files. */
export function LinkBar(): JSX.Element {
  return (
    <div class="link-bar" aria-live="polite">
      {pane.value === "files" && origin.value ? <FromLine /> : <FromCaret />}
    </div>
  );
}

function FromLine(): JSX.Element | null {
  const from = origin.value;
  if (!from) return null;
  return (
    <>
      <span class="muted">This line is from</span>
      <button type="button" class="place" onClick={() => goTo(from.location, true)}>
        {placeOf(from.location)}
      </button>
      <code>{textAt(from.location)}</code>
      {from.reason && <span class="reason">{from.reason}</span>}
    </>
  );
}

function FromCaret(): JSX.Element {
  const found = links.value;
  const mark = marked.value;
  const view = pane.value === "files" ? "topology" : pane.value;
  const object = mark && objects.value[view]?.objects.find(({ location }) => location && same(location, mark));
  const place = object?.location ?? found?.location ?? null;
  if (!place) return <span class="muted">Put the caret into a statement, or choose an object, to see what belongs together.</span>;
  const files = new Map<string, number>();
  if (found?.location && same(found.location, place)) {
    for (const { path } of found.lines) files.set(path, (files.get(path) ?? 0) + 1);
  }
  // What is applied comes before what only tells about it.
  const tells = (path: string) => Number(path.startsWith("docs/") || path.endsWith(".md"));
  const shown = [...files].sort(([a], [b]) => tells(a) - tells(b)).slice(0, 3);
  return (
    <>
      <button type="button" class="place" onClick={() => goTo(place, true)}>
        {placeOf(place)}
      </button>
      <code>{textAt(place)}</code>
      {object?.says && <span class="muted">{object.says}</span>}
      {shown.map(([path, count]) => (
        <button key={path} type="button" class="chip" onClick={() => void showOutput(path)} title={path}>
          {path.replace(/^.*\/(?=[^/]+\/[^/]+$)/, "…/")} <span class="count">{count}</span>
        </button>
      ))}
      {files.size > shown.length && <span class="muted">and {files.size - shown.length} files more</span>}
    </>
  );
}

function same(a: { uri: string; range: { start: { line: number; character: number } } }, b: typeof a): boolean {
  return a.uri === b.uri && a.range.start.line === b.range.start.line && a.range.start.character === b.range.start.character;
}
