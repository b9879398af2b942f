// The sources: tabs, and the editor in a shadow tree, where a strict Content-Security-Policy lets CodeMirror
// have its style sheets without a nonce.

import { EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { STARTER } from "../examples";
import { begin, watch } from "../networks";
import { session } from "../session";
import { isEmpty, networksOpen, paths } from "../state/store";
import { Icon } from "./Icon";
import { Problems } from "./Problems";
import { SourceTabs } from "./SourceTabs";

/** The left side. */
export function EditorPane(): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const root = host.current.attachShadow({ mode: "open" });
    const view = new EditorView({ parent: root, root });
    session.attach(view);
    watch();
    session.onChange(() => (isEmpty.value = view.state.doc.length === 0 && paths.value.length === 1));
    void begin();
  }, []);
  return (
    <section class="pane source" aria-label="Source">
      <SourceTabs />
      <div class="editor" ref={host} />
      {isEmpty.value && <Starter />}
      <Problems />
    </section>
  );
}

/** What an empty editor offers; it can be undone like anything that is typed. */
function Starter(): JSX.Element {
  const start = () => {
    const editor = session.project.editor;
    if (!editor) return;
    editor.dispatch({ changes: { from: 0, insert: STARTER }, userEvent: "input.paste" });
    editor.focus();
  };
  return (
    <div class="starter">
      <p class="muted">Write a network here, or begin with one:</p>
      <button type="button" class="button" onClick={start}>
        <Icon name="plus" />
        <span>A small network</span>
      </button>
      <button type="button" class="button" onClick={() => (networksOpen.value = true)}>
        <Icon name="folder" />
        <span>An example or a file</span>
      </button>
    </div>
  );
}
