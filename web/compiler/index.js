// The compiler of hnet as a function: sources in; what is wrong, what is written and the pictures out.
//
// It is the language server of the playground as WebAssembly, asked once and let go. Nothing is read and nothing is sent.

import init, { Server } from "./hnet_wasm.js";

const VIEWS = ["topology", "traffic", "addresses", "flow"];
const SEVERITIES = { 1: "error", 2: "warning", 3: "note" };

let loaded;

/** Loads the compiler; see index.d.ts. */
export function load(module) {
  loaded ??= bytes(module).then((bytes) => init({ module_or_path: bytes }));
  return loaded.then(() => undefined);
}

async function bytes(module) {
  if (module !== undefined) return module;
  const address = new URL("./hnet_wasm_bg.wasm", import.meta.url);
  if (address.protocol !== "file:") return fetch(address);
  const { readFile } = await import("node:fs/promises");
  return readFile(address);
}

/** Compiles a network; see index.d.ts. */
export async function compile(files, options = {}) {
  const texts = Object.entries(files);
  for (const [path, text] of texts) {
    if (typeof text !== "string") throw new TypeError(`the text of \`${path}\` is no string`);
    if (path === "" || path.split("/").some((part) => part === "" || part === "." || part === "..")) {
      throw new TypeError(`\`${path}\` is no path of a file as hnet takes it, such as \`nodes/edge.hnet\``);
    }
  }
  const root = options.root ?? onlySource(Object.keys(files));
  if (!Object.hasOwn(files, root)) throw new TypeError(`there is no file \`${root}\``);
  await load();
  const server = new Server();
  try {
    return ask(server, texts, root);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      throw new Error("the compiler broke, which is a mistake of its own; begin anew in another process or worker", {
        cause: error,
      });
    }
    throw error;
  } finally {
    server.free();
  }
}

/** The source that is meant where none is named, as the command line has it. */
function onlySource(paths) {
  if (paths.includes("network.hnet")) return "network.hnet";
  const sources = paths.filter((path) => path.endsWith(".hnet") && !path.includes("/"));
  if (sources.length === 1) return sources[0];
  const found = sources.length === 0 ? "there is no source" : "there are several sources and no `network.hnet`";
  throw new TypeError(`${found}: name the one that is meant by \`root\``);
}

function ask(server, texts, root) {
  const uri = (path) => `file:///${path.split("/").map(encodeURIComponent).join("/")}`;
  let number = 0;
  const findings = new Map();
  // The documents of the network; what else was given is none of its own.
  let project = new Set();
  const handle = (message) => {
    let answer;
    for (const text of server.handle(JSON.stringify({ jsonrpc: "2.0", ...message }))) {
      const said = JSON.parse(text);
      if (said.method === "textDocument/publishDiagnostics") findings.set(said.params.uri, said.params.diagnostics);
      if (said.method === "hnet/compiled" && said.params.uri === uri(root)) project = new Set(Object.keys(said.params.versions));
      if (said.id === message.id && message.id !== undefined) {
        if (said.error) throw new Error(said.error.message);
        answer = said.result;
      }
    }
    return answer;
  };
  const request = (method, params) => handle({ id: ++number, method, params });
  const paths = new Map(texts.map(([path]) => [uri(path), path]));
  const path = (of) => paths.get(of) ?? decodeURIComponent(of.replace(/^file:\/\/\//, ""));

  request("initialize", { capabilities: {}, initializationOptions: { root: uri(root) } });
  handle({ method: "initialized", params: {} });
  // The root comes last, so that what it names is there: before, each of the others is a source of its own.
  for (const [file, text] of [...texts].sort(([a], [b]) => Number(a === root) - Number(b === root))) {
    const textDocument = { uri: uri(file), languageId: "hnet", version: 1, text };
    handle({ method: "textDocument/didOpen", params: { textDocument } });
  }

  const place = ({ start, end }) => ({
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  });
  const ours = [...findings].filter(([of]) => project.has(of));
  const diagnostics = ours.flatMap(([of, list]) =>
    list.map(({ range, severity, code, relatedInformation = [], data }) => ({
      file: path(of),
      ...place(range),
      code,
      name: data.name,
      severity: SEVERITIES[severity],
      level: data.level,
      message: data.title,
      label: data.label,
      help: data.help,
      related: relatedInformation.map(({ location, message }) => ({
        file: path(location.uri),
        ...place(location.range),
        message,
      })),
      fixes: data.fixes.map(({ title, edits }) => ({
        title,
        edits: edits.map(({ uri, range, newText }) => ({ file: path(uri), ...place(range), text: newText })),
      })),
    })),
  );

  const of = { uri: uri(root) };
  const written = request("hnet/outputs", of);
  const outputs = Object.fromEntries((written?.files ?? []).map(({ path, text }) => [path, text]));
  const pictures = {};
  for (const view of written ? VIEWS : []) {
    const picture = request("hnet/picture", { ...of, view });
    if (picture) pictures[view] = picture;
  }
  return { sound: written !== null, diagnostics, outputs, pictures };
}
