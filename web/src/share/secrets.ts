// What must not go into a link: what the compiler takes for a secret, wherever it stands. Start at `withoutSecrets`.

import { Text } from "@codemirror/state";
import type { SourceText } from "../client/workspace";
import type { Secret } from "../protocol";
import { uriOf } from "../state/store";

/** What stands in a link where a secret was; it is a placeholder of the language. */
const LEFT_OUT = "${LEFT_OUT}";

/** The sources without their secrets. */
export function withoutSecrets(sources: readonly SourceText[], secrets: readonly Secret[]): SourceText[] {
  return sources.map(({ path, text }) => {
    let clean = Text.of(text.split("\n"));
    const own = secrets.filter(({ location }) => location.uri === uriOf(path));
    // From the last on, so that the places of the others stay.
    for (const { start, end } of own.map(({ location }) => location.range).reverse()) {
      const from = clean.line(start.line + 1).from + start.character;
      const to = clean.line(end.line + 1).from + end.character;
      // Lines are kept, so that places still mean the same.
      clean = clean.replace(from, to, Text.of([LEFT_OUT, ...Array<string>(end.line - start.line).fill("")]));
    }
    return { path, text: clean.toString() };
  });
}
