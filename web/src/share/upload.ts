// Files of a person as the sources of a network: `.hnet` files, and zip archives of them. What is none of these is
// left to the import. Start at `readSources`.

import type { SourceText } from "../client/workspace";
import { unzip } from "./archive";
import { soundPath } from "./permalink";

/** In bytes; what is larger was written by no person. */
const LARGEST = 4 * 1024 * 1024;
const ROOT = "network.hnet";

/** The sources in chosen files, the root first; none where no file is a source. Throws what is wrong, in words. */
export async function readSources(chosen: readonly File[]): Promise<SourceText[]> {
  const sources: SourceText[] = [];
  for (const file of chosen) {
    const inside = file.webkitRelativePath || file.name;
    if (isZip(file.name)) {
      const files = file.size > LARGEST ? null : await unzip(await file.arrayBuffer(), isSource).catch(() => null);
      if (!files) throw new Error(`${file.name} is broken, or too large, so it could not be opened.`);
      for (const { path, bytes } of files) sources.push({ path, text: textOf(path, bytes) });
    } else if (isSource(inside)) {
      if (file.size > LARGEST) throw new Error(`${file.name} is too large to be a source.`);
      sources.push({ path: inside, text: textOf(file.name, new Uint8Array(await file.arrayBuffer())) });
    }
  }
  return ordered(withSoundPaths(sources));
}

/** Whether a file may hold sources. */
export function mayHoldSources({ name }: File): boolean {
  return isZip(name) || isSource(name);
}

function isZip(name: string): boolean {
  return /\.zip$/i.test(name);
}

/** Whether a path is one of a source; what is hidden is none, and neither is what macOS adds to archives. */
function isSource(path: string): boolean {
  return path.endsWith(".hnet") && !/(?:^|\/)(?:\.|__MACOSX\/)/.test(path);
}

function textOf(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${name} is no text in UTF-8, so it could not be opened.`);
  }
}

/** The sources with paths that the page takes, without the folder that all of them are in, and no two alike. */
function withSoundPaths(sources: readonly SourceText[]): SourceText[] {
  const folder = /^[^/]+\//.exec(sources[0]?.path ?? "")?.[0] ?? "";
  const inside = sources.every(({ path }) => path.startsWith(folder)) ? folder.length : 0;
  const taken = new Set<string>();
  return sources.map(({ path, text }) => {
    const wish = path.slice(inside).replace(/[^A-Za-z0-9._/-]+/g, "-");
    // A number must still fit into what a path may be long.
    const base = soundPath(wish) && soundPath(`1234-${wish}`) ? wish : ROOT;
    let sound = base;
    for (let number = 2; taken.has(sound); number++) sound = base.replace(/\.hnet$/, `-${number}.hnet`);
    taken.add(sound);
    return { path: sound, text };
  });
}

/** The root first: what is called so, or the first that has a `network`. */
function ordered(sources: SourceText[]): SourceText[] {
  const root = sources.find(({ path }) => path === ROOT) ?? sources.find(({ text }) => /^\s*network\s/m.test(text));
  return root ? [root, ...sources.filter((source) => source !== root)] : sources;
}
