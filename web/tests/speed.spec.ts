// Times, measured in the page frame by frame: from a key to what it changes on the screen, and from a cold start
// to an answer. The goals (100 ms and 1 s) are printed with each figure and not met on every machine yet; what
// fails is the ceiling, which keeps the page from getting slower.

import { execFileSync } from "node:child_process";
import { expect, repository, test } from "./page";

/** Says a figure with its goal, and fails above its ceiling. */
function judge(what: string, measured: number, goal: number, ceiling: number): void {
  console.log(`${what}: ${measured.toFixed(0)} ms; the goal of ${goal} ms is ${measured <= goal ? "met" : "NOT met"}`);
  expect(measured).toBeLessThanOrEqual(ceiling);
}

// What else a machine does can only make the page slower, so the best of three rounds counts.
test.describe.configure({ retries: 2 });

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
  await hnet.editor.click();
  await page.keyboard.press("Control+Home");
  // The name of the network stands in the picture as its title, so each key changes it.
  const line = page.locator(".cm-line").filter({ hasText: /^network / }).first();
  await line.click();
  await page.keyboard.press("Home");
  for (let step = 0; step < "network ".length; step++) await page.keyboard.press("ArrowRight");
  const times: number[] = [];
  for (let round = 0; round < 40; round++) {
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
    await page.keyboard.press("x");
    times.push(await page.evaluate(() => (window as unknown as { painted: Promise<number> }).painted));
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length * 0.5)] ?? 0;
  const p95 = times[Math.floor(times.length * 0.95)] ?? 0;
  console.log(`a key is painted: median ${median.toFixed(0)} ms`);
  judge("a key is painted, 95th percentile", p95, 100, 500);
});

test("a cold start soon answers", async ({ hnet, page }) => {
  await page.addInitScript(() => {
    const look = () => {
      const footer = document.querySelector("footer");
      if (footer?.dataset["state"] === "sound") (window as unknown as { ready: number }).ready = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await hnet.open();
  const ready = await page.evaluate(() => (window as unknown as { ready: number }).ready);
  judge("a cold start answers", ready, 1000, 3000);
});
