// A picture with its tools, or the same as a table. Before the compiler is there, the picture of the first
// example that came with the page.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { goTo, savePicture } from "../actions";
import { startsWithFirst } from "../networks";
import { session } from "../session";
import { drawings } from "../picture/drawing";
import { Stage } from "../picture/stage";
import type { View } from "../protocol";
import { asTable, drawn, health, links, marked, notice, objects, stale } from "../state/store";
import { Icon } from "./Icon";
import { PictureTable } from "./PictureTable";

/** One of the four pictures. */
export function PictureView({ view, label }: { view: View; label: string }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const painted = drawn.value[view] === true;
  const table = asTable.value;
  const [full, setFull] = useState(false);
  useEffect(() => {
    const changed = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, []);
  const mark = marked.value;
  const chosen = objects.value[view]?.objects.find(
    ({ location }) =>
      mark && location && location.uri === mark.uri && location.range.start.line === mark.range.start.line && location.range.start.character === mark.range.start.character,
  );

  useEffect(() => {
    if (!host.current || table) return;
    const follow = async (id: string, focus: boolean) => {
      const location = (await session.list()).find((object) => object.id === id)?.location;
      if (location) goTo(location, focus);
    };
    const made = new Stage(host.current, drawings[view], {
      choose: (id) => void follow(id, false),
      open: (id) => void follow(id, true),
    });
    stage.current = made;
    return () => {
      made.end();
      stage.current = null;
    };
  }, [view, table]);

  const linked = links.value?.objects;
  useEffect(() => {
    stage.current?.link(linked ?? [], chosen?.id ?? null);
  }, [linked, chosen?.id, table]);

  const old = stale.value && painted;
  return (
    <>
      <div class="tools" role="toolbar" aria-label={`${label}: tools`}>
        {!table && (
          <>
            <Tool icon="minus" label="Smaller" act={() => stage.current?.zoom(0.8)} />
            <Tool icon="fit" label="Whole picture" act={() => stage.current?.whole()} />
            <Tool icon="plus" label="Bigger" act={() => stage.current?.zoom(1.25)} />
          </>
        )}
        <Tool
          icon={table ? "picture" : "table"}
          label={table ? "Show as picture" : "Show as table"}
          act={() => (asTable.value = !table)}
          text={table ? "Picture" : "Table"}
        />
        <span class="spring" />
        {document.fullscreenEnabled && !table && (
          <Tool icon="full" label={full ? "Leave full screen" : "Full screen"} act={() => void toggleFull(host.current)} />
        )}
        <Tool icon="download" label="Save as SVG" act={() => void savePicture(view, "svg")} text="SVG" disabled={!painted} />
        <Tool icon="download" label="Save as PNG" act={() => void savePicture(view, "png")} text="PNG" disabled={!painted} />
      </div>
      <div class="frame">
        {table ? (
          <PictureTable view={view} label={label} />
        ) : (
          <div class={`stage${old ? " old" : ""}`} ref={host} role="group" aria-label={`${label}. Arrow keys walk, Enter goes to the source, plus and minus zoom.`} />
        )}
        {!painted && !table && <Waiting view={view} />}
        {old && (
          <p class="stale" role="status">
            The source has errors. This is how the network was at {drawings[view].at.toLocaleTimeString()}.
          </p>
        )}
      </div>
    </>
  );
}

/** Lets the pane fill the screen, or no longer. */
async function toggleFull(inside: HTMLElement | null): Promise<void> {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await inside?.closest(".panel")?.requestFullscreen();
  } catch {
    notice.value = "This browser does not let the picture fill the screen.";
  }
}

/** What stands there until the first picture does. */
function Waiting({ view }: { view: View }): JSX.Element {
  if (health.value === "missing") return <p class="waiting">The compiler could not be loaded, so there is no picture.</p>;
  if (stale.value) return <p class="waiting">The source has errors. The picture is drawn when they are mended.</p>;
  // The picture that the page came with shows the first example, which is not what everybody has open.
  return view === "topology" && startsWithFirst() ? <img class="waiting-picture" src="first.svg" alt="" /> : <p class="waiting">One moment …</p>;
}

function Tool(props: { icon: "minus" | "plus" | "fit" | "full" | "table" | "picture" | "download"; label: string; act: () => void; text?: string; disabled?: boolean }): JSX.Element {
  return (
    <button type="button" class="button small" aria-label={props.label} title={props.label} onClick={props.act} disabled={props.disabled ?? false}>
      <Icon name={props.icon} />
      {props.text && <span>{props.text}</span>}
    </button>
  );
}
