// Texts that nobody means well, in the module of the page: each is answered, findings, colours and all, and the
// same compiler then answers a sound text. That it takes no longer than a second is for `npm run speed` to say.

import { expect, test } from "@playwright/test";
import { Compiler } from "../prerender/compiler.mjs";
import { judge, SMALL } from "./page";

interface Message {
  method?: string;
  params: { diagnostics?: { code: string }[]; sound?: boolean };
}

const MANY = 100_000;
const uri = "file:///network.hnet";
const one = (text: string) => [{ path: "network.hnet", text }];

/** Each with the sources, and a code that must be among the findings. */
const TEXTS: Record<string, [{ path: string; text: string }[], string]> = {
  "nested brackets": [one("a<".repeat(MANY)), "HN016"],
  "nested brackets that close": [one("a<".repeat(MANY) + ">".repeat(MANY)), "HN016"],
  "brackets alone": [one("<".repeat(MANY)), "HN016"],
  "closing brackets": [one(">".repeat(MANY)), "HN003"],
  "nested square brackets": [one(`network a < host b < address ${"[".repeat(MANY)}; > >`), "HN219"],
  quotes: [one('"'.repeat(MANY + 1)), "HN010"],
  "a block string that stays open": [one(`network a < host b < "" """${"x\n".repeat(MANY)}`), "HN010"],
  "everything open": [one('network a < host b < address lan["\n'.repeat(MANY / 4)), "HN009"],
  NULs: [one("\0".repeat(MANY)), "HN015"],
  "halves of characters": [one("network \ud800 < host \udc00; >"), "HN208"],
  commas: [one(",".repeat(MANY)), "HN005"],
  "unknown statements": [one(`network a < ${"foo bar;\n".repeat(20_000)} >`), "HN101"],
  "unknown statements on one line": [one(`network a < ${"foo bar; ".repeat(20_000)} >`), "HN101"],
  "a name that is very long": [one(`network ${"a".repeat(MANY)} < >`), "HN208"],
  "the same host, many times": [one(`network a < subnet lan 10.0.0.0/8; ${"host b < address lan[9]; > ".repeat(5_000)} >`), "HN302"],
  "a text beyond all size": [one(`network a < > #${"x".repeat(17 << 20)}`), "HN017"],
  "a circle of includes": [
    [
      { path: "network.hnet", text: 'network a < include "b.hnet"; >' },
      { path: "b.hnet", text: 'include "c.hnet";' },
      { path: "c.hnet", text: 'include "b.hnet"; include "network.hnet"; include "c.hnet";' },
    ],
    "HN113",
  ],
};

// The first text also pays for the module's first run.
test.beforeAll(() => void new Compiler().open(one(SMALL)));

for (const [name, [sources, code]] of Object.entries(TEXTS)) {
  test(`answered: ${name}`, ({}, { project }) => {
    const compiler = new Compiler();
    const start = performance.now();
    const messages = compiler.open(sources) as Message[];
    compiler.ask("textDocument/semanticTokens/full", { textDocument: { uri } });
    compiler.ask("hnet/links", { textDocument: { uri }, position: { line: 0, character: 9 } });
    const picture = compiler.ask("hnet/changes", { view: "topology", known: 0 });
    const took = performance.now() - start;
    const codes = messages.flatMap(({ params }) => params.diagnostics ?? []).map((found) => found.code);
    expect(new Set(codes)).toContain(code);
    expect(picture).toBeNull();
    if (project.name === "speed") judge(name, took, "ms", 1_000);
    for (const { path } of sources.slice(1)) compiler.tell("textDocument/didClose", { textDocument: { uri: `file:///${path}` } });
    const change = { textDocument: { uri, version: 1 }, contentChanges: [{ text: SMALL }] };
    const after = compiler.tell("textDocument/didChange", change) as Message[];
    expect(after.find(({ method }) => method === "hnet/compiled")?.params.sound).toBe(true);
  });
}
