// The parts of the page that are fetched later: see `later.tsx`.

export { ExplainDialog } from "./ExplainDialog";
export { FilesView } from "./FilesView";
export { HelpDialog } from "./HelpDialog";
export { ShareDialog } from "./ShareDialog";
export { Tour } from "./Tour";
