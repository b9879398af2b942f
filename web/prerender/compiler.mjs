// The compiler in Node, for what is made and tested without a browser: the same module as in the page.

import { readFileSync } from "node:fs";
import { initSync, Server } from "../wasm/hnet_wasm.js";

initSync({ module: readFileSync(new URL("../wasm/hnet_wasm_bg.wasm", import.meta.url)) });

/** A compiler that has no source yet. */
export class Compiler {
  #server = new Server();
  #next = 0;

  constructor() {
    this.ask("initialize", { processId: null, rootUri: null, capabilities: {} });
    this.tell("initialized", {});
  }

  /** Opens sources, the root first; the findings of all that belong together are those of the last answer. */
  open(sources) {
    return sources.flatMap(({ path, text }) =>
      this.tell("textDocument/didOpen", { textDocument: { uri: `file:///${path}`, languageId: "hnet", version: 0, text } }),
    );
  }

  /** Says something, and hears what follows from it. */
  tell(method, params) {
    return this.#say({ jsonrpc: "2.0", method, params });
  }

  /** Asks something; throws what the compiler says against it. */
  ask(method, params) {
    const id = ++this.#next;
    const answer = this.#say({ jsonrpc: "2.0", id, method, params }).find((one) => one.id === id);
    if (answer?.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer?.result;
  }

  #say(message) {
    return this.#server.handle(JSON.stringify(message)).map((text) => JSON.parse(text));
  }
}
