// What stays on this device: the text, earlier texts, the theme. The browser may refuse to keep anything; then
// the page works without. Nothing here is ever sent. Start at `remember` and `remembered`.

import type { SourceText } from "../client/workspace";
import { soundPath } from "../share/permalink";

/** Earlier texts that are kept. */
const EARLIER = 10;

/** A project that was worked on before. */
export interface Earlier {
  /** Milliseconds since 1970. */
  at: number;
  sources: SourceText[];
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows and full disks refuse; the text is still in the editor.
  }
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

/** Keeps the project that is being worked on. */
export function remember(sources: SourceText[]): void {
  write("hnet.project", sources);
}

/** The project that was worked on last. */
export function remembered(): SourceText[] | null {
  return sourcesOf(read("hnet.project"));
}

/** Puts a project among the earlier ones, newest first. */
export function setAside(sources: SourceText[], at: number): void {
  const text = JSON.stringify(sources);
  const others = earlier().filter((known) => JSON.stringify(known.sources) !== text);
  write("hnet.earlier", [{ at, sources }, ...others].slice(0, EARLIER));
}

/** The earlier projects, newest first. */
export function earlier(): Earlier[] {
  const value = read("hnet.earlier");
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).flatMap((one) => {
    if (typeof one !== "object" || one === null || !("at" in one) || !("sources" in one)) return [];
    const sources = sourcesOf(one.sources);
    return sources && typeof one.at === "number" ? [{ at: one.at, sources }] : [];
  });
}
