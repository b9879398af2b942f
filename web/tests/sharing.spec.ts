// Links, imports, hostile sources, work without a network, and a compiler that hangs or breaks off.

import { readdirSync, readFileSync } from "node:fs";
import { examples, expect, repository, SMALL, test } from "./page";

async function shared(page: import("@playwright/test").Page): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  const link = page.getByRole("textbox", { name: /^Link/ });
  await expect(link).toHaveValue(/#v1\//);
  return link.inputValue();
}

test("a link brings back the same sources", async ({ hnet, page, context }) => {
  const files: [string, string][] = [
    ["network.hnet", SMALL.replace("  host nas < address lan[20]; >", '  include "devices.hnet"; # Ünïcode ✓')],
    ["devices.hnet", "host nas < address lan[20]; >\n"],
  ];
  await hnet.open(files, "addresses");
  const link = await shared(page);
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.locator("footer")).toHaveAttribute("data-state", "sound");
  await expect(other.getByRole("tab", { name: "Addresses" })).toHaveAttribute("aria-selected", "true");
  await expect(other.getByRole("tablist", { name: "Sources" }).getByRole("tab")).toHaveCount(2);
  await expect(other.locator(".cm-content").first()).toContainText("Ünïcode ✓");
});

test("a link of a usual network is short", async ({ hnet, page }) => {
  await hnet.open(examples().find(({ name }) => name === "homelab")?.files);
  expect((await shared(page)).length).toBeLessThan(2_800);
});

test("the picture and the link are copied, as pixels, as text and as Markdown", async ({ hnet, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await hnet.open();
  await hnet.write(SMALL);
  await hnet.kept(1, SMALL);
  await hnet.networks();
  await page.getByRole("button", { name: "Rename home" }).click();
  await page.getByRole("textbox", { name: "New name of home" }).fill("my_home [old]");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(hnet.object(/^host nas/)).toBeVisible();
  const press = async (name: string, said: string) => {
    await page.getByRole("button", { name: "Share" }).click();
    await expect(page.getByRole("textbox", { name: /^Link/ })).toHaveValue(/#v1\//);
    await page.getByRole("button", { name }).click();
    await expect(page.locator(".notice")).toHaveText(said);
  };
  await press("Copy PNG", "Copied the picture as PNG.");
  const size = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const image = await createImageBitmap((await item?.getType("image/png")) ?? new Blob());
    return [image.width, image.height];
  });
  expect(Math.min(...size)).toBeGreaterThan(800);
  const text = () => page.evaluate(() => navigator.clipboard.readText());
  await press("Copy SVG", "Copied the picture as SVG.");
  expect(await text()).toMatch(/^<svg [\s\S]*nas[\s\S]*<\/svg>\s*$/);
  await press("As Markdown", "Copied the link as Markdown.");
  expect(await text()).toMatch(/^\[my\\_home \\\[old\\\], a network in hnet\]\(http:\/\/localhost:4173\/#v1\/[\w-]+\)$/);
});

test("a browser that lets nobody copy says so", async ({ hnet, page }) => {
  await page.addInitScript(() => {
    navigator.clipboard.write = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await hnet.open(SMALL);
  await expect(hnet.object(/^host nas/)).toBeVisible();
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("button", { name: "Copy PNG" }).click();
  await expect(page.locator(".notice")).toContainText("This browser does not do that with this picture.");
});

test("what looks like a secret is left out of the link, and that is said", async ({ hnet, page, context }) => {
  const token = `ghp_${"aB3".repeat(12)}`;
  await hnet.open(SMALL.replace("## Backups", `# password: correct-horse-battery ${token}\n  ## Backups`));
  const link = await shared(page);
  await expect(page.getByRole("alert")).toContainText("a GitHub token in network.hnet, line 7");
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.locator(".cm-content").first()).toContainText("LEFT_OUT");
  await expect(other.locator(".cm-content").first()).not.toContainText("ghp_");
  await expect(other.locator(".cm-content").first()).not.toContainText("correct-horse");
});

test("what somebody has in YAML becomes a source, on this device", async ({ hnet, page }) => {
  await hnet.open();
  await hnet.networks();
  await page.getByRole("button", { name: "Import YAML" }).click();
  const talconfig =
    "clusterName: home\ntalosVersion: v1.13.9\nendpoint: https://10.0.0.11:6443\nnodes:\n  - hostname: cp-1\n    ipAddress: 10.0.0.11\n    controlPlane: true\n    installDisk: /dev/sda\n    networkInterfaces: [{interface: eth0, addresses: [10.0.0.11/24]}]\n";
  const yaml = (name: string, text: string) => ({ name, mimeType: "application/yaml", buffer: Buffer.from(text) });
  await page.getByLabel("Choose files").setInputFiles([yaml("notes.txt", "no YAML")]);
  await expect(page.getByRole("status").filter({ hasText: "None of these files holds YAML." })).toBeVisible();
  await page.getByLabel("Choose files").setInputFiles([yaml("talconfig.yaml", talconfig), yaml("odd.yaml", "<b onclick=x>: 1\n")]);
  await expect(page.getByRole("region", { name: "What became of the files" })).toContainText("talconfig");
  await page.getByRole("button", { name: "Open it" }).click();
  await expect(page.locator(".cm-content").first()).toContainText("node cp-1");
  await hnet.settle("sound");
  await expect(hnet.object(/^node cp-1/)).toHaveCount(1);
});

test("a broken link says so and gives a network all the same", async ({ hnet, page }) => {
  for (const hash of ["v1/!!!!", "v1/AAAA", "v9/abc"]) {
    await page.goto(`/?${hash.length}#${hash}`);
    await hnet.settle("sound");
    await expect(page.locator(".toast")).toContainText("The link is broken");
  }
});

test("hostile texts become text, in every view", async ({ hnet, page }) => {
  const evil = '</text><script>window.hit=1</script><img src=x onerror=window.hit=1>]]>&quot;';
  const source = `## ${evil}\nnetwork home <\n  subnet lan 192.168.10.0/24;\n  ## ${evil}\n  host nas < address lan[20]; >\n  "${evil}" x;\n>\n`;
  await hnet.open(source);
  await hnet.settle("unsound");
  await hnet.open(source.replace(/ {2}".*\n/, ""));
  await hnet.settle("sound");
  for (const name of ["Topology", "Traffic", "Addresses", "Flow"]) {
    await hnet.pane(name);
    await page.getByRole("button", { name: "Show as table" }).click();
    await expect(page.locator(".table")).toBeVisible();
    await page.getByRole("button", { name: "Show as picture" }).click();
    await expect(page.locator(".stage svg").first()).toBeVisible();
  }
  await hnet.pane("Files");
  await expect(hnet.output).toBeVisible();
  await hnet.object(/./).first().count();
  await page.locator(".cm-line").filter({ hasText: "host nas" }).getByText("nas", { exact: true }).first().hover();
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => "hit" in window)).toBe(false);
  expect(await page.evaluate(() => document.querySelectorAll("script").length)).toBe(2);
  expect(await page.locator(".stage script, .stage image, .stage a, .stage foreignObject, .table img, .cm-content img").count()).toBe(0);
});

test("it works without a network, after one visit", async ({ hnet, page, context, complaints }) => {
  await hnet.open();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // An explanation is kept from when it was read.
  const wrong = async (part: string, instead: string) => {
    await hnet.editor.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(SMALL.replace(part, instead));
    await hnet.settle("unsound");
    await hnet.problems.first().locator(".code-link").click();
  };
  await wrong("lan[20]", "lan[2000]");
  await expect(page.getByRole("dialog")).toContainText("nothing is written");
  await page.keyboard.press("Escape");
  await context.setOffline(true);
  await page.reload();
  await wrong("router edge; dhcp", "router edgee; dhcp");
  await expect(page.locator(".notice")).toContainText("The explanation of HN103 could not be fetched. Is there a network?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await wrong("lan[20]", "lan[2000]");
  await expect(page.getByRole("dialog")).toContainText("nothing is written");
  await page.keyboard.press("Escape");
  await hnet.editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(SMALL);
  await hnet.settle("sound");
  await expect(hnet.object(/^host nas/)).toHaveCount(1);
  // The browser says so, too, where something could not be fetched.
  expect(complaints.every((complaint) => complaint.includes("Failed to load resource"))).toBe(true);
  complaints.length = 0;
});

test.describe("with another worker", () => {
  // What the service worker keeps would come instead of what the tests put in its place.
  test.use({ serviceWorkers: "block" });

  test("a picture that loses what no picture may carry", async ({ hnet, page, complaints }) => {
    await hnet.open(SMALL);
    // The worker is asked for the picture; here it is one that no compiler of ours writes.
    await page.route("**/assets/compiler-*.js", async (route) => {
      const script = await (await route.fetch()).text();
      const evil = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" onload="window.hit=1"><style>@import "//x.example/";</style><script>window.hit=1</script><foreignObject><b>b</b></foreignObject><a x:href="javascript:window.hit=1"><rect width="9" height="9"/></a><g id="o" role="graphics-object" tabindex="0" aria-label="kept" onfocus="window.hit=1" style="fill:red"><rect width="9" height="9" fill="url(//x.example)"/></g></svg>';
      const inject = `{const send=self.postMessage.bind(self);self.postMessage=(m)=>{if(m.answers)m.answers=m.answers.map((a)=>{const v=JSON.parse(a);if(v.result&&v.result.svg){v.result.svg=${JSON.stringify(evil)};return JSON.stringify(v)}return a});send(m)}};`;
      await route.fulfill({ contentType: "text/javascript", body: inject + script });
    });
    await page.reload();
    await expect(page.locator('.stage [aria-label="kept"]')).toHaveCount(1);
    await page.locator('.stage [aria-label="kept"]').focus();
    expect(await page.evaluate(() => "hit" in window)).toBe(false);
    const names = await page.locator(".stage svg *").evaluateAll((all) => all.map((element) => element.localName));
    expect(names).toEqual(["g", "rect"]);
    expect(await page.locator(".stage svg *").evaluateAll((all) => all.flatMap((element) => element.getAttributeNames()))).not.toContain("onfocus");
    // The policy is the wall before ours, and says what it stopped while the text was parsed.
    expect(complaints.every((complaint) => complaint.includes("Content Security Policy"))).toBe(true);
    complaints.length = 0;
  });

  test("a hung compiler is replaced, and the text is not tried for ever", async ({ hnet, page }) => {
    await page.route("**/assets/compiler-*.js", async (route) => {
      const script = await (await route.fetch()).text();
      const hang = 'self.addEventListener("message",(e)=>{if(String(e.data.message).includes("hang-here"))for(;;);});';
      await route.fulfill({ contentType: "text/javascript", body: hang + script });
    });
    await hnet.open(SMALL);
    await expect(hnet.object(/^host nas/)).toHaveCount(1);
    await hnet.caretAfter("lan[20]; >");
    await page.keyboard.insertText(" # hang-here");
    await expect(page.locator("footer")).toHaveAttribute("data-health", "stopped", { timeout: 15_000 });
    await expect(page.locator(".notice")).toContainText("the last good picture stays");
    await expect(hnet.object(/^host nas/)).toHaveCount(1);
    for (let key = 0; key < 4; key++) await page.keyboard.press("Backspace");
    await expect(page.locator("footer")).toHaveAttribute("data-health", "ready", { timeout: 15_000 });
    await hnet.settle("sound");
  });

  test("a compiler that breaks off is replaced, and the page says of what", async ({ hnet, page }) => {
    await page.route("**/assets/compiler-*.js", async (route) => {
      const script = await (await route.fetch()).text();
      // A module whose only function is a trap, as a panic of the compiler is one. Texts are encoded from their first
      // character that is not ASCII on.
      const trap = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
      const traps = `const trap=new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${trap}]))).exports.f;`;
      const once = `for(const name of["encode","encodeInto"]){const own=TextEncoder.prototype[name];TextEncoder.prototype[name]=function(text,...rest){if(text.includes("trap-here"))trap();return own.call(this,text,...rest)}}`;
      await route.fulfill({ contentType: "text/javascript", body: `${traps}${once}${script}` });
    });
    await hnet.open(SMALL);
    await expect(hnet.object(/^host nas/)).toHaveCount(1);
    await hnet.caretAfter("lan[20]; >");
    await page.keyboard.insertText(" # …trap-here");
    await expect(page.locator("footer")).toHaveAttribute("data-health", "stopped", { timeout: 15_000 });
    await expect(page.locator(".notice")).toContainText("The compiler stops on this text (RuntimeError: unreachable).");
    await expect(hnet.object(/^host nas/)).toHaveCount(1);
    for (let key = 0; key < 4; key++) await page.keyboard.press("Backspace");
    await expect(page.locator("footer")).toHaveAttribute("data-health", "ready", { timeout: 15_000 });
    await hnet.settle("sound");
  });
});

test("without JavaScript there is the first example with its picture", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.locator("noscript")).toBeVisible();
  await expect(page.locator("pre")).toContainText("network home <");
  const picture = page.getByRole("img", { name: /topology of the first example/ });
  await expect(picture).toBeVisible();
  expect((await picture.boundingBox())?.height).toBeGreaterThan(200);
  await context.close();
});

test("every lesson of the tour is sound, without a warning", async ({ hnet, page }) => {
  await hnet.open();
  const lessons = readdirSync(repository("web/lessons/")).sort();
  await page.getByRole("button", { name: "Tour" }).click();
  for (const [at, path] of lessons.entries()) {
    await page.getByRole("button", { name: at === 0 ? "Start" : "Next" }).click();
    const title = /^# (.*)$/m.exec(readFileSync(repository(`web/lessons/${path}`), "utf8"))?.[1] ?? "";
    await expect(page.getByRole("heading", { level: 2, name: title, exact: true })).toBeFocused();
    await hnet.settle("sound");
    await expect(hnet.problems).toHaveCount(0);
    await expect(page.locator('.stage g[role="graphics-object"]').first()).toBeVisible();
  }
});
