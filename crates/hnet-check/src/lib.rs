//! Tree to model or diagnostics: the vocabulary, names, values and rules.

mod rules;
mod values;
