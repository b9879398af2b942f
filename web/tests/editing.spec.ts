// What an editor does with the language, through the compiler in the worker.

import { expect, SMALL, test } from "./page";

test("a mistake is a squiggle, a row with its page, and a fix that mends it", async ({ hnet, page }) => {
  const broken = SMALL.replace("router edge; dhcp", "router edgee; dhcp");
  await hnet.open(broken);
  await hnet.settle("unsound");
  await expect(hnet.problems.first()).toContainText("edgee");
  await expect(page.locator(".cm-lintRange-error").first()).toHaveText("edgee");
  await hnet.problems.first().locator(".code-link").click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { level: 2 }).first()).toContainText(/^HN\d+ /);
  await expect(dialog.getByRole("heading", { name: "Why" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await hnet.problems.first().getByRole("button", { name: /^Fix/ }).click();
  await hnet.settle("sound");
  expect(await hnet.text()).toContain("router edge; dhcp");
});

test("findings come without a pause, and the last picture stays", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  await expect(hnet.object(/^host nas/)).toHaveCount(1);
  await hnet.caretAfter("lan[20");
  await page.keyboard.type("0000");
  await hnet.settle("unsound");
  await expect(page.getByText("This is how the network was at")).toBeVisible();
  await expect(hnet.object(/^host nas/)).toHaveCount(1);
  for (let key = 0; key < 4; key++) await page.keyboard.press("Backspace");
  await hnet.settle("sound");
  await expect(page.getByText("This is how the network was at")).toBeHidden();
});

test("words are coloured by the vocabulary", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  await expect(page.locator(".token-property").filter({ hasText: /^uplink$/ }).first()).toBeVisible();
  await expect(page.locator(".token-class.token-declaration").filter({ hasText: /^nas$/ }).first()).toBeVisible();
  await expect(page.locator(".token-documentation").first()).toHaveText(/^## Backups/);
});

test("resting on a word says what it is", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  await page.locator(".cm-line").filter({ hasText: "host nas" }).getByText("lan[20]", { exact: false }).first().hover();
  const word = page.locator(".cm-line").filter({ hasText: "host nas" });
  const box = await word.boundingBox();
  const whole = (await word.innerText()).replace(/\n$/, "");
  expect(box).not.toBeNull();
  if (box) {
    const wide = await page.evaluate(() => {
      const canvas = document.createElement("canvas").getContext("2d");
      const line = document.querySelector(".editor")?.shadowRoot?.querySelector(".cm-line");
      if (!canvas || !line) return 8;
      canvas.font = getComputedStyle(line).font;
      return canvas.measureText("0").width;
    });
    await page.mouse.move(box.x + 6 + wide * (whole.indexOf("lan[20]") + 2), box.y + box.height / 2, { steps: 4 });
  }
  await expect(page.locator(".cm-lsp-hover-tooltip")).toContainText("192.168.10.20");
});

test("completion offers what may stand there", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  await hnet.caretAfter("dhcp lan[100-199];");
  await page.keyboard.type(" vl");
  await page.keyboard.press("Control+Space");
  await expect(page.getByRole("option", { name: /vlan/ })).toBeVisible();
});

test("go to the declaration, list the uses, rename everywhere", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  await hnet.caretAfter("router ed");
  await page.keyboard.press("Shift+F12");
  await expect(page.locator(".cm-lsp-reference-panel .cm-lsp-reference")).toHaveCount(2);
  await page.keyboard.press("Escape");
  await hnet.caretAfter("192.168.10.0/24 < router ed");
  await page.keyboard.press("F12");
  await expect(page.locator(".cm-activeLine")).toContainText("router edge < uplink");
  await hnet.caretAfter("  router ed");
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: /New name/ }).fill("front-door");
  await page.keyboard.press("Enter");
  await hnet.settle("sound");
  await expect.poll(() => hnet.text()).toContain("< router front-door; dhcp");
  expect(await hnet.text()).toContain("router front-door < uplink isp");
});

test("formatting keeps the meaning", async ({ hnet, page }) => {
  await hnet.open("network home <\nsubnet   lan 192.168.10.0/24;\n      host nas < address lan[20]; >\n>\n");
  await page.getByRole("button", { name: "Format" }).click();
  await expect.poll(() => hnet.text()).toContain("\n  subnet lan 192.168.10.0/24;\n");
  await hnet.settle("sound");
});

test("several files are tabs; names hold across them", async ({ hnet, page }) => {
  await hnet.open(SMALL.replace("  host nas < address lan[20]; >", '  include "devices.hnet";').replace("  ## Backups and media.\n", ""));
  await hnet.settle("unsound");
  await page.getByRole("button", { name: "Add a source" }).click();
  await page.getByRole("textbox", { name: "Name of the new source" }).fill("../outside");
  await page.keyboard.press("Enter");
  await expect(page.locator("#add-source-wrong")).not.toBeEmpty();
  await page.getByRole("textbox", { name: "Name of the new source" }).fill("devices");
  await page.keyboard.press("Enter");
  const tabs = page.getByRole("tablist", { name: "Sources" });
  await expect(tabs.getByRole("tab", { name: "devices.hnet" })).toHaveAttribute("aria-selected", "true");
  await hnet.editor.click();
  await page.keyboard.insertText("host nas < address lan[20]; >\n");
  await hnet.settle("sound");
  await expect(hnet.object(/^host nas/)).toHaveCount(1);
  await hnet.caretAfter("address la");
  await page.keyboard.press("F12");
  await expect(tabs.getByRole("tab", { name: "network.hnet" })).toHaveAttribute("aria-selected", "true");
  await tabs.getByRole("tab", { name: "devices.hnet" }).click();
  await page.getByRole("button", { name: "Remove devices.hnet" }).click();
  await hnet.settle("unsound");
});

test("Tab leaves the editor", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  await hnet.editor.click();
  await page.keyboard.press("Tab");
  await expect(hnet.editor).not.toBeFocused();
  expect(await hnet.text()).not.toContain("\t");
});

test("a reload keeps the text", async ({ hnet, page }) => {
  await hnet.open();
  await hnet.editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(SMALL);
  await hnet.settle("sound");
  await page.waitForTimeout(600);
  await page.reload();
  await hnet.settle("sound");
  expect(await hnet.text()).toContain("host nas");
});
