// The viewer of written files: read only, coloured by the kind of file, telling which line is asked about.
// Start at `outputState`.

import { defaultKeymap } from "@codemirror/commands";
import { StreamLanguage } from "@codemirror/language";
import { xml } from "@codemirror/legacy-modes/mode/xml";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
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

/** What a state of the viewer tells and asks. Lines count from 0. */
export interface Reader {
  /** The caret went to a line. */
  at(line: number): void;
  /** Where a line comes from, in words; empty where that is not known. */
  from(line: number): string[];
}

/** A state that shows a file. */
export function outputState(path: string, text: string, reader: Reader): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      lineNumbers(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ "aria-label": `Written file ${path}`, "aria-readonly": "true", tabindex: "0" }),
      search({ top: true }),
      keymap.of([...searchKeymap, ...defaultKeymap]),
      languageOf(path),
      colours,
      look,
      linkedLines,
      EditorView.updateListener.of((update) => {
        if (update.selectionSet) reader.at(update.state.doc.lineAt(update.state.selection.main.head).number - 1);
      }),
      hoverTooltip((view, position) => {
        const line = view.state.doc.lineAt(position);
        const said = reader.from(line.number - 1);
        if (said.length === 0) return null;
        return { pos: line.from, above: true, create: () => ({ dom: tooltip(said) }) };
      }),
    ],
  });
}

function tooltip(said: readonly string[]): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-lsp-documentation";
  for (const text of said) dom.appendChild(document.createElement("p")).textContent = text;
  return dom;
}
