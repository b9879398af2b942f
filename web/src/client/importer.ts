// The import as seen from the page: the files of a person, read on this device, and a worker for them that ends with its
// answer. Start at `readFiles` and `importFiles`.

import type { Imported, ImportFile, ImportParams } from "../protocol";
import type { Outcome } from "../worker/importer";

/** What may say something of a network; the rest of a folder is not read. */
const READ = /(?:\.(?:ya?ml|json|env|conf)|(?:^|\/)Corefile)$/;
/** In bytes; what is larger was written by no person. */
const LARGEST = 1024 * 1024;
/** How many files are read at most. */
const MOST = 20_000;
/** How long an import may take, in milliseconds. */
const PATIENCE = 60_000;

/** The texts of chosen files, by their paths within what was chosen; hidden folders are left out. */
export async function readFiles(chosen: readonly File[]): Promise<ImportFile[]> {
  const wanted = chosen
    .map((file) => ({ file, path: file.webkitRelativePath.replace(/^[^/]*\//, "") || file.name }))
    .filter(({ file, path }) => READ.test(path) && !/(?:^|\/)\./.test(path) && file.size <= LARGEST)
    .slice(0, MOST);
  return Promise.all(wanted.map(async ({ file, path }) => ({ path, text: await file.text() })));
}

/** A source of files. Refuses where the worker gives up, or gives no answer in time. */
export function importFiles(files: readonly ImportFile[]): Promise<Imported> {
  const worker = new Worker(new URL("../worker/importer.ts", import.meta.url), { type: "module" });
  const outcome = new Promise<Imported>((resolve, reject) => {
    const late = window.setTimeout(() => reject(new Error("it took too long")), PATIENCE);
    worker.onmessage = ({ data }: MessageEvent<Outcome>) => {
      clearTimeout(late);
      if ("answer" in data) resolve(JSON.parse(data.answer) as Imported);
      else reject(new Error(data.reason));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      clearTimeout(late);
      reject(new Error(event.message || "it could not be loaded"));
    };
  });
  worker.postMessage(JSON.stringify({ files: [...files] } satisfies ImportParams));
  return outcome.finally(() => worker.terminate());
}
