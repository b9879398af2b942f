//! Spans, sources, the table of codes and their pages, and the forms in which diagnostics are printed.
//!
//! Knows nothing of networks or of the language. Start at [`Diagnostic`]; the table of codes is
//! [`codes`]; where a value comes from is [`Traced`]; how findings are printed is [`render`] and
//! [`forms`].

mod about;
mod claim;
pub mod codes;
mod diagnostic;
pub mod forms;
mod mended;
mod messages;
mod notice;
mod once;
mod origin;
pub mod render;
mod source;
mod suggest;

pub use about::site;
pub use claim::claim;
pub use codes::{Code, Severity};
pub use diagnostic::{Diagnostic, Diagnostics, Edit, Fix, Label, Reported};
pub use messages::{counted, did_you_mean, double_quoted, quoted};
pub use notice::Notice;
pub use once::say_once;
pub use origin::{Lines, Origin, Reason, Traced};
pub use source::{FileId, Position, Refusal, Source, Sources, Span};
pub use suggest::{is_slip, nearest};
