// The whole page: head, tour, source, result, problems, status. Each part is a file of its own.

import type { JSX } from "preact";
import { explained, helpOpen, importOpen, screen, shareOpen, tourOpen } from "../state/store";
import { EditorPane } from "./EditorPane";
import { ExplainDialog } from "./ExplainDialog";
import { Header } from "./Header";
import { HelpDialog } from "./HelpDialog";
import { ImportDialog } from "./ImportDialog";
import { Problems } from "./Problems";
import { ResultPane } from "./ResultPane";
import { ScreenSwitch } from "./ScreenSwitch";
import { ShareDialog } from "./ShareDialog";
import { Splitter } from "./Splitter";
import { StatusBar } from "./StatusBar";
import { Tour } from "./Tour";

/** The page. */
export function App(): JSX.Element {
  return (
    <div class="app" data-screen={screen.value}>
      <a class="skip" href="#result">
        Skip to the result
      </a>
      <Header />
      <main class="work">
        {tourOpen.value && <Tour />}
        <EditorPane />
        <Splitter />
        <ResultPane />
      </main>
      <Problems />
      <ScreenSwitch />
      <StatusBar />
      {explained.value && <ExplainDialog />}
      {shareOpen.value && <ShareDialog />}
      {importOpen.value && <ImportDialog />}
      {helpOpen.value && <HelpDialog />}
    </div>
  );
}
