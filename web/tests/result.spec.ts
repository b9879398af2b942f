// Pictures, tables, files, and what points from one to the other.

import { readdirSync, readFileSync } from "node:fs";
import { ways } from "../src/picture/walk";
import { examples, expect, repository, SMALL, test } from "./page";

test("each picture is drawn, and is a table too", async ({ hnet, page }) => {
  await hnet.open();
  for (const name of ["Topology", "Traffic", "Addresses", "Flow"]) {
    await hnet.pane(name);
    const objects = page.locator('.stage g[role="graphics-object"]');
    await expect(objects.first()).toBeVisible();
    const drawn = await objects.count();
    await page.getByRole("button", { name: "Show as table" }).click();
    await expect(page.getByRole("row")).toHaveCount(drawn + 1);
    await page.getByRole("button", { name: "Show as picture" }).click();
  }
});

test("an object leads to its source, by pointer and by keys", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  await hnet.object(/^host nas/).click();
  await expect(page.locator(".marked-line")).toContainText("host nas");
  await expect(page.locator(".link-bar")).toContainText("network.hnet:8");
  await hnet.object(/^internet isp|^internet/).first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(hnet.object(/^router edge/)).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(hnet.editor).toBeFocused();
});

test("arrows reach every object of every picture", async ({ hnet, page }) => {
  for (const { name, files } of examples()) {
    await hnet.open(files);
    for (const pane of ["Topology", "Traffic", "Addresses", "Flow"]) {
      await hnet.pane(pane);
      const objects = page.locator('.stage g[role="graphics-object"]');
      await expect(objects.first()).toBeAttached();
      const boxes = await objects.evaluateAll((all) =>
        all.map((object) => {
          const { x, y, width, height } = (object as SVGGraphicsElement).getBBox();
          return { x, y, width, height };
        }),
      );
      const walk = ways(boxes);
      const reached = new Set([0]);
      for (const at of reached) for (const to of Object.values(walk[at] ?? {})) if (to >= 0) reached.add(to);
      expect(reached.size, `${pane} of ${name}`).toBe(boxes.length);
    }
  }
  // Nearer ones lie around the router of this picture from wherever one comes.
  await hnet.open(examples().find(({ name }) => name === "homelab")?.files);
  await hnet.pane("Topology");
  await hnet.object(/^internet isp/).focus();
  await page.keyboard.press("ArrowDown");
  await expect(hnet.object(/^router gateway/)).toBeFocused();
});

test("the caret shows its objects and its lines", async ({ hnet, page }) => {
  await hnet.open(SMALL.replace(/>\n$/, "  node cp-1 address lan[11] mac 02:00:5e:00:00:11 disk /dev/sda;\n>\n"));
  await hnet.caretAfter("node cp");
  await expect(page.locator(".stage .linked")).toHaveAttribute("aria-label", /^node cp-1/);
  const chip = page.locator(".link-bar .chip").first();
  await expect(chip).toBeVisible();
  await chip.click();
  await expect(hnet.output).toBeVisible();
  await expect(page.locator(".viewer .marked-line").first()).toBeVisible();
});

test("a line of a file leads to its source, with the reason of a derived value", async ({ hnet, page }) => {
  await hnet.open(examples().find(({ name }) => name === "homelab")?.files);
  await hnet.pane("Files");
  await page.getByRole("navigation", { name: "Written files" }).getByRole("button", { name: "ip-pool.yaml" }).click();
  await hnet.output.getByText("192.168.10.32").click();
  await expect(page.locator(".link-bar")).toContainText("lan[32-63]");
  await page.locator(".link-bar .place").click();
  await expect(hnet.editor).toBeFocused();
  await expect(page.locator(".cm-activeLine").first()).toContainText("lan[32-63]");
  await page.getByRole("navigation", { name: "Written files" }).getByRole("button", { name: "values.yaml" }).click();
  await hnet.output.getByText("kubeProxyReplacement").click();
  await expect(page.locator(".link-bar .reason")).toBeVisible();
});

test("pan and zoom survive an edit", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  const nas = hnet.object(/^host nas/);
  await expect(nas).toBeVisible();
  await page.getByRole("button", { name: "Bigger" }).click();
  await page.waitForTimeout(300);
  const before = await nas.boundingBox();
  await hnet.caretAfter("lan[20]; >");
  await page.keyboard.type(" # a comment", { delay: 5 });
  await hnet.settle("sound");
  await page.waitForTimeout(200);
  expect(await nas.boundingBox()).toEqual(before);
});

test("the theme follows the system and the button, picture included", async ({ hnet, page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await hnet.open(SMALL);
  const paper = () => page.locator(".stage .page").evaluate((element) => getComputedStyle(element).fill);
  await expect(page.locator(".stage .page")).toBeVisible();
  const light = await paper();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(paper).not.toBe(light);
  await page.getByRole("button", { name: /^Theme: system/ }).click();
  await expect.poll(paper).toBe(light);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
});

test("the files of every example have the bytes that the command line writes", async ({ hnet, page }) => {
  for (const { name, files } of examples()) {
    await hnet.open(files, "files");
    const out = repository(`examples/${name}/out/`);
    const written = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith(".hnet"))
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(out.pathname.length).replace(/^\//, ""))
      .sort();
    expect(written.length, `${name} has no committed output`).toBeGreaterThan(5);
    await expect(page.getByRole("tab", { name: /^Files/ })).toContainText(String(written.length));
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "All as zip" }).click();
    const archive = readFileSync(await (await download).path());
    const stored = unpack(archive);
    expect([...stored.keys()].sort()).toEqual(written);
    for (const path of written) expect(stored.get(path)?.equals(readFileSync(new URL(path, out))), `${name}: ${path}`).toBe(true);
  }
});

test("pictures go home as SVG and PNG", async ({ hnet, page }) => {
  await hnet.open();
  await expect(page.locator('.stage g[role="graphics-object"]').first()).toBeVisible();
  const svg = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as SVG" }).click();
  expect(readFileSync(await (await svg).path(), "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  const png = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as PNG" }).click();
  const bytes = readFileSync(await (await png).path());
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  expect(bytes.length).toBeGreaterThan(20_000);
});

/** The files of an archive whose files are stored as they are. */
function unpack(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let at = 0;
  while (archive.readUInt32LE(at) === 0x04034b50) {
    const [size, name, extra] = [archive.readUInt32LE(at + 18), archive.readUInt16LE(at + 26), archive.readUInt16LE(at + 28)];
    const start = at + 30 + name + extra;
    files.set(archive.toString("utf8", at + 30, at + 30 + name), archive.subarray(start, start + size));
    at = start + size;
  }
  return files;
}
