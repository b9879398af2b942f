//! What requests of the standard are about. Of what a client sends only that is read which the answer depends on, so what
//! it says wrongly beside that costs nothing.

use lsp_types::{Position, Range, ReferenceContext, TextDocumentIdentifier};
use serde::Deserialize;

/// A document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfDocument {
    pub(crate) text_document: TextDocumentIdentifier,
}

/// A stretch of a document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stretch {
    pub(crate) text_document: TextDocumentIdentifier,
    pub(crate) range: Range,
}

/// Where the name at a place is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct References {
    pub(crate) text_document: TextDocumentIdentifier,
    pub(crate) position: Position,
    pub(crate) context: ReferenceContext,
}

/// Another name for the one at a place.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rename {
    pub(crate) text_document: TextDocumentIdentifier,
    pub(crate) position: Position,
    pub(crate) new_name: String,
}
