// Axe in each state and both themes, narrow screens, big text, and the page by keyboard alone.

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, type Playground, SMALL, test } from "./page";

const STATES: Record<string, (hnet: Playground, page: Page) => Promise<void>> = {
  topology: async () => {},
  traffic: (hnet) => hnet.pane("Traffic"),
  addresses: (hnet) => hnet.pane("Addresses"),
  flow: (hnet) => hnet.pane("Flow"),
  files: async (hnet) => {
    await hnet.pane("Files");
    await expect(hnet.output).toBeVisible();
  },
  table: async (_hnet, page) => page.getByRole("button", { name: "Show as table" }).click(),
  tour: async (_hnet, page) => {
    await page.getByRole("button", { name: "Tour" }).click();
    await page.getByRole("button", { name: "Start" }).click();
  },
  share: async (_hnet, page) => page.getByRole("button", { name: "Share" }).click(),
  import: async (hnet, page) => {
    await hnet.networks();
    await page.getByRole("button", { name: "Import YAML" }).click();
  },
  networks: async (hnet, page) => {
    await hnet.write(SMALL);
    await expect(page).toHaveTitle("home · hnet");
    await hnet.networks();
    await page.getByRole("button", { name: "Rename home" }).click();
  },
  toast: async (hnet, page) => {
    await hnet.networks();
    await page.getByRole("button", { name: /^k3s/ }).click();
    await expect(page.locator(".toast")).toBeVisible();
  },
  keys: async (_hnet, page) => page.getByRole("button", { name: "Keys" }).click(),
  problems: async (hnet) => {
    await hnet.write(SMALL.replace("lan[20]", "lan[2000]").replace("dhcp lan[100-199]", "dhcp lan[1-199]"));
    await hnet.settle("unsound");
  },
  explain: async (hnet, page) => {
    await STATES["problems"]?.(hnet, page);
    await hnet.problems.first().locator(".code-link").click();
    await page.getByText("nothing is written").first().waitFor();
  },
  empty: async (hnet, page) => {
    await hnet.editor.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await expect(page.getByText("Write a network here")).toBeVisible();
  },
  "adding a source": async (_hnet, page) => page.getByRole("button", { name: "Add a source" }).click(),
};

for (const colorScheme of ["light", "dark"] as const) {
  for (const [name, enter] of Object.entries(STATES)) {
    test(`axe finds nothing: ${name}, ${colorScheme}`, async ({ hnet, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await hnet.open();
      await enter(hnet, page);
      await page.waitForTimeout(150);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).slice(0, 3).join(" | ")}`)).toEqual([]);
    });
  }
}

// 1280 pixels at 200 % are 640; at 400 % they are 320.
for (const width of [320, 640]) {
  test(`nothing is cut off at ${width} pixels`, async ({ hnet, page }) => {
    await page.setViewportSize({ width, height: 700 });
    await hnet.open();
    const screens = page.getByRole("navigation", { name: "Part of the page" });
    for (const screen of ["Source", "Result", "Problems"]) {
      await screens.getByRole("button", { name: screen }).click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      for (const button of await page.locator("header button, header select, .screens button").all()) {
        const box = await button.boundingBox();
        expect(box && box.x >= 0 && box.x + box.width <= width + 0.5).toBe(true);
        expect(box && box.height).toBeGreaterThanOrEqual(24);
      }
    }
    await screens.getByRole("button", { name: "Result" }).click();
    await hnet.pane("Files");
    await expect(page.getByRole("combobox", { name: "Written file" })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    // The tour comes forward with the source that it speaks of.
    await page.getByRole("button", { name: "Tour" }).click();
    await expect(page.getByRole("heading", { name: "The language in a few steps" })).toBeInViewport();
  });
}

test("everything is reached without a mouse", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  const reached = new Set<string>();
  await page.locator("body").press("Tab");
  for (let step = 0; step < 40; step++) {
    reached.add(
      await page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
      }),
    );
    await page.keyboard.press("Tab");
  }
  const all = [...reached].join("\n");
  for (const name of ["Skip to the result", "Networks. Open: home", "Tour", "Book", "Format", "Share", "Keys", "Source network.hnet", "Width of the source", "Topology", "Bigger", "Show as table", "Save as SVG"]) {
    expect(all).toContain(name);
  }
  // One stop for the whole picture; the arrows do the rest.
  expect([...reached].filter((label) => /^(router|host|subnet|internet) /.test(label))).toHaveLength(1);
});
