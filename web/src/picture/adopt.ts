// SVG text into elements of this page. The compiler escapes what it writes; this is the second wall: only
// known elements and attributes come in, no event handlers, no links, no inline styles. The rules of its one
// style sheet go into a sheet of the shadow tree, which a strict Content-Security-Policy allows.
// Start at `adopt`; `patch` changes only what differs.

const SVG = "http://www.w3.org/2000/svg";

const ELEMENTS = new Set(["svg", "title", "desc", "g", "rect", "circle", "ellipse", "line", "path", "polyline", "polygon", "text", "tspan"]);

/** On an empty group: how many groups it stands for, which are the same as before from the one with its `id` on. */
const SAME = "data-same";

const ATTRIBUTES = new Set([
  "id", "class", "role", "tabindex", "aria-label", "aria-hidden", "data-kind", SAME,
  "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "rx", "ry", "cx", "cy", "r", "d", "points",
  "transform", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
  "fill-opacity", "stroke-opacity", "opacity", "text-anchor", "dominant-baseline", "font-size", "font-weight",
  "font-family", "letter-spacing", "textLength", "lengthAdjust",
]);

/** A picture as elements, with its rules. */
export interface Adopted {
  svg: SVGSVGElement;
  css: string;
}

/** Takes a picture in; null where it is no SVG. */
export function adopt(text: string): Adopted | null {
  const rules: string[] = [];
  // Before parsing, since even a document that is never shown may have no inline sheet under the page's policy.
  const bare = text.replace(/<style>([^<]*)<\/style>/g, (_, css: string) => {
    rules.push(css);
    return "";
  });
  const parsed = new DOMParser().parseFromString(bare, "image/svg+xml");
  const root = parsed.documentElement;
  if (root.namespaceURI !== SVG || root.localName !== "svg" || parsed.querySelector("parsererror")) return null;
  const svg = document.importNode(clean(root), true) as unknown as SVGSVGElement;
  return { svg, css: harmlessRules(rules.join("\n")) };
}

/** Removes in place what is not known, so that nothing is copied twice; the stage says where Tab stops. */
function clean(element: Element): Element {
  if (element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
  for (const attribute of Array.from(element.attributes)) {
    if (!ATTRIBUTES.has(attribute.name) && attribute.name !== "xmlns") element.removeAttributeNode(attribute);
    else if (/url\s*\(/i.test(attribute.value) && !attribute.name.startsWith("aria-")) element.removeAttributeNode(attribute);
  }
  for (const child of Array.from(element.childNodes)) {
    if (child.nodeType === Node.TEXT_NODE) {
      if (element.localName !== "text" && element.localName !== "tspan" && element.localName !== "title" && element.localName !== "desc") child.remove();
      continue;
    }
    if (!(child instanceof Element) || child.namespaceURI !== SVG) {
      child.remove();
    } else if (ELEMENTS.has(child.localName)) {
      clean(child);
    } else {
      child.remove();
    }
  }
  return element;
}

function harmlessRules(css: string): string {
  return /@import|url\s*\(|expression/i.test(css) ? "" : css;
}

/**
 * Makes `old` like `next`, keeping every part that is the same: groups are found again by their `id`, so that
 * focus and selection survive, and one changed row of a big picture costs one row.
 */
export function patch(old: Element, next: Element): void {
  if (next.hasAttribute(SAME) || old.isEqualNode(next)) return;
  // The style of the picture is where the camera stands; no picture brings one of its own.
  for (const { name } of Array.from(old.attributes)) if (!next.hasAttribute(name) && name !== "style") old.removeAttribute(name);
  for (const { name, value } of Array.from(next.attributes)) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  // One group, that of the wires, has no `id`, and is found by that.
  const named = (child: Element) => child.id !== "" || child.localName === "g";
  const byId = new Map<string, Element>();
  for (const child of Array.from(old.children)) if (named(child)) byId.set(child.id, child);
  let place: ChildNode | null = old.firstChild;
  for (const child of Array.from(next.childNodes)) {
    const known = child instanceof Element && named(child) ? byId.get(child.id) : undefined;
    if (known) {
      let same: ChildNode | null = known;
      for (let count = Number((child as Element).getAttribute(SAME) ?? 1); same && count > 0; count--) {
        const after: ChildNode | null = same.nextSibling;
        if (same === place) place = after;
        else old.insertBefore(same, place);
        same = after;
      }
      patch(known, child as Element);
    } else if (child instanceof Element && place instanceof Element && !named(child) && !named(place) && place.localName === child.localName) {
      const after: ChildNode | null = place.nextSibling;
      patch(place, child);
      place = after;
    } else {
      old.insertBefore(child, place);
    }
  }
  while (place) {
    const after: ChildNode | null = place.nextSibling;
    place.remove();
    place = after;
  }
}
