// Which network is open: each change of it is kept on this device, the address follows it, and opening another one can
// be undone. Start at `begin` and `show`.

import { batch } from "@preact/signals";
import type { SourceText } from "./client/workspace";
import { fileName } from "./actions";
import { type Example, examples, first, STARTER } from "./examples";
import type { Lesson } from "./lessons";
import { session } from "./session";
import { zip } from "./share/archive";
import { download } from "./share/download";
import { decode, encode } from "./share/permalink";
import { withoutSecrets } from "./share/secrets";
import { mayHoldSources, readSources } from "./share/upload";
import { find, forget, fresh, isAnythingKept, keep, type Kept, networks, onOtherTab, unkept } from "./state/storage";
import {
  active,
  compiled,
  findings,
  importing,
  lesson,
  links,
  marked,
  networkName,
  networksOpen,
  notice,
  origin,
  outputs,
  pane,
  shownOutput,
  toast,
} from "./state/store";

/** How long after the last change it is kept, in milliseconds. Whoever closes the page does not wait for it. */
const REST = 400;
/** The longest part of an address behind `#` that programs pass on whole, in characters. */
const LONGEST_ADDRESS = 32_000;

/** The network that is open, as far as keeping it goes. */
interface Open {
  /** What it is kept by; null while it is as it came. */
  id: string | null;
  label: string;
  from: string;
  /** The state of what is kept that the text goes on from. */
  revision: string;
  /** The sources as they were opened or kept last, as JSON. */
  text: string;
}

const NEW: Open = { id: null, label: "", from: "", revision: "", text: "" };

let now = NEW;
let resting = 0;
let turn = 0;

/** Starts with what this tab had open, the link's network, the one that was changed last, or the first example. */
export async function begin(): Promise<void> {
  const { hash } = location;
  const id = ownId();
  const shared = await decode(hash);
  const own = id === null ? null : find(id);
  if (own && own.id === now.id) return;
  if (shared) pane.value = shared.pane;
  const last = networks()[0];
  if (own) {
    open(own);
    addressed(hash);
  } else if (shared) openLink(shared.sources, last);
  else {
    if (now === NEW && last) open(last);
    else if (now === NEW) show(first.sources, { from: `the example ${first.name}` });
    if (hash.startsWith("#v")) {
      toast.value = { text: `The link is broken: a part of it may be missing. Nothing was changed, and ${quoted()} is open.`, undo: null };
    }
    followed();
  }
}

/** Keeps what changes from now on, also what another tab changes. */
export function watch(): void {
  session.onChange(followed);
  let shown = pane.peek();
  pane.subscribe((next) => {
    if (next !== shown) followed();
    shown = next;
  });
  onOtherTab((kept) => {
    if (kept.id !== now.id || kept.revision === now.revision) return;
    // What was not touched here follows; what was becomes a network of its own.
    const touched = kept.after !== now.revision || JSON.stringify(session.project.sources()) !== now.text;
    if (touched) keepBeside();
    else open(kept);
  });
  // A telephone ends pages that are not seen, without a word to them.
  document.addEventListener("visibilitychange", keepNow);
  window.addEventListener("pagehide", keepNow);
  window.addEventListener("beforeunload", (event) => {
    keepNow();
    if (unkept.value) event.preventDefault();
  });
}

/** Whether the page starts with the first example, whose picture it comes with. */
export function startsWithFirst(): boolean {
  return location.hash === "" && ownId() === null && !isAnythingKept();
}

/** Opens a network that is kept; `said` is what the person is told. */
export function open(kept: Kept, said?: string): void {
  const shown = kept.id === now.id ? active.value : undefined;
  show(kept.sources, { id: kept.id, label: kept.label, from: kept.from, revision: kept.revision }, said, shown);
}

/** Shows an example. */
export function openExample({ name, sources }: Example): void {
  lesson.value = null;
  show(sources, { from: `the example ${name}` }, `Opened the example ${name}.`);
}

/** Shows a lesson's network. Going on from a lesson that was not changed needs no undo. */
export function openLesson(next: Lesson): void {
  keepNow();
  const said = now.id === null ? undefined : `Opened the lesson “${next.title}”.`;
  show([{ path: "network.hnet", text: next.source }], { from: `the lesson “${next.title}”` }, said);
  lesson.value = next.name;
}

/** Opens a network to begin with. */
export function openNew(): void {
  lesson.value = null;
  show([{ path: "network.hnet", text: STARTER }], {}, "Opened a new network.");
}

/** Opens what was made of files. */
export function openImported(text: string): void {
  lesson.value = null;
  show([{ path: "network.hnet", text }], { from: "an import", text: "" }, "Opened what was imported.");
}

/** Opens files of the person: sources, archives of them, or what can be imported. */
export async function openFiles(files: readonly File[]): Promise<void> {
  networksOpen.value = false;
  try {
    const sources = await readSources(files);
    const names = files.map(({ name }) => name).slice(0, 2).join(", ") + (files.length > 2 ? " …" : "");
    if (sources.length > 0) {
      lesson.value = null;
      // What a file holds is the person's own from the start.
      show(sources, { from: names, text: "" }, `Opened ${names}.`);
    } else if (files.some(mayHoldSources)) {
      toast.value = { text: `There is no .hnet file in ${names}.`, undo: null };
    } else {
      importing.value = files;
    }
  } catch (error) {
    toast.value = { text: (error as Error).message, undo: null };
  }
}

/** Saves the sources as a file: one as it is, several as an archive. */
export function saveSources(): void {
  const sources = session.project.sources();
  const [only, ...others] = sources;
  if (!only) return;
  const name = `${fileName()}.${others.length > 0 ? "zip" : "hnet"}`;
  download(name, others.length > 0 ? zip(sources) : new Blob([only.text], { type: "text/plain" }));
  notice.value = `Saved ${name}.`;
}

/** Calls a kept network otherwise; an empty name is that of its source. */
export function rename(kept: Kept, label: string): void {
  keepNow();
  const last = find(kept.id) ?? kept;
  const named = { ...last, label: label.trim().slice(0, 80), revision: fresh(), after: last.revision };
  keep(named);
  if (kept.id === now.id) now = { ...now, label: named.label, revision: named.revision };
  name();
}

/** Deletes a kept network; what it gives brings it back. */
export function remove(kept: Kept): () => void {
  keepNow();
  const last = find(kept.id) ?? kept;
  forget(kept.id);
  // What is in the editor stays there, and is kept again when it is changed.
  if (now.id === kept.id) now = { ...now, id: null };
  followed();
  return () => {
    keep(last);
    if (now.id === null && JSON.stringify(session.project.sources()) === JSON.stringify(last.sources)) now = { ...now, id: last.id, revision: last.revision };
    followed();
  };
}

/** What a network is called. */
export function nameOf({ label, sources }: Pick<Kept, "label" | "sources">): string {
  return label || /^\s*network\s+([^\s<]+)/m.exec(sources[0]?.text ?? "")?.[1] || "without a name";
}

/** Which kept network is open. */
export function openId(): string | null {
  return now.id;
}

function openLink(sources: readonly SourceText[], last: Kept | undefined): void {
  const text = JSON.stringify(sources);
  // The link of a network that is here already is not a second one.
  const known = networks().find((kept) => JSON.stringify(kept.sources) === text);
  const example = examples.find((one) => JSON.stringify(one.sources) === text);
  lesson.value = null;
  const starts = now === NEW;
  const { hash } = location;
  if (known) open(known, starts ? undefined : `Opened “${nameOf(known)}”, which the link is of.`);
  else show(sources, { from: example ? `the example ${example.name}` : "a link" }, starts && example ? undefined : "Opened the network of the link. It was read on this device only.");
  // It stays in the address until the compiler has said what is in it.
  addressed(hash);
  // There is nothing that was open before, but perhaps something that was open the last time.
  if (starts && last && last.id !== now.id && toast.value) {
    toast.value = { ...toast.value, undo: () => open(last, `Opened “${nameOf(last)}”.`) };
  }
}

/** Shows other sources in place of those that are open, which are kept before and can be brought back. */
function show(sources: readonly SourceText[], next: Partial<Open>, said?: string, shown?: string): void {
  keepNow();
  const before = now === NEW ? null : { open: now, lesson: lesson.value, sources: session.project.sources() };
  batch(() => {
    compiled.value = null;
    findings.value = new Map();
    outputs.value = null;
    shownOutput.value = null;
    links.value = null;
    origin.value = null;
    marked.value = null;
  });
  session.project.load(sources, shown);
  now = { ...NEW, text: JSON.stringify(session.project.sources()), ...next };
  name();
  addressed("");
  session.changed();
  const undo = () => {
    if (!before) return;
    const kept = before.open.id === null ? null : find(before.open.id);
    if (kept) open(kept);
    // What was kept and deleted since is kept again.
    else show(before.sources, { ...before.open, id: null, text: before.open.id === null ? before.open.text : "" });
    lesson.value = before.lesson;
    notice.value = `${quoted()} is open again.`;
  };
  toast.value = said === undefined ? null : { text: said, undo: before && undo };
}

/** Keeps the text, has the address follow it, and says its name, a moment after the last change. */
function followed(): void {
  clearTimeout(resting);
  resting = window.setTimeout(() => {
    keepNow();
    name();
    void address();
  }, REST);
}

/** Keeps the text if it was changed. */
function keepNow(): void {
  const sources = session.project.sources();
  const text = JSON.stringify(sources);
  if (now === NEW || text === now.text) return;
  // Whoever empties the editor does not thereby throw away what was in it.
  if (sources.every((source) => source.text.trim() === "")) return;
  const there = now.id === null ? null : find(now.id);
  if (there && there.revision !== now.revision) {
    keepBeside();
    return;
  }
  const kept: Kept = {
    id: now.id ?? fresh(),
    label: now.label,
    from: now.from,
    changed: Date.now(),
    revision: fresh(),
    after: now.revision,
    sources,
  };
  keep(kept);
  const isNew = now.id === null;
  now = { ...now, id: kept.id, revision: kept.revision, text };
  if (isNew) addressed(location.hash);
}

/** Keeps the text beside the network that it was made of, since another tab changed that one. */
function keepBeside(): void {
  const label = `${networkName.value}, copy`;
  now = { ...now, id: null, label, revision: "", text: "" };
  keepNow();
  toast.value = { text: `Another tab changed this network, too. What stands here is kept beside it, as “${label}”.`, undo: null };
  followed();
}

function name(): void {
  networkName.value = nameOf({ label: now.label, sources: session.project.sources().slice(0, 1) });
  document.title = `${networkName.value} · hnet`;
}

function quoted(): string {
  return `“${networkName.value}”`;
}

/** Makes the address a link to what is seen, without what looks like a secret. The first example is the page itself. */
async function address(): Promise<void> {
  const mine = ++turn;
  await session.settled;
  session.client.sync();
  const sources = session.project.sources();
  let hash = "";
  if (JSON.stringify(sources) !== JSON.stringify(first.sources) || pane.value !== "topology") {
    const found = await session.ask("hnet/secrets", {});
    // Without the compiler nobody knows what is a secret, and a link to an older text would not be what is seen.
    if (found) hash = `#${await encode({ sources: withoutSecrets(sources, found.secrets), pane: pane.value })}`;
    if (hash.length > LONGEST_ADDRESS) hash = "";
  }
  if (mine !== turn) return;
  addressed(hash);
}

/** Puts the part behind `#` into the address, with what a reload comes back to. */
function addressed(hash: string): void {
  history.replaceState(now.id === null ? null : { network: now.id }, "", `${location.pathname}${location.search}${hash}`);
}

/** The network that this tab had open at this place of its history. */
function ownId(): string | null {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "network" in state && typeof state.network === "string" ? state.network : null;
}
