// The conversation with the compiler: what is asked after each change of the text, the caret or the pane, and
// where the answers go. No debounce: a change is sent at once if nothing is under way, otherwise when what is
// under way has been answered, with the newest text. Findings and the picture come first; what else follows
// from a text, its colours and its links, is asked when nobody types. Start at `Session.changed`.

import { LSPClient, LSPPlugin } from "@codemirror/lsp-client";
import { type EditorState, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { batch } from "@preact/signals";
import { drawings } from "../picture/drawing";
import type { ChangesParams, Compiled, Diagnostic, LinksParams, Location, PictureObject, PictureParams, Requests, View } from "../protocol";
import {
  active,
  compiled,
  drawn,
  explained,
  findings,
  health,
  links,
  notice,
  objects,
  origin,
  outputs,
  paths,
  pane,
  shownOutput,
  uriOf,
} from "../state/store";
import { harmless, languageFeatures } from "../editor/features";
import { showFindings } from "../editor/findings";
import { type SemanticTokens, showTokens } from "../editor/tokens";
import { pageOf } from "../pages";
import { Compiler } from "./compiler";
import { Project } from "./workspace";

/** The longest that a request waits before it counts as lost; a hung worker is noticed far earlier. */
const LOST = 120_000;
/** How long after the last key the compiler is asked for what can wait, in milliseconds. */
const REST = 120;

/** What the text of an output comes from, by line; null while it is not known. */
export type OriginOfLine = Requests["hnet/origins"][1];

/** The page's one conversation with the compiler. */
export class Session {
  readonly client: LSPClient;
  readonly project: Project;
  private compiler: Compiler;
  private dirty = false;
  private busy = false;
  private typed = -REST;
  private rest = 0;
  private finishing = 0;
  private asking = false;
  private askAgain = false;
  /** The code of the explanation that was asked for last. */
  private wanted = "";
  private listed: { view: View; answer: Promise<Requests["hnet/objects"][1]> } | null = null;
  private waiting = new Set<() => void>();
  private listeners: (() => void)[] = [];
  /** Where each line of the shown output comes from. */
  origins: OriginOfLine = null;
  /** When the first answer stands on the page. */
  readonly settled: Promise<void>;
  private settle: () => void = () => {};

  constructor(spawn: () => Worker, stateFor: (session: Session, uri: string, doc: Text) => EditorState) {
    this.settled = new Promise((resolve) => (this.settle = resolve));
    this.compiler = new Compiler(spawn, {
      ready: () => {
        health.value = "ready";
      },
      restarted: (reason, again) => this.restarted(reason, again),
    });
    this.client = new LSPClient({
      rootUri: "file:///",
      timeout: LOST,
      sanitizeHTML: harmless,
      workspace: (client) => new Project(client, (uri, doc) => stateFor(this, uri, doc)),
      extensions: languageFeatures(),
      notificationHandlers: {
        "textDocument/publishDiagnostics": (_client, params) => this.published(params),
        "hnet/compiled": (_client, params) => this.checked(params),
      },
    });
    this.project = this.client.workspace as Project;
  }

  /** Starts the compiler. */
  start(): void {
    this.compiler.start();
    this.client.connect(this.compiler);
  }

  /** Gives the project its editor. */
  attach(editor: EditorView): void {
    this.project.editor = editor;
  }

  /** Is told after every change of a text. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** A key changed the text: has it checked and painted. */
  typing(): void {
    this.typed = performance.now();
    this.changed();
  }

  /** The text changed: has it checked and painted. */
  changed(): void {
    this.dirty = true;
    this.listed = null;
    clearTimeout(this.rest);
    this.compiler.forgive();
    if (!this.compiler.running && health.value === "stopped") this.revive();
    for (const listener of this.listeners) listener();
    if (!this.busy) void this.pump();
  }

  /** The pane, the theme or the shown file changed: asks for what they show. */
  refresh(): void {
    this.dirty = true;
    if (!this.busy) void this.pump();
  }

  /** The caret moved: asks what its place comes out as. */
  async caretMoved(): Promise<void> {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.asking = true;
    do {
      this.askAgain = false;
      const params = this.caret();
      if (params) {
        const answer = await this.ask("hnet/links", params);
        if (answer) links.value = answer;
      }
    } while (this.askAgain);
    this.asking = false;
  }

  /** Asks what another place than the caret's comes out as. */
  async linksOf(place: Location): Promise<void> {
    const params: LinksParams = { textDocument: { uri: place.uri }, position: place.range.start, view: shownView() };
    const answer = await this.ask("hnet/links", params);
    if (answer) links.value = answer;
  }

  /** Asks the compiler; null where it says an error, in terms that help nobody here, or was ended before it answered. */
  async ask<Method extends keyof Requests>(
    method: Method,
    params: Requests[Method][0],
  ): Promise<Requests[Method][1] | null> {
    return this.request<Requests[Method][0], Requests[Method][1]>(method, params);
  }

  /** Opens the page of a finding. */
  async explain(code: string): Promise<void> {
    this.wanted = code;
    const page = await pageOf(code).catch(() => null);
    const whole = page && (await this.ask("hnet/page", { code, page: page.text }));
    // Whoever has asked for another meanwhile reads that.
    if (this.wanted !== code) return;
    if (page) explained.value = { ...page, text: whole ?? page.text };
    else notice.value = `The explanation of ${code} could not be fetched. Is there a network?`;
  }

  /** What is in the shown picture, in the present text. */
  async list(): Promise<PictureObject[]> {
    const view = shownView();
    if (this.listed?.view !== view) {
      this.listed = { view, answer: this.ask("hnet/objects", { ...this.root(), view }) };
      const answer = await this.listed.answer;
      if (answer) objects.value = { ...objects.value, [view]: answer };
    }
    await this.listed?.answer;
    return objects.value[view]?.objects ?? [];
  }

  /** A whole picture, as a file has it. */
  picture(view: View): Promise<Requests["hnet/picture"][1]> {
    return this.ask("hnet/picture", this.wish(view));
  }

  /** What each line of an output comes from. */
  async originsOf(path: string): Promise<OriginOfLine> {
    this.origins = await this.ask("hnet/origins", { ...this.root(), path });
    return this.origins;
  }

  /** The document that requests about the whole project name. */
  root(): { uri?: string } {
    const first = paths.value[0];
    return first === undefined ? {} : { uri: uriOf(first) };
  }

  private async pump(): Promise<void> {
    this.busy = true;
    do {
      this.dirty = false;
      this.client.sync();
      await (pane.value === "files" ? this.files() : this.paint(pane.value));
    } while (this.dirty);
    this.busy = false;
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => void this.finish(), Math.max(0, this.typed + REST - performance.now()));
  }

  /** Asks for what can wait, one after the other, so that a key never waits for all of it. */
  private async finish(): Promise<void> {
    this.settle();
    const turn = ++this.finishing;
    for (const step of [() => this.colour(), () => this.caretMoved(), () => this.list()]) {
      if (this.dirty || this.busy || turn !== this.finishing) return;
      await step();
    }
  }

  private wish(view: View): PictureParams {
    return { ...this.root(), view, theme: themeOfPicture() };
  }

  private async paint(view: View): Promise<void> {
    const drawing = drawings[view];
    const params: ChangesParams = { ...this.wish(view), known: drawing.number };
    const changes = await this.ask("hnet/changes", params);
    if (changes && drawing.take(changes) && !drawn.value[view]) drawn.value = { ...drawn.value, [view]: true };
  }

  private async files(): Promise<void> {
    const answer = await this.ask("hnet/outputs", this.root());
    if (!answer) return;
    const shown = answer.files.find((file) => file.path === shownOutput.value) ?? answer.files[0];
    if (shown) await this.originsOf(shown.path);
    batch(() => {
      outputs.value = answer.files;
      shownOutput.value = shown?.path ?? null;
    });
  }

  private async colour(): Promise<void> {
    const editor = this.project.editor;
    const plugin = editor && LSPPlugin.get(editor);
    if (!editor || !plugin?.uri) return;
    const { uri, syncedDoc } = plugin;
    const tokens = await this.request<unknown, SemanticTokens | null>("textDocument/semanticTokens/full", {
      textDocument: { uri },
    });
    const now = LSPPlugin.get(editor);
    // An answer about an older text is late, and the one about the newest is under way.
    if (tokens && now?.uri === uri && now.syncedDoc === syncedDoc) showTokens(editor, tokens, syncedDoc, now.unsyncedChanges);
  }

  /** Asks in the terms of the protocol. */
  private async request<Params, Answer>(method: string, params: Params): Promise<Answer | null> {
    let release: () => void = () => {};
    const lost = new Promise<null>((resolve) => {
      release = () => resolve(null);
    });
    this.waiting.add(release);
    const answer = await Promise.race([this.client.request<Params, Answer>(method, params).catch(() => null), lost]);
    this.waiting.delete(release);
    return answer;
  }

  private caret(): LinksParams | null {
    const editor = this.project.editor;
    const plugin = editor && LSPPlugin.get(editor);
    if (!editor || !plugin?.uri) return null;
    const position = plugin.toPosition(editor.state.selection.main.head);
    return { textDocument: { uri: plugin.uri }, position, view: shownView() };
  }

  private published(params: { uri: string; diagnostics: Diagnostic[] }): boolean {
    // Most texts are sound, and go from no findings to none.
    if (params.diagnostics.length === 0 && !findings.value.has(params.uri)) return true;
    const next = new Map(findings.value);
    if (params.diagnostics.length > 0) next.set(params.uri, params.diagnostics);
    else next.delete(params.uri);
    findings.value = next;
    const editor = this.project.editor;
    const plugin = editor && LSPPlugin.get(editor);
    if (editor && plugin?.uri === params.uri) showFindings(this, editor, params.diagnostics);
    return true;
  }

  /** Puts the findings of the shown source into the editor, after a change of tab. */
  shown(): void {
    const editor = this.project.editor;
    if (editor) showFindings(this, editor, findings.value.get(uriOf(active.value)) ?? []);
    this.refresh();
  }

  private checked(params: Compiled): boolean {
    // Other open documents are projects of their own until the root includes them.
    if (params.uri === this.root().uri && !saysTheSame(params, compiled.value)) compiled.value = params;
    return true;
  }

  private restarted(reason: string, again: boolean): void {
    for (const release of this.waiting) release();
    if (again) {
      health.value = "restarting";
      notice.value = `The compiler was restarted (${reason}); the last good picture stays.`;
      this.reconnect();
    } else {
      health.value = health.value === "loading" ? "missing" : "stopped";
      notice.value =
        health.value === "missing"
          ? `The compiler could not be loaded (${reason}).`
          : `The compiler stops on this text (${reason}). Change it to try again; the last good picture stays.`;
    }
    links.value = null;
    origin.value = null;
  }

  private revive(): void {
    health.value = "restarting";
    this.compiler.start();
    this.reconnect();
  }

  private reconnect(): void {
    this.client.disconnect();
    this.client.connect(this.compiler);
    this.refresh();
  }
}

/** Whether two checks say the same, but for the versions that they are of. */
function saysTheSame(a: Compiled, b: Compiled | null): boolean {
  return b !== null && a.sound === b.sound && a.errors === b.errors && a.warnings === b.warnings && a.notes === b.notes;
}

/** The picture that places and objects are about: beside the files, the first. */
function shownView(): View {
  return pane.value === "files" ? "topology" : pane.value;
}

/** Pictures carry the colours of the page's theme, which may differ from the system's. */
function themeOfPicture(): "automatic" | "light" | "dark" {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "automatic";
}
