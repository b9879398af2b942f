// The tests of the built site in a real browser: Debian's Chromium, no download. What measures time is a project
// of its own, `speed`, which no test waits for.

import { defineConfig } from "@playwright/test";

export default defineConfig({
  projects: [
    { name: "tests", testMatch: "**/tests/*.spec.ts" },
    { name: "speed", testMatch: ["**/speed/*.spec.ts", "**/tests/hostile.spec.ts"] },
  ],
  workers: 2,
  fullyParallel: true,
  timeout: 30_000,
  expect: { timeout: 5_000 },
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    baseURL: "http://localhost:4173",
    launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium" },
    // Wide enough that no line of the small sources wraps, so that keys go where the tests send them.
    viewport: { width: 1600, height: 900 },
    locale: "en-GB",
  },
  webServer: {
    command: "npx vite preview --port 4173 --strictPort",
    url: "http://localhost:4173",
    // Whoever judges serves what he built himself.
    reuseExistingServer: process.env["CI"] !== "true",
  },
});
