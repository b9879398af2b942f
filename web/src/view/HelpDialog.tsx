// The keys.

import type { JSX } from "preact";
import { helpOpen } from "../state/store";
import { Dialog } from "./Dialog";

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "Source",
    [
      ["Ctrl+Space", "what may stand here"],
      ["F12, Ctrl+click", "go to the declaration"],
      ["Shift+F12", "all uses of a name"],
      ["F2", "rename"],
      ["Shift+Alt+F", "format"],
      ["F8", "next problem"],
      ["Ctrl+Shift+M", "list of problems, with fixes"],
      ["Ctrl+F", "search"],
      ["Ctrl+Z, Ctrl+Y", "undo, redo"],
      ["Tab", "leaves the editor"],
    ],
  ],
  [
    "Networks",
    [
      ["Ctrl+O", "new, open, examples"],
      ["Ctrl+S", "save as file"],
    ],
  ],
  [
    "Picture",
    [
      ["Arrows", "walk from object to object"],
      ["Home, End", "first, last object"],
      ["Enter", "go to the source of it"],
      ["+, −, 0", "bigger, smaller, whole picture"],
      ["Shift+arrows", "move the picture"],
      ["Ctrl+wheel, pinch", "zoom"],
    ],
  ],
];

/** The dialog. */
export function HelpDialog(): JSX.Element {
  return (
    <Dialog title="Keys" close={() => (helpOpen.value = false)}>
      <div class="dialog-body keys" tabIndex={0} role="region" aria-label="List of keys">
        <p>
          <a class="link" href="docs/" target="_blank">
            The book
          </a>{" "}
          has every statement, every message and ten minutes to begin with.
        </p>
        {KEYS.map(([part, keys]) => (
          <section key={part}>
            <h3>{part}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
