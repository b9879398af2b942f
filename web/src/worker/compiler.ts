// The worker that holds the compiler: takes numbered messages and answers each with what the language server
// says to it. It knows no word of the protocol. Only the page's `client/compiler.ts` talks to it.

import init, { Server } from "../../wasm/hnet_wasm.js";
import module from "../../wasm/hnet_wasm_bg.wasm?url";

/** What the page sends: a message of the language server's protocol, and its number. */
export interface Question {
  number: number;
  message: string;
}

/** What the page gets: that the compiler is there, the answers to a message, or that it cannot go on. */
export type Report =
  | { kind: "ready" }
  | { kind: "answers"; number: number; answers: string[] }
  | { kind: "broken"; reason: string };

const scope = self as unknown as DedicatedWorkerGlobalScope;
const report = (what: Report) => scope.postMessage(what);
const broken = (error: unknown) => report({ kind: "broken", reason: String(error) });

const server = init({ module_or_path: module }).then(() => new Server());
server.then(() => report({ kind: "ready" }), broken);

scope.onmessage = ({ data: { number, message } }: MessageEvent<Question>) => {
  server
    .then((server) => report({ kind: "answers", number, answers: server.handle(message) }))
    .catch(broken);
};
