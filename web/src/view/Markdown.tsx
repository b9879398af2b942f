// Markdown as elements. Text becomes text nodes and nothing else, so no markup of a source or of a page can get
// through. Start at `Markdown`.

import type { JSX } from "preact";
import { type Block, blocks, type Piece } from "../markdown";
import { Code } from "./Code";

/** A text; its first headings have the given level. */
export function Markdown({ text, level = 2 }: { text: string; level?: number }): JSX.Element {
  return <div class="markdown">{blocks(text).map((block) => element(block, level))}</div>;
}

function element(block: Block, level: number): JSX.Element {
  switch (block.kind) {
    case "code":
      return <Code text={block.text} language={block.language} />;
    case "list":
      return <ul>{block.items.map((item) => <li>{item.map(piece)}</li>)}</ul>;
    case "paragraph":
      return <p>{block.pieces.map(piece)}</p>;
    case "heading": {
      const Tag = `h${Math.min(6, level + block.level - 1)}` as "h2";
      return <Tag>{block.pieces.map(piece)}</Tag>;
    }
  }
}

function piece({ kind, text }: Piece): JSX.Element | string {
  if (kind === "text") return text;
  const Tag = kind;
  return <Tag>{text}</Tag>;
}
