// The shape of the language for the editor: comments, strings, brackets, and which word starts a statement. It
// knows no word of the vocabulary; the compiler's colours (`tokens.ts`) lie over these once they are there.
// Start at `hnet`.

import { HighlightStyle, StreamLanguage, type StreamParser, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

interface State {
  /** Whether the next word starts a statement. */
  fresh: boolean;
  /** Whether a block string is open. */
  block: boolean;
  depth: number;
}

const parser: StreamParser<State> = {
  name: "hnet",
  startState: () => ({ fresh: true, block: false, depth: 0 }),
  copyState: (state) => ({ ...state }),
  token(stream, state) {
    if (state.block) {
      if (stream.skipTo('"""')) {
        stream.match('"""');
        state.block = false;
      } else stream.skipToEnd();
      return "string";
    }
    if (stream.eatSpace()) return null;
    if (stream.match('"""')) {
      state.block = true;
      return "string";
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.peek() === "#") {
      const documentation = stream.match(/^##(?!#)/) !== null;
      stream.skipToEnd();
      return documentation ? "docComment" : "comment";
    }
    if (stream.match(/^[<>;,]/)) {
      const mark = stream.current();
      if (mark !== ",") state.fresh = true;
      if (mark === "<") state.depth++;
      if (mark === ">") state.depth = Math.max(0, state.depth - 1);
      return "punctuation";
    }
    stream.match(/^[^\s<>;,"]+/) ?? stream.next();
    if (state.fresh) {
      state.fresh = false;
      return "keyword";
    }
    return /^\d/.test(stream.current()) ? "number" : null;
  },
  indent: (state, after, context) => Math.max(0, state.depth - (after.startsWith(">") ? 1 : 0)) * context.unit,
  languageData: {
    commentTokens: { line: "#" },
    closeBrackets: { brackets: ["<", '"'] },
    indentOnInput: /^\s*>$/,
    // Names have hyphens and dots; a double click and a rename take the whole word.
    wordChars: "-._/",
  },
  tokenTable: { docComment: tags.docComment },
};

/** The language of `.hnet` sources. */
export const hnet = StreamLanguage.define(parser);

/** Colours for the sources and for the written files. */
export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.atom, tags.tagName], class: "token-keyword" },
    { tag: [tags.definition(tags.propertyName), tags.propertyName, tags.attributeName], class: "token-property" },
    { tag: tags.number, class: "token-number" },
    { tag: [tags.string, tags.attributeValue], class: "token-string" },
    { tag: tags.docComment, class: "token-comment token-documentation" },
    { tag: [tags.comment, tags.lineComment], class: "token-comment" },
    { tag: [tags.punctuation, tags.bracket, tags.angleBracket, tags.separator], class: "token-operator" },
    { tag: tags.meta, class: "token-operator" },
    { tag: tags.heading, class: "token-class" },
  ]),
);
