// The compiler in two parts: the page works with the first as long as the second is under way, waits for it where it
// needs it, and goes on without it where it cannot be had.

import type { Page, Route } from "@playwright/test";
import { expect, hashOf, SMALL, test } from "./page";

const SECOND = "**/assets/hnet_wasm_second-*.wasm";

/** Keeps the second part back until it is let go. */
async function hold(page: Page): Promise<{ asked: () => number; release: () => void }> {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  await page.route(SECOND, async (route: Route) => {
    asked++;
    await released;
    await route.continue();
  });
  return { asked: () => asked, release };
}

test("findings and the picture do not wait for the second part", async ({ hnet, page }) => {
  const second = await hold(page);
  await hnet.open(SMALL);
  await expect(hnet.object(/^router edge/)).toBeVisible();
  await expect.poll(second.asked).toBe(1);
  await hnet.caretAfter("subnet lan ");
  await page.keyboard.press("x");
  await hnet.settle("unsound");
  await expect(hnet.problems).toHaveCount(1);
  await page.keyboard.press("Backspace");
  await hnet.settle("sound");
  second.release();
  await hnet.pane("Files");
  await expect(hnet.output).toContainText("192.168.10.0/24");
});

test("what needs the second part waits for it, longer than for a hung compiler", async ({ hnet, page }) => {
  const second = await hold(page);
  let workers = 0;
  page.on("worker", () => workers++);
  // YAML is read by the second part, so there is no first answer without it.
  const source = SMALL.replace(/>\n$/, 'manifest """\n    apiVersion: v1\n    kind: ConfigMap\n    metadata:\n      name: extra\n    """;\n>\n');
  await page.goto(`/#${hashOf([["network.hnet", source]])}`);
  await expect.poll(second.asked).toBe(1);
  await hnet.editor.click();
  // What is asked behind it does not make it hung.
  await page.keyboard.press("Control+Space");
  await page.waitForTimeout(4_500);
  expect(second.asked()).toBe(1);
  expect(workers).toBe(1);
  second.release();
  await hnet.settle("sound");
});

test("without the second part the page goes on, and asks again", async ({ hnet, page, complaints }) => {
  await page.route(SECOND, (route) => route.abort());
  let workers = 0;
  page.on("worker", () => workers++);
  await hnet.open(SMALL);
  await expect(hnet.object(/^router edge/)).toBeVisible();
  await hnet.caretAfter("subnet lan ");
  await page.keyboard.press("x");
  await hnet.settle("unsound");
  expect(workers).toBe(1);
  await page.unroute(SECOND);
  await page.keyboard.press("Backspace");
  await hnet.settle("sound");
  await hnet.pane("Files");
  await expect(hnet.output).toContainText("192.168.10.0/24");
  expect(workers).toBe(1);
  // The browser itself notes what it could not fetch.
  expect(complaints.splice(0).every((text) => text.includes("Failed to load resource"))).toBe(true);
});
