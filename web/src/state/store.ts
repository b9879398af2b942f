// What the page knows, as signals. Views read them, the session and the actions write them; nothing here
// talks to the compiler or touches the document. Start at the list of signals.

import { computed, signal } from "@preact/signals";
import type { Explanation } from "../pages";
import type { Compiled, Diagnostic, Links, Objects, Origin, OutputFile, Range, View } from "../protocol";

/** The panes of the right side, in the order of their tabs. */
export const PANES = ["topology", "traffic", "addresses", "flow", "files"] as const;
export type Pane = (typeof PANES)[number];

/** On a narrow screen one of these fills it. */
export type Screen = "result" | "source" | "problems";

/** How the compiler is. `stopped`: the text ended it twice, it waits for another text. */
export type Health = "loading" | "ready" | "restarting" | "stopped" | "missing";

/** A finding and the file it is in. */
export interface Finding {
  uri: string;
  diagnostic: Diagnostic;
}

/** A stretch of a source that an object of the picture or a line of a file comes from. */
export interface Marked {
  uri: string;
  range: Range;
}

/** The paths of the sources, in the order of the tabs; the first is the root. */
export const paths = signal<string[]>([]);
/** Whether nothing is written yet. */
export const isEmpty = signal(false);
/** The path of the source in the editor. */
export const active = signal("");
/** The pane on the right. */
export const pane = signal<Pane>("topology");
/** What fills a narrow screen: first of all the picture. */
export const screen = signal<Screen>("result");
/** Whether pictures are shown as tables. */
export const asTable = signal(false);

/** How the compiler is. */
export const health = signal<Health>("loading");
/** What the last check of the project said. */
export const compiled = signal<Compiled | null>(null);
/** The findings of each source. */
export const findings = signal<ReadonlyMap<string, Diagnostic[]>>(new Map());
/** Which pictures are drawn; the drawings themselves are in `picture/drawing.ts`. */
export const drawn = signal<Partial<Record<View, true>>>({});
/** What is in each picture, in the order of reading, as it was when nobody typed. */
export const objects = signal<Partial<Record<View, Objects>>>({});
/** The files that the last sound network writes. */
export const outputs = signal<OutputFile[] | null>(null);
/** The path of the written file that is shown. */
export const shownOutput = signal<string | null>(null);

/** What the place of the caret comes out as. */
export const links = signal<Links | null>(null);
/** What the caret's line in the shown file comes from. */
export const origin = signal<Origin | null>(null);
/** The stretch of a source that is pointed at from a picture or a file. */
export const marked = signal<Marked | null>(null);

/** The page of a finding that is open. */
export const explained = signal<Explanation | null>(null);
/** Whether the tour is open, and the lesson in it. */
export const tourOpen = signal(false);
export const lesson = signal<string | null>(null);
/** Whether the dialog with the link is open. */
export const shareOpen = signal(false);
/** The files that the dialog that imports starts with; null while it is closed. */
export const importing = signal<readonly File[] | null>(null);
/** Whether the list of networks is open. */
export const networksOpen = signal(false);
/** What the network that is open is called. */
export const networkName = signal("");
/** Whether the list of keys is open. */
export const helpOpen = signal(false);
/** What was just done, for screen readers and for the status line. */
export const notice = signal("");

/** What just happened to a network, and how it is undone. */
export interface Toast {
  text: string;
  undo: (() => void) | null;
}
export const toast = signal<Toast | null>(null);

/** All findings, errors first, then by file and place. */
export const allFindings = computed<Finding[]>(() => {
  const all: Finding[] = [];
  for (const path of paths.value) {
    const uri = uriOf(path);
    for (const diagnostic of findings.value.get(uri) ?? []) all.push({ uri, diagnostic });
  }
  return all.sort((a, b) => a.diagnostic.severity - b.diagnostic.severity);
});

/** Whether what is shown is older than the text, because the text has errors or cannot be compiled. */
export const stale = computed(() => health.value === "stopped" || (compiled.value !== null && !compiled.value.sound));

/** The document of a path of the project. */
export function uriOf(path: string): string {
  return `file:///${path}`;
}

/** The path of a document of the project. */
export function pathOf(uri: string): string {
  return decodeURIComponent(uri.replace(/^file:\/\/\//, ""));
}
