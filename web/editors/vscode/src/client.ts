// What the extension is in both hosts. Start at `start`.

import * as vscode from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import { Pages } from "./explain";
import { Files } from "./files";
import { Written } from "./outputs";
import { Panel } from "./picture";
import type { Compiled } from "../../../src/protocol.ts";

/** Makes a client, and says whether its server reads files by itself. */
export type Make = (options: LanguageClientOptions) => { client: BaseLanguageClient; reads: boolean };

let client: BaseLanguageClient;
let files: Files | null = null;

export async function start(context: vscode.ExtensionContext, make: Make): Promise<void> {
  const current = () => client;
  const written = new Written(current);
  const pages = new Pages(context.extensionUri, current);
  const panel = new Panel(context.extensionUri, current);
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "hnet" }],
    middleware: {
      // A text that a source takes is no source.
      handleDiagnostics(uri, diagnostics, next) {
        next(uri, uri.path.endsWith(".hnet") || uri.scheme === "untitled" ? diagnostics : []);
      },
    },
  };
  const run = async () => {
    const made = make(options);
    client = made.client;
    client.onNotification("hnet/compiled", (compiled: Compiled) => {
      written.compiled(compiled.uri, Object.keys(compiled.versions));
      panel.compiled();
    });
    await client.start();
    if (!made.reads) {
      files = new Files(client);
      void files.start();
    }
  };
  const end = async () => {
    files?.dispose();
    files = null;
    await client.dispose();
  };
  const again = async () => {
    await end();
    await run();
  };
  await run();
  context.subscriptions.push(
    ...written.register(),
    ...pages.register(),
    ...panel.register(),
    vscode.commands.registerCommand("hnet.restart", again),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("hnet.path")) void again();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void again()),
    { dispose: () => void end() },
  );
}
