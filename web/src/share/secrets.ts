// What must not go into a link: texts that look like a secret. The compiler refuses them in sources (HN222);
// this also looks into comments and broken sources, and rather leaves out too much. Start at `withoutSecrets`.

import type { SourceText } from "../client/workspace";

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "a private key"],
  [/-----BEGIN PGP MESSAGE-----[\s\S]*?(?:-----END PGP MESSAGE-----|$)/g, "a PGP message"],
  [/\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{12,}/g, "a GitHub token"],
  [/\bglpat-[A-Za-z0-9_-]{12,}/g, "a GitLab token"],
  [/\bxox[abprs]-[A-Za-z0-9-]{12,}/g, "a Slack token"],
  [/\bsk[-_](?:live_)?[A-Za-z0-9_-]{16,}/g, "an API key"],
  [/\bhvs\.[A-Za-z0-9_-]{12,}/g, "a Vault token"],
  [/\b(?:tskey-|dop_v1_|dp\.st\.|npm_|pypi-|glsa_|ops_)[A-Za-z0-9_.-]{12,}/g, "a token"],
  [/\bAGE-SECRET-KEY-[A-Z0-9]{12,}/g, "an age private key"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, "an AWS key"],
  [/\beyJ[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]+){0,2}={0,2}/g, "a JSON web token or tunnel token"],
  [/(?<=:\/\/[^\s/:@"]*:)[^\s/@"${}]+(?=@)/g, "a password in a URL"],
  [
    /(?<=\b(?:password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key|psk)["']?\s*[=:]\s*["']?)[^\s"';,<>${}]{6,}/gi,
    "a value that is named a secret",
  ],
  [/(?<![A-Za-z0-9+/_:.-])(?=[A-Za-z0-9+/_]*[a-z])(?=[A-Za-z0-9+/_]*[A-Z])(?=[A-Za-z0-9+/_]*[0-9])[A-Za-z0-9+_/]{40,}={0,2}/g, "a random key"],
];

/** What stands in a link where a secret was; it is a placeholder of the language. */
const LEFT_OUT = "${LEFT_OUT}";

/** Something that was left out of a link. */
export interface LeftOut {
  path: string;
  /** From 1. */
  line: number;
  kind: string;
}

/** The sources without what looks like a secret, and what that was. */
export function withoutSecrets(sources: readonly SourceText[]): { sources: SourceText[]; left: LeftOut[] } {
  const left: LeftOut[] = [];
  const clean = sources.map(({ path, text }) => {
    let next = text;
    for (const [pattern, kind] of KINDS) {
      next = next.replace(pattern, (found: string, ...rest: unknown[]) => {
        const offset = rest.find((value) => typeof value === "number") as number;
        left.push({ path, line: next.slice(0, offset).split("\n").length, kind });
        // Lines are kept, so that places still mean the same.
        return LEFT_OUT + "\n".repeat(found.split("\n").length - 1);
      });
    }
    return { path, text: next };
  });
  left.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
  return { sources: clean, left };
}
