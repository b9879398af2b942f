// Nothing is lost: what is written is kept, opening something else is undone, tabs do not write over each other, and
// a browser that keeps nothing, or hostile files, lose nothing either.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { expect, hashOf, Playground, SMALL, test } from "./page";

const OTHER = SMALL.replace("network home", "network cabin").replace("host nas", "host stove");

test("an example, a lesson and a link leave one's own network in the list, and are undone", async ({ hnet, page }) => {
  await hnet.open();
  await hnet.write(SMALL);
  await hnet.kept(1, SMALL);
  await expect(page).toHaveTitle("home · hnet");
  const undo = page.locator(".toast").getByRole("button", { name: "Undo" });

  await hnet.networks();
  await page.getByRole("button", { name: /^k3s/ }).click();
  await expect(page.locator(".toast")).toContainText("Opened the example k3s.");
  await expect(page).toHaveTitle("k3s · hnet");
  await undo.click();
  await expect(page).toHaveTitle("home · hnet");
  expect(await hnet.text()).toBe(SMALL);

  await page.getByRole("button", { name: "Tour" }).click();
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.locator(".toast")).toContainText("Opened the lesson");
  // From one lesson to the next there is nothing to bring back.
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.locator(".toast")).toBeHidden();
  await page.getByRole("button", { name: "Close the tour" }).click();

  await hnet.open(OTHER);
  await expect(page.locator(".toast")).toContainText("Opened the network of the link.");
  await expect(page).toHaveTitle("cabin · hnet");
  await hnet.kept(1, SMALL);
  await hnet.networks();
  await page.getByRole("button", { name: /^home \d/ }).click();
  await expect(page).toHaveTitle("home · hnet");
  expect(await hnet.text()).toBe(SMALL);
});

test("what was changed after something was opened is kept, too, when that is undone", async ({ hnet, page }) => {
  await hnet.open();
  await hnet.write(SMALL);
  await hnet.networks();
  await page.getByRole("button", { name: "New", exact: true }).click();
  await hnet.settle("sound");
  await expect(hnet.problems).toHaveCount(0);
  await hnet.write(OTHER);
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await expect(page).toHaveTitle("home · hnet");
  await hnet.networks();
  await expect(page.locator(".network strong")).toHaveText(["cabin", "home", "home", "first", "homelab", "k3s"]);
  await expect(page.locator(".network").first()).toContainText("9 lines, just now");
});

test("a link in a page without anything open leads back to one's own", async ({ hnet, context }) => {
  await hnet.open();
  await hnet.write(SMALL);
  await hnet.kept(1, SMALL);
  const other = new Playground(await context.newPage());
  await other.open(OTHER);
  await expect(other.page).toHaveTitle("cabin · hnet");
  await other.page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await expect(other.page).toHaveTitle("home · hnet");
  // The link of what is kept here is no second network.
  await other.open(SMALL);
  await other.write(SMALL.replace("nas", "store"));
  await other.kept(1, SMALL.replace("nas", "store"));
});

test("the page keeps the last key, also when it is closed at once, and a tab comes back to its network", async ({ hnet, page }) => {
  await hnet.open();
  await hnet.write(SMALL);
  await page.reload();
  await hnet.settle("sound");
  expect(await hnet.text()).toBe(SMALL);
  await hnet.networks();
  await page.getByRole("button", { name: "New", exact: true }).click();
  await hnet.write(OTHER);
  await hnet.kept(2, OTHER);
  await hnet.networks();
  await page.getByRole("button", { name: /^home \d/ }).click();
  await expect(page).toHaveTitle("home · hnet");
  // Not the one that was changed last, but the one that this tab had open.
  await page.reload();
  await expect(page).toHaveTitle("home · hnet");
  expect(await hnet.text()).toBe(SMALL);
});

test("an editor that is emptied takes nothing away", async ({ hnet, page }) => {
  await hnet.open();
  await hnet.write(SMALL);
  await hnet.kept(1, SMALL);
  await hnet.editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await hnet.settle("unsound");
  await page.waitForTimeout(700);
  await page.reload();
  await hnet.settle("sound");
  expect(await hnet.text()).toBe(SMALL);
});

test("networks are deleted and brought back, and called by another name", async ({ hnet, page }) => {
  await hnet.open();
  await hnet.write(SMALL);
  await hnet.kept(1, SMALL);
  await hnet.networks();
  await page.getByRole("button", { name: "Rename home" }).click();
  await page.getByRole("textbox", { name: "New name of home" }).fill("Mother’s <b>house</b>");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Mother’s <b>house<\/b> open now, 9 lines/ })).toBeFocused();
  await expect(page).toHaveTitle("Mother’s <b>house</b> · hnet");
  await page.getByRole("button", { name: /^Delete Mother/ }).click();
  await expect(page.getByText("Deleted “Mother’s <b>house</b>”.")).toBeVisible();
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("hnet.network.")))).toEqual([]);
  await page.locator(".network.gone").getByRole("button", { name: "Undo" }).click();
  await hnet.kept(1, SMALL);
  await page.getByRole("button", { name: /^Delete Mother/ }).click();
  await page.keyboard.press("Escape");
  // It is still in the editor, and kept again when it is written on.
  expect(await hnet.text()).toBe(SMALL);
  await hnet.write(OTHER);
  await hnet.kept(1, OTHER);
});

test("a source that was taken out is put back where it was", async ({ hnet, page }) => {
  await hnet.open([
    ["network.hnet", SMALL.replace("  host nas < address lan[20]; >", '  include "devices.hnet"; include "more.hnet";').replace("  ## Backups and media.\n", "")],
    ["devices.hnet", "host nas < address lan[20]; >\n"],
    ["more.hnet", "host tv < address lan[21]; >\n"],
  ]);
  const tabs = page.getByRole("tablist", { name: "Sources" }).getByRole("tab");
  await tabs.filter({ hasText: "devices.hnet" }).click();
  await hnet.editor.click();
  await page.keyboard.insertText("# mine\n");
  await page.getByRole("button", { name: "Remove devices.hnet" }).click();
  await hnet.settle("unsound");
  await expect(tabs).toHaveCount(2);
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await expect(tabs).toContainText(["network.hnet", "devices.hnet", "more.hnet"]);
  await hnet.settle("sound");
  expect(await hnet.text()).toContain("# mine");
  // What the compiler knows of it follows what is written.
  await hnet.caretAfter("address lan[20");
  await page.keyboard.type("00");
  await hnet.settle("unsound");
  await expect(hnet.problems.first()).toContainText("devices.hnet");
});

test("two tabs: what is not touched follows, and what is written in both is two networks", async ({ hnet, page, context }) => {
  await hnet.open();
  await hnet.write(SMALL);
  await hnet.kept(1, SMALL);
  const other = new Playground(await context.newPage());
  await other.open();
  expect(await other.text()).toBe(SMALL);
  await other.write(OTHER);
  await expect.poll(() => hnet.text()).toBe(OTHER);
  await hnet.kept(1, OTHER);
  // Both write before either is kept.
  await page.evaluate(() => {
    const own = window.setTimeout.bind(window);
    window.setTimeout = ((handler: () => void, time?: number) => (time === 400 ? 0 : own(handler, time))) as typeof window.setTimeout;
  });
  await hnet.write(SMALL);
  await other.write(SMALL.replace("nas", "store"));
  await expect(page.locator(".toast")).toContainText("Another tab changed this network, too.");
  const texts = await page.evaluate(() =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith("hnet.network."))
      .map((key) => JSON.parse(localStorage.getItem(key) ?? "").sources[0].text as string),
  );
  expect(texts.sort()).toEqual([SMALL, SMALL.replace("nas", "store")].sort());
});

test("the address follows the text, without its secrets, and what is copied is what is seen", async ({ hnet, page, context }) => {
  await hnet.open();
  await page.waitForTimeout(700);
  expect(new URL(page.url()).hash).toBe("");
  const token = `ghp_${"aB3".repeat(12)}`;
  const secret = SMALL.replace("## Backups", `## ${token} Backups`);
  await hnet.write(secret);
  await hnet.pane("Addresses");
  await expect(page).toHaveURL(/#v1\//);
  await hnet.kept(1, secret);
  await page.waitForTimeout(700);
  const copy = new Playground(await context.newPage());
  await copy.page.goto(page.url());
  await copy.settle("sound");
  await expect(copy.page.getByRole("tab", { name: "Addresses" })).toHaveAttribute("aria-selected", "true");
  expect(await copy.text()).toBe(secret.replace(token, "${LEFT_OUT}"));
  // Its own tab comes back to all of it.
  await page.reload();
  await hnet.settle("sound");
  expect(await hnet.text()).toBe(secret);
  // The way to the result is not by the address.
  const before = page.url();
  await page.getByRole("link", { name: "Skip to the result" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#result")).toBeFocused();
  expect(page.url()).toBe(before);
});

test("a broken link changes nothing", async ({ hnet, page }) => {
  await hnet.open();
  await hnet.write(SMALL);
  await hnet.kept(1, SMALL);
  const whole = hashOf([["network.hnet", OTHER]]);
  const bomb = `v1/${deflateRawSync(Buffer.alloc(64 << 20)).toString("base64url")}`;
  const evil = `v1/${deflateRawSync('{"files":[["../../etc.hnet","x"]]}').toString("base64url")}`;
  for (const hash of [whole.slice(0, -40), bomb, evil, `v1/${deflateRawSync("[[[").toString("base64url")}`]) {
    await page.evaluate((hash) => (location.hash = hash), hash);
    await expect(page.locator(".toast")).toContainText("The link is broken");
    await page.getByRole("button", { name: "Dismiss" }).click();
    expect(await hnet.text()).toBe(SMALL);
  }
  await hnet.kept(1, SMALL);
});

test("saved files come back, one as it is and several as an archive", async ({ hnet, page }) => {
  const save = async () => {
    const download = page.waitForEvent("download");
    await page.keyboard.press("Control+s");
    const file = await download;
    return { name: file.suggestedFilename(), buffer: readFileSync(await file.path()), mimeType: "" };
  };
  await hnet.open(SMALL);
  const one = await save();
  expect([one.name, one.buffer.toString()]).toEqual(["home.hnet", SMALL]);
  const sources: [string, string][] = [
    ["network.hnet", SMALL.replace("  host nas < address lan[20]; >", '  include "parts/devices.hnet"; # Ünïcode ✓')],
    ["parts/devices.hnet", "host nas < address lan[20]; >\n"],
  ];
  await hnet.open(sources);
  const several = await save();
  expect(several.name).toBe("home.zip");

  await hnet.open(OTHER);
  await page.keyboard.press("Control+o");
  await page.getByLabel("Open files").setInputFiles([several]);
  await expect(page.locator(".toast")).toContainText("Opened home.zip.");
  await hnet.settle("sound");
  await expect(page.getByRole("tablist", { name: "Sources" }).getByRole("tab")).toHaveText(["network.hnet", "parts/devices.hnet"]);
  await hnet.kept(1, sources[0]?.[1] ?? "");
  await page.keyboard.press("Control+o");
  await page.getByLabel("Open files").setInputFiles([one]);
  await expect(page.locator(".toast")).toContainText("Opened home.hnet.");
  expect(await hnet.text()).toBe(SMALL);
  await hnet.kept(2, SMALL);
});

test("files that are dropped are opened, also archives that other programs made", async ({ hnet, page }) => {
  await hnet.open(SMALL);
  const drop = (files: { name: string; bytes: number[] }[]) =>
    page.evaluate((files) => {
      const dataTransfer = new DataTransfer();
      for (const { name, bytes } of files) dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
      const editor = document.querySelector(".editor") ?? document.body;
      for (const kind of ["dragover", "drop"]) editor.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true, composed: true }));
    }, files);
  const toast = page.locator(".toast");
  await drop([{ name: "my cabin.hnet", bytes: [...Buffer.from(OTHER)] }]);
  await expect(toast).toContainText("Opened my cabin.hnet.");
  await expect(page.getByRole("tab", { name: "my-cabin.hnet" })).toBeVisible();
  expect(await hnet.text()).toBe(OTHER);

  await drop([{ name: "site.zip", bytes: [...deflated({ "site/.git/x.hnet": "no", "site/a/../../b.hnet": "host b < >\n", "site/network.hnet": SMALL, "site/readme.md": "no" })] }]);
  await expect(toast).toContainText("Opened site.zip.");
  await expect(page.getByRole("tablist", { name: "Sources" }).getByRole("tab")).toHaveText(["network.hnet"]);
  expect(await hnet.text()).toBe(SMALL);

  for (const [name, bytes, said] of [
    ["odd.zip", [80, 75, 3, 4, 0, 0], "odd.zip is broken, or too large"],
    ["cut.zip", [...deflated({ "network.hnet": SMALL })].slice(40), "cut.zip is broken, or too large"],
    ["bomb.zip", [...deflated({ "network.hnet": "x".repeat(8 << 20) })], "bomb.zip is broken, or too large"],
    ["none.zip", [...deflated({ "readme.md": "no" })], "There is no .hnet file in none.zip."],
    ["bytes.hnet", [255, 254, 0, 255], "bytes.hnet is no text in UTF-8"],
  ] as const) {
    await drop([{ name, bytes: [...bytes] }]);
    await expect(toast).toContainText(said);
    expect(await hnet.text()).toBe(SMALL);
  }
  await drop([{ name: "talconfig.yaml", bytes: [...Buffer.from("clusterName: home\n")] }]);
  await expect(page.getByRole("dialog", { name: "Import what you have" })).toContainText("Kind");
});

test.describe("a browser that keeps nothing", () => {
  for (const [how, said] of [
    ["full", "this browser has no room left"],
    ["refused", "this browser keeps nothing"],
  ] as const) {
    test(`${how}: that is said, and nothing is lost while the page is open`, async ({ hnet, page }) => {
      await page.addInitScript((how) => {
        if (how === "full") {
          Storage.prototype.setItem = () => {
            throw new DOMException("full", "QuotaExceededError");
          };
        } else {
          Object.defineProperty(window, "localStorage", {
            get: () => {
              throw new DOMException("no", "SecurityError");
            },
          });
        }
      }, how);
      await hnet.open();
      await hnet.write(SMALL);
      const warning = page.getByRole("button", { name: said });
      await expect(warning).toBeVisible();
      await hnet.networks();
      await page.getByRole("button", { name: /^k3s/ }).click();
      await expect(page).toHaveTitle("k3s · hnet");
      await hnet.networks();
      await page.getByRole("button", { name: /^home \d/ }).click();
      await expect(page).toHaveTitle("home · hnet");
      expect(await hnet.text()).toBe(SMALL);
      const download = page.waitForEvent("download");
      await warning.click();
      expect(readFileSync(await (await download).path(), "utf8")).toBe(SMALL);
      // Whoever closes the page is asked.
      const asked = page.waitForEvent("dialog");
      await page.close({ runBeforeUnload: true });
      const dialog = await asked;
      expect(dialog.type()).toBe("beforeunload");
      await dialog.accept();
    });
  }

  test("room that is made is used at once", async ({ hnet, page }) => {
    await hnet.open();
    await hnet.write(OTHER);
    await hnet.kept(1, OTHER);
    await page.evaluate(() => {
      // As much as the browser takes.
      let size = 1 << 22;
      for (let fill = ""; size > 0; size >>= 1) {
        try {
          localStorage.setItem("filler", fill + "x".repeat(size));
          fill += "x".repeat(size);
        } catch {
          // Half as much, then.
        }
      }
    });
    await hnet.write(`${SMALL}${`# ${"x".repeat(200)}\n`.repeat(20)}`);
    await expect(page.getByRole("button", { name: "no room left" })).toBeVisible();
    await page.evaluate(() => localStorage.removeItem("filler"));
    await hnet.write(SMALL);
    await hnet.kept(1, SMALL);
    await expect(page.getByRole("button", { name: "no room left" })).toBeHidden();
  });
});

test("what the browser holds under our keys, and is no network, is passed over", async ({ hnet, page }) => {
  await page.addInitScript(() => {
    const own = { path: "network.hnet", text: "network safe <\n>\n" };
    localStorage.setItem("hnet.network.a", "{");
    localStorage.setItem("hnet.network.b", '{"sources":[{"path":"../x.hnet","text":""}]}');
    localStorage.setItem("hnet.network.c", '{"sources":[]}');
    localStorage.setItem("hnet.network.d", JSON.stringify({ changed: "x", label: 7, sources: [own] }));
  });
  await page.goto("/");
  await expect(page).toHaveTitle("safe · hnet");
  await hnet.networks();
  await expect(page.locator(".network strong")).toHaveText(["safe", "home", "first", "homelab", "k3s"]);
});

/** An archive as other programs write it: deflated. */
function deflated(files: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const packed = deflateRawSync(text);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50);
    head.writeUInt16LE(8, 8);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(text.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(head, Buffer.from(name), packed);
    central.push(entry, Buffer.from(name));
    at += head.length + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...central, end]);
}

test("the archive that is saved is one that other programs read", async ({ hnet, page }) => {
  await hnet.open([
    ["network.hnet", SMALL],
    ["b.hnet", "# Ü\n"],
  ]);
  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const bytes = readFileSync(await (await download).path());
  const read = "import io, sys, zipfile; z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); print(z.testzip(), [(name, z.read(name).decode()) for name in z.namelist()])";
  const listed = execFileSync("python3", ["-c", read], { input: bytes, encoding: "utf8" });
  expect(listed).toContain("None [");
  expect(listed).toContain("('b.hnet', '# Ü\\n')");
});
