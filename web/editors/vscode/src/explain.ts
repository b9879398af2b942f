// The page of a diagnostic, shown as Markdown: why it is told, what is wrong and what is right.

import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";

const SCHEME = "hnet-explain";

/** The code of a diagnostic, where it is one of ours. */
function codeOf(diagnostic: vscode.Diagnostic): string | null {
  const { code } = diagnostic;
  const text = String(typeof code === "object" && code !== null ? code.value : code);
  return diagnostic.source === "hnet" && /^HN\d+$/.test(text) ? text : null;
}

/** Pages, and the ways to them. */
export class Pages implements vscode.TextDocumentContentProvider, vscode.CodeActionProvider {
  private pages: Promise<Record<string, string>> | null = null;

  constructor(
    private extension: vscode.Uri,
    private client: () => BaseLanguageClient,
  ) {}

  register(): vscode.Disposable[] {
    return [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerCodeActionsProvider({ language: "hnet" }, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
      vscode.commands.registerCommand("hnet.explain", (code?: unknown) => this.explain(typeof code === "string" ? code : null)),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const code = uri.path.slice(1).replace(/\.md$/, "");
    this.pages ??= Promise.resolve(
      vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.extension, "dist", "explain.json")),
    ).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, string>);
    // Marks say to the project's tests where a finding is; here they are noise.
    const page = (await this.pages)[code]?.replace(/ *#[!+] HN\d+.*$/gm, "");
    if (!page) return `There is no page of ${code}.`;
    // With what follows from the finding, and how it is allowed.
    return (await this.client().sendRequest<string | null>("hnet/page", { code, page })) ?? page;
  }

  provideCodeActions(_: vscode.TextDocument, __: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    const codes = new Set(context.diagnostics.map(codeOf).filter((code) => code !== null));
    return [...codes].map((code) => {
      const action = new vscode.CodeAction(`explain ${code}`, vscode.CodeActionKind.QuickFix);
      action.command = { command: "hnet.explain", title: action.title, arguments: [code] };
      return action;
    });
  }

  private async explain(code: string | null): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!code && editor) {
      const line = editor.selection.active.line;
      const found = vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter(({ range }) => range.start.line <= line && line <= range.end.line);
      const codes = [...new Set(found.map(codeOf).filter((code) => code !== null))];
      code = (codes.length > 1 ? await vscode.window.showQuickPick(codes) : codes[0]) ?? null;
    }
    if (!code) {
      void vscode.window.showInformationMessage("hnet: there is no problem on this line.");
      return;
    }
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${code}.md` });
    try {
      await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
    } catch {
      // Whoever has switched the preview off reads the text.
      await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true });
    }
  }
}
