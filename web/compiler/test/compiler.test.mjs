// The package as its users have it: installed from its archive, in Node.js.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, load } from "hnet-compiler";

const SOUND = "network home <\n  subnet lan 192.168.10.0/24 < router edge; >\n  router edge < address lan[1]; >\n>\n";

test("a sound network has outputs and pictures", async () => {
  await load();
  const { sound, diagnostics, outputs, pictures } = await compile({ "network.hnet": SOUND });
  assert.equal(sound, true);
  assert.deepEqual(diagnostics, []);
  assert.match(outputs["docs/network.md"] ?? Object.values(outputs).join(), /192\.168\.10\.|<svg/);
  assert.match(pictures.topology.svg, /^<svg[^]*<\/svg>\s*$/);
  assert.ok(pictures.topology.width > 0 && pictures.topology.description.length > 0);
});

test("the same files give the same answer", async () => {
  const [first, second] = await Promise.all([compile({ "network.hnet": SOUND }), compile({ "network.hnet": SOUND })]);
  assert.deepEqual(first, second);
});

test("a mistake has its place, help and fix, and nothing is written", async () => {
  const { sound, diagnostics, outputs, pictures } = await compile({ "home.hnet": SOUND.replace("router edge;", "router egde;") });
  assert.deepEqual([sound, outputs, pictures], [false, {}, {}]);
  const [{ file, line, column, endLine, endColumn, code, name, severity, level, message, help, fixes }] = diagnostics;
  assert.deepEqual(
    [file, line, column, endLine, endColumn, code, name, severity, level],
    ["home.hnet", 2, 39, 2, 43, "HN103", "unknown-name", "error", "error"],
  );
  assert.equal(message, "there is no `router` named `egde`");
  assert.equal(help, "did you mean `edge`?");
  assert.deepEqual(fixes, [
    { title: "write `edge`", edits: [{ file: "home.hnet", line: 2, column: 39, endLine: 2, endColumn: 43, text: "edge" }] },
  ]);
});

test("files of a network are read where they are named, and others are not", async () => {
  const files = {
    "network.hnet": SOUND.replace("network home <", 'network home <\n  include "no des/a.hnet";'),
    "no des/a.hnet": "host nas < address lan[1]; >\n",
    "other.yaml": "no hnet: at all",
  };
  const { diagnostics } = await compile(files);
  const said = diagnostics.map(({ file, code, level, related }) => [file, code, level, related.map((place) => place.file)]);
  assert.deepEqual(said, [["no des/a.hnet", "HN302", "denied", ["network.hnet"]]]);
});

test("what is no network at all is refused", async () => {
  for (const [files, options, why] of [
    [{}, {}, /there is no source/],
    [{ "a.hnet": "", "b.hnet": "" }, {}, /several sources/],
    [{ "a.hnet": SOUND }, { root: "b.hnet" }, /there is no file/],
    [{ "../a.hnet": SOUND }, {}, /no path/],
    [{ "a.hnet": 1 }, {}, /no string/],
  ]) {
    await assert.rejects(compile(files, options), (error) => error instanceof TypeError && why.test(error.message));
  }
});
