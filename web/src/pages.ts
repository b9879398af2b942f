// The pages of the findings, as they stand beside the compiler's table of codes. They are fetched when the first
// one is read. Start at `pageOf`.

const files = import.meta.glob<string>("../../crates/hnet-diagnostics/explain/*.md", { query: "?raw", import: "default", eager: true });

/** A page. */
export interface Explanation {
  /** `HN301 address-outside-subnets`. */
  title: string;
  /** Markdown: headings, paragraphs, lists, code blocks of `hnet`, inline code, emphasis. */
  text: string;
}

/** The page of a code such as `HN301`; null where there is none. */
export function pageOf(code: string): Explanation | null {
  const text = files[`../../crates/hnet-diagnostics/explain/${code}.md`];
  const heading = text && /^# (.*)\n/.exec(text);
  return heading ? { title: heading[1] ?? code, text: text.slice(heading[0].length) } : null;
}
