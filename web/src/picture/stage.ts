// A picture on the page: pan, zoom, walking from object to object, and the objects that are linked to the
// caret. It works on elements; what an object means is said to the listeners by its id. The camera of each
// picture survives changes of the text and of the tab. The size of the frame is known before it is needed,
// since asking for it between two changes makes the browser lay the page out. Start at `Stage`.

import type { Drawing } from "./drawing";
import { fitted, MARGIN, seenWhole } from "./fit";
import { type Box, type Direction, ways } from "./walk";

/** The bounds for a person. */
const ZOOM_LEAST = 0.1;
const ZOOM_MOST = 8;
const STEP = 60;
const OBJECT = 'g[role="graphics-object"]';

/** Where the picture lies in its frame: pixels, and pixels for each of the picture's own. */
interface Camera {
  x: number;
  y: number;
  scale: number;
  /** Whether a person moved it; until then it follows the size of the frame. */
  held: boolean;
}

/** What a person does with objects. `open`: goes to the source of it. */
export interface Listener {
  choose(id: string): void;
  open(id: string): void;
}

const RULES = `
:host { display: block; position: relative; overflow: hidden; touch-action: none; cursor: grab; }
:host(.dragging) { cursor: grabbing; }
svg { position: absolute; left: 0; top: 0; transform-origin: 0 0; overflow: visible; user-select: none; -webkit-user-select: none; }
[tabindex] { cursor: pointer; }
.hnet [tabindex]:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; border-radius: 6px; }
.hnet .linked { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 6px; }
.hnet .chosen { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 6px; }
@media (prefers-reduced-motion: no-preference) { svg.gliding { transition: transform 0.16s ease-out; } }
`;

const cameras = new Map<Drawing, Camera>();

/** One picture in one frame. */
export class Stage {
  private root: ShadowRoot;
  private camera: Camera;
  private current: string | null = null;
  private linked: readonly string[] = [];
  private chosen: string | null = null;
  /** The objects with a mark, and the one that Tab stops at. */
  private marked: Element[] = [];
  private stop: Element | null = null;
  private frame = { width: 0, height: 0 };
  private pointers = new Map<number, { x: number; y: number }>();
  private travelled = 0;
  /** Whether the picture has its first place. */
  private settled = false;
  private watch: ResizeObserver;

  constructor(
    private host: HTMLElement,
    private drawing: Drawing,
    private listener: Listener,
  ) {
    this.camera = cameras.get(drawing) ?? { x: 0, y: 0, scale: 1, held: false };
    cameras.set(drawing, this.camera);
    this.root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const own = new CSSStyleSheet();
    own.replaceSync(RULES);
    this.root.adoptedStyleSheets = [drawing.rules, own];
    this.watch = new ResizeObserver(([entry]) => {
      if (entry) this.frame = entry.contentRect;
      this.settle();
    });
    this.watch.observe(host);
    this.listen();
    drawing.changed = (resized) => this.show(resized);
    this.show(false);
  }

  /** Ends the stage; its camera stays. */
  end(): void {
    this.watch.disconnect();
    this.drawing.changed = () => {};
    for (const object of this.marked) object.classList.remove("linked", "chosen");
    this.stop?.setAttribute("tabindex", "-1");
    this.root.replaceChildren();
  }

  private show(resized: boolean): void {
    const { svg } = this.drawing;
    if (svg && svg.parentNode !== this.root) this.root.replaceChildren(svg);
    if (resized) this.settle();
    this.mark();
  }

  private settle(): void {
    if (this.camera.held) this.place(false);
    else this.fit();
  }

  /** Marks the objects that the caret's statement comes out as, and the one that was chosen. */
  link(ids: readonly string[], chosen: string | null): void {
    this.linked = ids;
    this.chosen = chosen;
    this.mark();
  }

  /** Makes the picture bigger or smaller around the middle, or around a point of the frame. */
  zoom(factor: number, around?: { x: number; y: number }): void {
    const middle = around ?? { x: this.frame.width / 2, y: this.frame.height / 2 };
    const scale = Math.min(ZOOM_MOST, Math.max(ZOOM_LEAST, this.camera.scale * factor));
    const by = scale / this.camera.scale;
    this.camera.x = middle.x - (middle.x - this.camera.x) * by;
    this.camera.y = middle.y - (middle.y - this.camera.y) * by;
    this.camera.scale = scale;
    this.camera.held = true;
    this.place(around === undefined);
  }

  /** Shows the whole picture. */
  whole(): void {
    this.start(seenWhole(this.frame, this.drawing.size, ZOOM_LEAST));
    this.camera.held = true;
  }

  /** Shows the whole picture, or its start where it would become too small to read. */
  private fit(): void {
    this.start(fitted(this.frame, this.drawing.size, this.drawing.beginning));
  }

  private start(place: Pick<Camera, "x" | "y" | "scale">): void {
    const { frame } = this;
    if (frame.width === 0 || frame.height === 0) return;
    // What stands there for the first time does not come flying.
    const glide = this.settled;
    this.settled = true;
    Object.assign(this.camera, place, { held: false });
    this.place(glide);
  }

  /** Moves the picture. */
  pan(x: number, y: number, glide = false): void {
    this.camera.x += x;
    this.camera.y += y;
    this.camera.held = true;
    this.place(glide);
  }

  private place(glide: boolean): void {
    const { frame, drawing: { svg, size } } = this;
    if (!svg || frame.width === 0) return;
    // A corner of the picture always stays in the frame.
    const { scale } = this.camera;
    const clamp = (at: number, room: number, length: number) => Math.min(room - STEP, Math.max(STEP - length * scale, at));
    this.camera.x = clamp(this.camera.x, frame.width, size.width);
    this.camera.y = clamp(this.camera.y, frame.height, size.height);
    svg.classList.toggle("gliding", glide);
    svg.style.transform = `translate(${this.camera.x}px, ${this.camera.y}px) scale(${scale})`;
  }

  /** Puts the marks, and the one stop for Tab. Objects come without either. */
  private mark(): void {
    const { svg } = this.drawing;
    if (!svg) return;
    for (const object of this.marked) object.classList.remove("linked", "chosen");
    const find = (id: string | null) => (id === null ? null : this.root.getElementById(id));
    const chosen = find(this.chosen);
    const linked = this.linked.map(find).filter((object) => object !== null && object !== chosen);
    for (const object of linked) object?.classList.add("linked");
    chosen?.classList.add("chosen");
    this.marked = [...linked, chosen].filter((object) => object !== null);
    const stop = find(this.current) ?? svg.querySelector(OBJECT);
    if (this.stop !== stop) this.stop?.setAttribute("tabindex", "-1");
    this.stop = stop;
    if (stop?.getAttribute("tabindex") !== "0") stop?.setAttribute("tabindex", "0");
  }

  private listen(): void {
    const { host, root } = this;
    root.addEventListener("keydown", (event) => this.key(event as KeyboardEvent));
    root.addEventListener("focusin", (event) => {
      const object = objectOf(event.target);
      if (!object) return;
      this.current = object.id;
      this.mark();
      this.reveal(object);
      if (object.matches(":focus-visible")) this.listener.choose(object.id);
    });
    host.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const box = host.getBoundingClientRect();
        const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
        if (event.ctrlKey || event.metaKey) {
          this.zoom(Math.exp(-event.deltaY * lines * 0.004), { x: event.clientX - box.left, y: event.clientY - box.top });
        } else if (event.shiftKey && event.deltaX === 0) this.pan(-event.deltaY * lines, 0);
        else this.pan(-event.deltaX * lines, -event.deltaY * lines);
      },
      { passive: false },
    );
    host.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (this.pointers.size === 1) this.travelled = 0;
    });
    host.addEventListener("pointermove", (event) => this.drag(event));
    const lift = (event: PointerEvent) => {
      this.pointers.delete(event.pointerId);
      if (this.pointers.size === 0) host.classList.remove("dragging");
    };
    host.addEventListener("pointerup", lift);
    host.addEventListener("pointercancel", lift);
    root.addEventListener("click", (event) => {
      const object = objectOf(event.target);
      if (object && this.travelled < 5) this.listener.choose(object.id);
    });
    root.addEventListener("dblclick", (event) => {
      const object = objectOf(event.target);
      if (object) this.listener.open(object.id);
    });
  }

  private drag(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    this.pointers.set(event.pointerId, now);
    this.travelled += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    if (this.travelled < 5) return;
    const other = others[0];
    if (other) {
      const box = this.host.getBoundingClientRect();
      const reach = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
      this.zoom(reach(now) / Math.max(1, reach(before)), { x: (now.x + other.x) / 2 - box.left, y: (now.y + other.y) / 2 - box.top });
    } else {
      if (!this.host.hasPointerCapture(event.pointerId)) this.host.setPointerCapture(event.pointerId);
      this.host.classList.add("dragging");
      this.pan(now.x - before.x, now.y - before.y);
    }
  }

  private key(event: KeyboardEvent): void {
    const directions: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
    const direction = directions[event.key];
    const object = objectOf(event.target);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (direction && event.shiftKey) {
      const [x, y] = { left: [STEP, 0], right: [-STEP, 0], up: [0, STEP], down: [0, -STEP] }[direction] as [number, number];
      this.pan(x, y, true);
    } else if (direction) this.walk(direction);
    else if (event.key === "Home" || event.key === "End") {
      const all = this.objects();
      focus(event.key === "Home" ? all[0] : all.at(-1));
    } else if ((event.key === "Enter" || event.key === " ") && object) this.listener.open(object.id);
    else if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-") this.zoom(0.8);
    else if (event.key === "0") this.whole();
    else return;
    event.preventDefault();
  }

  private objects(): Element[] {
    return Array.from(this.drawing.svg?.querySelectorAll(OBJECT) ?? []);
  }

  private walk(direction: Direction): void {
    const all = this.objects();
    const boxes = all.map((object): Box => (object as SVGGElement).getBBox());
    const from = all.findIndex(({ id }) => id === this.current);
    // Whoever is nowhere starts at the first.
    const to = from < 0 ? 0 : (ways(boxes)[from]?.[direction] ?? -1);
    if (to >= 0) focus(all[to]);
  }

  /** Moves the picture so that an object can be seen. */
  private reveal(object: Element): void {
    const frame = this.host.getBoundingClientRect();
    const box = object.getBoundingClientRect();
    const shift = (from: number, to: number, least: number, most: number) => {
      if (from >= least && to <= most) return 0;
      return to - from > most - least || from < least ? least - from : most - to;
    };
    const x = shift(box.left, box.right, frame.left + MARGIN, frame.right - MARGIN);
    const y = shift(box.top, box.bottom, frame.top + MARGIN, frame.bottom - MARGIN);
    if (x !== 0 || y !== 0) this.pan(x, y, true);
  }
}

function objectOf(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest(OBJECT) : null;
}

function focus(object: Element | undefined): void {
  // The stage moves the picture itself; the browser would scroll the frame.
  if (object instanceof SVGElement) object.focus({ preventScroll: true });
}
