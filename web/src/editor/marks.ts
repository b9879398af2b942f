// The marks that tie the editor to the pictures and the written files: the statement that the caret is in, and
// the stretch that something else points at. Start at `pointAt`.

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

const point = StateEffect.define<{ from: number; to: number } | null>();
const lineMark = Decoration.line({ class: "marked-line" });

/** The field with the lines that are pointed at. */
export const pointedAt = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, transaction) {
    // Who moves the caret or types has seen the mark.
    const seen = transaction.isUserEvent("select") || transaction.isUserEvent("input");
    let next = seen ? Decoration.none : set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(point)) continue;
      next = Decoration.none;
      if (!effect.value) continue;
      const { doc } = transaction.state;
      const first = doc.lineAt(Math.min(effect.value.from, doc.length)).number;
      const last = doc.lineAt(Math.min(effect.value.to, doc.length)).number;
      const lines = [];
      for (let number = first; number <= last; number++) lines.push(lineMark.range(doc.line(number).from));
      next = Decoration.set(lines);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const lines = StateEffect.define<readonly number[]>();

/** The field with the lines of a written file that the caret's statement comes out as. */
export const linkedLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, transaction) {
    let next = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(lines)) continue;
      const { doc } = transaction.state;
      const known = effect.value.filter((line) => line < doc.lines);
      next = Decoration.set(known.map((line) => lineMark.range(doc.line(line + 1).from)));
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Marks the lines of a stretch, or none. */
export function pointAt(view: EditorView, range: { from: number; to: number } | null, scroll: boolean): void {
  view.dispatch({
    effects: [point.of(range), ...(range && scroll ? [EditorView.scrollIntoView(range.from, { y: "nearest", yMargin: 60 })] : [])],
  });
}

/** Marks lines of a written file, counted from 0. */
export function markLines(view: EditorView, numbers: readonly number[], scroll: boolean): void {
  const first = numbers[0];
  const visible = scroll && first !== undefined && first < view.state.doc.lines;
  view.dispatch({
    effects: [
      lines.of(numbers),
      ...(visible ? [EditorView.scrollIntoView(view.state.doc.line(first + 1).from, { y: "center" })] : []),
    ],
  });
}
