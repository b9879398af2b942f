// The networks that the page offers: a first one, small enough for its picture to be read beside it, and the repository's
// examples, as they stand in their files, so that what is shown here is what CI compiles.

import home from "../first.hnet?raw";
import type { SourceText } from "./client/workspace";

const exampleFiles = import.meta.glob<string>("../../examples/*/*.hnet", { query: "?raw", import: "default", eager: true });

/** A whole network. */
export interface Example {
  name: string;
  sources: SourceText[];
}

/** What the page starts with; its picture is in the page before the compiler is. */
export const first: Example = { name: "home", sources: [{ path: "network.hnet", text: home }] };

/** The examples: the first, then by name; the root of each comes first. */
export const examples: readonly Example[] = [first, ...collect()];

/** What a new network starts with: sound, and little enough to be written over. */
export const STARTER = `## What this network is for.
network home <
  internet isp;
  router edge < uplink isp; address lan[1]; >

  subnet lan 192.168.1.0/24 <
    router edge;
    dhcp lan[100-199];
  >

  host laptop < address lan[20]; >
>
`;

function collect(): Example[] {
  const byName = new Map<string, SourceText[]>();
  for (const [file, text] of Object.entries(exampleFiles).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [name = "", path = ""] = file.split("/").slice(-2);
    const sources = byName.get(name) ?? [];
    if (path === "network.hnet") sources.unshift({ path, text });
    else sources.push({ path, text });
    byName.set(name, sources);
  }
  return [...byName].map(([name, sources]) => ({ name, sources }));
}
