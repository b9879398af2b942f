// Markdown as elements. Text becomes text nodes and nothing else, so no markup of a source or of a page can get
// through. Start at `Markdown`.

import type { ComponentChildren, JSX } from "preact";
import { lexer, type Token, type Tokens } from "marked";
import { Code } from "./Code";

/** A text; its first headings have the given level. */
export function Markdown({ text, level = 2 }: { text: string; level?: number }): JSX.Element {
  return <div class="markdown">{lexer(text).map((token) => element(token, level))}</div>;
}

function element(token: Token, level: number): ComponentChildren {
  const inner = () => ("tokens" in token && token.tokens ? token.tokens.map((next) => element(next, level)) : textOf(token));
  switch (token.type) {
    case "code": {
      const { text, lang = "" } = token as Tokens.Code;
      return <Code text={text} language={lang} />;
    }
    case "heading": {
      const Tag = `h${Math.min(6, level + (token as Tokens.Heading).depth - 1)}` as "h2";
      return <Tag>{inner()}</Tag>;
    }
    case "list": {
      const { ordered, items } = token as Tokens.List;
      const Tag = ordered ? "ol" : "ul";
      return <Tag>{items.map((item) => <li>{item.tokens.map((next) => element(next, level))}</li>)}</Tag>;
    }
    case "paragraph":
      return <p>{inner()}</p>;
    case "codespan":
      return <code>{textOf(token)}</code>;
    case "strong":
      return <strong>{inner()}</strong>;
    case "em":
      return <em>{inner()}</em>;
    case "space":
      return null;
    // Of what hnet's own texts do not use, such as links and HTML, the words remain.
    default:
      return inner();
  }
}

function textOf(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}
