// The picture beside the text: one panel, which follows the text and the theme. It asks nobody for anything: its policy
// lets in its own script and style sheet only.

import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { type Links, type Objects, type Picture, type View, VIEWS } from "../../../src/protocol.ts";

/** What the page is sent. */
export type Sent = { picture: Picture | null; view: View } | { lit: string[] };
/** What it says. */
export type Said = { kind: "ready" } | { kind: "view"; view: View } | { kind: "object"; id: string };

/** The panel, where it is shown. */
export class Panel {
  private panel: vscode.WebviewPanel | null = null;
  private view: View = "topology";
  /** The source whose network is shown. */
  private source: vscode.Uri | null = null;

  constructor(
    private extension: vscode.Uri,
    private client: () => BaseLanguageClient,
  ) {}

  register(): vscode.Disposable[] {
    return [
      vscode.commands.registerCommand("hnet.showPicture", () => this.show()),
      vscode.window.onDidChangeActiveColorTheme(() => void this.draw()),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor?.document.languageId !== "hnet" || !this.panel) return;
        this.source = editor.document.uri;
        void this.draw();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => void this.light(textEditor)),
    ];
  }

  /** A network was checked. */
  compiled(): void {
    void this.draw();
  }

  private show(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId === "hnet") this.source = editor.document.uri;
    if (!this.source) return;
    if (this.panel) return this.panel.reveal(undefined, true);
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const dist = vscode.Uri.joinPath(this.extension, "dist");
    const options = { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [dist] };
    const panel = vscode.window.createWebviewPanel("hnet.picture", "Picture", beside, options);
    this.panel = panel;
    panel.onDidDispose(() => (this.panel = null));
    panel.webview.onDidReceiveMessage((said: Said) => void this.hear(said));
    const file = (name: string) => panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, name));
    const own = panel.webview.cspSource;
    panel.webview.html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${own}; style-src ${own}">
<link rel="stylesheet" href="${file("picture.css")}">
<title>Picture</title>
</head>
<body>
<nav role="tablist" aria-label="Pictures">${VIEWS.map((view) => `<button role="tab" data-view="${view}">${view}</button>`).join("")}</nav>
<main></main>
<p hidden>The source has errors. The last picture stays.</p>
<script src="${file("picture.js")}"></script>
</body>
</html>`;
  }

  private async hear(said: Said): Promise<void> {
    if (said.kind === "object") return this.open(said.id);
    if (said.kind === "view" && VIEWS.includes(said.view)) this.view = said.view;
    await this.draw();
  }

  private parameters(): { uri: string; view: View; theme: "light" | "dark" } | null {
    if (!this.source) return null;
    const { kind } = vscode.window.activeColorTheme;
    const dark = kind === vscode.ColorThemeKind.Dark || kind === vscode.ColorThemeKind.HighContrast;
    const uri = this.client().code2ProtocolConverter.asUri(this.source);
    return { uri, view: this.view, theme: dark ? "dark" : "light" };
  }

  private async draw(): Promise<void> {
    const parameters = this.parameters();
    if (!this.panel || !parameters) return;
    const picture = await this.client().sendRequest<Picture | null>("hnet/picture", parameters);
    if (picture) this.panel.title = picture.title;
    this.send({ picture, view: this.view });
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === this.source?.toString());
    if (shown) await this.light(shown);
  }

  /** Lights what the caret's line comes out as. */
  private async light(editor: vscode.TextEditor): Promise<void> {
    if (!this.panel || editor.document.languageId !== "hnet") return;
    const uri = this.client().code2ProtocolConverter.asUri(editor.document.uri);
    const position = this.client().code2ProtocolConverter.asPosition(editor.selection.active);
    const parameters = { textDocument: { uri }, position, view: this.view };
    const links = await this.client().sendRequest<Links>("hnet/links", parameters);
    this.send({ lit: links.objects });
  }

  /** Goes to the text that declares an object. */
  private async open(id: string): Promise<void> {
    const objects = await this.client().sendRequest<Objects | null>("hnet/objects", this.parameters());
    const location = objects?.objects.find((object) => object.id === id)?.location;
    if (!location) return;
    const { uri, range } = this.client().protocol2CodeConverter.asLocation(location);
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
    await vscode.window.showTextDocument(uri, { viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One, selection: range });
  }

  private send(what: Sent): void {
    void this.panel?.webview.postMessage(what);
  }
}
