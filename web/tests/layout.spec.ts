// The first view can be read, stays where it is when it comes alive, and nothing moves while one types.

import type { Page } from "@playwright/test";
import { examples, expect, Playground, SMALL, test } from "./page";

/** What Chromium says of a shift; the library of types does not know it. */
type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };

const SCREENS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** The size of the smallest letters of the picture, as they stand on the screen. */
function smallest(page: Page): Promise<number> {
  return page.evaluate(() => {
    const texts = [...(document.querySelector(".stage")?.shadowRoot?.querySelectorAll<SVGGraphicsElement>("text, tspan") ?? [])];
    return Math.min(...texts.map((text) => Number.parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM()?.a ?? 0)));
  });
}

for (const [name, viewport] of Object.entries(SCREENS)) {
  test.describe(name, () => {
    test.use({ viewport });

    test("every letter of every picture has 9 pixels, at rest", async ({ hnet, page }) => {
      const homelab = examples().find((example) => example.name === "homelab")?.files;
      for (const network of [undefined, homelab]) {
        await hnet.open(network);
        for (const pane of ["Traffic", "Addresses", "Flow", "Topology"]) {
          await hnet.pane(pane);
          await expect(page.locator('.stage g[role="graphics-object"]').first()).toBeAttached();
          await expect.poll(() => smallest(page), `${pane} of ${network ? "homelab" : "the first"}`).toBeGreaterThanOrEqual(8.99);
        }
      }
      // It is a measure: what is seen whole is smaller.
      await page.getByRole("button", { name: "Whole picture" }).click();
      await expect.poll(() => smallest(page)).toBeLessThan(8);
    });

    test("the live picture takes the place of the prepared one, and nothing shifts", async ({ browser, hnet, page }) => {
      const box = (one: Page, selector: string) => one.locator(selector).first().evaluate((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [x, y, width, height].map((value) => Math.round(value * 2) / 2);
      });
      // The page as it is before its script: without scripts at all it says that there are none.
      const bare = await browser.newContext({ viewport, serviceWorkers: "block" });
      const before = await bare.newPage();
      await before.route("**/assets/index-*.js", (route) => route.abort());
      await before.goto("/");
      const prepared = await box(before, ".waiting-picture");
      const frames = [".header", ".result", ".result .bar", ".frame", ".link-bar", ".status"];
      const framed = await Promise.all(frames.map((frame) => box(before, frame)));
      await bare.close();
      await page.addInitScript(() => {
        const record = window as unknown as { shifts: string[] };
        record.shifts = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as Shift[]) {
            record.shifts.push(`${entry.value}: ${entry.sources.map(({ node }) => node instanceof Element ? node.className || node.localName : String(node?.nodeName)).join()}`);
          }
        }).observe({ type: "layout-shift", buffered: true });
      });
      await hnet.open();
      await expect(hnet.object(/^host nas/)).toBeAttached();
      await page.waitForTimeout(500);
      expect(await box(page, ".stage svg.hnet")).toEqual(prepared);
      expect(await Promise.all(frames.map((frame) => box(page, frame)))).toEqual(framed);
      expect(await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)).toEqual([]);
    });
  });
}

test.describe("desktop", () => {
  test.use({ viewport: SCREENS.desktop });

  test("the first picture is seen whole", async ({ hnet, page }) => {
    await hnet.open();
    await expect(hnet.object(/^host nas/)).toBeVisible();
    const frame = await page.locator(".frame").boundingBox();
    const objects = page.locator('.stage g[role="graphics-object"]');
    expect(await objects.count()).toBeGreaterThan(8);
    for (const object of await objects.all()) {
      const box = await object.boundingBox();
      expect(frame && box && box.x >= frame.x && box.y >= frame.y && box.x + box.width <= frame.x + frame.width && box.y + box.height <= frame.y + frame.height).toBe(true);
    }
    await hnet.settle("sound");
    await expect(hnet.problems).toHaveCount(0);
  });

  test("nothing moves while one types, whatever is found", async ({ hnet, page }) => {
    await hnet.open(SMALL);
    await expect(hnet.object(/^host nas/)).toBeVisible();
    const boxes = () =>
      page.evaluate(() =>
        [...document.querySelectorAll("header, header > *, .bar, .bar *, .tools > *, .editor, .problems, .frame, .stage, .link-bar, footer")].map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return `${element.getAttribute("class")?.replace(" old", "") ?? element.localName} ${[x, y, width, height].map(Math.round)}`;
        }),
      );
    await hnet.caretAfter("lan[20");
    const before = await boxes();
    const states = new Set<string>();
    const look = async () => {
      await page.waitForTimeout(700);
      states.add((await page.locator("footer").getAttribute("data-state")) ?? "");
      // The tab of a source with errors has a mark, which takes no room.
      expect((await boxes()).filter((box) => !/^(tab-wrong|hidden) /.test(box))).toEqual(before);
    };
    await page.keyboard.type("00");
    await look();
    await page.keyboard.press("End");
    await page.keyboard.type("\n  host nas; host a b c; nothing x; ");
    await look();
    await hnet.write(SMALL.replace("home", "a-network-with-a-name-that-is-long"));
    await look();
    expect([...states].sort()).toEqual(["sound", "unsound"]);
  });

  test("the strip of problems opens, and has the first of them and its fix in sight while it is closed", async ({ hnet, page }) => {
    await hnet.open(SMALL.replace("router edge; dhcp", "router edgee; dhcp").replace("lan[20]", "lan[2000]"));
    await hnet.settle("unsound");
    const first = hnet.problems.first();
    await expect(first.locator("strong")).toBeInViewport();
    await expect(first.locator(".code-link")).toBeInViewport();
    await expect(hnet.problems.nth(1)).not.toBeInViewport({ ratio: 0.5 });
    await page.getByRole("button", { name: "All problems, 2" }).click();
    await expect(hnet.problems.nth(1)).toBeInViewport();
    await page.getByRole("button", { name: "All problems, 2" }).click();
    await expect(hnet.problems.nth(1)).not.toBeInViewport({ ratio: 0.5 });
  });
});

test.describe("phone", () => {
  test.use({ viewport: SCREENS.phone });

  test("the picture comes first", async ({ page }) => {
    const hnet = new Playground(page);
    await hnet.open();
    await expect(hnet.object(/^host nas/)).toBeInViewport({ ratio: 1 });
    await expect(hnet.object(/^router edge/)).toBeInViewport();
    await expect(hnet.editor).toBeHidden();
    await expect(page.getByRole("navigation", { name: "Part of the page" }).getByRole("button")).toHaveText(["Result", "Source", "Problems"]);
  });
});
