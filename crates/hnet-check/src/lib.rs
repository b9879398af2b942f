//! Tree to model or diagnostics: vocabulary, names, values, rules.
