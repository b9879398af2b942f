// A piece of code that is not edited, coloured like the editor colours it before the compiler is there.

import type { JSX } from "preact";
import { highlightTree, tagHighlighter, tags } from "@lezer/highlight";
import { hnet } from "../editor/language";

const classes = tagHighlighter([
  { tag: tags.keyword, class: "token-keyword" },
  { tag: tags.number, class: "token-number" },
  { tag: tags.string, class: "token-string" },
  { tag: [tags.comment, tags.docComment], class: "token-comment" },
  { tag: tags.punctuation, class: "token-operator" },
]);

/** The code; only `hnet` is coloured. */
export function Code({ text, language }: { text: string; language: string }): JSX.Element {
  const parts: (JSX.Element | string)[] = [];
  if (language === "hnet") {
    let from = 0;
    highlightTree(hnet.parser.parse(text), classes, (start, end, name) => {
      parts.push(text.slice(from, start), <span class={name}>{text.slice(start, end)}</span>);
      from = end;
    });
    parts.push(text.slice(from));
  } else parts.push(text);
  return (
    <pre class="code" tabIndex={0}>
      <code>{parts}</code>
    </pre>
  );
}
