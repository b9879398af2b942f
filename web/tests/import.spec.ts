// What exists becomes a source, in the page's own compiler.

import { readFileSync } from "node:fs";
import { Compiler } from "../prerender/compiler.mjs";
import type { Compiled, Imported, Requests } from "../src/protocol";
import { expect, repository, test } from "./page";

const ask = <Name extends keyof Requests>(compiler: Compiler, name: Name, parameters: Requests[Name][0]) =>
  compiler.ask(name, parameters) as Requests[Name][1];

test("a talconfig that hnet wrote becomes a source without mistakes", () => {
  const compiler = new Compiler();
  const path = "talos/talconfig.yaml";
  const text = readFileSync(repository(`examples/first/out/${path}`), "utf8");
  const imported: Imported = ask(compiler, "hnet/import", { files: [{ path, text }] });
  expect(imported.text).toMatch(/^network home </m);
  expect(imported.report.kinds.map(({ kind }) => kind)).toContain("talconfig");
  const answers = compiler.open([{ path: "network.hnet", text: imported.text }]);
  const compiled = answers.find(({ method }: { method?: string }) => method === "hnet/compiled")?.params as Compiled;
  expect(compiled.errors).toBe(0);
});

test("what cannot be read is listed at its place", () => {
  const text = "clusterName: home\nnodes:\n  - hostname: cp-1\n    machineSpec: {mode: metal}\n";
  const { report } = ask(new Compiler(), "hnet/import", { files: [{ path: "talconfig.yaml", text }] });
  expect(report.unread).toContainEqual(
    expect.objectContaining({ path: "talconfig.yaml", range: expect.objectContaining({ start: { line: 3, character: 4 } }) }),
  );
});
