// What a person can do with the network that is open, apart from how it looks: go to a place, add and take out sources,
// take files home. Opening another network is in `networks.ts`.

import { formatDocument } from "@codemirror/lsp-client";
import { offsetOf } from "./editor/findings";
import { pointAt } from "./editor/marks";
import type { Location, View } from "./protocol";
import { session } from "./session";
import { copy, download, fromBase64, png } from "./share/download";
import { active, marked, networkName, notice, origin, outputs, pane, pathOf, paths, screen, shownOutput, toast } from "./state/store";

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
  session.changed();
  return true;
}

/** Takes a source out of the project; it can be put back. */
export function removeSource(path: string): void {
  const back = session.project.remove(path);
  if (!back) return;
  session.shown();
  session.changed();
  const undo = () => {
    if (!back()) return;
    session.shown();
    session.changed();
  };
  toast.value = { text: `Removed ${path}.`, undo };
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
  const name = `${fileName()}-${view}.${kind}`;
  await said(`Saved ${name}.`, async () => {
    download(name, await paint(view, kind, "image/svg+xml"));
  });
}

/** A picture into the clipboard: as pixels for a conversation, as text for a page. */
export async function copyPicture(view: View, kind: "svg" | "png"): Promise<void> {
  const type = kind === "png" ? "image/png" : "text/plain";
  await said(`Copied the picture as ${kind.toUpperCase()}.`, () => copy(type, paint(view, kind, type)));
}

async function paint(view: View, kind: "svg" | "png", type: string): Promise<Blob> {
  const picture = await session.picture(view);
  if (!picture) throw new Error("There is no picture while the source has errors.");
  return kind === "svg" ? new Blob([picture.svg], { type }) : png(picture.svg, picture.width, picture.height);
}

/** Does something with a picture, and tells what was done, or why it was not. */
async function said(done: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
    notice.value = done;
  } catch (error) {
    const ours = error instanceof Error && error.message.startsWith("There is");
    notice.value = ours ? error.message : "This browser does not do that with this picture. Saving it as SVG works.";
  }
}

/** What the network is called, as part of the name of a file. */
export function fileName(): string {
  return networkName.value.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+/, "") || "network";
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
