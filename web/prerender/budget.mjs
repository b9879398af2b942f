// Weighs the built site as a server sends it, after brotli, against the budgets, in KiB. The service worker
// fetches the same files again only after the first visit, from the browser's own cache.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const sizes = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ path: path.slice(dist.length + 1), size: brotliCompressSync(readFileSync(path)).length }));

const sum = (test) => sizes.filter(({ path }) => test(path)).reduce((total, { size }) => total + size, 0);
const rows = [
  ["first view: page, styles, picture", sum((path) => /\.(html|css|svg)$/.test(path) || path === "theme.js"), 25],
  ["scripts", sum((path) => path.endsWith(".js") && path !== "theme.js"), 180],
  ["compiler", sum((path) => path.endsWith(".wasm")), 450],
  ["cold load in all", sum(() => true), 500],
];
let heavy = false;
for (const [what, size, budget] of rows) {
  const over = size > budget * 1024;
  heavy ||= over;
  console.log(`${over ? "TOO HEAVY" : "ok       "} ${(size / 1024).toFixed(1).padStart(6)} KiB of ${budget}  ${what}`);
}
process.exit(heavy ? 1 : 0);
