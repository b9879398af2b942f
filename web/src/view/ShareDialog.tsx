// The link to the network that is open: everything in it, behind `#`, which browsers do not send.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { session } from "../session";
import { encode } from "../share/permalink";
import { type LeftOut, withoutSecrets } from "../share/secrets";
import { notice, pane, shareOpen } from "../state/store";
import { Dialog } from "./Dialog";

/** The dialog. */
export function ShareDialog(): JSX.Element {
  const [link, setLink] = useState("");
  const [left, setLeft] = useState<LeftOut[]>([]);
  useEffect(() => {
    const clean = withoutSecrets(session.project.sources());
    setLeft(clean.left);
    void encode({ sources: clean.sources, pane: pane.value }).then((hash) => {
      const address = new URL(location.href);
      address.hash = hash;
      setLink(address.href);
    });
  }, []);
  const close = () => (shareOpen.value = false);
  const copy = async () => {
    await navigator.clipboard.writeText(link);
    notice.value = "Copied the link.";
    close();
  };
  return (
    <Dialog title="Share this network" close={close}>
      <p>The link holds the whole source, compressed, behind the #. Browsers do not send that part to any server; whoever has the link can read it.</p>
      {left.length > 0 && (
        <div class="left-out" role="alert">
          <p>
            <strong>Left out of the link, because it looks like a secret:</strong>
          </p>
          <ul>
            {left.map(({ path, line, kind }, at) => (
              <li key={at}>
                {kind} in {path}, line {line}
              </li>
            ))}
          </ul>
        </div>
      )}
      <label class="field">
        <span>Link, {link.length.toLocaleString("en")} characters</span>
        <textarea class="input" readOnly rows={4} value={link} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <div class="dialog-actions">
        <button type="button" class="button primary" onClick={() => void copy()} disabled={link === ""}>
          Copy the link
        </button>
      </div>
    </Dialog>
  );
}
