// The lessons of the tour, as they stand in their files, so that what is shown here is what CI compiles.

const files = import.meta.glob<string>("../lessons/*.md", { query: "?raw", import: "default", eager: true });

/** One step of the tour. */
export interface Lesson {
  /** The name of its file, without the ending. */
  name: string;
  title: string;
  /** Markdown, without the title and the network. */
  text: string;
  source: string;
}

/** The lessons, in their order. */
export const lessons: readonly Lesson[] = Object.entries(files)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, text]) => lesson(path, text));

function lesson(path: string, text: string): Lesson {
  const title = /^# (.*)$/m.exec(text)?.[1] ?? "";
  const source = /```hnet\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const rest = text.replace(/^# .*\n/m, "").replace(/```hnet\n[\s\S]*?```\n?/, "");
  const name = path.replace(/^.*\//, "").replace(/\.md$/, "");
  return { name, title, text: rest.trim(), source };
}
