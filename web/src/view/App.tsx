// The whole page: head, tour, source, result, problems, status. Each part is a file of its own.

import type { JSX } from "preact";
import { explained, helpOpen, screen, shareOpen, tourOpen } from "../state/store";
import { EditorPane } from "./EditorPane";
import { Header } from "./Header";
import { later } from "./later";
import { Problems } from "./Problems";
import { ResultPane } from "./ResultPane";
import { ScreenSwitch } from "./ScreenSwitch";
import { Splitter } from "./Splitter";
import { StatusBar } from "./StatusBar";

const ExplainDialog = later((parts) => parts.ExplainDialog);
const HelpDialog = later((parts) => parts.HelpDialog);
const ShareDialog = later((parts) => parts.ShareDialog);
const Tour = later((parts) => parts.Tour);

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
      {helpOpen.value && <HelpDialog />}
    </div>
  );
}
