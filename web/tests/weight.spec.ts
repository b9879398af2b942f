// What the page weighs as a server sends it: everything that it fetches by itself, since the service worker keeps it all;
// and apart from it what somebody fetches who imports, and who reads explanations.

import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { expect, repository, test } from "./page";

/** What is fetched for what, by its files, and what it may weigh, in bytes after brotli (decision 27). */
const PARTS = [
  { what: "the import", budget: 1_670_000, is: (file: string) => /\bhnet_import_bg|\bimporter-/.test(file) },
  { what: "all explanations", budget: 130_000, is: (file: string) => file.startsWith("explain/") },
  { what: "the page", budget: 1_520_000, is: () => true },
];
const partOf = (file: string) => PARTS.find(({ is }) => is(file))?.what;

test("the whole page is light, and that is all that it fetches", async ({ hnet, page }) => {
  // To compress it all takes half a minute where others work, too.
  test.slow();
  const dist = repository("web/dist/");
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replace(/\/+/g, "/").slice(dist.pathname.length))
    // The book is a site of its own.
    .filter((file) => !file.startsWith("docs/"));
  const weights = files.map((file) => ({ file, size: brotliCompressSync(readFileSync(new URL(file, dist))).length }));
  weights.sort((a, b) => b.size - a.size);
  for (const { file, size } of weights.filter(({ file }) => partOf(file) !== "all explanations")) {
    console.log(`  ${(size / 1000).toFixed(1).padStart(6)} kB ${file}`);
  }
  for (const { what, budget } of PARTS) {
    const sum = weights.filter(({ file }) => partOf(file) === what).reduce((total, { size }) => total + size, 0);
    console.log(`${what}: ${(sum / 1000).toFixed(0)} of ${budget / 1000} kB`);
    expect(sum, what).toBeGreaterThan(0);
    expect(sum, what).toBeLessThanOrEqual(budget);
  }

  // What was weighed is what the page fetches.
  const fetched = new Set<string>();
  page.on("request", (request) => {
    const { protocol, pathname } = new URL(request.url());
    if (protocol.startsWith("http")) fetched.add(pathname === "/" ? "index.html" : pathname.slice(1));
  });
  await hnet.open();
  await page.waitForLoadState("networkidle");
  expect(files).toEqual(expect.arrayContaining([...fetched]));
  expect([...fetched].filter((file) => partOf(file) !== "the page")).toEqual([]);
  expect([...fetched]).toEqual(expect.arrayContaining([expect.stringMatching(/\.wasm$/), expect.stringMatching(/\.js$/)]));
});

test("what the service worker keeps from the first visit is the page, and nothing that is fetched for something", () => {
  const worker = readFileSync(repository("web/dist/sw.js"), "utf8");
  const kept = (/const files = "([^"]*)"/.exec(worker)?.[1] ?? "").split(" ").filter((file) => file !== "./");
  expect(kept).toEqual(expect.arrayContaining([expect.stringMatching(/hnet_wasm_bg.*\.wasm$/)]));
  expect(kept.filter((file) => partOf(file) !== "the page")).toEqual([]);
});
