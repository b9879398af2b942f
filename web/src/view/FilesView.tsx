// The written files: a list by folders, and the chosen one with the origin of the line that is looked at.

import { EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { goTo, placeOf, saveZip, showOutput, textAt } from "../actions";
import { markLines } from "../editor/marks";
import { outputState } from "../editor/output";
import type { Origin } from "../protocol";
import { session } from "../session";
import { links, notice, origin, outputs, shownOutput, stale } from "../state/store";
import { Icon } from "./Icon";

/** The pane of files. */
export function FilesView(): JSX.Element {
  const files = outputs.value;
  const shown = files?.find(({ path }) => path === shownOutput.value);
  if (!files || !shown) return <p class="waiting">{stale.value ? "The source has errors. Files are written when they are mended." : "One moment …"}</p>;
  const copy = async () => {
    await navigator.clipboard.writeText(shown.text);
    notice.value = `Copied ${shown.path}.`;
  };
  return (
    <>
      <div class="tools" role="toolbar" aria-label="Files: tools">
        <select class="select files-select" aria-label="Written file" value={shown.path} onChange={(event) => void showOutput(event.currentTarget.value)}>
          {files.map(({ path }) => (
            <option key={path} value={path}>
              {path}
            </option>
          ))}
        </select>
        <span class="spring" />
        <button type="button" class="button small" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" class="button small" onClick={() => void saveZip()}>
          <Icon name="download" />
          <span>All as zip</span>
        </button>
      </div>
      {stale.value && (
        <p class="stale" role="status">
          The source has errors. These are the files of the last sound network.
        </p>
      )}
      <div class={`files${stale.value ? " old" : ""}`}>
        <FileList chosen={shown.path} />
        <Viewer path={shown.path} text={shown.text} />
      </div>
    </>
  );
}

function FileList({ chosen }: { chosen: string }): JSX.Element {
  const folders = new Map<string, string[]>();
  for (const { path } of outputs.value ?? []) {
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    folders.set(folder, [...(folders.get(folder) ?? []), path]);
  }
  const linked = new Map<string, number>();
  for (const { path } of links.value?.lines ?? []) linked.set(path, (linked.get(path) ?? 0) + 1);
  return (
    <nav class="file-list" aria-label="Written files">
      {[...folders].map(([folder, paths]) => (
        <div key={folder}>
          <h2>{folder ? folder.split("/").map((name, at) => [at > 0 && [<wbr />, "/"], name]) : "."}</h2>
          <ul>
            {paths.map((path) => (
              <li key={path}>
                <button type="button" class="file" aria-current={path === chosen ? "true" : undefined} onClick={() => void showOutput(path)}>
                  {path.slice(folder ? folder.length + 1 : 0)}
                  {linked.has(path) && (
                    <span class="count">
                      {linked.get(path)}
                      <span class="hidden"> lines from the statement at the caret</span>
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function Viewer({ path, text }: { path: string; text: string }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const shownPath = useRef("");
  useEffect(() => {
    if (!host.current) return;
    const root = host.current.attachShadow({ mode: "open" });
    const made = new EditorView({ parent: root, root });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => {
    const made = view.current;
    if (!made) return;
    if (shownPath.current !== path) {
      shownPath.current = path;
      made.setState(outputState(path, text, { at: showOrigin, from: says }));
    } else if (made.state.doc.toString() !== text) {
      made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: text } });
    }
  }, [path, text]);
  const lines = links.value?.lines;
  useEffect(() => {
    const here = (lines ?? []).filter((line) => line.path === path).map(({ line }) => line);
    // Who reads the file is not carried away from it.
    if (view.current) markLines(view.current, here, !view.current.hasFocus && origin.value === null);
  }, [lines, path, text]);
  return <div class="viewer" ref={host} onDblClick={() => origin.value && goTo(origin.value.location, true)} />;
}

function originOf(line: number): Origin | null {
  const known = session.origins;
  const at = known?.lines[line];
  return at === undefined ? null : (known?.origins[at] ?? null);
}

/** Shows where a line comes from, below the file and in the source. */
function showOrigin(line: number): void {
  origin.value = originOf(line);
  if (origin.value) goTo(origin.value.location, false);
}

function says(line: number): string[] {
  const from = originOf(line);
  if (!from) return [];
  return [`From ${placeOf(from.location)}: ${textAt(from.location)}`, ...(from.reason ? [from.reason] : [])];
}
