// The link to the network that is open: everything in it, behind `#`, which browsers do not send.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { copyPicture, savePicture } from "../actions";
import { session } from "../session";
import { encode } from "../share/permalink";
import type { Secret } from "../protocol";
import { withoutSecrets } from "../share/secrets";
import { drawn, networkName, notice, pane, pathOf, shareOpen } from "../state/store";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";

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
  const copy = async (text: string, what: string) => {
    await navigator.clipboard.writeText(text);
    notice.value = `Copied the ${what}.`;
    close();
  };
  const copyImage = (kind: "svg" | "png") => {
    close();
    void copyPicture(view, kind);
  };
  const view = pane.value === "files" ? "topology" : pane.value;
  const isDrawn = drawn.value[view] === true;
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
        <textarea class="input" readOnly rows={3} value={link} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={() => void copy(markdown(networkName.value, link), "link as Markdown")} disabled={link === ""}>
          As Markdown
        </button>
        <button type="button" class="button primary" onClick={() => void copy(link, "link")} disabled={link === ""}>
          Copy the link
        </button>
      </div>
      <section class="share-picture" aria-labelledby="share-picture">
        <h3 id="share-picture">The picture: {view}</h3>
        <div class="dialog-actions start">
          <button type="button" class="button" onClick={() => copyImage("png")} disabled={!isDrawn}>
            <Icon name="copy" />
            <span>Copy PNG</span>
          </button>
          <button type="button" class="button" onClick={() => copyImage("svg")} disabled={!isDrawn}>
            <Icon name="copy" />
            <span>Copy SVG</span>
          </button>
          <button type="button" class="button" onClick={() => void savePicture(view, "png")} disabled={!isDrawn}>
            <Icon name="download" />
            <span>Save PNG</span>
          </button>
          <button type="button" class="button" onClick={() => void savePicture(view, "svg")} disabled={!isDrawn}>
            <Icon name="download" />
            <span>Save SVG</span>
          </button>
        </div>
      </section>
    </Dialog>
  );
}

/** A link as Markdown, whatever the network is called. */
function markdown(name: string, link: string): string {
  return `[${name.replace(/[\\[\]`*_<>&]/g, "\\$&")}, a network in hnet](${link})`;
}
