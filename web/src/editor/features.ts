// What the language client adds to the editor. Its Markdown is untrusted by habit: it is reduced to a few
// elements without attributes. Findings and colours are our own (`findings.ts`, `tokens.ts`), since the client
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

const KEPT = new Set(["P", "UL", "OL", "LI", "CODE", "PRE", "EM", "STRONG", "HR", "BR", "H1", "H2", "H3", "H4"]);

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
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const copy = (from: Node, into: Node) => {
    for (const child of from.childNodes) {
      if (child instanceof Text) into.appendChild(document.createTextNode(child.data));
      if (!(child instanceof Element)) continue;
      const next = KEPT.has(child.tagName) ? into.appendChild(document.createElement(child.tagName)) : into;
      if (child.tagName !== "SCRIPT" && child.tagName !== "STYLE") copy(child, next);
    }
  };
  const root = document.createElement("div");
  copy(parsed.body, root);
  return root.innerHTML;
}
