// The compiler as seen from the page: a transport for the language client, with a watchdog. A worker that does
// not answer in time or that traps is ended, and a new one takes its place; the language client then opens
// all documents again. A text that ends the new one as well is not tried a third time.
// It knows nothing of documents and pictures. Start at `Compiler`.

import type { Transport } from "@codemirror/lsp-client";
import type { Question, Report } from "../worker/compiler";

/** How long a message may take before the worker counts as hung, in milliseconds. */
const PATIENCE = 2_000;
/** How many workers may end one after the other without a finished answer to a change. */
const ATTEMPTS = 2;

/** What the page is told. */
export interface Watcher {
  /** The compiler is there and answers. */
  ready(): void;
  /** A worker was ended; `again` says whether a new one was started. */
  restarted(reason: string, again: boolean): void;
}

/** One compiler at a time, and the messages that it owes an answer. */
export class Compiler implements Transport {
  private worker: Worker | null = null;
  private listeners: ((message: string) => void)[] = [];
  private owed = new Map<number, number | null>();
  private next = 0;
  private failures = 0;
  private loaded = false;

  constructor(
    private spawn: () => Worker,
    private watcher: Watcher,
  ) {}

  /** Starts a worker, also after one was given up. */
  start(): void {
    const worker = this.spawn();
    this.worker = worker;
    this.loaded = false;
    worker.onmessage = (event: MessageEvent<Report>) => {
      if (worker === this.worker) this.hear(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker === this.worker) this.end(event.message || "the worker could not be loaded");
    };
  }

  /** Whether a worker runs; after a text that ended several, none does. */
  get running(): boolean {
    return this.worker !== null;
  }

  /** Says that the text is another one, so that the failures of the last one no longer count. */
  forgive(): void {
    this.failures = 0;
  }

  send(message: string): void {
    if (!this.worker) throw new Error("the compiler is not running");
    const number = this.next++;
    this.owed.set(number, this.loaded ? this.watch() : null);
    this.worker.postMessage({ number, message } satisfies Question);
  }

  subscribe(handler: (message: string) => void): void {
    this.listeners.push(handler);
  }

  unsubscribe(handler: (message: string) => void): void {
    this.listeners = this.listeners.filter((known) => known !== handler);
  }

  private watch(): number {
    return window.setTimeout(() => this.end("the compiler did not answer"), PATIENCE);
  }

  private hear(report: Report): void {
    switch (report.kind) {
      case "ready":
        this.loaded = true;
        // What was sent while the compiler was loading is due from now on.
        for (const number of this.owed.keys()) this.owed.set(number, this.watch());
        this.watcher.ready();
        break;
      case "answers": {
        const timer = this.owed.get(report.number);
        if (timer) clearTimeout(timer);
        this.owed.delete(report.number);
        // The worker takes one message after the other, so the next one starts only now.
        for (const [number, waiting] of this.owed) {
          if (waiting) clearTimeout(waiting);
          this.owed.set(number, this.watch());
        }
        for (const answer of report.answers) for (const listener of this.listeners) listener(answer);
        break;
      }
      case "broken":
        this.end(report.reason);
        break;
    }
  }

  private end(reason: string): void {
    this.worker?.terminate();
    this.worker = null;
    for (const timer of this.owed.values()) if (timer) clearTimeout(timer);
    this.owed.clear();
    const again = this.loaded && ++this.failures < ATTEMPTS;
    if (again) this.start();
    this.watcher.restarted(reason, again);
  }
}
