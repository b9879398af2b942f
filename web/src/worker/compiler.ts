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
 * What the page gets: that the compiler is there, answers to a message, that one waits for the network, whether the
 * second part is there, or that the compiler cannot go on, and whether for want of the network.
 */
export type Report =
  | { kind: "ready" }
  | { kind: "answers"; number: number; answers: string[] }
  | { kind: "fetching" }
  | { kind: "complete"; whole: boolean }
  | { kind: "broken"; reason: string; network: boolean };

/** How long the second part may take where the compiler waits for it, in milliseconds. */
const PATIENCE = 60_000;

const scope = self as unknown as DedicatedWorkerGlobalScope & { hnetLoadSecondPart(): void };
const report = (what: Report) => scope.postMessage(what);

let whole = false;
let network = false;
let place = (_part: WebAssembly.Module): void => {
  throw new Error("the second part comes before the first");
};
const broken = (error: unknown) => report({ kind: "broken", reason: String(error), network });

const server = init({ module_or_path: first }).then((exports) => {
  place = (part) => {
    if (!whole) new WebAssembly.Instance(part, { first: { ...exports } });
    whole = true;
  };
  return new Server();
});
server.then(() => report({ kind: "ready" }), broken);

scope.hnetLoadSecondPart = () => {
  report({ kind: "fetching" });
  // Should it fail, the compiler ends in the middle of what it does.
  network = true;
  const request = new XMLHttpRequest();
  request.open("GET", second, false);
  request.responseType = "arraybuffer";
  request.timeout = PATIENCE;
  request.send();
  if (request.status !== 200) throw new Error(`${second}: ${request.status}`);
  place(new WebAssembly.Module(request.response as ArrayBuffer));
  network = false;
};

async function complete(): Promise<void> {
  await server;
  if (whole) return;
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
