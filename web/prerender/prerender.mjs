// Draws what the page shows before the compiler is there: the topology of the first example, `public/first.svg`.

import { readFileSync, writeFileSync } from "node:fs";
import { compiler } from "./compiler.mjs";

const text = readFileSync(new URL("../../examples/homelab/network.hnet", import.meta.url), "utf8");
const picture = compiler([{ path: "network.hnet", text }])("hnet/picture", { view: "topology" });
if (!picture) throw new Error("the first example has errors, so there is no picture of it");
writeFileSync(new URL("../public/first.svg", import.meta.url), picture.svg);
