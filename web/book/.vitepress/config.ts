// The book: a site of the pages that `cargo xtask book` has written, beside the playground and in its colours.
//
// Each block of the language opens in the playground by a link that the playground's own code makes. Nothing is fetched
// from another host: the policy in each page forbids it, and there are no fonts.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type DefaultTheme, defineConfigWithTheme } from "vitepress";
import { encode } from "../../src/share/permalink";
import { anchorsHold } from "./anchors";
import { colours } from "./colours";
import { languageBlocks, slug } from "./markdown";

const at = (path: string) => new URL(path, import.meta.url);
const read = (path: string) => readFileSync(at(path), "utf8");

/** What `cargo xtask book` says beside the pages. */
interface Pages {
  /** The list beside each page. */
  parts: Part[];
  /** What the playground opens, by the words `open=N` of blocks. */
  open: Record<string, [string, string][]>;
}
interface Part {
  text: string;
  items: Item[];
}
interface Item {
  text: string;
  link?: string;
  items?: { text: string; link: string }[];
}

const pages = JSON.parse(read("../pages/book.json")) as Pages;
const grammar = JSON.parse(read("../../editors/vscode/syntaxes/hnet.tmLanguage.json"));

const links = new Map<string, string>();
for (const [number, files] of Object.entries(pages.open)) {
  links.set(number, await encode({ sources: files.map(([path, text]) => ({ path, text })), pane: "topology" }));
}

/** Where the book stands, below the playground; who serves both below a path of a host says so. */
const BASE = process.env["BOOK_BASE"] ?? "/docs/";
const PLAYGROUND = new URL("..", `http://book${BASE}`).pathname;

/** Long lists stand beside their own pages only. */
const LONG = { Statements: "/statements/", Diagnostics: "/diagnostics/", "The language": "/language/", Design: "/design/" };
const BACK = { text: "The whole book", link: "/what" };
const short = pages.parts.map((part) => (part.text in LONG ? { text: part.text, items: part.items.slice(0, 1) } : { ...part }));
const groups: Item[] = [];
const sidebar: Record<string, object[]> = { "/": gathered(short) };
for (const [title, path] of Object.entries(LONG)) {
  const items = pages.parts.filter((part) => part.text === title).flatMap((part) => part.items);
  const shown = items.filter((item) => item.link);
  // Beside a page of a group, such as the layers of diagnostics, stand those of its group: all would be heavier than the page.
  for (const group of items.filter((item) => item.items)) {
    const first = group.items?.[0]?.link ?? "";
    const key = path === LONG.Diagnostics ? first.slice(0, -2) : first.slice(0, first.lastIndexOf("/") + 1);
    sidebar[key] = [{ text: title, items: shown }, { text: group.text, items: group.items ?? [] }, BACK];
    if (path === LONG.Diagnostics) groups.push({ text: group.text, link: `${path}#${key.slice(path.length).toLowerCase()}` });
  }
  sidebar[path] = [{ text: title, items: path === LONG.Diagnostics ? [...shown, ...groups] : shown }, BACK];
}

/** The parts, those of one page each under one title. */
function gathered(parts: Part[]): object[] {
  const single = parts.filter((part) => part.items.length === 1).map((part) => ({ ...part.items[0], text: part.text === "Reference" ? part.items[0]?.text : part.text }));
  return [...parts.filter((part) => part.items.length > 1), { text: "Reference", items: single }];
}

/** What the theme is told, with the way to the playground, which is no page of this site. */
interface Told extends DefaultTheme.Config {
  playground: string;
}

export default defineConfigWithTheme<Told>({
  title: "hnet",
  description: "One source for a home or edge network: the book of its language.",
  lang: "en",
  base: BASE,
  srcDir: "pages",
  outDir: "../dist/docs",
  cacheDir: "../node_modules/.cache/book",
  // What all pages have in common, the lists among it, is a file and not in each of them.
  metaChunk: true,
  head: [
    ["link", { rel: "icon", href: `${PLAYGROUND}icon.svg`, type: "image/svg+xml" }],
    ["meta", { name: "referrer", content: "no-referrer" }],
    ["meta", { name: "theme-color", content: "#f7f8fb", media: "(prefers-color-scheme: light)" }],
    ["meta", { name: "theme-color", content: "#0b1020", media: "(prefers-color-scheme: dark)" }],
  ],
  vite: { build: { chunkSizeWarningLimit: 3000 } },
  markdown: {
    html: false,
    languages: [{ ...grammar, name: "hnet" }],
    theme: colours,
    anchor: { slugify: slug },
    config: (markdown) => languageBlocks(markdown, links, BASE, PLAYGROUND),
  },
  themeConfig: {
    siteTitle: "hnet",
    playground: PLAYGROUND,
    outline: { level: [2, 3] },
    externalLinkIcon: true,
    search: { provider: "local" },
    nav: [
      { text: "Begin", link: "/ten-minutes" },
      { text: "Statements", link: "/statements/", activeMatch: "/statements/" },
      { text: "Language", link: "/language/", activeMatch: "/language/" },
      { text: "Diagnostics", link: "/diagnostics/", activeMatch: "/diagnostics/" },
    ],
    sidebar,
  },
  transformHtml: (html) => guarded(html),
  buildEnd: ({ outDir }) => anchorsHold(outDir, BASE),
});

/** A page with a policy that lets in nothing of other hosts, and of scripts in the page only those that are there now. */
function guarded(html: string): string {
  const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script ?? "");
  const hashes = [...new Set(inline)].map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(" ")}`,
    // The colours of code are attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return html.replace("<head>", `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">`);
}
