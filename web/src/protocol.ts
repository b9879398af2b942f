// What the page and the compiler say to each other.
//
// The compiler is a language server: JSON-RPC 2.0 messages as texts, the same in the browser's worker
// (`hnet-wasm`: `new Server().handle(message)` gives the answers and notifications that follow from one
// message, in order) and behind `hnet lsp`. The Rust side is `crates/hnet-lsp`: `requests.rs` and `own.rs`.
//
// Places are the Language Server Protocol's: lines from 0, columns in UTF-16 code units from 0, ends
// excluded. Lines of written files count from 0 as well.
//
// The standard part
//
//   client                                   server
//   initialize                               capabilities, legend of semantic tokens
//   initialized, textDocument/didOpen,       textDocument/publishDiagnostics for each file of the
//     didChange (whole text or ranges),        projects that changed, then hnet/compiled for each
//     didClose, workspace/didChangeWatchedFiles
//   textDocument/hover, completion, definition, references, prepareRename, rename, formatting,
//     codeAction, semanticTokens/full, documentSymbol, foldingRange, documentHighlight
//   shutdown, exit
//
// Requests before `initialize` are answered with error -32002, unknown ones with -32601, wrong parameters
// with -32602. Whatever is asked is answered from the text as it is then. Nothing traps the server; should the
// worker die all the same, a new server that gets `initialize` and the `didOpen`s again knows everything.
//
// Projects. A document is `file:///…`: the playground's are `file:///network.hnet`, `file:///nodes.hnet`.
// Open documents that another one includes belong to its project; the others are roots of their own.
// `initializationOptions.root` names the root when a request says no `uri`; without it, it is the first
// document that was opened and is still open.
//
// A source with errors has no files and no pictures: those requests answer `null`, and the page keeps
// what it has. It asks again when `hnet/compiled` says that the network is sound.

/** A line and a column, both from 0, the column in UTF-16 code units. */
export interface Position {
  line: number;
  character: number;
}

/** From `start` to before `end`. */
export interface Range {
  start: Position;
  end: Position;
}

/** A stretch of a source. */
export interface Location {
  uri: string;
  range: Range;
}

/** What `initialize` may be given under `initializationOptions`. */
export interface InitializationOptions {
  /** The root that requests without `uri` are about. */
  root?: string;
}

/**
 * The legend of `textDocument/semanticTokens/full`, as `initialize` also says it. The numbers in the
 * answer are positions in these lists.
 *
 * keyword: starts a statement with a name or a body. property: a field, inline or in a body. class: the name
 * of something that is declared, with the modifier `declaration` where it is declared. enumMember: one of
 * a few words, `on` and `off`. number: what starts with a digit: addresses, ports, versions. string: quoted
 * texts, host names, all other words. comment: with `documentation` where it is `##`. operator: `< > ; ,`.
 */
export const TOKEN_TYPES = [
  "keyword",
  "property",
  "class",
  "enumMember",
  "number",
  "string",
  "comment",
  "operator",
] as const;
export const TOKEN_MODIFIERS = ["declaration", "documentation"] as const;

/**
 * A finding as `textDocument/publishDiagnostics` says it. `code` has a page: `pages.ts`.
 * `message` is the title, then the label of the place, then `help: …`, each on a line of its own.
 */
export interface Diagnostic {
  range: Range;
  /** 1 error, 2 warning, 3 note. */
  severity: 1 | 2 | 3;
  /** `HN301`. */
  code: string;
  /** The same page at a stable address; the page does not open it, but fetches its own: `pages.ts`. */
  codeDescription: { href: string };
  source: "hnet";
  message: string;
  /** The other places that the finding speaks of. */
  relatedInformation?: { location: Location; message: string }[];
  data: DiagnosticData;
}

/** What a finding carries beyond the standard. */
export interface DiagnosticData {
  /** `address-outside-subnet`. */
  name: string;
  /** What is `denied` stops the build as an error does, and can be allowed. */
  level: "error" | "denied" | "warning" | "note";
  /** How what is denied is allowed. */
  allowance: string | null;
  /** What is wrong, on one line. */
  title: string;
  /** What stands at the place; may be empty. */
  label: string;
  help: string | null;
  /** The edits that would mend it, ready to be applied; `textDocument/codeAction` offers the same. */
  fixes: Fix[];
}

/** A way to mend a finding. */
export interface Fix {
  /** As an order: "write `10.0.0.0/24`". */
  title: string;
  edits: { uri: string; range: Range; newText: string }[];
}

/** Notification `hnet/compiled`: a project was checked, after every change. */
export interface Compiled {
  /** The root of the project. */
  uri: string;
  /** The versions that were checked, by the URIs of the open documents of the project. */
  versions: Record<string, number>;
  /** Whether there is no error: only then there are files and pictures. */
  sound: boolean;
  errors: number;
  warnings: number;
  notes: number;
}

/** Parameters of requests about a project. */
export interface OfProject {
  /** A document of the project; without it the root of `initializationOptions`, or the first open one. */
  uri?: string;
}

/** Answer of `hnet/outputs` (OfProject): every file that the network writes, in the order of the paths. */
export interface Outputs {
  files: OutputFile[];
}

export interface OutputFile {
  /** Relative to the output folder, with `/`. */
  path: string;
  text: string;
}

/** Parameters of `hnet/origins`. */
export interface OriginsParams extends OfProject {
  /** The path of a file of `hnet/outputs`. */
  path: string;
}

/** Answer of `hnet/origins`: where each line of a written file comes from. */
export interface Origins {
  /** The distinct origins. */
  origins: Origin[];
  /** For each line of the file, from 0, the position of its origin in `origins`. */
  lines: number[];
}

/** The source text that decided something. */
export interface Origin {
  location: Location;
  /** Why, as a sentence, where the text does not say the value itself. */
  reason: string | null;
}

export const VIEWS = ["topology", "traffic", "addresses", "flow"] as const;
export type View = (typeof VIEWS)[number];

/** Parameters of `hnet/picture`. */
export interface PictureParams extends OfProject {
  view: View;
  /** Which colours the SVG carries; `automatic` follows the viewer's preference. */
  theme?: "automatic" | "light" | "dark";
}

/** Parameters of `hnet/changes`, for a client that shows a picture and changes it. */
export interface ChangesParams extends PictureParams {
  /** The number of the picture of this view that is shown; 0 for none. */
  known: number;
}

/** Answer of `hnet/picture`; everything in the SVG that comes from a source is escaped. */
export interface Picture {
  view: View;
  title: string;
  description: string;
  svg: string;
  /** In pixels. */
  width: number;
  height: number;
}

/**
 * Answer of `hnet/changes`: the SVG without the places of its objects. An empty `<g id="…" data-same="7">`
 * stands for seven groups, from the one with that `id` on, that follow each other in the picture with the
 * known number and are the same; without an `id` it stands for the group of wires.
 */
export interface Changes {
  number: number;
  svg: string;
  width: number;
  height: number;
}

/** Answer of `hnet/objects` (the parameters are those of a picture): what is drawn, in the order of reading. */
export interface Objects {
  /** What the picture shows, in a sentence. */
  description: string;
  objects: PictureObject[];
}

export interface PictureObject {
  /** The `id` of its focusable `<g>` in the SVG. */
  id: string;
  /** `node`, `subnet`, `route`, … */
  kind: string;
  name: string;
  /** What the picture says about it; may be empty. */
  says: string;
  /** The text that declares it. */
  location: Location | null;
}

/** Parameters of `hnet/links`. */
export interface LinksParams {
  textDocument: { uri: string };
  position: Position;
  /** The picture whose objects are wanted; `topology` if left out. */
  view?: View;
}

/** Answer of `hnet/links`: what a place in a source comes out as. Empty lists where there are errors. */
export interface Links {
  /** The innermost statement around the place that has objects or lines; null where there is none. */
  location: Location | null;
  /** The `id`s of objects of the picture. */
  objects: string[];
  /** Lines of written files, by path and then by line. */
  lines: { path: string; line: number }[];
}

/** Parameters of `hnet/page`: a finding's page as it stands in `explain/`, which the client has fetched. */
export interface PageParams {
  /** `HN301`. */
  code: string;
  page: string;
}

/** Answer of `hnet/secrets`: what looks like a secret in the open documents, one document after the other. */
export interface Secrets {
  secrets: Secret[];
}

export interface Secret {
  location: Location;
  /** `a GitHub token`. */
  what: string;
}

/** Answer of `hnet/zip` (OfProject): all files of `hnet/outputs` in one archive, the same bytes each time. */
export interface Zip {
  /** `homelab.zip`. */
  name: string;
  base64: string;
}

/** Parameters of `hnet/import`: what exists, such as a `talconfig.yaml` with its patches and manifests. The page asks a module of its own, which is fetched for it (decision 27). */
export interface ImportParams {
  files: ImportFile[];
}

export interface ImportFile {
  /** As the files name each other, with `/`. */
  path: string;
  text: string;
}

/** Answer of `hnet/import`: a source. Nothing is opened; the page does that if it is wanted. */
export interface Imported {
  text: string;
  report: ImportReport;
}

/** A place in a file that is not said in words, and why. */
export interface Unsaid {
  path: string;
  range: Range;
  why: string;
}

/** What came of an import. */
export interface ImportReport {
  /** What is not in the source, and why. */
  unread: Unsaid[];
  /** What stays YAML although its kind has words, and why. */
  asYaml: Unsaid[];
  /** How many fields of each kind of object are said in words, as YAML, and not. */
  kinds: { kind: string; typed: number; raw: number; unread: number }[];
  /** How many comments stand where they stood, elsewhere, and not in the source. */
  comments: { kept: number; moved: number; dropped: number };
}

/** The requests beyond the standard: what they take and what they answer. */
export interface Requests {
  "hnet/outputs": [OfProject, Outputs | null];
  "hnet/origins": [OriginsParams, Origins | null];
  "hnet/picture": [PictureParams, Picture | null];
  "hnet/changes": [ChangesParams, Changes | null];
  "hnet/objects": [PictureParams, Objects | null];
  "hnet/links": [LinksParams, Links];
  /** The page with what follows from the finding, and how it can be allowed; null where there is no such code. */
  "hnet/page": [PageParams, string | null];
  "hnet/secrets": [Record<string, never>, Secrets];
  "hnet/zip": [OfProject, Zip | null];
  "hnet/import": [ImportParams, Imported];
}
