// Times and weights, measured in the page: from a key to what it changes on the screen, frame by frame; from a
// cold start to an answer; and what is fetched until then. Each is a budget, and the test fails above it.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { brotliCompressSync } from "node:zlib";
import type { Request } from "@playwright/test";
import { expect, repository, test } from "./page";

/** How many keys are measured. */
const KEYS = 100;

// What else a machine does can only make the page slower, so the best of three rounds counts.
test.describe.configure({ retries: 2 });

/** Says a figure, and fails above its budget. */
function judge(what: string, measured: number, unit: string, budget: number): void {
  const load = loadavg()[0] ?? 0;
  console.log(`${what}: ${measured.toFixed(0)} ${unit} of ${budget}, load of the machine ${load.toFixed(1)}`);
  expect.soft(measured, what).toBeLessThanOrEqual(budget);
}

function generated(nodes: number, routes: number): string {
  const binary = process.env["XTASK"];
  const [command, before] = binary ? [binary, []] : ["cargo", ["run", "--quiet", "--locked", "--package", "xtask", "--"]];
  const args = [...before, "generate", "--nodes", String(nodes), "--routes", String(routes)];
  return execFileSync(command, args, { cwd: repository(""), encoding: "utf8", maxBuffer: 1 << 26 });
}

test("a key is soon painted, with 100 hosts and 300 routes", async ({ hnet, page }) => {
  test.setTimeout(120_000);
  await hnet.open(generated(100, 300));
  await expect(page.locator('.stage g[role="graphics-object"]').first()).toBeVisible();
  // As long as a person looks at a network before the first key.
  await page.waitForTimeout(2_000);
  // The name of the network stands in the picture as its title, so each key changes it.
  await page.locator(".cm-line").filter({ hasText: /^network / }).first().click();
  await page.keyboard.press("Home");
  for (let step = 0; step < "network ".length; step++) await page.keyboard.press("ArrowRight");
  const times: number[] = [];
  for (let round = 0; round < KEYS; round++) {
    await page.evaluate(() => {
      const stage = document.querySelector(".stage")?.shadowRoot;
      const svg = stage?.querySelector("svg");
      if (!svg) throw new Error("there is no picture");
      const record = window as unknown as { painted: Promise<number> };
      record.painted = new Promise((resolve) => {
        let pressed = 0;
        document.addEventListener("keydown", (event) => (pressed = event.timeStamp), { capture: true, once: true });
        new MutationObserver((_, observer) => {
          observer.disconnect();
          // The first task behind a frame runs when that frame has been painted.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - pressed);
            port2.postMessage(null);
          });
        }).observe(svg, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["aria-label"] });
      });
    });
    await page.keyboard.press(round % 2 === 0 ? "x" : "Backspace");
    times.push(await page.evaluate(() => (window as unknown as { painted: Promise<number> }).painted));
  }
  times.sort((a, b) => a - b);
  const part = (share: number) => times[Math.floor(times.length * share)] ?? Infinity;
  judge("a key is painted, median", part(0.5), "ms", 50);
  judge("a key is painted, 95th percentile", part(0.95), "ms", 100);
});

test("a cold start is light, and soon answers", async ({ hnet, page }) => {
  const fetched: Request[] = [];
  page.on("request", (request) => fetched.push(request));
  await page.addInitScript(() => {
    const look = () => {
      const sound = document.querySelector("footer")?.dataset["state"] === "sound";
      const picture = document.querySelector(".stage")?.shadowRoot?.querySelector("svg");
      if (sound && picture) (window as unknown as { ready: number }).ready = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await hnet.open();
  await page.waitForFunction(() => "ready" in window);
  const ready = await page.evaluate(() => ({ after: (window as unknown as { ready: number }).ready, since: performance.timeOrigin }));
  judge("a cold start answers", ready.after, "ms", 1_000);

  // All that is fetched until then. What the page fetches after it, nobody waits for.
  await page.waitForLoadState("networkidle");
  const needed = fetched.filter((request) => request.timing().startTime <= ready.since + ready.after);
  const weights = [...new Set(needed.map((request) => new URL(request.url()).pathname))].map((path) => {
    const file = path === "/" ? "index.html" : path.slice(1);
    return { file, size: brotliCompressSync(readFileSync(repository(`web/dist/${file}`))).length / 1024 };
  });
  for (const { file, size } of weights) console.log(`  ${size.toFixed(1).padStart(6)} KiB ${file}`);
  const sum = (of: RegExp) => weights.filter(({ file }) => of.test(file)).reduce((total, { size }) => total + size, 0);
  expect(weights.map(({ file }) => file)).toEqual(expect.arrayContaining(["index.html", expect.stringMatching(/\.wasm$/)]));
  judge("page, styles, first picture", sum(/\.(html|css|svg|webmanifest)$/), "KiB", 25);
  judge("scripts", sum(/\.js$/), "KiB", 150);
  judge("compiler", sum(/\.wasm$/), "KiB", 350);
  judge("cold load in all", sum(/./), "KiB", 500);
});
