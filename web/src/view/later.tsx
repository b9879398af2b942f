// Parts of the page that few need at once: they are one script, which is fetched when the first of them is shown,
// or when the page is ready and has nothing else to do. Start at `later`.

import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { notice } from "../state/store";

type Parts = typeof import("./parts");

const parts = signal<Parts | null>(null);
let asked: Promise<void> | null = null;

/** Fetches the parts, once; after a failure the next call tries again. */
export function fetchParts(): Promise<void> {
  asked ??= import("./parts").then(
    (all) => {
      parts.value = all;
    },
    () => {
      asked = null;
      notice.value = "A part of the page could not be fetched. Is there a network?";
    },
  );
  return asked;
}

/** A part as a component, which shows nothing until it is there. */
export function later(pick: (all: Parts) => ComponentType): () => JSX.Element | null {
  return () => {
    if (!parts.value) {
      void fetchParts();
      return null;
    }
    const Part = pick(parts.value);
    return <Part />;
  };
}
