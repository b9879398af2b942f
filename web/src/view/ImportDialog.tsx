// What a person has in YAML, as a source: choose files or a folder, see what became of them, open it.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { importFiles, readFiles } from "../client/importer";
import { openImported } from "../networks";
import type { Imported, Unsaid } from "../protocol";
import { importing } from "../state/store";
import { Dialog } from "./Dialog";
import { Words } from "./Problems";

/** How many places are listed; the rest is counted. */
const LISTED = 100;

/** The dialog. */
export function ImportDialog(): JSX.Element {
  const [state, setState] = useState<string | Imported>("");
  const close = () => (importing.value = null);
  const take = async (chosen: readonly File[]) => {
    setState("Reading …");
    const files = await readFiles(chosen);
    if (files.length === 0) {
      setState("None of these files holds YAML.");
      return;
    }
    setState(`Importing ${files.length} ${files.length === 1 ? "file" : "files"} …`);
    await importFiles(files).then(setState, (error: Error) => setState(`The import gave up: ${error.message}.`));
  };
  useEffect(() => {
    const dropped = importing.peek();
    if (dropped && dropped.length > 0) void take(dropped);
  }, []);
  return (
    <Dialog title="Import what you have" close={close}>
      <p>
        Talos, talhelper, Cilium, Gateway API, CoreDNS and what Flux or Argo CD applies become one source. The files are read on this device and go
        nowhere.
      </p>
      <div class="dialog-actions">
        <Choose label="Choose files" folder={false} take={take} />
        <Choose label="Choose a folder" folder={true} take={take} />
      </div>
      {typeof state === "string" ? <p role="status">{state}</p> : <Report imported={state} close={close} />}
    </Dialog>
  );
}

function Choose({ label, folder, take }: { label: string; folder: boolean; take: (chosen: readonly File[]) => Promise<void> }): JSX.Element {
  return (
    <label class="button">
      <span>{label}</span>
      <input
        type="file"
        class="unseen"
        multiple
        {...(folder ? { webkitdirectory: true } : {})}
        onChange={(event) => void take([...(event.currentTarget.files ?? [])])}
      />
    </label>
  );
}

function Report({ imported, close }: { imported: Imported; close: () => void }): JSX.Element {
  const { text, report } = imported;
  const open = () => {
    openImported(text);
    close();
  };
  return (
    <>
      <div class="dialog-body" tabIndex={0} role="region" aria-label="What became of the files">
        <table class="imported">
          <thead>
            <tr>
              <th>Kind</th>
              <th>Fields in words</th>
              <th>as YAML</th>
              <th>not in the source</th>
            </tr>
          </thead>
          <tbody>
            {report.kinds.map(({ kind, typed, raw, unread }) => (
              <tr key={kind}>
                <th scope="row">{kind}</th>
                <td>{typed}</td>
                <td>{raw}</td>
                <td>{unread}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Places title="Not in the source" places={report.unread} />
        <Places title="Left as YAML" places={report.asYaml} />
      </div>
      <div class="dialog-actions">
        <button type="button" class="button primary" onClick={open}>
          Open it
        </button>
      </div>
    </>
  );
}

function Places({ title, places }: { title: string; places: readonly Unsaid[] }): JSX.Element | null {
  if (places.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {places.slice(0, LISTED).map(({ path, range, why }, at) => (
          <li key={at}>
            <code>
              {path}:{range.start.line + 1}
            </code>{" "}
            <Words text={why} />
          </li>
        ))}
      </ul>
      {places.length > LISTED && <p>and {places.length - LISTED} more</p>}
    </section>
  );
}
