// How the site is put together: the page with the first example in it, one worker, the pages of the findings as files,
// and a service worker that knows the name of every file but those that are fetched when somebody asks for them.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import preact from "@preact/preset-vite";
import { defineConfig, type Plugin } from "vite";

const at = (path: string) => new URL(path, import.meta.url);

/** The source of the first example in the page, so that there is something to read before any script runs. */
function firstSource(): Plugin {
  return {
    name: "hnet-first-source",
    transformIndexHtml(html) {
      const source = readFileSync(at("first.hnet"), "utf8");
      const escaped = source.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      return html.replace("<!-- first source -->", () => `<pre tabindex="0" aria-label="The source of the first example">${escaped}</pre>`);
    },
  };
}

const PAGES = at("../crates/hnet-diagnostics/explain/");

/** The pages of the findings, under `explain/`. */
function explanations(): Plugin {
  return {
    name: "hnet-explanations",
    configureServer(server) {
      server.middlewares.use("/explain", (request, answer, next) => {
        const page = new URL(`.${request.url}`, PAGES);
        if (!/^\/HN\d+\.md$/.test(request.url ?? "") || !existsSync(page)) return next();
        answer.setHeader("content-type", "text/markdown; charset=utf-8");
        answer.end(readFileSync(page));
      });
    },
    generateBundle() {
      for (const name of readdirSync(PAGES)) {
        this.emitFile({ type: "asset", fileName: `explain/${name}`, source: readFileSync(new URL(name, PAGES)) });
      }
    },
  };
}

/** The service worker with the list of all files, under a name that changes when any of them does. */
function offline(): Plugin {
  return {
    name: "hnet-offline",
    apply: "build",
    generateBundle(_options, bundle) {
      const hash = createHash("sha256");
      const files = ["./", "icon.svg", "theme.js", "manifest.webmanifest", "first.svg"];
      for (const [name, file] of Object.entries(bundle)) {
        if (name.endsWith(".html")) continue;
        hash.update(name).update(file.type === "asset" ? file.source : file.code);
        if (!/^explain\/|\bhnet_import_bg|\bimporter-/.test(name)) files.push(name);
      }
      for (const name of ["public/icon.svg", "public/theme.js", "public/manifest.webmanifest", "public/first.svg", "index.html"]) {
        if (existsSync(at(name))) hash.update(readFileSync(at(name)));
      }
      const worker = readFileSync(at("src/worker/offline.js"), "utf8")
        .replace("%version%", hash.digest("hex").slice(0, 16))
        .replace("%files%", files.sort().join(" "));
      this.emitFile({ type: "asset", fileName: "sw.js", source: worker });
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [preact(), firstSource(), explanations(), offline()],
  worker: { format: "es" },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { fs: { allow: [".."] } },
});
