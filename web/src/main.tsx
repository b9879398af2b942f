// The start of the page: puts the application where the prepared first view stood, and asks the browser to keep
// the site for work without a network.

import { render } from "preact";
import { begin } from "./actions";
import { session } from "./session";
import { App } from "./view/App";
import "./styles/variables.css";
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
  if (location.hash.length > 1 && location.hash !== "#result") void begin();
});

// The first answer of the compiler comes before anything that can wait.
void session.settled.then(() => {
  // Without it everything works while there is a network.
  if (import.meta.env.PROD && "serviceWorker" in navigator) navigator.serviceWorker.register("sw.js").catch(() => undefined);
});
