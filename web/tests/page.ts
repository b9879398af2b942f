// What the tests do with the page: open it with a source, read what it says, and fail on whatever the browser
// complains about. Use `test` from here.

import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { deflateRawSync } from "node:zlib";
import { expect, type Locator, type Page, test as base } from "@playwright/test";

/** A file of the repository. */
export const repository = (path: string) => new URL(`../../${path}`, import.meta.url);

/** Names of the examples, and their sources with the root first. */
export function examples(): { name: string; files: [string, string][] }[] {
  return readdirSync(repository("examples/")).map((name) => {
    const paths = readdirSync(repository(`examples/${name}/`)).filter((path) => path.endsWith(".hnet"));
    paths.sort((a, b) => Number(b === "network.hnet") - Number(a === "network.hnet"));
    return { name, files: paths.map((path) => [path, readFileSync(repository(`examples/${name}/${path}`), "utf8")]) };
  });
}

/** The part of a link behind `#`. */
export function hashOf(files: [string, string][], pane = "topology"): string {
  return `v1/${deflateRawSync(JSON.stringify({ files, pane })).toString("base64url")}`;
}

/** The page, with what tests ask of it. */
export class Playground {
  constructor(readonly page: Page) {}

  /** Opens a source, several, or what the page starts with. */
  async open(source?: string | [string, string][], pane = "topology"): Promise<void> {
    const files: [string, string][] | undefined = typeof source === "string" ? [["network.hnet", source]] : source;
    await this.page.goto(files ? `/#${hashOf(files, pane)}` : "/");
    await expect(this.page.locator("footer")).toHaveAttribute("data-health", "ready", { timeout: 15_000 });
    await expect(this.page.locator("footer")).toHaveAttribute("data-state", /sound/);
  }

  get editor(): Locator {
    return this.page.getByRole("textbox", { name: /^Source / });
  }

  get problems(): Locator {
    return this.page.getByRole("region", { name: "Problems" }).locator(".problem");
  }

  /** Waits until the network is sound, or is not. */
  async settle(state: "sound" | "unsound"): Promise<void> {
    await expect(this.page.locator("footer")).toHaveAttribute("data-state", state);
  }

  /** The text of the source in the editor; long ones are only partly in the page, so this is for short ones. */
  async text(): Promise<string> {
    return (await this.editor.locator(".cm-line").allInnerTexts()).map((line) => line.replace(/\n$/, "")).join("\n");
  }

  /** Writes a text in place of what is in the editor. */
  async write(text: string): Promise<void> {
    await this.editor.click();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text);
  }

  /** Opens the list of networks. */
  async networks(): Promise<void> {
    await this.page.getByRole("button", { name: /^Networks/ }).click();
  }

  /** Waits until what was written last is kept: the list then has so many networks, of which this is the newest text. */
  async kept(count: number, text: string): Promise<void> {
    await expect
      .poll(() =>
        this.page.evaluate(() => {
          const all = Object.keys(localStorage).filter((key) => key.startsWith("hnet.network.")).map((key) => JSON.parse(localStorage.getItem(key) ?? ""));
          all.sort((a, b) => b.changed - a.changed);
          return [all.length, all[0]?.sources[0].text];
        }),
      )
      .toEqual([count, text]);
  }

  /** Puts the caret behind a text of the source. */
  async caretAfter(text: string): Promise<void> {
    const whole = await this.text();
    const at = whole.indexOf(text);
    expect(at, `the source has no ${text}`).toBeGreaterThanOrEqual(0);
    const before = whole.slice(0, at + text.length).split("\n");
    await this.editor.click();
    await this.page.keyboard.press("Control+Home");
    for (let line = 1; line < before.length; line++) await this.page.keyboard.press("ArrowDown");
    await this.page.keyboard.press("Home");
    const column = before.at(-1)?.length ?? 0;
    // Home goes to the first letter, so once more for the start of an indented line.
    if (/^\s/.test(whole.split("\n")[before.length - 1] ?? "")) await this.page.keyboard.press("Home");
    for (let step = 0; step < column; step++) await this.page.keyboard.press("ArrowRight");
  }

  pane(name: string): Promise<void> {
    return this.page.getByRole("tablist", { name: "Result" }).getByRole("tab", { name }).click();
  }

  /** An object of the picture, by the start of what is said about it. */
  object(label: RegExp): Locator {
    return this.page.locator('.stage g[role="graphics-object"]').and(this.page.getByLabel(label));
  }

  /** The text of the shown written file. */
  get output(): Locator {
    return this.page.getByRole("textbox", { name: /^Written file / });
  }
}

/** Says a time, and fails above its budget. */
export function judge(what: string, measured: number, unit: string, budget: number): void {
  const load = loadavg()[0] ?? 0;
  console.log(`${what}: ${measured.toFixed(0)} ${unit} of ${budget}, load of the machine ${load.toFixed(1)}`);
  expect.soft(measured, what).toBeLessThanOrEqual(budget);
}

/** Small and sound. */
export const SMALL = `network home <
  internet isp;
  router edge < uplink isp; address lan[1]; >

  subnet lan 192.168.10.0/24 < router edge; dhcp lan[100-199]; >

  ## Backups and media.
  host nas < address lan[20]; >
>
`;

/** A test with the page, which fails on errors in the console, on what the policy forbids, and on other hosts. */
export const test = base.extend<{ hnet: Playground; complaints: string[] }>({
  complaints: async ({}, use) => {
    await use([]);
  },
  hnet: async ({ page, complaints }, use) => {
    page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
    page.on("console", (message) => {
      // Chromium's own editing gives typed text a style attribute for a moment, and its policy takes it away.
      const editing = /^Applying inline style.*do not apply to event handlers, style attributes/s.test(message.text());
      if (message.type() === "error" && !editing) complaints.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol !== "blob:" && protocol !== "data:" && host !== "localhost:4173") complaints.push(`asked ${request.url()}`);
    });
    await use(new Playground(page));
    expect(complaints).toEqual([]);
  },
});

export { expect };
