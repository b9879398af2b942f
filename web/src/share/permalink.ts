// A project as a link: JSON, deflated, in the part of the address that is never sent to a server. What looks
// like a secret is left out before (`secrets.ts`). Start at `encode` and `decode`.

import type { SourceText } from "../client/workspace";
import { PANES, type Pane } from "../state/store";
import { inflate } from "./archive";

const MARK = "v1/";

/** What a link carries. */
export interface Shared {
  sources: SourceText[];
  pane: Pane;
}

/** The part behind `#`. */
export async function encode(shared: Shared): Promise<string> {
  const json = JSON.stringify({ files: shared.sources.map(({ path, text }) => [path, text]), pane: shared.pane });
  const packed = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return MARK + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What a link says; null where it is none, or a broken one. */
export async function decode(hash: string): Promise<Shared | null> {
  const packed = hash.replace(/^#/, "");
  if (!packed.startsWith(MARK)) return null;
  try {
    const text = atob(packed.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return understand(JSON.parse(new TextDecoder().decode(await inflate(bytes))));
  } catch {
    return null;
  }
}

function understand(value: unknown): Shared | null {
  if (typeof value !== "object" || value === null || !("files" in value) || !Array.isArray(value.files)) return null;
  const sources: SourceText[] = [];
  for (const file of value.files as unknown[]) {
    if (!Array.isArray(file) || typeof file[0] !== "string" || typeof file[1] !== "string") return null;
    if (!soundPath(file[0])) return null;
    sources.push({ path: file[0], text: file[1] });
  }
  const paths = new Set(sources.map(({ path }) => path));
  if (sources.length === 0 || paths.size !== sources.length) return null;
  const pane = "pane" in value ? PANES.find((known) => known === value.pane) : undefined;
  return { sources, pane: pane ?? "topology" };
}

/** Whether a path may name a source: folders and a name that ends in `.hnet`. */
export function soundPath(path: string): boolean {
  return path.length <= 100 && /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.hnet$/.test(path);
}
