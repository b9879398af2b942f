// Walking through a picture by keyboard: from an object to the nearest one in a direction. Knows only boxes.
// Start at `nearest`.

/** Where an object is, in the picture's own units. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Direction = "left" | "right" | "up" | "down";

/** The box that a person would go to from `from` in a direction, or -1: near, and not far off the line. */
export function nearest(boxes: readonly Box[], from: number, direction: Direction): number {
  const start = boxes[from];
  if (!start) return boxes.length > 0 ? 0 : -1;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  boxes.forEach((box, at) => {
    if (at === from) return;
    const [ahead, aside] = distance(start, box, direction);
    if (ahead <= 0) return;
    const cost = ahead + 3 * aside;
    if (cost < least) {
      least = cost;
      best = at;
    }
  });
  return best;
}

/** How far a box is ahead, by middles, and how far aside, by the gap between the edges. */
function distance(from: Box, to: Box, direction: Direction): [number, number] {
  const dx = to.x + to.width / 2 - (from.x + from.width / 2);
  const dy = to.y + to.height / 2 - (from.y + from.height / 2);
  const gapX = Math.max(0, to.x - (from.x + from.width), from.x - (to.x + to.width));
  const gapY = Math.max(0, to.y - (from.y + from.height), from.y - (to.y + to.height));
  switch (direction) {
    case "left":
      return [-dx, gapY + Math.abs(dy) / 8];
    case "right":
      return [dx, gapY + Math.abs(dy) / 8];
    case "up":
      return [-dy, gapX + Math.abs(dx) / 8];
    case "down":
      return [dy, gapX + Math.abs(dx) / 8];
  }
}
