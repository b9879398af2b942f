//! Spans, sources, the table of codes and their pages, and the forms in which diagnostics are printed.
//!
//! Knows nothing of networks or of the language. Start at [`Diagnostic`]; the table of codes is
//! [`codes`]; where a value comes from is [`Traced`].

pub mod codes;
mod diagnostic;
mod origin;
mod source;

pub use codes::{Code, Severity};
pub use diagnostic::{Diagnostic, Diagnostics, Edit, Fix, Label, Reported};
pub use origin::{Origin, Reason, Traced};
pub use source::{FileId, Position, Source, Sources, Span};
