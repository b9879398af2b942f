// The page of a finding.

import type { JSX } from "preact";
import { explained } from "../state/store";
import { Dialog } from "./Dialog";
import { Markdown } from "./Markdown";

/** The page, while one is open. */
export function ExplainDialog(): JSX.Element | null {
  const page = explained.value;
  if (!page) return null;
  return (
    <Dialog title={page.title} close={() => (explained.value = null)}>
      <div class="dialog-body" tabIndex={0} role="region" aria-label="Explanation">
        <Markdown text={page.text} level={2} />
        <p>
          <a class="link" href={`docs/diagnostics/${page.title.split(" ")[0]}.html`} target="_blank">
            In the book
          </a>
        </p>
      </div>
    </Dialog>
  );
}
