// The start of the page: puts the application where the prepared first view stood, and asks the browser to keep
// the site for work without a network.

import { render } from "preact";
import { begin, saveSources } from "./networks";
import { session } from "./session";
import { networksOpen } from "./state/store";
import { App } from "./view/App";
import "./styles/variables.css";
import "./styles/first.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/result.css";
import "./styles/texts.css";
import "./styles/narrow.css";

const root = document.getElementById("app");
if (!root) throw new Error("the page has no place for the application");
// First of all, so that the compiler loads while the page is built.
session.start();
root.replaceChildren();
render(<App />, root);

window.addEventListener("hashchange", () => {
  if (location.hash.length > 1) void begin();
});

window.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || document.querySelector("dialog[open]")) return;
  if (event.key === "s") saveSources();
  else if (event.key === "o") networksOpen.value = true;
  else return;
  event.preventDefault();
});

// The first answer of the compiler comes before anything that can wait.
void session.settled.then(() => {
  // Without it everything works while there is a network.
  if (import.meta.env.PROD && "serviceWorker" in navigator) navigator.serviceWorker.register("sw.js").catch(() => undefined);
});
