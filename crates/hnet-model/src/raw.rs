//! YAML from the source, for what the vocabulary lacks.

use hnet_diagnostics::Span;

/// One YAML document that stands in the source, read and found to be well formed.
#[derive(Clone, Debug, PartialEq)]
pub struct RawYaml {
    /// What it says.
    pub value: serde_yaml::Value,
    /// The text in the source.
    pub span: Span,
}
