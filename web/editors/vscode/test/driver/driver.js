// Drives the workbench from inside, as an extension: a file system in memory, and the checks, each by what an editor itself
// asks of extensions. What came out is sent to the server that serves it all.

const vscode = require("vscode");

const files = new Map();
let filled;
const full = new Promise((resolve) => (filled = resolve));
const changes = new vscode.EventEmitter();
const folderOf = (path) => [...files.keys()].some((name) => name.startsWith(path === "/" ? "/" : `${path}/`));
const memory = {
  onDidChangeFile: changes.event,
  watch: () => new vscode.Disposable(() => {}),
  async stat(uri) {
    await full;
    const file = files.get(uri.path);
    if (file === undefined && !folderOf(uri.path)) throw vscode.FileSystemError.FileNotFound(uri);
    const type = file === undefined ? vscode.FileType.Directory : vscode.FileType.File;
    return { type, ctime: 0, mtime: 0, size: file?.length ?? 0 };
  },
  async readDirectory(uri) {
    await full;
    const below = uri.path === "/" ? "/" : `${uri.path}/`;
    const names = [...files.keys()].filter((name) => name.startsWith(below)).map((name) => name.slice(below.length).split("/"));
    return [...new Map(names.map(([name, ...rest]) => [name, rest.length ? 2 : 1]))];
  },
  async readFile(uri) {
    await full;
    const file = files.get(uri.path);
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return new TextEncoder().encode(file);
  },
  writeFile(uri, content) {
    files.set(uri.path, new TextDecoder().decode(content));
    changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  },
  createDirectory() {},
  delete(uri) {
    files.delete(uri.path);
  },
  rename() {
    throw vscode.FileSystemError.NoPermissions();
  },
};

const address = (path) => vscode.Uri.from({ scheme: "memory", path });

async function until(what, ask, patience = 20000) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((later) => setTimeout(later, 50));
  }
}

/** Not waited for: the workbench waits for the file system only. */
exports.activate = (context) => void drive(context);

async function drive(context) {
  const origin = context.extensionUri.with({ path: "/", query: "", fragment: "" }).toString();
  const said = (name, answer) => fetch(`${origin}said`, { method: "POST", body: JSON.stringify({ name, answer }) });
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider("memory", memory, { isCaseSensitive: true }));
  for (const [path, text] of await (await fetch(`${origin}files`)).json()) files.set(path, text);
  filled();
  // The page asks for one check after the other, between which it takes pictures.
  for (;;) {
    const { name } = await (await fetch(`${origin}next`)).json();
    if (name === "end") return;
    try {
      await said(name, { value: (await checks[name]()) ?? null });
    } catch (error) {
      await said(name, { error: String(error?.stack ?? error) });
    }
  }
}

const home = address("/home/network.hnet");
let text = "";

/** Gives the source another text, as somebody who types. */
async function write(replaced, by) {
  const editor = await vscode.window.showTextDocument(home, { viewColumn: vscode.ViewColumn.One });
  const all = editor.document.getText();
  const at = all.indexOf(replaced);
  if (at < 0) throw new Error(`the source has no \`${replaced}\``);
  const range = new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + replaced.length));
  await editor.edit((edit) => edit.replace(range, by));
}

function place(of, within = 0) {
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === home.toString());
  return document.positionAt(document.getText().indexOf(of) + within);
}

const found = () => vscode.languages.getDiagnostics(home);

const checks = {
  async opened() {
    const editor = await vscode.window.showTextDocument(home, { viewColumn: vscode.ViewColumn.One });
    text = editor.document.getText();
    await until("symbols", async () => {
      const symbols = await vscode.commands.executeCommand("vscode.executeDocumentSymbolProvider", home);
      return symbols?.length ? symbols : null;
    });
    // The included file is in no editor, and is read nevertheless.
    await until("the included file", async () => found().length === 0 || null, 5000).catch(() => {});
    return { findings: found().map((one) => one.message), language: editor.document.languageId };
  },
  async outline() {
    const [network] = await vscode.commands.executeCommand("vscode.executeDocumentSymbolProvider", home);
    return [network.name, ...network.children.map((child) => child.name)];
  },
  async colours() {
    const tokens = await vscode.commands.executeCommand("vscode.provideDocumentSemanticTokens", home);
    return tokens.data.length / 5;
  },
  async hover() {
    const hovers = await vscode.commands.executeCommand("vscode.executeHoverProvider", home, place("gateway internal", 10));
    return hovers.map((hover) => hover.contents.map((one) => one.value).join("\n")).join("\n");
  },
  async completion() {
    const list = await vscode.commands.executeCommand("vscode.executeCompletionItemProvider", home, place("through internal", 8));
    return list.items.map((item) => (typeof item.label === "string" ? item.label : item.label.label));
  },
  async rename() {
    const edit = await vscode.commands.executeCommand("vscode.executeDocumentRenameProvider", home, place("gateway internal", 10), "inside");
    return edit.get(home).length;
  },
  async formatting() {
    await write("  pool ", "      pool ");
    const edits = await vscode.commands.executeCommand("vscode.executeFormatDocumentProvider", home, { tabSize: 2, insertSpaces: true });
    await write("      pool ", "  pool ");
    return edits.length;
  },
  async problem() {
    await write("through internal;", "through internall;");
    const [one] = await until("a finding", async () => (found().length ? found() : null));
    return { message: one.message, code: one.code.value ?? one.code };
  },
  async fixes() {
    const [one] = found();
    const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", home, one.range);
    const fix = actions.find((action) => action.edit);
    await vscode.workspace.applyEdit(fix.edit);
    await until("no finding", async () => found().length === 0);
    return actions.map((action) => action.title);
  },
  async explain() {
    await vscode.commands.executeCommand("hnet.explain", "HN103");
    const page = vscode.Uri.from({ scheme: "hnet-explain", path: "/HN103.md" });
    return (await vscode.workspace.openTextDocument(page)).getText();
  },
  async include() {
    // What changes in a file that no editor has is seen.
    await vscode.workspace.fs.writeFile(address("/home/more.hnet"), new TextEncoder().encode("host nas < address lan[999]; >\n"));
    await until("a finding in the included file", async () => vscode.languages.getDiagnostics(address("/home/more.hnet")).length > 0);
    const [one] = vscode.languages.getDiagnostics(address("/home/more.hnet"));
    await vscode.workspace.fs.writeFile(address("/home/more.hnet"), new TextEncoder().encode("host nas < address lan[9]; >\n"));
    await until("no finding", async () => vscode.languages.getDiagnostics(address("/home/more.hnet")).length === 0);
    return one.message;
  },
  async yaml() {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const editor = await vscode.window.showTextDocument(home, { viewColumn: vscode.ViewColumn.One });
    const at = place("pods ", 1);
    editor.selection = new vscode.Selection(at, at);
    // Which of the places is wanted is asked; the first is taken.
    const asked = vscode.commands.executeCommand("hnet.goToYaml");
    const shown = await until("the YAML", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.scheme === "hnet-output" ? active : null;
    });
    await asked;
    // A list stands below its name.
    const { line: first } = shown.selection.active;
    const line = shown.document.getText(new vscode.Range(first, 0, first + 2, 0));
    const hovers = await vscode.commands.executeCommand("vscode.executeHoverProvider", shown.document.uri, shown.selection.active);
    return { path: shown.document.uri.path, line, hover: hovers[0]?.contents[0]?.value ?? "" };
  },
  async follows() {
    const shown = vscode.window.activeTextEditor;
    await write("pods 10.42.0.0/16", "pods 10.43.0.0/16");
    await until("the YAML to follow", async () => shown.document.getText().includes("10.43.0.0/16"));
    await write("pods 10.43.0.0/16", "pods 10.42.0.0/16");
    await until("the YAML to follow", async () => shown.document.getText().includes("10.42.0.0/16"));
    await vscode.window.showTextDocument(shown.document, { viewColumn: shown.viewColumn, selection: shown.selection });
  },
  async back() {
    await vscode.commands.executeCommand("hnet.goToSource");
    const active = vscode.window.activeTextEditor;
    return { uri: active.document.uri.path, line: active.document.lineAt(active.selection.start.line).text };
  },
  async picture() {
    await vscode.commands.executeCommand("workbench.action.closeEditorsInOtherGroups");
    await vscode.window.showTextDocument(home, { viewColumn: vscode.ViewColumn.One });
    await vscode.commands.executeCommand("hnet.showPicture");
  },
  async name() {
    await write("network home", "network house");
  },
  async caret() {
    const active = vscode.window.activeTextEditor;
    return active?.document.lineAt(active.selection.start.line).text ?? "";
  },
  async dark() {
    await vscode.workspace.getConfiguration().update("workbench.colorTheme", "Default Dark Modern", vscode.ConfigurationTarget.Global);
  },
};
