// The book, as a reader uses it: pages open without asking anybody, search finds without a server, and what is shown opens
// in the playground. `npm run book` has built it.

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./page";

const PAGES = ["", "what.html", "ten-minutes.html", "statements/pool.html", "diagnostics/HN302.html", "diagnostics/", "rules.html", "talos-rules.html", "commands.html"];

for (const scheme of ["light", "dark"] as const) {
  for (const width of [390, 1440]) {
    test(`the book is read in ${scheme} at ${width} pixels`, async ({ hnet, page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      expect(hnet).toBeDefined();
      for (const path of PAGES) {
        await page.goto(`/docs/${path}`);
        await expect(page.locator("h1").first()).toBeVisible();
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(ground, path).toBe(scheme === "light" ? "rgb(255, 255, 255)" : "rgb(16, 23, 42)");
        // Only blocks of code and tables are wider than a phone, and they scroll by themselves.
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(beyond, path).toBe(0);
      }
    });
  }
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the book, ${colorScheme}`, async ({ hnet, page }) => {
    expect(hnet).toBeDefined();
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const path of ["", "statements/pool.html", "diagnostics/HN302.html", "rules.html"]) {
      await page.goto(`/docs/${path}`);
      await page.locator("h1").first().waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).slice(0, 3).join(" | ")}`)).toEqual([]);
    }
  });
}

test("examples have the colours of the language, also within", async ({ hnet, page }) => {
  expect(hnet).toBeDefined();
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/docs/statements/pool.html");
  const block = page.locator(".block", { hasText: "announce l2" }).first();
  for (const word of ["network", "pool", "announce"]) {
    await expect(block.locator("span", { hasText: new RegExp(`^\\s*${word}$`) }).last(), word).toHaveCSS("color", "rgb(36, 87, 214)");
  }
  await expect(block.locator("span", { hasText: /^\s*apps$/ }).last()).toHaveCSS("font-weight", "700");
  await expect(block.locator("span", { hasText: /^\s*1\.20\.0$/ }).last()).toHaveCSS("color", "rgb(10, 107, 96)");
});

test("an example of a statement opens in the playground, and is sound there", async ({ hnet, page }) => {
  await page.goto("/docs/statements/pool.html");
  const block = page.locator(".block", { hasText: "announce l2" }).first();
  const shown = (await block.locator("pre").innerText()).trim();
  expect(shown).toContain("pool apps");
  await block.getByRole("link", { name: "Open in the playground" }).click();
  await expect(page.locator("footer")).toHaveAttribute("data-state", "sound", { timeout: 15_000 });
  expect((await hnet.text()).trim().replace(/\n+/g, "\n")).toBe(shown.replace(/\n+/g, "\n"));
});

test("a wrong example of a diagnostic raises it in the playground", async ({ hnet, page }) => {
  await page.goto("/docs/diagnostics/HN302.html");
  const wrong = page.locator(".block.wrong");
  await expect(wrong.locator("pre")).not.toContainText("#!");
  await expect(page.locator(".block.messages").first()).toContainText("`192.168.10.11` has two owners");
  await wrong.getByRole("link", { name: "Open in the playground" }).click();
  await expect(page.locator("footer")).toHaveAttribute("data-state", "unsound", { timeout: 15_000 });
  await page.keyboard.press("Control+Shift+m");
  await expect(hnet.problems.first()).toContainText("has two owners");
});

test("the search finds without a server", async ({ hnet, page }) => {
  expect(hnet).toBeDefined();
  await page.goto("/docs/what.html");
  await page.keyboard.press("Control+k");
  await page.getByRole("searchbox").fill("address-used-twice");
  await expect(page.locator(".VPLocalSearchBox .result").first()).toContainText("HN302");
  await page.locator(".VPLocalSearchBox .result").first().click();
  await expect(page).toHaveURL(/diagnostics\/HN302/);
});

test("the playground and the book lead to each other, also once the playground is kept for work without a network", async ({ hnet, page }) => {
  await hnet.open();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  const opened = page.waitForEvent("popup");
  await page.getByRole("link", { name: "Book" }).click();
  const book = await opened;
  await expect(book.locator("h1")).toContainText("One source");
  await book.close();
  await page.goto("/docs/");
  await page.getByRole("link", { name: "Playground", exact: true }).first().click();
  await expect(page.locator("footer")).toHaveAttribute("data-health", "ready", { timeout: 15_000 });
});
