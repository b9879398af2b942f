// The page's few icons, drawn on a grid of 16; they say nothing that a text beside them does not say.

import type { JSX } from "preact";

const PATHS = {
  share: "M8 10V2m0 0L5 5m3-3 3 3M3 9v4h10V9",
  format: "M2 4h12M2 8h8M2 12h10",
  tour: "M8 4C6.5 3 4 3 2 3.5v9c2-.5 4.5-.5 6 .5m0-9c1.5-1 4-1 6-.5v9c-2-.5-4.5-.5-6 .5m0-9v9",
  book: "M3 12.500V3.500A1.500 1.500 0 0 1 4.500 2H13v9H4.500A1.500 1.500 0 0 0 3 12.500 1.500 1.500 0 0 0 4.500 14H13v-3",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5 6 6 0 1 0 13.5 9.5",
  system: "M2 3h12v8H2zM6 14h4",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  close: "M4 4l8 8M12 4l-8 8",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  table: "M2 3h12v10H2zM2 6.5h12M6 6.5V13",
  picture: "M5 2h6v4H5zM2 10h4v4H2zM10 10h4v4h-4zM8 6v2M4 10V8h8v2",
  download: "M8 2v8m0 0L5 7m3 3 3-3M3 13h10",
  keys: "M1.5 4h13v8h-13zM4 7h0M7 7h0M10 7h0M12 7h0M5 9.5h6",
  error: "M8 2 15 14H1zM8 6.5v3.5M8 12v.2",
  warning: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 4.5v4.5M8 11v.3",
  note: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 7.5v4M8 4.800v.2",
  check: "M3 8.5 6.5 12 13 4.5",
  folder: "M1.5 4v9h13V5.500H8L6.500 3.500h-5z",
  down: "M4 6.500l4 4 4-4",
  copy: "M5.500 5.500h8v8h-8zM3.500 10.500h-1v-8h8v1",
  full: "M9.500 2.500h4v4M13.500 2.500l-4 4M6.500 13.500h-4v-4M2.500 13.500l4-4",
  up: "M4 9.500l4-4 4 4",
  file: "M4 1.500h5l3.500 3.500v9.500h-8.500zM9 1.500V5h3.500",
  rename: "M3 13h2.500L13 5.500 10.500 3 3 10.500z",
  trash: "M2.500 4h11M6 4V2h4v2M4 4l.700 10h6.600L12 4M6.800 7v4.500M9.200 7v4.500",
  undo: "M6 3 2.500 6.500 6 10M2.500 6.500h7a4 4 0 0 1 0 8H7",
  back: "M10 3 5 8l5 5",
  next: "M6 3l5 5-5 5",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** An icon. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
