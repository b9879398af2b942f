// The networks of a person, kept in the browser, each under a key of its own, so that tabs do not write over each
// other. The browser may refuse, or have no room; then the network stays in memory and `unkept` says so.
// Nothing here is ever sent. Start at `keep` and `networks`.

import { signal } from "@preact/signals";
import type { SourceText } from "../client/workspace";
import { soundPath } from "../share/permalink";

const PREFIX = "hnet.network.";

/** A network that is kept. */
export interface Kept {
  id: string;
  /** What the person calls it; empty where that is what its source says. */
  label: string;
  /** What it was made of, such as `the example first`; empty where it was new. */
  from: string;
  /** When it was last changed, in milliseconds since 1970. */
  changed: number;
  /** Another one after each change, so that a tab notices what another tab wrote. */
  revision: string;
  /** The revision that this one goes on from. */
  after: string;
  sources: SourceText[];
}

/** Why the browser keeps nothing more. */
export type Refusal = "full" | "refused";

/** Why what is in memory is not kept; null where everything is. */
export const unkept = signal<Refusal | null>(null);
/** Counts the changes of what is kept. */
export const changes = signal(0);

/** The networks that the browser did not take, by their ids. */
const inMemory = new Map<string, Kept>();

/** A name that nothing else has. */
export function fresh(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36).padStart(2, "0")).join("");
}

/** Keeps a network in place of its last state. */
export function keep(network: Kept): void {
  inMemory.set(network.id, network);
  keepRest();
}

/** A network by its id. */
export function find(id: string): Kept | null {
  return inMemory.get(id) ?? read(PREFIX + id);
}

/** Forgets a network. The room that this makes may be what others wait for. */
export function forget(id: string): void {
  inMemory.delete(id);
  try {
    localStorage.removeItem(PREFIX + id);
  } catch {
    // What refuses to forget refused to keep.
  }
  keepRest();
}

/** All networks, the one that was changed last first. */
export function networks(): Kept[] {
  const all = new Map(inMemory);
  for (const key of keys()) {
    const id = key.slice(PREFIX.length);
    const kept = all.has(id) ? null : read(key);
    if (kept) all.set(id, kept);
  }
  return [...all.values()].sort((a, b) => b.changed - a.changed);
}

/** Whether anything is kept, without reading it. */
export function isAnythingKept(): boolean {
  return inMemory.size > 0 || keys().length > 0;
}

/** Is told what another tab kept. */
export function onOtherTab(listener: (kept: Kept) => void): void {
  window.addEventListener("storage", ({ key, newValue }) => {
    changes.value++;
    const kept = key?.startsWith(PREFIX) ? understand(key, newValue) : null;
    if (!kept) return;
    // What waits here for room must not be written over what the other tab had room for.
    const waiting = inMemory.get(kept.id);
    if (waiting) {
      inMemory.delete(kept.id);
      keep({ ...waiting, id: fresh() });
    }
    listener(kept);
  });
}

/** Writes what is only in memory. */
function keepRest(): void {
  let refusal: Refusal | null = null;
  for (const network of inMemory.values()) {
    const wrong = write(network);
    if (wrong) refusal = wrong;
    else inMemory.delete(network.id);
  }
  unkept.value = refusal;
  changes.value++;
}

function write(network: Kept): Refusal | null {
  try {
    localStorage.setItem(PREFIX + network.id, JSON.stringify(network));
    return null;
  } catch (error) {
    return error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : "refused";
  }
}

function keys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function read(key: string): Kept | null {
  try {
    return understand(key, localStorage.getItem(key));
  } catch {
    return null;
  }
}

function understand(key: string, json: string | null): Kept | null {
  let value: unknown;
  try {
    value = JSON.parse(json ?? "null");
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("sources" in value)) return null;
  const sources = sourcesOf(value.sources);
  if (!sources) return null;
  const { label, from, changed, revision, after } = value as Record<string, unknown>;
  const text = (one: unknown) => (typeof one === "string" ? one : "");
  return {
    id: key.slice(PREFIX.length),
    label: text(label),
    from: text(from),
    changed: typeof changed === "number" ? changed : 0,
    revision: text(revision),
    after: text(after),
    sources,
  };
}

function sourcesOf(value: unknown): SourceText[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const sources: SourceText[] = [];
  for (const one of value as unknown[]) {
    if (typeof one !== "object" || one === null || !("path" in one) || !("text" in one)) return null;
    if (typeof one.path !== "string" || typeof one.text !== "string" || !soundPath(one.path)) return null;
    sources.push({ path: one.path, text: one.text });
  }
  return sources;
}
