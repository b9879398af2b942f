// The files of the workspace that the compiler inside cannot read by itself: other sources, which may include what is
// open or be included by it, and the texts that sources name. They are opened for it, and followed.
// What is open in an editor the language client says itself.

import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";

const HIDDEN = "**/{node_modules,target,.git}/**";
/** More sources than this are nobody's network, but somebody's collection. */
const MOST = 500;
/** What a source may include, or take as a text. Searching for sources is not possible in every workspace, reading them is. */
const NAMED = /(?:^|[\s<>;,"])([^\s<>;,"]*(?:\.(?:hnet|ya?ml|json|toml|lua|txt|pem|crt)|Corefile))(?=[\s<>;,"]|$)/g;

/** Opens the files, and follows them as long as it is kept. */
export class Files implements vscode.Disposable {
  private known = new Map<string, number>();
  private kept: vscode.Disposable[] = [];

  constructor(private client: BaseLanguageClient) {
    const watcher = vscode.workspace.createFileSystemWatcher("**/{*.hnet,*.yaml,*.yml,*.json,*.toml,*.lua,*.txt,Corefile}");
    const follow = (uri: vscode.Uri) => void this.changed(uri);
    this.kept.push(
      watcher,
      watcher.onDidCreate(follow),
      watcher.onDidChange(follow),
      watcher.onDidDelete((uri) => this.close(uri)),
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (document.languageId === "hnet") void this.texts(document.uri, document.getText());
      }),
      // The client has closed it just now; it is still there.
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.languageId === "hnet") setTimeout(() => void this.open(document.uri));
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "hnet") void this.texts(document.uri, document.getText());
      }),
    );
  }

  /** Opens all sources of the workspace, and the texts that they and the open ones name. */
  async start(): Promise<void> {
    const open = vscode.workspace.textDocuments.filter((document) => document.languageId === "hnet");
    await Promise.all(open.map((document) => this.texts(document.uri, document.getText())));
    const found = await vscode.workspace.findFiles("**/*.hnet", HIDDEN, MOST);
    await Promise.all(found.map((uri) => this.open(uri)));
  }

  private async changed(uri: vscode.Uri): Promise<void> {
    // Of the texts only those that a source has named.
    if (uri.path.endsWith(".hnet") || this.known.has(uri.toString())) await this.open(uri);
  }

  private async open(uri: vscode.Uri): Promise<void> {
    const inEditor = vscode.workspace.textDocuments.some(
      (document) => document.languageId === "hnet" && document.uri.toString() === uri.toString(),
    );
    if (inEditor) return;
    let text: string;
    try {
      text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    } catch {
      return this.close(uri);
    }
    const key = uri.toString();
    const version = (this.known.get(key) ?? 0) + 1;
    this.known.set(key, version);
    await this.client.sendNotification("textDocument/didOpen", {
      textDocument: { uri: this.client.code2ProtocolConverter.asUri(uri), languageId: "hnet", version, text },
    });
    if (uri.path.endsWith(".hnet")) await this.texts(uri, text);
  }

  private close(uri: vscode.Uri): void {
    if (!this.known.delete(uri.toString())) return;
    const textDocument = { uri: this.client.code2ProtocolConverter.asUri(uri) };
    void this.client.sendNotification("textDocument/didClose", { textDocument });
  }

  /** Opens the texts that a source names, where they are there. Paths count from the folder of the source. */
  private async texts(source: vscode.Uri, text: string): Promise<void> {
    const folder = vscode.Uri.joinPath(source, "..");
    const paths = new Set([...text.matchAll(NAMED)].map((found) => found[1] ?? ""));
    for (const path of paths) {
      if (path === "" || path.includes("://") || path.startsWith("/")) continue;
      const uri = vscode.Uri.joinPath(folder, path);
      if (!this.known.has(uri.toString())) await this.open(uri);
    }
  }

  dispose(): void {
    for (const one of this.kept) one.dispose();
  }
}
