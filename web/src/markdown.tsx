// Markdown into elements: the little of it that the diagnostics' pages and the lessons use. Text becomes text
// nodes and nothing else, so no markup of a source or of a page can get through. Start at `Markdown`.

import type { ComponentChildren, JSX } from "preact";
import { Code } from "./view/Code";

/** Headings, paragraphs, lists, fenced code, inline code, emphasis. */
export function Markdown({ text, level = 2 }: { text: string; level?: number }): JSX.Element {
  return <div class="markdown">{blocks(text, level)}</div>;
}

function blocks(text: string, level: number): JSX.Element[] {
  const lines = text.split("\n");
  const out: JSX.Element[] = [];
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
      const code = take((next) => !next.startsWith("```")).join("\n");
      at++;
      out.push(<Code text={code} language={line.slice(3).trim()} />);
    } else if (heading) {
      at++;
      const Tag = `h${Math.min(6, level + (heading[1] ?? "").length - 1)}` as "h2";
      out.push(<Tag>{inline(heading[2] ?? "")}</Tag>);
    } else if (/^[-*] /.test(line)) {
      const items = take((next) => /^[-*] /.test(next) || /^ {2}\S/.test(next));
      const joined = items.join("\n").split(/^[-*] /m).slice(1);
      out.push(<ul>{joined.map((item) => <li>{inline(item.replaceAll("\n", " "))}</li>)}</ul>);
    } else {
      const paragraph = take((next) => next.trim() !== "" && !/^(#{1,4} |```|[-*] )/.test(next));
      // A line that starts like a block but is none would otherwise never be taken.
      if (paragraph.length === 0) paragraph.push(lines[at++] ?? "");
      out.push(<p>{inline(paragraph.join(" "))}</p>);
    }
  }
  return out;
}

function inline(text: string): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*/g;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    out.push(text.slice(from, match.index));
    const [whole, code, strong, emphasis] = match;
    if (code !== undefined) out.push(<code>{code}</code>);
    else if (strong !== undefined) out.push(<strong>{strong}</strong>);
    else out.push(<em>{emphasis}</em>);
    from = match.index + whole.length;
  }
  out.push(text.slice(from));
  return out;
}
