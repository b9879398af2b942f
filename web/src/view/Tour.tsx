// The tour: lessons, each with a network to change.

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { lessons } from "../lessons";
import { openLesson } from "../networks";
import { lesson, tourOpen } from "../state/store";
import { Icon } from "./Icon";
import { Markdown } from "./Markdown";

/** The tour, beside the source. */
export function Tour(): JSX.Element {
  const head = useRef<HTMLHeadingElement>(null);
  const at = lessons.findIndex(({ name }) => name === lesson.value);
  const now = lessons[at];
  useEffect(() => head.current?.focus(), [at]);
  const to = (step: number) => {
    const next = lessons[at + step];
    if (next) openLesson(next);
    else if (at + step < 0) lesson.value = null;
  };
  return (
    <aside class="tour" aria-label="Tour">
      <div class="bar">
        <span class="bar-title">Tour</span>
        <span class="spring" />
        <button type="button" class="button bare" aria-label="Close the tour" onClick={() => (tourOpen.value = false)}>
          <Icon name="close" />
        </button>
      </div>
      <div class="tour-text" tabIndex={0} role="region" aria-label="Lesson">
        <h2 ref={head} tabIndex={-1}>
          {now ? now.title : "The language in a few steps"}
        </h2>
        {now ? (
          <Markdown text={now.text} level={3} />
        ) : (
          <>
            <p>Each lesson puts a small network into the editor. Change it: the pictures and files follow every key.</p>
            <ol class="lessons">
              {lessons.map((one) => (
                <li key={one.name}>
                  <button type="button" class="link" onClick={() => openLesson(one)}>
                    {one.title}
                  </button>
                </li>
              ))}
            </ol>
          </>
        )}
      </div>
      <div class="tour-steps">
        {now && (
          <button type="button" class="button" onClick={() => to(-1)}>
            <Icon name="back" />
            <span>{at === 0 ? "All lessons" : "Back"}</span>
          </button>
        )}
        <span class="muted">{now ? `${at + 1} of ${lessons.length}` : ""}</span>
        {at + 1 < lessons.length && (
          <button type="button" class="button primary" onClick={() => to(1)}>
            <span>{now ? "Next" : "Start"}</span>
            <Icon name="next" />
          </button>
        )}
      </div>
    </aside>
  );
}
