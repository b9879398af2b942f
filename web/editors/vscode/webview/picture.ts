// The page of the picture: takes SVG in by the playground's own wall, lights what belongs to the caret, and says what was
// pressed. The page has no other source than the extension.

import { adopt } from "../../../src/picture/adopt.ts";
import type { Said, Sent } from "../src/picture.ts";

declare function acquireVsCodeApi(): { postMessage(said: Said): void };

const host = acquireVsCodeApi();
const stage = document.querySelector("main") as HTMLElement;
const notice = document.querySelector("p") as HTMLElement;
const tabs = [...document.querySelectorAll<HTMLButtonElement>("nav button")];
const shadow = stage.attachShadow({ mode: "open" });
const own = new CSSStyleSheet();
const theirs = new CSSStyleSheet();
own.replaceSync(`
  svg { display: block; width: 100%; height: 100%; }
  [data-kind] { cursor: pointer; outline: none; }
  .lit > rect:first-of-type { stroke: var(--vscode-focusBorder); stroke-width: 3; }
  [data-kind]:focus-visible > rect:first-of-type { stroke: var(--vscode-focusBorder); stroke-width: 3; }
`);
shadow.adoptedStyleSheets = [theirs, own];
let lit: string[] = [];

function light(): void {
  for (const element of shadow.querySelectorAll(".lit")) element.classList.remove("lit");
  for (const id of lit) shadow.getElementById(id)?.classList.add("lit");
}

window.addEventListener("message", ({ data }: MessageEvent<Sent>) => {
  if ("lit" in data) {
    lit = data.lit;
    light();
    return;
  }
  for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset["view"] === data.view));
  notice.hidden = data.picture !== null;
  stage.classList.toggle("stale", data.picture === null);
  const adopted = data.picture && adopt(data.picture.svg);
  if (!adopted) return;
  theirs.replaceSync(adopted.css);
  for (const object of adopted.svg.querySelectorAll("[tabindex]")) object.setAttribute("tabindex", "0");
  shadow.replaceChildren(adopted.svg);
  // The panel is the sheet that the picture is drawn on.
  const ground = adopted.svg.querySelector("rect");
  if (ground) stage.style.backgroundColor = getComputedStyle(ground).fill;
  light();
});

for (const tab of tabs) tab.addEventListener("click", () => host.postMessage({ kind: "view", view: tab.dataset["view"] as never }));

function pressed(event: Event): void {
  const [target] = event.composedPath();
  const object = target instanceof Element ? target.closest("g[id][tabindex]") : null;
  if (object) host.postMessage({ kind: "object", id: object.id });
}

shadow.addEventListener("click", pressed);
shadow.addEventListener("keydown", (event) => {
  if ((event as KeyboardEvent).key === "Enter") pressed(event);
});

host.postMessage({ kind: "ready" });
