/** The sources of a network and what they name, by their paths: `{ "network.hnet": "network home < … >" }`. */
export type Files = Record<string, string>;

export interface Options {
  /** The source of the network. Without it `network.hnet`, or the only one that lies in no folder. */
  root?: string;
}

/** A stretch of a file: lines and columns from 1, columns in UTF-16 code units as in strings, ends excluded. */
export interface Place {
  /** A path of `files`. */
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** What is wrong, as `hnet check --message-format json` says it. */
export interface Diagnostic extends Place {
  /** `HN301`; never used for another one. */
  code: string;
  /** The same as a name: `address-outside-subnet`. */
  name: string;
  /** `error` where nothing is written. */
  severity: "error" | "warning" | "note";
  /** Which kind it is: of what stops, `denied` can be allowed and `error` cannot. */
  level: "error" | "denied" | "warning" | "note";
  /** What is wrong. */
  message: string;
  /** What stands at the place; may be empty. */
  label: string;
  /** What to do. */
  help: string | null;
  /** The other places that it speaks of. */
  related: (Place & { message: string })[];
  /** Ways to mend it, each whole in itself. */
  fixes: { title: string; edits: (Place & { text: string })[] }[];
}

export type View = "topology" | "traffic" | "addresses" | "flow";

export interface Picture {
  view: View;
  title: string;
  /** What the picture shows, in words. */
  description: string;
  /** A whole SVG, whose colours follow the viewer's preference for light or dark. All text in it is escaped. */
  svg: string;
  /** In pixels. */
  width: number;
  height: number;
}

export interface Compilation {
  /** Whether nothing stops it: only then there are outputs and pictures. */
  sound: boolean;
  diagnostics: Diagnostic[];
  /** What the network writes, by the paths in the output folder. */
  outputs: Record<string, string>;
  /** What there is to draw of it. */
  pictures: Partial<Record<View, Picture>>;
}

/**
 * Compiles a network. The same files give the same answer; nothing else is read, and nothing is sent.
 *
 * Rejects with a `TypeError` where the files are none that hnet takes. What is wrong with the network is in `diagnostics`.
 */
export function compile(files: Files, options?: Options): Promise<Compilation>;

/**
 * Loads the compiler, which `compile` otherwise does when it is first called. Where a bundler moves files, it is told the
 * module (`hnet-compiler/hnet_wasm_bg.wasm`): by its address, its bytes, or what `fetch` answers.
 */
export function load(module?: string | URL | Request | Response | BufferSource | WebAssembly.Module): Promise<void>;
