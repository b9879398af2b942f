// The little of Markdown that hnet's own texts use: the pages of findings, the lessons, what is said about a word.
// It makes plain values; who shows them makes text nodes of them. Start at `blocks`.

/** A piece of a line. */
export interface Piece {
  kind: "text" | "code" | "strong" | "em";
  text: string;
}

/** A part of a text; `level` counts from 1. */
export type Block =
  | { kind: "heading"; level: number; pieces: Piece[] }
  | { kind: "paragraph"; pieces: Piece[] }
  | { kind: "list"; items: Piece[][] }
  | { kind: "code"; language: string; text: string };

/** Headings, paragraphs, lists and fenced code. */
export function blocks(text: string): Block[] {
  const lines = text.split("\n");
  const out: Block[] = [];
  let at = 0;
  const take = (test: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && test(lines[at] ?? "")) at++;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const heading = /^(#{1,4}) (.*)$/.exec(line);
    if (line.trim() === "") {
      at++;
    } else if (line.startsWith("```")) {
      at++;
      out.push({ kind: "code", language: line.slice(3).trim(), text: take((next) => !next.startsWith("```")).join("\n") });
      at++;
    } else if (heading) {
      at++;
      out.push({ kind: "heading", level: (heading[1] ?? "").length, pieces: pieces(heading[2] ?? "") });
    } else if (/^[-*] /.test(line)) {
      const items = take((next) => /^[-*] /.test(next) || /^ {2}\S/.test(next));
      const joined = items.join("\n").split(/^[-*] /m).slice(1);
      out.push({ kind: "list", items: joined.map((item) => pieces(item.replaceAll("\n", " "))) });
    } else {
      const paragraph = take((next) => next.trim() !== "" && !/^(#{1,4} |```|[-*] )/.test(next));
      // A line that starts like a block but is none would otherwise never be taken.
      if (paragraph.length === 0) paragraph.push(lines[at++] ?? "");
      out.push({ kind: "paragraph", pieces: pieces(paragraph.join(" ")) });
    }
  }
  return out;
}

function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*/g;
  let from = 0;
  const plain = (to: number) => {
    if (to > from) out.push({ kind: "text", text: text.slice(from, to) });
  };
  for (const match of text.matchAll(pattern)) {
    plain(match.index);
    const [whole, code, strong, em] = match;
    if (code !== undefined) out.push({ kind: "code", text: code });
    else if (strong !== undefined) out.push({ kind: "strong", text: strong });
    else out.push({ kind: "em", text: em ?? "" });
    from = match.index + whole.length;
  }
  plain(text.length);
  return out;
}
