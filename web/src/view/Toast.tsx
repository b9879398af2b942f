// What just happened to the network, with the way back. It lies over the page, so nothing moves; it goes by itself when
// nobody is at it, since all that it undoes is also in the list of networks.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { session } from "../session";
import { toast } from "../state/store";
import { Icon } from "./Icon";

/** How long it stays, in milliseconds. */
const STAY = 12_000;

/** The toast; its place is always there, so that screen readers hear what comes into it. */
export function Toast(): JSX.Element {
  const now = toast.value;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!now || held) return;
    const late = window.setTimeout(() => {
      if (toast.value === now) toast.value = null;
    }, STAY);
    return () => clearTimeout(late);
  }, [now, held]);
  const close = () => {
    toast.value = null;
    setHeld(false);
  };
  return (
    <div class="toasts" role="status">
      {now && (
        <div
          class="toast"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocusIn={() => setHeld(true)}
          onFocusOut={() => setHeld(false)}
        >
          <span>{now.text}</span>
          {now.undo && (
            <button
              type="button"
              class="button small toast-undo"
              onClick={(event) => {
                // By keyboard, one goes on in the text that is there again.
                const byKey = event.currentTarget.matches(":focus-visible");
                close();
                now.undo?.();
                if (byKey) session.project.editor?.focus();
              }}
            >
              <Icon name="undo" />
              <span>Undo</span>
            </button>
          )}
          <button type="button" class="button small" aria-label="Dismiss" onClick={close}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
