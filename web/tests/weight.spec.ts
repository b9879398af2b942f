// What the page weighs as a server sends it: everything that it fetches by itself, since the service
// worker keeps it all, and apart from it what somebody fetches who imports.

import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { expect, repository, test } from "./page";

/** In bytes after brotli (decision 27). */
const BUDGET = 1_340_000;
/** The same of what is fetched when somebody imports. */
const OF_IMPORT = 1_200_000;
const isOfImport = (file: string) => /\bhnet_import_bg|\bimporter-/.test(file);

test("the whole page is light, and that is all that it fetches", async ({ hnet, page }) => {
  const dist = repository("web/dist/");
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replace(/\/+/g, "/").slice(dist.pathname.length));
  const weights = files.map((file) => ({ file, size: brotliCompressSync(readFileSync(new URL(file, dist))).length }));
  weights.sort((a, b) => b.size - a.size);
  const weight = (of: typeof weights) => of.reduce((total, { size }) => total + size, 0);
  const sum = weight(weights.filter(({ file }) => !isOfImport(file)));
  const ofImport = weight(weights.filter(({ file }) => isOfImport(file)));
  for (const { file, size } of weights) console.log(`  ${(size / 1000).toFixed(1).padStart(6)} kB ${file}`);
  console.log(`the page: ${(sum / 1000).toFixed(0)} of ${BUDGET / 1000} kB`);
  console.log(`the import: ${(ofImport / 1000).toFixed(0)} of ${OF_IMPORT / 1000} kB`);
  expect(sum).toBeLessThanOrEqual(BUDGET);
  expect(ofImport).toBeGreaterThan(0);
  expect(ofImport).toBeLessThanOrEqual(OF_IMPORT);

  // What was weighed is what the page fetches.
  const fetched = new Set<string>();
  page.on("request", (request) => {
    const { protocol, pathname } = new URL(request.url());
    if (protocol.startsWith("http")) fetched.add(pathname === "/" ? "index.html" : pathname.slice(1));
  });
  await hnet.open();
  await page.waitForLoadState("networkidle");
  expect(files).toEqual(expect.arrayContaining([...fetched]));
  expect([...fetched].filter(isOfImport)).toEqual([]);
  expect([...fetched]).toEqual(expect.arrayContaining([expect.stringMatching(/\.wasm$/), expect.stringMatching(/\.js$/)]));
});
