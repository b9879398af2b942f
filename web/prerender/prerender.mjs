// Draws what the page shows before the compiler is there: the topology of the first example, `public/first.svg`, and
// says how big it is, `src/styles/first.css`, so that it lies where the live one will.

import { readFileSync, writeFileSync } from "node:fs";
import { Compiler } from "./compiler.mjs";

const text = readFileSync(new URL("../first.hnet", import.meta.url), "utf8");
const compiler = new Compiler();
compiler.open([{ path: "network.hnet", text }]);
const picture = compiler.ask("hnet/picture", { view: "topology" });
if (!picture) throw new Error("the first example has errors, so there is no picture of it");
writeFileSync(new URL("../public/first.svg", import.meta.url), picture.svg);

/** The paper around a picture that its frame need not show, as `src/picture/fit.ts` has it. */
const PAPER = 28;
const [width, height] = [picture.width - 2 * PAPER, picture.height - 2 * PAPER];
const facts = { width, high: height / width, whole: picture.width / width, paper: PAPER / width };
const rules = Object.entries(facts).map(([name, value]) => `  --first-${name}: ${value};\n`);
writeFileSync(new URL("../src/styles/first.css", import.meta.url), `:root {\n${rules.join("")}}\n`);
