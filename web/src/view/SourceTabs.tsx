// The tabs of the sources: choose, add, take out. The root stays.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { addSource, removeSource, showSource } from "../actions";
import { soundPath } from "../share/permalink";
import { active, findings, paths, uriOf } from "../state/store";
import { Icon } from "./Icon";
import { Tabs } from "./Tabs";

/** The tabs. */
export function SourceTabs(): JSX.Element {
  const [adding, setAdding] = useState(false);
  const now = active.value;
  const tabs = paths.value.map((path) => {
    const wrong = (findings.value.get(uriOf(path)) ?? []).some(({ severity }) => severity === 1);
    return { id: path, label: path, note: wrong ? "has errors" : "" };
  });
  return (
    <div class="bar">
      <Tabs label="Sources" tabs={tabs} chosen={now} choose={showSource} panel="source" />
      {adding ? (
        <AddSource done={() => setAdding(false)} />
      ) : (
        // Beside the tabs, so not before they are there.
        tabs.length > 0 && (
          <button type="button" class="button bare" onClick={() => setAdding(true)} aria-label="Add a source" title="Add a source">
            <Icon name="plus" />
          </button>
        )
      )}
      <span class="spring" />
      {paths.value.indexOf(now) > 0 && (
        <button type="button" class="button bare" onClick={() => removeSource(now)} aria-label={`Remove ${now}`} title={`Remove ${now}`}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

function AddSource({ done }: { done: () => void }): JSX.Element {
  const [wrong, setWrong] = useState("");
  return (
    <form
      class="add-source"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = String(new FormData(event.currentTarget).get("path") ?? "").trim();
        const path = typed.endsWith(".hnet") ? typed : `${typed}.hnet`;
        if (!soundPath(path)) setWrong("Letters, digits, hyphens, dots and folders, please.");
        else if (!addSource(path)) setWrong(`There is a ${path} already.`);
        else done();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") done();
      }}
    >
      <input
        name="path"
        class="input"
        aria-label="Name of the new source"
        aria-describedby="add-source-wrong"
        aria-invalid={wrong !== ""}
        placeholder="nodes.hnet"
        autocomplete="off"
        ref={(element) => element?.focus()}
      />
      <span id="add-source-wrong" class="wrong" role="status">
        {wrong}
      </span>
    </form>
  );
}
