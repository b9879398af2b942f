// The whole page: head, tour, source, result, problems, status. Each part is a file of its own.

import type { JSX } from "preact";
import { explained, helpOpen, importing, networksOpen, screen, shareOpen, tourOpen } from "../state/store";
import { DropFiles } from "./DropFiles";
import { EditorPane } from "./EditorPane";
import { ExplainDialog } from "./ExplainDialog";
import { Header } from "./Header";
import { HelpDialog } from "./HelpDialog";
import { ImportDialog } from "./ImportDialog";
import { NetworksDialog } from "./NetworksDialog";
import { ResultPane } from "./ResultPane";
import { ScreenSwitch } from "./ScreenSwitch";
import { ShareDialog } from "./ShareDialog";
import { Splitter } from "./Splitter";
import { StatusBar } from "./StatusBar";
import { Toast } from "./Toast";
import { Tour } from "./Tour";

/** The page. */
export function App(): JSX.Element {
  return (
    <div class="app" data-screen={screen.value}>
      <a class="skip" href="#result" onClick={skip}>
        Skip to the result
      </a>
      <Header />
      <main class="work">
        {tourOpen.value && <Tour />}
        <EditorPane />
        <Splitter />
        <ResultPane />
      </main>
      <ScreenSwitch />
      <StatusBar />
      {explained.value && <ExplainDialog />}
      {shareOpen.value && <ShareDialog />}
      {importing.value && <ImportDialog />}
      {helpOpen.value && <HelpDialog />}
      {networksOpen.value && <NetworksDialog />}
      <Toast />
      <DropFiles />
    </div>
  );
}

/** The address is the network's, so the way there is not by it. */
function skip(event: Event): void {
  event.preventDefault();
  screen.value = "result";
  requestAnimationFrame(() => document.getElementById("result")?.focus());
}
