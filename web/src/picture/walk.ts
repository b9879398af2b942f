// Walking through a picture by keyboard: from each object to the nearest one in a direction. Knows only boxes.
// Start at `ways`.

/** Where an object is, in the picture's own units. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Direction = "left" | "right" | "up" | "down";

const DIRECTIONS: readonly Direction[] = ["left", "right", "up", "down"];

/** Where each direction leads from each box; -1 for nowhere. */
export type Walk = readonly Record<Direction, number>[];

/**
 * The ways through a picture: from each box to the one that a person would go to, near, and not far off the line. A box that
 * no such way leads to is put into the way that passes it, so that arrows reach every one from the first.
 */
export function ways(boxes: readonly Box[]): Walk {
  const walk = boxes.map((from) => {
    const to: Record<Direction, number> = { left: -1, right: -1, up: -1, down: -1 };
    for (const direction of DIRECTIONS) {
      let least = Number.POSITIVE_INFINITY;
      boxes.forEach((box, at) => {
        const cost = costOf(from, box, direction);
        if (cost < least) {
          least = cost;
          to[direction] = at;
        }
      });
    }
    return to;
  });
  const reached = new Set<number>();
  const reach = (start: number) => {
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at < 0 || reached.has(at)) continue;
      reached.add(at);
      const to = walk[at];
      if (to) open.push(...DIRECTIONS.map((direction) => to[direction]));
    }
  };
  reach(0);
  boxes.forEach((box, at) => {
    if (reached.has(at)) return;
    let least = Number.POSITIVE_INFINITY;
    let passing: { from: number; direction: Direction } | null = null;
    for (const from of reached) {
      for (const direction of DIRECTIONS) {
        const cost = costOf(boxes[from] ?? box, box, direction);
        if (cost >= least) continue;
        least = cost;
        passing = { from, direction };
      }
    }
    const [before, own] = [passing && walk[passing.from], walk[at]];
    if (!passing || !before || !own) return;
    own[passing.direction] = before[passing.direction];
    before[passing.direction] = at;
    reach(at);
  });
  return walk;
}

/** How little one would go from a box to another in a direction; infinite where it is not ahead. */
function costOf(from: Box, to: Box, direction: Direction): number {
  const [ahead, aside] = distance(from, to, direction);
  return ahead > 0 ? ahead + 3 * aside : Number.POSITIVE_INFINITY;
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
