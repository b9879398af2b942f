// The first view can be read, stays where it is when it comes alive, and nothing moves while one types.

import type { Page } from "@playwright/test";
import { examples, expect, Playground, SMALL, test } from "./page";

/** What Chromium says of a shift; the library of types does not know it. */
type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };

const SCREENS = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

/** The size of the smallest letters of the picture, as they stand on the screen. */
function smallest(page: Page): Promise<number> {
  return page.evaluate(() => {
    const texts = [...(document.querySelector(".stage")?.shadowRoot?.querySelectorAll<SVGGraphicsElement>("text, tspan") ?? [])];
    return Math.min(...texts.map((text) => Number.parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM()?.a ?? 0)));
  });
}

for (const [name, screen] of Object.entries(SCREENS)) {
  test.describe(name, () => {
    test.use(screen);

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
      const bare = await browser.newContext({ ...screen, serviceWorkers: "block" });
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
  test.use(SCREENS.desktop);

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

  test("the picture fills the screen, and no longer", async ({ hnet, page }) => {
    await hnet.open();
    const panel = await page.locator(".panel").boundingBox();
    await page.getByRole("button", { name: "Full screen" }).click();
    await expect.poll(async () => (await page.locator(".panel").boundingBox())?.width).toBeGreaterThan((panel?.width ?? 0) + 100);
    await expect(hnet.object(/^host nas/)).toBeInViewport({ ratio: 1 });
    await page.getByRole("button", { name: "Leave full screen" }).click();
    await expect.poll(() => page.locator(".panel").boundingBox()).toEqual(panel);
  });

  test("an empty editor offers a beginning, which can be undone", async ({ hnet, page }) => {
    await hnet.open(SMALL);
    await expect(page.getByText("Write a network here")).toBeHidden();
    await hnet.editor.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.getByRole("button", { name: "A small network" }).click();
    await hnet.settle("sound");
    await expect(hnet.problems).toHaveCount(0);
    await expect(hnet.object(/^host laptop/)).toBeVisible();
    await expect(page.getByText("Write a network here")).toBeHidden();
    await page.keyboard.press("Control+z");
    await expect(page.getByText("Write a network here")).toBeVisible();
    await page.getByRole("button", { name: "An example or a file" }).click();
    await expect(page.getByRole("dialog", { name: "Networks" })).toBeVisible();
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
  test.use(SCREENS.phone);

  test("the picture comes first", async ({ page }) => {
    const hnet = new Playground(page);
    await hnet.open();
    await expect(hnet.object(/^host nas/)).toBeInViewport({ ratio: 1 });
    await expect(hnet.object(/^router edge/)).toBeInViewport();
    await expect(hnet.editor).toBeHidden();
    await expect(page.getByRole("navigation", { name: "Part of the page" }).getByRole("button")).toHaveText(["Result", "Source", "Problems"]);
  });

  test("nothing that a finger presses is smaller than 44 pixels, and nothing is cut off", async ({ page }) => {
    const hnet = new Playground(page);
    await hnet.open(SMALL.replace("router edge; dhcp", "router edgee; dhcp"));
    const look = async () => {
      const [seen, small] = await page.evaluate(() => {
        const all = [...document.querySelectorAll("button, select, label.button")].filter((control) => control.checkVisibility());
        // Words within a text are as high as its lines.
        const alone = all.filter((control) => !control.matches(".problem-text *"));
        const open = document.querySelector("dialog[open]");
        const counted = alone.filter((control) => !open || open.contains(control));
        const size = (control: Element) => [control.getBoundingClientRect().width, control.getBoundingClientRect().height].map(Math.round);
        return [counted.length, counted.filter((control) => Math.min(...size(control)) < 44).map((control) => `${control.outerHTML.slice(0, 90)} ${size(control)}`)] as const;
      });
      expect(seen).toBeGreaterThan(0);
      expect(small).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    };
    const screens = page.getByRole("navigation", { name: "Part of the page" });
    for (const screen of ["Result", "Source", "Problems"]) {
      await screens.getByRole("button", { name: screen }).tap();
      await look();
    }
    for (const button of [/^Networks/, "Share", "Keys"]) {
      await page.getByRole("button", { name: button }).tap();
      await expect(page.getByRole("dialog")).toBeVisible();
      await look();
      await page.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
    }
  });
});
