// Files that are dropped anywhere on the page are opened.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { openFiles } from "../networks";

/** What is seen while files are held over the page. */
export function DropFiles(): JSX.Element | null {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const listeners: [string, (event: DragEvent) => void][] = [
      [
        "dragover",
        (event) => {
          if (!carries(event)) return;
          event.preventDefault();
          setOver(true);
        },
      ],
      [
        "dragleave",
        // Only what leaves the window goes to nothing.
        (event) => {
          if (event.relatedTarget === null) setOver(false);
        },
      ],
      [
        "drop",
        (event) => {
          setOver(false);
          if (!carries(event)) return;
          event.preventDefault();
          void openFiles([...(event.dataTransfer?.files ?? [])]);
        },
      ],
    ];
    // Before the editor, which would take the text of a file into the source.
    for (const [name, listen] of listeners) window.addEventListener(name, listen as EventListener, { capture: true });
    return () => {
      for (const [name, listen] of listeners) window.removeEventListener(name, listen as EventListener, { capture: true });
    };
  }, []);
  return over ? <div class="drop">Drop to open: .hnet, a zip of them, or what you have in YAML</div> : null;
}
