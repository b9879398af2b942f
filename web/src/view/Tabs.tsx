// A row of tabs by the pattern of the ARIA practices: one stop for Tab, arrows between them.

import type { JSX } from "preact";
import { useRef } from "preact/hooks";

/** One tab; `note` is said after the label, for what colour alone would say. */
export interface Tab {
  id: string;
  label: string;
  note?: string;
  count?: number;
}

/** The row. `panel` starts the ids: the tab `x` of panel `p` is `p-tab-x`, its panel `p-panel`. */
export function Tabs(props: {
  label: string;
  tabs: readonly Tab[];
  chosen: string;
  choose: (id: string) => void;
  panel: string;
}): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const { tabs, chosen, choose, panel } = props;
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === chosen);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
    const to = steps[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    choose(next.id);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  return (
    <div class="tabs" role="tablist" aria-label={props.label} ref={list} onKeyDown={move}>
      {tabs.map(({ id, label, note, count }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`${panel}-tab-${id}`}
          class="tab"
          aria-selected={id === chosen}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => choose(id)}
        >
          {label}
          {count !== undefined && <span class="count">{count}</span>}
          {note && (
            <span class="tab-wrong">
              <span class="hidden">, {note}</span>
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
