// Takes the picture of a terminal for the book: what the program named by HNET says of a slip, in its own colours.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const SOURCE = `network home <
  subnet lan 192.168.10.0/24 < router edge; dhcp lan[100-199]; >
  router edge < address lan[1]; >
  cluster home < talos 1.13.9; endpoint lan[10]; >
  node cp-1 < address lan[11]; mac 02:00:5e:00:00:11; disk /dev/nvme0n1; >
  cilium 1.20.0;
  pool ways-in < addresses lan[32-120]; announce l2; >
  gateway internal < address lan[32]; listener http port 80; >
  route grafana < hostname grafana.home.arpa; through internal; to monitoring/grafana:80; >
>
`;
const folder = mkdtempSync(join(tmpdir(), "hnet-terminal-"));
writeFileSync(join(folder, "network.hnet"), SOURCE);
const said = execFileSync("sh", ["-c", `"${process.env.HNET}" check --color always 2>&1 || true`], { cwd: folder, encoding: "utf8" });
rmSync(folder, { recursive: true });

const COLOURS = { 30: "#6d7da0", 31: "#ff9087", 32: "#4fd6c0", 33: "#e9b949", 34: "#7aa7ff", 35: "#c3a6ff", 36: "#5cc8ee" };
const escaped = said.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const coloured = escaped.replace(/\x1b\[([\d;]*)m/g, (_, codes) => {
  const numbers = codes.split(";").map((code) => Number(code) % 60);
  const colour = numbers.map((number) => COLOURS[number]).find(Boolean);
  const bold = codes.split(";").includes("1") ? "font-weight:700;" : "";
  return `</span><span style="${bold}${colour ? `color:${colour}` : ""}">`;
});

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
const page = await browser.newPage({ viewport: { width: 1000, height: 600 }, deviceScaleFactor: 1.5 });
await page.setContent(`<body style="margin:0;background:#0b1020;color:#e8ecf5;display:inline-block">
<pre style="margin:0;padding:22px 28px;font:14px/1.5 'DejaVu Sans Mono',monospace"><span style="color:#35cdb5">$</span> hnet check
<span>${coloured}</span></pre>`);
await page.locator("body").screenshot({ path: fileURLToPath(new URL("../screenshots/terminal.png", import.meta.url)) });
await browser.close();
