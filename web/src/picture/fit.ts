// Where a picture lies while nobody has moved it: whole where its letters can be read, otherwise its start, as big as
// reading takes. The style of `.waiting-picture` says the same of the picture that the page comes with, so that the
// live one takes its place without a jump. Knows only sizes. Start at `fitted`.

/** A length and a height, in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** The smallest letters of a picture, in its own pixels, and the smallest that anybody is to read. */
const LETTERS = 11;
const READABLE = 9;
/** How much a picture grows at most to fill its frame. */
const MOST = 1.25;
/** What stays free around it. */
export const MARGIN = 12;
const MARGIN_ABOVE = 36;
/** Paper of the colour of the page that every picture has around it, of which the frame shows only what has room. */
const PAPER = 28;

/** A frame that is narrower than this has no room for `Beginning`. */
const NARROW = 600;

/** What stands before the first object of a picture, beyond its paper: a rail, and a title that the page says as well. */
export type Beginning = Size;

/** The place of a picture in its frame: where its corner lies, and pixels for each of its own. */
export function fitted(frame: Size, size: Size, beginning: Beginning): { x: number; y: number; scale: number } {
  const { wide, high } = whole(frame, size);
  const least = READABLE / LETTERS;
  const place = placed(frame, size, Math.min(MOST, Math.max(least, Math.min(wide, high))));
  if (frame.width >= NARROW || wide >= least) return place;
  return { ...place, x: place.x - beginning.width * place.scale, y: place.y - beginning.height * place.scale };
}

/** The place of a picture that is seen whole, however small that makes it, but no smaller than `least`. */
export function seenWhole(frame: Size, size: Size, least: number): { x: number; y: number; scale: number } {
  const { wide, high } = whole(frame, size);
  return placed(frame, size, Math.max(least, Math.min(MOST, wide, high)));
}

function whole(frame: Size, size: Size): { wide: number; high: number } {
  return {
    wide: (frame.width - 2 * MARGIN) / (size.width - 2 * PAPER),
    high: (frame.height - 2 * MARGIN) / (size.height - 2 * PAPER),
  };
}

/** The middle of the frame, or the start of the picture where it does not fit. */
function placed(frame: Size, size: Size, scale: number): { x: number; y: number; scale: number } {
  const spare = (length: number, of: number) => (length - (of - 2 * PAPER) * scale) / 2;
  return {
    x: Math.max(MARGIN, spare(frame.width, size.width)) - PAPER * scale,
    y: Math.max(MARGIN, Math.min(MARGIN_ABOVE, spare(frame.height, size.height))) - PAPER * scale,
    scale,
  };
}
