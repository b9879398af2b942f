// The entry on a desktop and a server: the compiler inside, or the program that the setting names. A path is asked for,
// since what starts an editor seldom has the PATH of a shell.

import { type ExtensionContext, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { start } from "./client";
import { compiler } from "./compiler";

export async function activate(context: ExtensionContext): Promise<void> {
  await start(context, (options) => {
    const path = workspace.isTrusted ? workspace.getConfiguration("hnet").get<string>("path", "").trim() : "";
    const server = path === "" ? () => compiler(context.extensionUri) : { command: path, args: ["lsp"] };
    return { client: new LanguageClient("hnet", "hnet", server, options), reads: path !== "" };
  });
}
