// The bar between source and result: dragged, or moved with the arrow keys.

import type { JSX } from "preact";
import { useState } from "preact/hooks";

const LEAST = 25;
const MOST = 75;

/** The bar. */
export function Splitter(): JSX.Element {
  const [share, setShare] = useState(38);
  const take = (next: number) => {
    const kept = Math.min(MOST, Math.max(LEAST, next));
    setShare(kept);
    document.documentElement.style.setProperty("--split", `${kept}%`);
  };
  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the source"
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={Math.round(share)}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") take(share - 2);
        else if (event.key === "ArrowRight") take(share + 2);
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={(event) => {
        const bar = event.currentTarget;
        const work = bar.parentElement?.getBoundingClientRect();
        const left = bar.parentElement?.querySelector(".source")?.getBoundingClientRect().left ?? 0;
        if (work && bar.hasPointerCapture(event.pointerId)) take(((event.clientX - left) / (work.right - left)) * 100);
      }}
    />
  );
}
