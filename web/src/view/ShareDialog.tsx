// The link to the network that is open: everything in it, behind `#`, which browsers do not send.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { session } from "../session";
import { encode } from "../share/permalink";
import type { Secret } from "../protocol";
import { withoutSecrets } from "../share/secrets";
import { notice, pane, pathOf, shareOpen } from "../state/store";
import { Dialog } from "./Dialog";

/** The dialog. */
export function ShareDialog(): JSX.Element {
  const [link, setLink] = useState("");
  const [left, setLeft] = useState<Secret[] | null>([]);
  useEffect(() => {
    void (async () => {
      session.client.sync();
      const answer = await session.ask("hnet/secrets", {});
      setLeft(answer && answer.secrets);
      if (!answer) return;
      const sources = withoutSecrets(session.project.sources(), answer.secrets);
      const address = new URL(location.href);
      address.hash = await encode({ sources, pane: pane.value });
      setLink(address.href);
    })();
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
      {!left && <p role="alert">There is no link while the compiler is not running: it knows what looks like a secret.</p>}
      {left && left.length > 0 && (
        <div class="left-out" role="alert">
          <p>
            <strong>Left out of the link, because it looks like a secret:</strong>
          </p>
          <ul>
            {left.map(({ location, what }, at) => (
              <li key={at}>
                {what} in {pathOf(location.uri)}, line {location.range.start.line + 1}
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
