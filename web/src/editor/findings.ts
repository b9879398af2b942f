// Findings of the compiler as squiggles with their fixes and a way to their page. Start at `showFindings`.

import { type Action, type Diagnostic as Squiggle, setDiagnostics } from "@codemirror/lint";
import { LSPPlugin } from "@codemirror/lsp-client";
import type { Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Session } from "../client/session";
import type { Diagnostic, Fix, Position } from "../protocol";
import { notice } from "../state/store";

/** The severities of the protocol in the editor's words. */
export const SEVERITIES = { 1: "error", 2: "warning", 3: "info" } as const;

/** The offset of a position; places behind the end of a line or text count as its end. */
export function offsetOf(doc: Text, position: Position): number {
  if (position.line >= doc.lines) return doc.length;
  const line = doc.line(position.line + 1);
  return Math.min(line.from + position.character, line.to);
}

/** Puts the findings of the shown source into the editor. */
export function showFindings(session: Session, view: EditorView, diagnostics: readonly Diagnostic[]): void {
  const plugin = LSPPlugin.get(view);
  if (!plugin) return;
  const place = (position: Position) => plugin.unsyncedChanges.mapPos(offsetOf(plugin.syncedDoc, position));
  const squiggles = diagnostics.map((diagnostic): Squiggle => {
    const from = place(diagnostic.range.start);
    return {
      from,
      to: Math.max(from, place(diagnostic.range.end)),
      severity: SEVERITIES[diagnostic.severity],
      source: diagnostic.code,
      message: diagnostic.message,
      actions: actions(session, diagnostic),
    };
  });
  view.dispatch(setDiagnostics(view.state, squiggles));
}

function actions(session: Session, diagnostic: Diagnostic): Action[] {
  const fixes = (diagnostic.data?.fixes ?? []).map((fix) => ({ name: fix.title, apply: () => mend(session, fix) }));
  return [...fixes, { name: `Explain ${diagnostic.code}`, apply: () => void session.explain(diagnostic.code) }];
}

/** Applies a fix, in whatever sources it changes. */
export function mend(session: Session, fix: Fix): void {
  session.client.sync();
  const uris = new Set(fix.edits.map((edit) => edit.uri));
  for (const uri of uris) {
    const doc = session.project.textOf(uri);
    if (!doc) continue;
    const changes = fix.edits
      .filter((edit) => edit.uri === uri)
      .map(({ range, newText }) => ({ from: offsetOf(doc, range.start), to: offsetOf(doc, range.end), insert: newText }));
    session.project.updateFile(uri, { changes, userEvent: "input.fix" });
  }
  notice.value = `Done: ${fix.title}`;
  session.changed();
}
