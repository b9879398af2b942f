// The sources: tabs, and the editor in a shadow tree, where a strict Content-Security-Policy lets CodeMirror
// have its style sheets without a nonce.

import { EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { begin, watch } from "../networks";
import { session } from "../session";
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
    void begin();
  }, []);
  return (
    <section class="pane source" aria-label="Source">
      <SourceTabs />
      <div class="editor" ref={host} />
      <Problems />
    </section>
  );
}
