// The viewer of written files: read only, coloured by the kind of file, telling which line is asked about.
// Start at `outputState`.

import { defaultKeymap } from "@codemirror/commands";
import { StreamLanguage } from "@codemirror/language";
import { xml } from "@codemirror/legacy-modes/mode/xml";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { colours } from "./language";
import { linkedLines } from "./marks";
import { look } from "./theme";

const yamlLanguage = StreamLanguage.define(yaml);
const xmlLanguage = StreamLanguage.define(xml);

function languageOf(path: string): Extension {
  if (/\.ya?ml$/.test(path)) return yamlLanguage;
  if (/\.(svg|xml)$/.test(path)) return xmlLanguage;
  return [];
}

/** A state that shows a file; `ask` is told the line, from 0, that the caret or the pointer is on. */
export function outputState(path: string, text: string, ask: (line: number) => void): EditorState {
  let hovered = -1;
  return EditorState.create({
    doc: text,
    extensions: [
      lineNumbers(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ "aria-label": `Written file ${path}`, "aria-readonly": "true" }),
      search({ top: true }),
      keymap.of([...searchKeymap, ...defaultKeymap]),
      languageOf(path),
      colours,
      look,
      linkedLines,
      EditorView.updateListener.of((update) => {
        if (update.selectionSet) ask(update.state.doc.lineAt(update.state.selection.main.head).number - 1);
      }),
      EditorView.domEventHandlers({
        mousemove(event, view) {
          const at = view.posAtCoords({ x: event.clientX, y: event.clientY }, false);
          const line = view.state.doc.lineAt(at).number - 1;
          if (line !== hovered) ask((hovered = line));
        },
      }),
    ],
  });
}
