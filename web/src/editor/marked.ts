// Stands in for the package `marked`, with which the language client shows what the compiler says about a word:
// those texts are the compiler's own, and a whole Markdown library would be a tenth of all scripts. What comes
// out is reduced once more by `harmless`.

import { type Block, blocks, type Piece } from "../markdown";

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const pieces = (all: readonly Piece[]) =>
  all.map(({ kind, text }) => (kind === "text" ? escaped(text) : `<${kind}>${escaped(text)}</${kind}>`)).join("");

function html(block: Block): string {
  switch (block.kind) {
    case "code":
      return `<pre><code>${escaped(block.text)}</code></pre>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li>${pieces(item)}</li>`).join("")}</ul>`;
    case "paragraph":
    case "heading":
      return `<p>${pieces(block.pieces)}</p>`;
  }
}

/** As much of the package's class as the client uses. */
export class Marked {
  parse(text: string): string {
    return blocks(text).map(html).join("");
  }
}
