// The colours of code: those of the playground's editor, by the names that grammars give to words.

import type { ThemeRegistration } from "shiki";

const setting = (colour: string, scope: string[], fontStyle?: string) => ({
  scope,
  settings: { foreground: `var(${colour})`, ...(fontStyle ? { fontStyle } : {}) },
});

/** One theme for light and dark, since the variables differ. */
export const colours: ThemeRegistration = {
  name: "hnet",
  type: "light",
  fg: "var(--text)",
  bg: "var(--page)",
  settings: [
    { settings: { foreground: "var(--text)", background: "var(--page)" } },
    setting("--code-keyword", ["keyword.control", "keyword.operator.new", "storage", "support.function.builtin"], "bold"),
    setting("--code-property", ["variable.other.property", "entity.name.tag", "support.type.property-name", "variable.parameter.option"]),
    setting("--code-name", ["entity.name.type", "entity.name.function"], "bold"),
    setting("--code-word", ["constant.language", "keyword.other"]),
    setting("--code-number", ["constant.numeric"]),
    setting("--code-string", ["string.quoted", "constant.character.escape"]),
    setting("--muted", ["comment", "punctuation.separator", "punctuation.terminator", "punctuation.section", "keyword.operator"]),
    setting("--code-doc", ["comment.line.documentation"], "italic"),
  ],
};
