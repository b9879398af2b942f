// The one session of the page, with its worker.

import { Session } from "./client/session";
import { stateFor } from "./editor/setup";

/** What the views talk to. */
export const session = new Session(
  () => new Worker(new URL("./worker/compiler.ts", import.meta.url), { type: "module", name: "compiler" }),
  stateFor,
);
