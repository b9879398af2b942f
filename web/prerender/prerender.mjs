// Draws what the page shows before the compiler is there: the topology of the first example, `public/first.svg`.

import { readFileSync, writeFileSync } from "node:fs";
import { Compiler } from "./compiler.mjs";

const text = readFileSync(new URL("../../examples/homelab/network.hnet", import.meta.url), "utf8");
const compiler = new Compiler();
compiler.open([{ path: "network.hnet", text }]);
const picture = compiler.ask("hnet/picture", { view: "topology" });
if (!picture) throw new Error("the first example has errors, so there is no picture of it");
writeFileSync(new URL("../public/first.svg", import.meta.url), picture.svg);
