// The entry in a browser: the compiler inside.

import type { ExtensionContext } from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import { start } from "./client";
import { compiler } from "./compiler";

export async function activate(context: ExtensionContext): Promise<void> {
  await start(context, (options) => {
    const client = new LanguageClient("hnet", "hnet", () => compiler(context.extensionUri), options);
    return { client, reads: false };
  });
}
