// The worker that holds the compiler: takes numbered messages and answers each with what the language server
// says to it. It knows no word of the protocol. Only the page's `client/compiler.ts` talks to it.
//
// The compiler comes in two parts, so that the first answer waits for the first only. The second is fetched when
// the page says that nobody waits. Where the compiler needs it before that, it has to have it at once, and what
// it was asked waits for the network.

import init, { Server } from "../../wasm/hnet_wasm.js";
import first from "../../wasm/hnet_wasm_bg.wasm?url";
import second from "../../wasm/hnet_wasm_second.wasm?url";

/** What the page sends: a message of the language server's protocol and its number, or that nobody waits. */
export type Order = { kind: "question"; number: number; message: string } | { kind: "complete" };

/**
 * What the page gets: that the compiler is there, answers to a message, that one waits for the network, that the
 * second part is there or cannot be had now, or that the compiler cannot go on.
 */
export type Report =
  | { kind: "ready" }
  | { kind: "answers"; number: number; answers: string[] }
  | { kind: "loading" }
  | { kind: "complete"; whole: boolean }
  | { kind: "broken"; reason: string };

const scope = self as unknown as DedicatedWorkerGlobalScope & { hnetLoadSecondPart(): void };
const report = (what: Report) => scope.postMessage(what);
const broken = (error: unknown) => report({ kind: "broken", reason: String(error) });

const exports = init({ module_or_path: first });
const server = exports.then(() => new Server());
server.then(() => report({ kind: "ready" }), broken);

let place: (part: WebAssembly.Module) => void = () => {};
void exports.then((exports) => {
  let complete = false;
  place = (part) => {
    if (!complete) new WebAssembly.Instance(part, { first: { ...exports } });
    complete = true;
  };
}, () => {});

scope.hnetLoadSecondPart = () => {
  report({ kind: "loading" });
  const request = new XMLHttpRequest();
  request.open("GET", second, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${second}: ${request.status}`);
  place(new WebAssembly.Module(request.response as ArrayBuffer));
};

async function complete(): Promise<void> {
  await exports;
  const answer = await fetch(second);
  if (!answer.ok) throw new Error(`${second}: ${answer.status}`);
  place(await WebAssembly.compile(await answer.arrayBuffer()));
}

scope.onmessage = ({ data }: MessageEvent<Order>) => {
  if (data.kind === "complete") {
    complete().then(
      () => report({ kind: "complete", whole: true }),
      () => report({ kind: "complete", whole: false }),
    );
    return;
  }
  const { number, message } = data;
  server
    .then((server) => report({ kind: "answers", number, answers: server.handle(message) }))
    .catch(broken);
};
