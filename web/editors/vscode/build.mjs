// Builds the extension into dist/: both entries, the picture's page, the compiler, and the pages of the diagnostics.
// The compiler must be there: cargo xtask wasm.

import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const here = new URL(".", import.meta.url);
const path = (name) => new URL(name, here).pathname;
mkdirSync(path("dist"), { recursive: true });

/** The glue keeps its first module for ever; one that broke off must be followed by a new one. */
const anew = {
  name: "anew",
  setup({ onLoad }) {
    onLoad({ filter: /hnet_wasm\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const contents = text.replace(/function initSync\(module\) \{\s*if \(wasm !== undefined\) return wasm;/, "function initSync(module) {");
      if (contents === text) throw new Error("hnet_wasm.js keeps its module in another way than it did");
      return { contents, loader: "js" };
    });
  },
};

const shared = { bundle: true, minify: true, legalComments: "none", logLevel: "warning", absWorkingDir: path(".") };
const host = { ...shared, format: "cjs", external: ["vscode"], plugins: [anew], define: { "import.meta.url": '""' } };
await Promise.all([
  build({ ...host, entryPoints: ["src/node.ts"], platform: "node", outfile: "dist/node.js" }),
  build({ ...host, entryPoints: ["src/browser.ts"], platform: "browser", outfile: "dist/browser.js" }),
  build({ ...shared, entryPoints: ["webview/picture.ts"], format: "iife", platform: "browser", outfile: "dist/picture.js" }),
  build({ ...shared, entryPoints: ["webview/picture.css"], outfile: "dist/picture.css" }),
]);

copyFileSync(path("../../wasm/hnet_wasm_bg.wasm"), path("dist/hnet.wasm"));
copyFileSync(path("../../../LICENSE"), path("dist/LICENSE"));
const pages = path("../../../crates/hnet-diagnostics/explain/");
const named = readdirSync(pages).filter((name) => /^HN\d+\.md$/.test(name));
const texts = named.map((name) => [name.slice(0, -3), readFileSync(pages + name, "utf8")]);
writeFileSync(path("dist/explain.json"), JSON.stringify(Object.fromEntries(texts)));
