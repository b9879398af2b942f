// What a person can do, apart from how it looks: go to a place, load a network, share, take files home.

import { formatDocument } from "@codemirror/lsp-client";
import { batch } from "@preact/signals";
import type { SourceText } from "./client/workspace";
import { offsetOf } from "./editor/findings";
import { pointAt } from "./editor/marks";
import { type Example, first } from "./examples";
import type { Lesson } from "./lessons";
import type { Location, View } from "./protocol";
import { session } from "./session";
import { download, fromBase64, png } from "./share/download";
import { decode, type Shared } from "./share/permalink";
import {
  active,
  compiled,
  findings,
  lesson,
  links,
  marked,
  notice,
  origin,
  outputs,
  pane,
  pathOf,
  paths,
  screen,
  shownOutput,
} from "./state/store";
import { remember, remembered, setAside } from "./state/storage";

let loadedText = "";
let keeping = 0;

/** Starts with the link's network, the one that was worked on last, or the first example. */
export async function begin(): Promise<void> {
  const shared = await decode(location.hash);
  if (shared) {
    open(shared);
    return;
  }
  if (location.hash.startsWith("#v")) notice.value = "The link is broken, so this is your own network or the first example.";
  const kept = remembered();
  load(kept ?? first.sources);
}

/** Shows a network from a link. */
export function open(shared: Shared): void {
  pane.value = shared.pane;
  load(shared.sources);
  notice.value = "Opened the network of the link. It was read on this device only.";
}

/** Shows other sources; what was changed before is kept among the earlier ones. */
export function load(sources: readonly SourceText[]): void {
  const before = session.project.sources();
  if (loadedText !== "" && JSON.stringify(before) !== loadedText) setAside(before, Date.now());
  batch(() => {
    compiled.value = null;
    findings.value = new Map();
    outputs.value = null;
    shownOutput.value = null;
    links.value = null;
    origin.value = null;
    marked.value = null;
  });
  session.project.load(sources);
  loadedText = JSON.stringify(session.project.sources());
  session.changed();
}

/** Shows an example. */
export function loadExample(example: Example): void {
  lesson.value = null;
  load(example.sources);
  notice.value = `Opened the example ${example.name}.`;
}

/** Shows a lesson's network. */
export function loadLesson(next: Lesson): void {
  lesson.value = next.name;
  load([{ path: "network.hnet", text: next.source }]);
}

/** Keeps the text on this device, a moment after the last change. */
export function keep(): void {
  clearTimeout(keeping);
  keeping = window.setTimeout(() => {
    const sources = session.project.sources();
    if (JSON.stringify(sources) !== loadedText) remember(sources);
  }, 400);
}

/** Shows another source. */
export function showSource(path: string): void {
  session.project.show(path);
  session.shown();
}

/** Adds a source; false where the name is taken. */
export function addSource(path: string): boolean {
  if (paths.value.includes(path)) return false;
  session.project.add(path);
  session.shown();
  keep();
  return true;
}

/** Takes a source out of the project. */
export function removeSource(path: string): void {
  session.project.remove(path);
  session.shown();
  keep();
}

/** Marks a place in its source; with `focus` the caret goes there. */
export function goTo(place: Location, focus: boolean): void {
  const path = pathOf(place.uri);
  if (!paths.value.includes(path)) return;
  if (active.value !== path) showSource(path);
  const editor = session.project.editor;
  if (!editor) return;
  const from = offsetOf(editor.state.doc, place.range.start);
  const to = offsetOf(editor.state.doc, place.range.end);
  marked.value = { uri: place.uri, range: place.range };
  if (focus) {
    screen.value = "source";
    editor.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    // The editor is laid out again where the screen was another one.
    requestAnimationFrame(() => editor.focus());
  }
  pointAt(editor, { from, to }, true);
  void session.linksOf(place);
}

/** Opens a written file. */
export async function showOutput(path: string): Promise<void> {
  pane.value = "files";
  screen.value = "result";
  shownOutput.value = path;
  origin.value = null;
  if (outputs.value) await session.originsOf(path);
  session.refresh();
}

/** Formats the shown source. */
export function format(): void {
  const editor = session.project.editor;
  if (editor) formatDocument(editor);
}

/** All written files as one archive. */
export async function saveZip(): Promise<void> {
  const zip = await session.ask("hnet/zip", session.root());
  if (!zip) {
    notice.value = "There are no files while the source has errors.";
    return;
  }
  download(zip.name, new Blob([fromBase64(zip.base64)], { type: "application/zip" }));
  notice.value = `Saved ${zip.name}.`;
}

/** A picture as a file. */
export async function savePicture(view: View, kind: "svg" | "png"): Promise<void> {
  const picture = await session.picture(view);
  if (!picture) {
    notice.value = "There is no picture while the source has errors.";
    return;
  }
  const { svg, width, height } = picture;
  const name = `${view}.${kind}`;
  try {
    download(name, kind === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await png(svg, width, height));
    notice.value = `Saved ${name}.`;
  } catch {
    notice.value = "This browser cannot paint a picture of this size as PNG. SVG works.";
  }
}

/** A place as people write it. */
export function placeOf(place: Location): string {
  return `${pathOf(place.uri)}:${place.range.start.line + 1}`;
}

/** The first line of what stands at a place, short. */
export function textAt(place: Location): string {
  const doc = session.project.textOf(place.uri);
  if (!doc || place.range.start.line >= doc.lines) return "";
  const from = offsetOf(doc, place.range.start);
  const line = doc.lineAt(from);
  const text = doc.sliceString(from, line.to).trim().replace(/\s*<?\s*$/, "");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
