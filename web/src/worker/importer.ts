// The worker that holds the import: takes the parameters of `hnet/import` and answers once. It is started when somebody
// imports, with a module of its own that nothing else fetches, and ends with its answer. Only `client/importer.ts`
// talks to it.

import init, { imported } from "../../wasm/hnet_import.js";
import module from "../../wasm/hnet_import_bg.wasm?url";

/** What the page gets: an answer as JSON, or why there is none. */
export type Outcome = { answer: string } | { reason: string };

const scope = self as unknown as DedicatedWorkerGlobalScope;
const report = (outcome: Outcome) => scope.postMessage(outcome);

scope.onmessage = ({ data }: MessageEvent<string>) => {
  init({ module_or_path: module })
    .then(() => {
      const answer = imported(data);
      report(answer === undefined ? { reason: "the files were not understood" } : { answer });
    })
    .catch((error: unknown) => report({ reason: String(error) }));
};
