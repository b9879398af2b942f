// What the book's Markdown has of its own: a frame around blocks of code that says their file, whether they are wrong on
// purpose, and opens them in the playground; and names of headings as GitHub makes them, which the documents link to.

import type { MarkdownRenderer } from "vitepress";

/** The name of a heading, as GitHub makes it. */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/** Puts frames around the blocks of code. `links` are the parts of links to the playground behind `#`, by the words `open=N`; `base` is where the book stands. */
export function languageBlocks(markdown: MarkdownRenderer, links: Map<string, string>, base: string, playground: string): void {
  // What stands in double braces is text, and nothing for Vue.
  const { text, code_inline: code } = markdown.renderer.rules;
  if (!text || !code) throw new Error("VitePress renders no text");
  markdown.renderer.rules.text = (tokens, index, options, env, self) => {
    const shown = text(tokens, index, options, env, self).replaceAll("{{", "&#123;&#123;");
    // A diagnostic leads to its page, unless the words lead somewhere already or this is it.
    if (tokens[index - 1]?.type === "link_open") return shown;
    return shown.replace(/\bHN\d{3}\b/g, (code) => (env.relativePath?.includes(code) ? code : `<a href="${base}diagnostics/${code}.html">${code}</a>`));
  };
  markdown.renderer.rules.code_inline = (...all) => code(...all).replace("<code", "<code v-pre");

  const fence = markdown.renderer.rules.fence;
  if (!fence) throw new Error("VitePress renders no blocks of code");
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const words = token?.info.trim().split(/\s+/) ?? [];
    const value = (key: string) => words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
    const kinds = ["block", ...["wrong", "form", "messages"].filter((kind) => words.includes(kind))];
    // What is not VitePress's would be taken for numbers of lines by it.
    const lines = value("lines");
    if (token) token.info = lines ? `${words[0]} {${lines}}` : (words[0] ?? "");
    const file = value("file");
    const link = links.get(value("open") ?? "");
    const title = file ? `<div class="block-file">${markdown.utils.escapeHtml(file)}</div>` : "";
    // The playground is no page of this site, which `_self` says to the router.
    const open = link ? `<a class="block-open" href="${playground}#${link}" target="_self">Open in the playground</a>` : "";
    return `<div class="${kinds.join(" ")}">${title}${fence(tokens, index, options, env, self)}${open}</div>\n`;
  };
}
