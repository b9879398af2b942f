// Weighs the built site as a server sends it, after brotli, in KiB. What is above its limit fails; what is above
// its goal is said. The service worker fetches the same files again, after the page is ready.

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
  ["first view: page, styles, picture", sum((path) => /\.(html|css|svg)$/.test(path) || path === "theme.js"), 25, 25],
  ["scripts", sum((path) => path.endsWith(".js") && path !== "theme.js"), 150, 165],
  ["compiler", sum((path) => path.endsWith(".wasm")), 350, 900],
  ["cold load in all", sum(() => true), 500, 1080],
];
let heavy = false;
for (const [what, size, goal, limit] of rows) {
  const over = size > limit * 1024;
  heavy ||= over;
  const verdict = over ? "TOO HEAVY" : size > goal * 1024 ? "over goal" : "ok";
  console.log(`${verdict.padEnd(9)} ${(size / 1024).toFixed(1).padStart(6)} KiB, goal ${goal}, limit ${limit}: ${what}`);
}
process.exit(heavy ? 1 : 0);
