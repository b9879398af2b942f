// The pages of the findings, as they stand beside the compiler's table of codes: files of the site, each of which is
// fetched when somebody reads it. Start at `pageOf`.

/** A page. */
export interface Explanation {
  /** `HN301 address-outside-subnets`. */
  title: string;
  /** Markdown: headings, paragraphs, lists, code blocks of `hnet`, inline code, emphasis. */
  text: string;
}

/** The page of a code such as `HN301`. Refuses where it is not there or cannot be fetched. */
export async function pageOf(code: string): Promise<Explanation> {
  const answer = await fetch(`explain/${code}.md`);
  const text = answer.ok ? await answer.text() : "";
  const heading = /^# (.*)\n/.exec(text);
  if (!heading) throw new Error(`there is no page of ${code}`);
  return { title: heading[1] ?? code, text: text.slice(heading[0].length) };
}
