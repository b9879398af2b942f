// Times, measured in the page: from a key to what it changes on the screen, frame by frame, and from a cold start
// to an answer. Each has a budget. What else the machine does makes them longer, so this is run by hand, on a
// machine that does nothing else: `npm run speed`.

import { execFileSync } from "node:child_process";
import { expect, judge, repository, test } from "../tests/page";

/** How many keys are measured. */
const KEYS = 100;

function generated(nodes: number, routes: number): string {
  const args = ["xtask", "generate", "--nodes", String(nodes), "--routes", String(routes)];
  return execFileSync("cargo", args, { cwd: repository(""), encoding: "utf8", maxBuffer: 1 << 26 });
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

test("a cold start soon answers", async ({ hnet, page }) => {
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
  judge("a cold start answers", await page.evaluate(() => (window as unknown as { ready: number }).ready), "ms", 1_000);
});
