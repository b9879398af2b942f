// The findings, with their fixes and pages.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { goTo, placeOf } from "../actions";
import { mend, SEVERITIES } from "../editor/findings";
import type { Diagnostic } from "../protocol";
import { session } from "../session";
import { allFindings, type Finding } from "../state/store";
import { Icon } from "./Icon";

const NAMES = { error: "Error", denied: "Denied", warning: "Warning", note: "Note" } as const;
const ICONS = { error: "error", warning: "warning", info: "note" } as const;

/** The strip under the source: as high as it is whatever is found, so that nothing moves while one types. */
export function Problems(): JSX.Element {
  const [open, setOpen] = useState(false);
  const all = allFindings.value;
  return (
    <section class={`problems${open && all.length > 0 ? " open" : ""}`} aria-label="Problems">
      {all.length === 0 ? (
        <p class="fine">
          <Icon name="check" /> No problems.
        </p>
      ) : (
        <>
          <ul tabIndex={0} aria-label="Problems">
            {all.map((finding) => (
              <Problem key={keyOf(finding)} {...finding} />
            ))}
          </ul>
          <button
            type="button"
            class="button small problems-all"
            aria-expanded={open}
            aria-label={`All problems, ${all.length}`}
            title={open ? "Only the first problem" : "All problems"}
            onClick={() => setOpen(!open)}
          >
            <span>{all.length}</span>
            <Icon name={open ? "down" : "up"} />
          </button>
        </>
      )}
    </section>
  );
}

function keyOf({ uri, diagnostic }: Finding): string {
  const { start } = diagnostic.range;
  return `${uri}:${start.line}:${start.character}:${diagnostic.code}:${diagnostic.data.title}`;
}

function Problem({ uri, diagnostic }: { uri: string; diagnostic: Diagnostic }): JSX.Element {
  const { data, code, range, severity } = diagnostic;
  const kind = SEVERITIES[severity];
  const place = { uri, range };
  return (
    <li class={`problem ${kind}`}>
      <Icon name={ICONS[kind]} />
      <div class="problem-text">
        <p>
          <span class={data.level === "denied" ? "muted" : "hidden"}>{NAMES[data.level]}: </span>
          <button type="button" class="code-link" onClick={() => void session.explain(code)} title={`${code}: what it means`}>
            {code}
          </button>
          <strong>
            <Words text={data.title} />
          </strong>
          {data.label && (
            <span class="muted">
              <Words text={data.label} />
            </span>
          )}
          <button type="button" class="place" onClick={() => goTo(place, true)}>
            {placeOf(place)}
          </button>
        </p>
        {(data.help || data.allowance || data.fixes.length > 0 || (diagnostic.relatedInformation ?? []).length > 0) && (
          <p class="problem-more">
            {data.help && (
              <span>
                <Words text={data.help} />
              </span>
            )}
            {data.allowance && (
              <span class="muted">
                <Words text={data.allowance} />
              </span>
            )}
            {data.fixes.map((fix) => (
              <button key={fix.title} type="button" class="fix" onClick={() => mend(session, fix)}>
                Fix: <Words text={fix.title} />
              </button>
            ))}
            {(diagnostic.relatedInformation ?? []).map(({ location, message }) => (
              <span key={placeOf(location) + message} class="muted">
                <Words text={message} />{" "}
                <button type="button" class="place" onClick={() => goTo(location, true)}>
                  {placeOf(location)}
                </button>
              </span>
            ))}
          </p>
        )}
      </div>
    </li>
  );
}

/** A message; what stands between backticks is code. */
export function Words({ text }: { text: string }): JSX.Element {
  return <>{text.split("`").map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</>;
}
