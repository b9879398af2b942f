// The networks that the page offers: the repository's examples and the lessons of the tour, as they stand in
// their files, so that what is shown here is what CI compiles.

import type { SourceText } from "./client/workspace";

const exampleFiles = import.meta.glob<string>("../../examples/*/*.hnet", { query: "?raw", import: "default", eager: true });
const lessonFiles = import.meta.glob<string>("../lessons/*.md", { query: "?raw", import: "default", eager: true });

/** A whole network. */
export interface Example {
  name: string;
  sources: SourceText[];
}

/** One step of the tour. */
export interface Lesson {
  /** The name of its file, without the ending. */
  name: string;
  title: string;
  /** Markdown, without the title and the network. */
  text: string;
  source: string;
}

/** The examples, by name; the root of each comes first. */
export const examples: readonly Example[] = collect();

/** The lessons, in their order. */
export const lessons: readonly Lesson[] = Object.entries(lessonFiles)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, text]) => lesson(path, text));

/** What the page starts with; its picture is in the page before the compiler is. */
export const first: Example = examples.find(({ name }) => name === "homelab") ?? { name: "empty", sources: [] };

function collect(): Example[] {
  const byName = new Map<string, SourceText[]>();
  for (const [file, text] of Object.entries(exampleFiles).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [name = "", path = ""] = file.split("/").slice(-2);
    const sources = byName.get(name) ?? [];
    if (path === "network.hnet") sources.unshift({ path, text });
    else sources.push({ path, text });
    byName.set(name, sources);
  }
  return [...byName].map(([name, sources]) => ({ name, sources }));
}

function lesson(path: string, text: string): Lesson {
  const title = /^# (.*)$/m.exec(text)?.[1] ?? "";
  const source = /```hnet\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const rest = text.replace(/^# .*\n/m, "").replace(/```hnet\n[\s\S]*?```\n?/, "");
  const name = path.replace(/^.*\//, "").replace(/\.md$/, "");
  return { name, title, text: rest.trim(), source };
}
