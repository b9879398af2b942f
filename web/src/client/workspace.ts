// The sources of the project towards the language client: all of them are open at the compiler, one of them is
// in the editor. The others keep their editor state, so that undo and the caret survive a change of tab.
// It knows nothing of views; the session gives it the editor. Start at `Project`.

import { type LSPClient, LSPPlugin, Workspace, type WorkspaceFile } from "@codemirror/lsp-client";
import { type EditorState, Text, type TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { active, paths, pathOf, uriOf } from "../state/store";

/** What the client calls a change of a file; it does not export the name. */
type Update = ReturnType<Workspace["syncFiles"]>[number];

/** One source of the project. */
class Source implements WorkspaceFile {
  readonly languageId = "hnet";
  version = 0;
  view: EditorView | null = null;

  constructor(
    readonly uri: string,
    public doc: Text,
    public state: EditorState | null,
  ) {}

  getView(): EditorView | null {
    return this.view;
  }

  /** The text as it is now, synchronised or not. */
  text(): Text {
    return this.view?.state.doc ?? this.state?.doc ?? this.doc;
  }
}

/** A source as it is stored, shared and loaded. */
export interface SourceText {
  path: string;
  text: string;
}

/** The sources of the project. */
export class Project extends Workspace {
  files: Source[] = [];
  /** The editor, once there is one. */
  editor: EditorView | null = null;

  constructor(
    client: LSPClient,
    private stateFor: (uri: string, doc: Text) => EditorState,
  ) {
    super(client);
  }

  /** Replaces all sources, and shows `shown` or the root. */
  load(sources: readonly SourceText[], shown?: string): void {
    for (const file of this.files) this.client.didClose(file.uri);
    if (this.editor) this.editor.setState(this.stateFor("", Text.empty));
    this.files = sources.map(({ path, text }) => new Source(uriOf(path), Text.of(text.split(/\r\n?|\n/)), null));
    for (const file of this.files) this.client.didOpen(file);
    paths.value = sources.map(({ path }) => path);
    this.show(shown !== undefined && this.getFile(uriOf(shown)) ? shown : (sources[0]?.path ?? ""));
  }

  /** Puts a source into the editor. */
  show(path: string): void {
    const file = this.find(uriOf(path));
    if (!file || !this.editor) return;
    this.park();
    active.value = path;
    file.state ??= this.stateFor(file.uri, file.doc);
    this.editor.setState(file.state);
  }

  /** Adds an empty source and shows it. */
  add(path: string): void {
    const file = new Source(uriOf(path), Text.empty, null);
    this.files = [...this.files, file];
    this.client.didOpen(file);
    paths.value = [...paths.value, path];
    this.show(path);
  }

  /** Takes a source out; the root stays. What it gives puts the source back, and says whether it could. */
  remove(path: string): (() => boolean) | null {
    const at = paths.value.indexOf(path);
    const file = this.find(uriOf(path));
    if (at < 1 || !file) return null;
    if (active.value === path) this.show(paths.value[0] ?? "");
    this.files = this.files.filter((other) => other !== file);
    paths.value = paths.value.filter((known) => known !== path);
    this.client.didClose(file.uri);
    const root = this.files[0];
    return () => {
      // Not into another network, nor beside another source of this name.
      if (this.files[0] !== root || this.find(file.uri)) return false;
      file.doc = file.text();
      this.files.splice(at, 0, file);
      this.client.didOpen(file);
      paths.value = paths.value.toSpliced(at, 0, path);
      this.show(path);
      return true;
    };
  }

  /** The sources as they are now. */
  sources(): SourceText[] {
    return this.files.map((file) => ({ path: pathOf(file.uri), text: file.text().toString() }));
  }

  /** The text of a source as it is now. */
  textOf(uri: string): Text | null {
    return this.find(uri)?.text() ?? null;
  }

  override syncFiles(): readonly Update[] {
    const updates: Update[] = [];
    for (const file of this.files) {
      const plugin = file.view && LSPPlugin.get(file.view);
      if (!plugin || plugin.unsyncedChanges.empty) continue;
      updates.push({ file, prevDoc: file.doc, changes: plugin.unsyncedChanges });
      file.doc = plugin.view.state.doc;
      file.version++;
      plugin.clear();
    }
    return updates;
  }

  override openFile(uri: string, _language: string, view: EditorView): void {
    const file = this.find(uri);
    if (file) file.view = view;
  }

  override closeFile(uri: string): void {
    const file = this.find(uri);
    if (file) file.view = null;
  }

  override updateFile(uri: string, update: TransactionSpec): void {
    const file = this.find(uri);
    if (!file) return;
    if (file.view) {
      file.view.dispatch(update);
      return;
    }
    // A source behind another tab: its editor state changes, and the compiler is told the whole text.
    file.state = (file.state ?? this.stateFor(uri, file.doc)).update(update).state;
    file.doc = file.state.doc;
    file.version++;
    this.client.notification("textDocument/didChange", {
      textDocument: { uri, version: file.version },
      contentChanges: [{ text: file.doc.toString() }],
    });
  }

  override displayFile(uri: string): Promise<EditorView | null> {
    if (!this.find(uri)) return Promise.resolve(null);
    if (active.value !== pathOf(uri)) this.show(pathOf(uri));
    return Promise.resolve(this.editor);
  }

  override disconnected(): void {
    // A new compiler hears the newest text from the start.
    this.syncFiles();
  }

  private find(uri: string): Source | null {
    return this.files.find((file) => file.uri === uri) ?? null;
  }

  private park(): void {
    this.client.sync();
    const shown = this.files.find((file) => file.view);
    if (shown?.view) shown.state = shown.view.state;
  }
}
