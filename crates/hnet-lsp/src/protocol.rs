//! The pieces that messages are made of: places, edits, rows. What they mean beyond the standard is
//! explained on the page's side, `web/src/protocol.ts`.
//!
//! Lines and columns count from 0, columns in UTF-16 code units. Start at [`document`] for what is
//! read and at [`Location`] for what is written.

use crate::json::{Json, Writer};
use crate::messages::Failure;

/// The types of semantic tokens, in the order of `hnet_ide::TokenType`.
pub(crate) const TOKEN_TYPES: [&str; 8] =
    ["keyword", "property", "class", "enumMember", "number", "string", "comment", "operator"];
/// Their modifiers, the first the lowest bit.
pub(crate) const TOKEN_MODIFIERS: [&str; 2] = ["declaration", "documentation"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) character: u32,
}

impl Position {
    fn read(json: &Json) -> Option<Position> {
        let number = |key| u32::try_from(json.get(key).number()?).ok();
        Some(Position { line: number("line")?, character: number("character")? })
    }

    fn write(self, out: &mut Writer) {
        out.open();
        out.key("line").number(self.line);
        out.key("character").number(self.character);
        out.close();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Range {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

impl Range {
    /// The range of a change or of a question; none where there is none.
    pub(crate) fn read(json: &Json) -> Option<Range> {
        Some(Range { start: Position::read(json.get("start"))?, end: Position::read(json.get("end"))? })
    }

    pub(crate) fn write(self, out: &mut Writer) {
        out.open();
        self.start.write(out.key("start"));
        self.end.write(out.key("end"));
        out.close();
    }
}

/// A stretch of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location<'a> {
    pub(crate) uri: &'a str,
    pub(crate) range: Range,
}

impl Location<'_> {
    pub(crate) fn write(self, out: &mut Writer) {
        out.open();
        out.key("uri").text(self.uri);
        self.range.write(out.key("range"));
        out.close();
    }
}

/// A new text for a range.
pub(crate) fn write_edit(out: &mut Writer, range: Range, text: &str) {
    out.open();
    range.write(out.key("range"));
    out.key("newText").text(text);
    out.close();
}

/// The document that a message is about.
pub(crate) fn document(parameters: &Json) -> Result<&str, Failure> {
    let uri = parameters.get("textDocument").get("uri").text();
    uri.ok_or_else(|| Failure::parameters("`textDocument` is missing"))
}

/// The place in its document that a message is about.
pub(crate) fn position(parameters: &Json) -> Result<Position, Failure> {
    Position::read(parameters.get("position")).ok_or_else(|| Failure::parameters("`position` is missing"))
}

/// A text that a method needs.
pub(crate) fn text<'a>(parameters: &'a Json, key: &str) -> Result<&'a str, Failure> {
    parameters.get(key).text().ok_or_else(|| Failure::parameters(&format!("`{key}` is missing")))
}
