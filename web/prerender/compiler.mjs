// The compiler in Node, for what is made and compared without a browser: the same module as in the page.

import { readFileSync } from "node:fs";
import { initSync, Server } from "../wasm/hnet_wasm.js";

initSync({ module: readFileSync(new URL("../wasm/hnet_wasm_bg.wasm", import.meta.url)) });

/** Opens sources, the root first, and gives a function that asks about them. */
export function compiler(sources) {
  const server = new Server();
  let next = 0;
  const tell = (method, params) => server.handle(JSON.stringify({ jsonrpc: "2.0", method, params }));
  const ask = (method, params) => {
    const id = ++next;
    const answers = server.handle(JSON.stringify({ jsonrpc: "2.0", id, method, params })).map((text) => JSON.parse(text));
    const answer = answers.find((one) => one.id === id);
    if (answer?.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer?.result;
  };
  ask("initialize", { processId: null, rootUri: null, capabilities: {} });
  tell("initialized", {});
  for (const { path, text } of sources) {
    tell("textDocument/didOpen", { textDocument: { uri: `file:///${path}`, languageId: "hnet", version: 0, text } });
  }
  return ask;
}
