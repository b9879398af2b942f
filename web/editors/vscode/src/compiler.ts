// The compiler as WebAssembly behind the two ends that a language client takes: messages in, what follows from them out.
// Should it ever die, its end is closed, and the client starts another and opens all documents again.

import * as vscode from "vscode";
import { AbstractMessageReader, AbstractMessageWriter } from "vscode-languageclient";
import type { DataCallback, Disposable, Message, MessageTransports } from "vscode-languageclient";
import { initSync, Server } from "../../../wasm/hnet_wasm.js";

class Reader extends AbstractMessageReader {
  private callback: DataCallback | null = null;

  listen(callback: DataCallback): Disposable {
    this.callback = callback;
    return { dispose: () => (this.callback = null) };
  }

  take(message: Message): void {
    this.callback?.(message);
  }

  end(): void {
    this.fireClose();
  }
}

class Writer extends AbstractMessageWriter {
  constructor(
    private server: Server,
    private reader: Reader,
  ) {
    super();
  }

  async write(message: Message): Promise<void> {
    try {
      for (const answer of this.server.handle(JSON.stringify(message))) {
        // Not at once: the client does not expect an answer before its question is written.
        queueMicrotask(() => this.reader.take(JSON.parse(answer)));
      }
    } catch (error) {
      console.error("hnet: the compiler broke off", error);
      this.fireError(error, message, 1);
      this.reader.end();
    }
  }

  end(): void {}
}

/** Starts a compiler. A module that broke off is not used again, so each has its own. */
export async function compiler(extension: vscode.Uri): Promise<MessageTransports> {
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "dist", "hnet.wasm"));
  initSync({ module: await WebAssembly.compile(new Uint8Array(bytes)) });
  const reader = new Reader();
  return { reader, writer: new Writer(new Server(), reader) };
}
