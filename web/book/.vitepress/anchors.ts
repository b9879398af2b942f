// VitePress refuses links to pages that are not there. This refuses links to places in pages that are not there, and to files.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads all pages of the built site, which stands at `base`, and throws with a list of links that lead nowhere. */
export function anchorsHold(folder: string, base: string): void {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".html"));
  const pages = new Map(paths.map((path) => [`${base}${path}`, readFileSync(join(folder, path), "utf8")]));
  const places = new Map([...pages].map(([path, html]) => [path, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))]));
  const dead = new Set<string>();
  for (const [path, html] of pages) {
    for (const [, written] of html.matchAll(/<a\s[^>]*?href="([^"]+)"/g)) {
      const url = new URL((written ?? "").replaceAll("&amp;", "&"), `http://book${path}`);
      if (url.host !== "book" || !url.pathname.startsWith(base)) continue;
      const page = url.pathname.endsWith("/") ? `${url.pathname}index.html` : url.pathname;
      const isThere = pages.has(page) || existsSync(join(folder, page.slice(base.length)));
      const place = decodeURIComponent(url.hash.slice(1));
      if (!isThere || (place && !places.get(page)?.has(place))) dead.add(`${path}: ${written}`);
    }
  }
  if (dead.size > 0) throw new Error(`links that lead nowhere:\n${[...dead].join("\n")}`);
}
