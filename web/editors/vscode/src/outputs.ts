// The files that a network comes out as, as documents that always are what the text says now; from a line of a source to
// them, and back.

import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import type { Links, Location, Origins, Outputs } from "../../../src/protocol.ts";

export const SCHEME = "hnet-output";

/** The document of a written file. A source of its network stands in the query: the server knows the project of each. */
function address(source: string, path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${path}`, query: source });
}

/** Written files, and the ways between them and the source. */
export class Written implements vscode.TextDocumentContentProvider, vscode.DefinitionProvider, vscode.HoverProvider {
  private changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;

  constructor(private client: () => BaseLanguageClient) {}

  register(): vscode.Disposable[] {
    const selector = { scheme: SCHEME };
    return [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerDefinitionProvider(selector, this),
      vscode.languages.registerHoverProvider(selector, this),
      vscode.commands.registerCommand("hnet.goToYaml", () => this.goToYaml()),
      vscode.commands.registerCommand("hnet.goToSource", () => this.goToSource()),
    ];
  }

  /** A network was checked: what is shown of it may be another. */
  compiled(root: string, documents: string[]): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === SCHEME && (uri.query === root || documents.includes(uri.query))) this.changes.fire(uri);
    }
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const outputs = await this.client().sendRequest<Outputs | null>("hnet/outputs", { uri: uri.query });
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    // While the source has errors nothing is written, and what was there stays.
    if (!outputs) return open?.getText() ?? "";
    return outputs.files.find((file) => `/${file.path}` === uri.path)?.text ?? "";
  }

  /** Where a line of a written file comes from. */
  private async origin(uri: vscode.Uri, line: number): Promise<{ location: Location; reason: string | null } | null> {
    const parameters = { uri: uri.query, path: uri.path.slice(1) };
    const origins = await this.client().sendRequest<Origins | null>("hnet/origins", parameters);
    return origins?.origins[origins.lines[line] ?? -1] ?? null;
  }

  async provideDefinition(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Location | null> {
    const origin = await this.origin(document.uri, position.line);
    return origin && this.client().protocol2CodeConverter.asLocation(origin.location);
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | null> {
    const origin = await this.origin(document.uri, position.line);
    if (!origin) return null;
    const { uri, range } = this.client().protocol2CodeConverter.asLocation(origin.location);
    const source = await vscode.workspace.openTextDocument(uri);
    const text = new vscode.MarkdownString();
    text.appendCodeblock(source.lineAt(range.start.line).text.trim(), "hnet");
    text.appendMarkdown(`${vscode.workspace.asRelativePath(uri)}, line ${range.start.line + 1}`);
    if (origin.reason) text.appendMarkdown(`: ${origin.reason}`);
    return new vscode.Hover(text);
  }

  private async goToYaml(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return;
    const uri = this.client().code2ProtocolConverter.asUri(editor.document.uri);
    const position = this.client().code2ProtocolConverter.asPosition(editor.selection.active);
    const links = await this.client().sendRequest<Links>("hnet/links", { textDocument: { uri }, position });
    const outputs = await this.client().sendRequest<Outputs | null>("hnet/outputs", { uri });
    const texts = new Map(outputs?.files.map((file) => [file.path, file.text.split("\n")]));
    const lineOf = ({ path, line }: Links["lines"][number]) => texts.get(path)?.[line]?.trim() ?? "";
    // Where a value itself is written stands before what follows from it, and what programs read before documents.
    // Drawings have a panel of their own.
    const statement = links.location && editor.document.getText(this.client().protocol2CodeConverter.asRange(links.location.range));
    const values = (statement ?? "").split(/[\s<>;,"]+/).slice(1).filter((word) => word.length > 2);
    const says = (place: Links["lines"][number]) => values.some((value) => lineOf(place).includes(value));
    const rank = (place: Links["lines"][number]) => (place.path.endsWith(".md") ? 2 : 0) + (says(place) ? 0 : 1);
    // Lines that follow each other are one place, but for those that say the value.
    const follows = ({ path, line }: Links["lines"][number], at: number) =>
      links.lines[at - 1]?.path === path && links.lines[at - 1]?.line === line - 1;
    const places = links.lines
      .filter((place, at) => !place.path.endsWith(".svg") && (says(place) || !follows(place, at)))
      .sort((a, b) => rank(a) - rank(b));
    if (places.length === 0) {
      void vscode.window.showInformationMessage("hnet: nothing is written from this line, or the source has errors.");
      return;
    }
    const items = places.map((place) => ({ label: lineOf(place) || place.path, description: `${place.path}:${place.line + 1}`, place }));
    const placeHolder = "What this line comes out as";
    const chosen = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
    if (!chosen) return;
    const document = await vscode.workspace.openTextDocument(address(uri, chosen.place.path));
    await show(document.uri, new vscode.Range(chosen.place.line, 0, chosen.place.line, 0));
  }

  private async goToSource(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || editor.document.uri.scheme !== SCHEME) return;
    const location = await this.provideDefinition(editor.document, editor.selection.active);
    if (location) await show(location.uri, location.range);
  }
}

/** Shows a place beside what is shown, or in the column where its document is already. */
async function show(uri: vscode.Uri, selection: vscode.Range): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
  const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.Beside;
  const editor = await vscode.window.showTextDocument(uri, { viewColumn, selection });
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
