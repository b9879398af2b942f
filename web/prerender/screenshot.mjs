// Takes the screenshot of the README from the built site: `npx vite preview --port 4173`, then this.

import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
await page.goto("http://localhost:4173/");
await page.locator('footer[data-state="sound"]').waitFor();
await page.locator(".cm-line").filter({ hasText: "host nas" }).first().click();
await page.keyboard.press("End");
await page.keyboard.press("Control+f");
await page.keyboard.type("gateway internal");
await page.keyboard.press("Enter");
await page.keyboard.press("Escape");
await page.locator(".stage .linked").first().waitFor();
// Nothing is said of what the pointer happens to rest on.
await page.mouse.move(700, 20);
await page.locator(".cm-lsp-hover-tooltip").waitFor({ state: "hidden" });
await page.locator(".link-bar .chip").first().waitFor();
await page.screenshot({ path: fileURLToPath(new URL("../screenshots/playground.png", import.meta.url)) });
await browser.close();
