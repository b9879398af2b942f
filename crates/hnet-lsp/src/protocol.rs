//! What the server and its client say to each other beyond the standard, and the pieces of the
//! standard that both use. The page's side is `web/src/protocol.ts`, which explains each.
//!
//! Lines and columns count from 0, columns in UTF-16 code units. Start at [`Place`].

use serde::{Deserialize, Serialize};

/// The types of semantic tokens, in the order of `hnet_ide::TokenType`.
pub(crate) const TOKEN_TYPES: [&str; 8] =
    ["keyword", "property", "class", "enumMember", "number", "string", "comment", "operator"];
/// Their modifiers, the first the lowest bit.
pub(crate) const TOKEN_MODIFIERS: [&str; 2] = ["declaration", "documentation"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) character: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Range {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

/// A stretch of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Location {
    pub(crate) uri: String,
    pub(crate) range: Range,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DocumentIdentifier {
    pub(crate) uri: String,
}

/// A place in a document, and what further parameters requests about one have.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    pub(crate) text_document: DocumentIdentifier,
    pub(crate) position: Position,
    /// Of `rename`.
    pub(crate) new_name: Option<String>,
    /// Of `references`.
    pub(crate) context: Option<ReferenceContext>,
    /// Of `hnet/links`.
    pub(crate) view: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReferenceContext {
    #[serde(default)]
    pub(crate) include_declaration: bool,
}

/// A document, and of `codeAction` the part of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfDocument {
    pub(crate) text_document: DocumentIdentifier,
    pub(crate) range: Option<Range>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DidOpen {
    pub(crate) text_document: OpenedDocument,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OpenedDocument {
    pub(crate) uri: String,
    #[serde(default)]
    pub(crate) version: i64,
    pub(crate) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DidChange {
    pub(crate) text_document: VersionedDocument,
    pub(crate) content_changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct VersionedDocument {
    pub(crate) uri: String,
    pub(crate) version: Option<i64>,
}

/// A new text for a range, or for the whole document where there is none.
#[derive(Debug, Deserialize)]
pub(crate) struct Change {
    pub(crate) range: Option<Range>,
    pub(crate) text: String,
}

/// Parameters about a project, and those that single methods add.
#[derive(Debug, Deserialize)]
pub(crate) struct OfProject {
    pub(crate) uri: Option<String>,
    /// Of `hnet/origins`.
    pub(crate) path: Option<String>,
    /// Of `hnet/picture`.
    pub(crate) view: Option<String>,
    /// Of `hnet/picture`.
    pub(crate) theme: Option<String>,
    /// Of `hnet/explain`.
    pub(crate) code: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Initialize {
    pub(crate) initialization_options: Option<InitializationOptions>,
    pub(crate) capabilities: serde_json::Value,
}

#[derive(Debug, Deserialize)]
pub(crate) struct InitializationOptions {
    pub(crate) root: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TextEdit {
    pub(crate) range: Range,
    pub(crate) new_text: String,
}

/// An edit with its document.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FixEdit {
    pub(crate) uri: String,
    #[serde(flatten)]
    pub(crate) edit: TextEdit,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fix {
    pub(crate) title: String,
    pub(crate) edits: Vec<FixEdit>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Origin {
    pub(crate) location: Location,
    pub(crate) reason: Option<&'static str>,
}

/// Something drawn, and a row of the table that says the same.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'a str>,
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    pub(crate) says: &'a str,
    pub(crate) location: Option<Location>,
}
