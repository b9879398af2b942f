//! The commands, one module each. A command prints its result and says how it ended.

pub(crate) mod audit;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod draw;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod import;
pub(crate) mod lsp;
pub(crate) mod new;
pub(crate) mod reference;
pub(crate) mod show;
pub(crate) mod talos;
pub(crate) mod why;
