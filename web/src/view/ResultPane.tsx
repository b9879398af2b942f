// The right side: four pictures and the written files.

import type { JSX } from "preact";
import { session } from "../session";
import { outputs, PANES, type Pane, pane } from "../state/store";
import { FilesView } from "./FilesView";
import { LinkBar } from "./LinkBar";
import { PictureView } from "./PictureView";
import { Tabs } from "./Tabs";

const LABELS: Record<Pane, string> = {
  topology: "Topology",
  traffic: "Traffic",
  addresses: "Addresses",
  flow: "Flow",
  files: "Files",
};

/** The right side. */
export function ResultPane(): JSX.Element {
  const now = pane.value;
  const tabs = PANES.map((id) => {
    const count = id === "files" ? outputs.value?.length : undefined;
    return count === undefined ? { id, label: LABELS[id] } : { id, label: LABELS[id], count };
  });
  const choose = (id: string) => {
    pane.value = PANES.find((known) => known === id) ?? "topology";
    session.refresh();
  };
  return (
    <section class="pane result" id="result" aria-label="Result" tabIndex={-1}>
      <div class="bar">
        <Tabs label="Result" tabs={tabs} chosen={now} choose={choose} panel="result" />
      </div>
      <div class="panel" role="tabpanel" id="result-panel" aria-labelledby={`result-tab-${now}`}>
        {now === "files" ? <FilesView /> : <PictureView key={now} view={now} label={LABELS[now]} />}
      </div>
      <LinkBar />
    </section>
  );
}
