// The colours that the compiler gives to words, by the vocabulary: `textDocument/semanticTokens/full` as
// decorations. Between two answers they move with the text. Start at `showTokens`.

import { type ChangeDesc, RangeSetBuilder, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { TOKEN_MODIFIERS, TOKEN_TYPES } from "../protocol";

/** The answer: five numbers a token, lines and columns relative to the token before. */
export interface SemanticTokens {
  data: number[];
}

const replace = StateEffect.define<DecorationSet>();

/** The field that keeps the decorations. */
export const semanticTokens = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(tokens, transaction) {
    let next = tokens.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(replace)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const marks = new Map<string, Decoration>();

function markFor(type: number, modifiers: number): Decoration {
  const names = [TOKEN_TYPES[type] ?? "string", ...TOKEN_MODIFIERS.filter((_, bit) => modifiers & (1 << bit))];
  const classes = names.map((name) => `token-${name}`).join(" ");
  let mark = marks.get(classes);
  if (!mark) marks.set(classes, (mark = Decoration.mark({ class: classes })));
  return mark;
}

/** Puts the answer into the editor; `asked` is the text that it is about, `since` what was typed since. */
export function showTokens(view: EditorView, tokens: SemanticTokens, asked: Text, since: ChangeDesc): void {
  const builder = new RangeSetBuilder<Decoration>();
  const { data } = tokens;
  let line = 0;
  let column = 0;
  for (let at = 0; at + 4 < data.length; at += 5) {
    const [down, right, length, type, modifiers] = data.slice(at, at + 5) as [number, number, number, number, number];
    line += down;
    column = down > 0 ? right : column + right;
    if (line >= asked.lines) break;
    const from = asked.line(line + 1).from + column;
    const to = from + length;
    if (to <= asked.length && to > from) builder.add(from, to, markFor(type, modifiers));
  }
  let set: DecorationSet = builder.finish();
  if (!since.empty) set = set.map(since);
  view.dispatch({ effects: replace.of(set) });
}
