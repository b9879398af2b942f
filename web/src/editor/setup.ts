// The editor of the sources: which extensions make it, and what it tells the session. Start at `stateFor`.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, type Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Session } from "../client/session";
import { marked, origin } from "../state/store";
import { colours, hnet } from "./language";
import { pointedAt } from "./marks";
import { look } from "./theme";
import { semanticTokens } from "./tokens";

const common: Extension = [
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  history(),
  drawSelection(),
  EditorState.allowMultipleSelections.of(true),
  indentUnit.of("  "),
  indentOnInput(),
  bracketMatching({ brackets: "<>" }),
  closeBrackets(),
  autocompletion({ icons: false }),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true }),
  hnet,
  colours,
  look,
  semanticTokens,
  pointedAt,
  EditorView.lineWrapping,
  // Tab stays with the page, so that nobody is trapped; brackets indent.
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
];

/** A fresh editor state for a source. */
export function stateFor(session: Session, uri: string, doc: Text): EditorState {
  const path = uri.replace(/^file:\/\/\//, "");
  return EditorState.create({
    doc,
    extensions: [
      common,
      EditorView.contentAttributes.of({ "aria-label": `Source ${path}`, spellcheck: "false", autocapitalize: "off", tabindex: "0" }),
      session.client.plugin(uri, "hnet"),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) session.typing();
        else if (update.selectionSet) void session.caretMoved();
        if (update.selectionSet && update.view.hasFocus) {
          marked.value = null;
          origin.value = null;
        }
      }),
    ],
  });
}
