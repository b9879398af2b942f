// The networks to choose from: those of the person, kept on this device, and the examples; new ones, and files in and out.

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { SourceText } from "../client/workspace";
import { examples } from "../examples";
import { nameOf, open, openExample, openFiles, openId, openNew, remove, rename, saveSources } from "../networks";
import { changes, find, type Kept, networks } from "../state/storage";
import { importing, networksOpen } from "../state/store";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";

/** What was deleted while the dialog is open: it keeps its row, which brings it back. */
type Deleted = ReadonlyMap<string, { kept: Kept; undo: () => void }>;

/** The dialog. */
export function NetworksDialog(): JSX.Element {
  const [deleted, setDeleted] = useState<Deleted>(new Map());
  changes.value;
  const close = () => (networksOpen.value = false);
  const then = (act: () => void) => () => {
    close();
    act();
  };
  const rows = [...networks(), ...[...deleted.values()].map(({ kept }) => kept)].sort((a, b) => b.changed - a.changed);
  const list = useRef<HTMLUListElement>(null);
  // What was at a row's button goes on at the row, when the button is gone.
  const goOn = (id: string) => requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-id="${id}"] button`)?.focus());
  const without = (id: string) => new Map([...deleted].filter(([other]) => other !== id));
  return (
    <Dialog title="Networks" close={close}>
      <div class="dialog-actions start">
        <button type="button" class="button" onClick={then(openNew)}>
          <Icon name="plus" />
          <span>New</span>
        </button>
        <label class="button">
          <Icon name="folder" />
          <span>Open files</span>
          <input type="file" class="unseen" multiple accept=".hnet,.zip" onChange={(event) => void openFiles([...(event.currentTarget.files ?? [])])} />
        </label>
        <button type="button" class="button" onClick={then(saveSources)}>
          <Icon name="download" />
          <span>Save as file</span>
        </button>
        <button type="button" class="button" onClick={then(() => (importing.value = []))}>
          <Icon name="file" />
          <span>Import YAML</span>
        </button>
      </div>
      <div class="dialog-body networks">
        <section aria-labelledby="networks-own">
          <h3 id="networks-own">Yours, on this device</h3>
          {rows.length === 0 && <p class="muted">What you change is kept here by itself, in this browser.</p>}
          <ul ref={list}>
            {rows.map((kept) => {
              const gone = deleted.get(kept.id);
              return gone ? (
                <li key={kept.id} class="network gone" data-id={kept.id}>
                  <span>Deleted “{nameOf(kept)}”.</span>
                  <button
                    type="button"
                    class="button small"
                    onClick={() => {
                      gone.undo();
                      setDeleted(without(kept.id));
                      goOn(kept.id);
                    }}
                  >
                    <Icon name="undo" />
                    <span>Undo</span>
                  </button>
                </li>
              ) : (
                <Row
                  key={kept.id}
                  kept={kept}
                  close={close}
                  goOn={() => goOn(kept.id)}
                  remove={() => {
                    setDeleted(new Map([...deleted, [kept.id, { kept, undo: remove(kept) }]]));
                    goOn(kept.id);
                  }}
                />
              );
            })}
          </ul>
        </section>
        <section aria-labelledby="networks-examples">
          <h3 id="networks-examples">Examples</h3>
          <ul>
            {examples.map((example) => (
              <li key={example.name} class="network">
                <button type="button" class="network-open" onClick={then(() => openExample(example))}>
                  <strong>{example.name}</strong>
                  <span class="muted">
                    {aboutOf(example.sources)} {sizeOf(example.sources)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Dialog>
  );
}

function Row({ kept, close, goOn, remove }: { kept: Kept; close: () => void; goOn: () => void; remove: () => void }): JSX.Element {
  const [naming, setNaming] = useState(false);
  const name = nameOf(kept);
  const isOpen = kept.id === openId();
  const choose = () => {
    close();
    const last = find(kept.id);
    if (!isOpen && last) open(last, `Opened “${nameOf(last)}”.`);
  };
  if (naming) {
    return (
      <li class="network" data-id={kept.id}>
        <form
          class="network-name"
          onSubmit={(event) => {
            event.preventDefault();
            rename(kept, String(new FormData(event.currentTarget).get("name") ?? ""));
            setNaming(false);
            goOn();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            setNaming(false);
            goOn();
          }}
        >
          <input name="name" class="input" aria-label={`New name of ${name}`} defaultValue={name} maxLength={80} autocomplete="off" ref={(element) => element?.select()} />
          <button type="submit" class="button">
            Rename
          </button>
        </form>
      </li>
    );
  }
  return (
    <li class="network" data-id={kept.id} aria-current={isOpen ? "true" : undefined}>
      <button type="button" class="network-open" onClick={choose}>
        <strong>{name}</strong>
        <span class="muted">
          {isOpen && "open now, "}
          {sizeOf(kept.sources)}, {ago(kept.changed)}
          {kept.from && `, from ${kept.from}`}
        </span>
      </button>
      <button type="button" class="button bare" aria-label={`Rename ${name}`} title="Rename" onClick={() => setNaming(true)}>
        <Icon name="rename" />
      </button>
      <button type="button" class="button bare" aria-label={`Delete ${name}`} title="Delete" onClick={remove}>
        <Icon name="trash" />
      </button>
    </li>
  );
}

/** The first line of documentation. */
function aboutOf(sources: readonly SourceText[]): string {
  return /^##\s*(.*)$/m.exec(sources[0]?.text ?? "")?.[1] ?? "";
}

function sizeOf(sources: readonly SourceText[]): string {
  const lines = sources.reduce((sum, { text }) => sum + text.replace(/\n$/, "").split("\n").length, 0);
  const counted = `${lines} ${lines === 1 ? "line" : "lines"}`;
  return sources.length > 1 ? `${counted} in ${sources.length} files` : counted;
}

const STEPS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** How long ago something was, in words. */
function ago(changed: number): string {
  const seconds = (Date.now() - changed) / 1000;
  if (seconds > 30 * 86_400) return new Date(changed).toLocaleDateString("en", { dateStyle: "medium" });
  const step = STEPS.find(([, length]) => seconds >= length);
  if (!step) return "just now";
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.floor(seconds / step[1]), step[0]);
}
