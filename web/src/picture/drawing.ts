// The four pictures as they stand in the page: elements that live through changes of the text and of the tab,
// and are changed only where the compiler says that something is another. A stage shows one of them.
// Start at `Drawing.take`.

import { VIEWS, type Changes, type View } from "../protocol";
import { adopt, patch } from "./adopt";
import type { Beginning } from "./fit";

/** One picture. */
export class Drawing {
  svg: SVGSVGElement | null = null;
  /** The rules of the picture, for the shadow tree that it stands in. */
  readonly rules = new CSSStyleSheet();
  /** By which the compiler knows what stands here; 0 for nothing. */
  number = 0;
  size = { width: 1, height: 1 };
  /** When it was last drawn. */
  at = new Date(0);
  /** Is told of every change, and whether the size is another one. */
  changed: (resized: boolean) => void = () => {};
  private css = "";

  constructor(readonly beginning: Beginning) {}

  /** Takes what changed since the picture with this one's number; false where that is no SVG. */
  take({ number, svg, width, height }: Changes): boolean {
    const next = adopt(svg);
    if (!next) return false;
    if (next.css !== this.css) this.rules.replaceSync((this.css = next.css));
    if (this.svg) patch(this.svg, next.svg);
    else this.svg = next.svg;
    const resized = width !== this.size.width || height !== this.size.height;
    this.number = number;
    this.size = { width, height };
    this.at = new Date();
    this.changed(resized);
    return true;
  }
}

/** The rail of the topology and its title; the numbers are those of `.waiting-picture`. */
const RAIL: Beginning = { width: 120, height: 76 };
const NOTHING: Beginning = { width: 0, height: 0 };

/** All of them. */
export const drawings = Object.fromEntries(VIEWS.map((view) => [view, new Drawing(view === "topology" ? RAIL : NOTHING)])) as Record<View, Drawing>;
