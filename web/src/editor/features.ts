// What the language client adds to the editor. Its Markdown is untrusted by habit: it is reduced to a few
// elements. Findings and colours are our own (`findings.ts`, `tokens.ts`), since the client
// has neither fixes nor semantic tokens, and waits half a second before it sends a change.

import {
  findReferencesKeymap,
  formatKeymap,
  hoverTooltips,
  jumpToDefinition,
  jumpToDefinitionKeymap,
  type LSPClientExtension,
  renameKeymap,
  serverCompletion,
} from "@codemirror/lsp-client";
import { type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import DOMPurify from "dompurify";

/** What texts are made of; the classes are those of coloured code. */
const KEPT = ["p", "ul", "ol", "li", "code", "pre", "span", "em", "strong", "hr", "br", "h1", "h2", "h3", "h4"];

/** The features, and what the compiler is told that the editor can do. */
export function languageFeatures(): (Extension | LSPClientExtension)[] {
  const jumpOnClick = EditorView.domEventHandlers({
    mousedown(event, view) {
      if (!(event.ctrlKey || event.metaKey) || event.button !== 0) return false;
      const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
      if (at === null) return false;
      view.dispatch({ selection: { anchor: at } });
      return jumpToDefinition(view);
    },
  });
  return [
    { clientCapabilities: { textDocument: { publishDiagnostics: { versionSupport: true } } } },
    serverCompletion(),
    hoverTooltips({ hoverTime: 250 }),
    Prec.high(keymap.of([...formatKeymap, ...renameKeymap, ...jumpToDefinitionKeymap, ...findReferencesKeymap])),
    jumpOnClick,
  ];
}

/** Markdown that became HTML, without any element or attribute that could do something. */
export function harmless(html: string): string {
  return DOMPurify.sanitize(html, { ALLOWED_TAGS: KEPT, ALLOWED_ATTR: ["class"], ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false });
}
