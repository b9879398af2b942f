//! Bytes to text, for the front ends, which are the only ones that read files.

use hnet_diagnostics::{Diagnostic, FileId, Span, codes};

/// Why bytes are no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotText {
    /// The message, which names the line and the first bad byte. Its place counts in [`NotText::text`].
    pub diagnostic: Diagnostic,
    /// The bytes with U+FFFD for whatever is not UTF-8: what the message can be shown in.
    pub text: String,
}

/// The text of a source's bytes.
///
/// # Errors
///
/// When the bytes are not UTF-8; the message names the line and the byte, and where the file starts
/// like UTF-16 it says so.
pub fn decode(file: FileId, bytes: Vec<u8>) -> Result<String, Box<NotText>> {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let place = error.utf8_error().valid_up_to();
    let bytes = error.as_bytes();
    let line = 1 + bytes[..place].iter().filter(|byte| **byte == b'\n').count();
    let byte = bytes[place];
    let encoding = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "the file looks like UTF-16; save it as UTF-8",
        _ => "save the file as UTF-8",
    };
    let diagnostic = Diagnostic::new(&codes::NOT_UTF8, "the source is not UTF-8")
        .label(
            Span::new(file, place, place + '\u{FFFD}'.len_utf8()),
            format!("byte 0x{byte:02X} in line {line} (byte {place} of the file) is not UTF-8"),
        )
        .help(encoding);
    let text = String::from_utf8_lossy(bytes).into_owned();
    Err(Box::new(NotText { diagnostic, text }))
}

#[cfg(test)]
mod tests {
    use super::decode;
    use hnet_diagnostics::FileId;

    #[test]
    fn text_is_text() {
        assert_eq!(decode(FileId(0), "grün".into()).as_deref(), Ok("grün"));
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let error = decode(FileId(3), b"network\n  gr\xFCn".to_vec()).unwrap_err();
        let label = &error.diagnostic.labels[0];
        assert_eq!(label.text, "byte 0xFC in line 2 (byte 12 of the file) is not UTF-8");
        assert_eq!(&error.text[label.span.range()], "\u{FFFD}");
        let error = decode(FileId(0), vec![0xFF, 0xFE, b'n', 0]).unwrap_err();
        assert_eq!(error.diagnostic.help.as_deref(), Some("the file looks like UTF-16; save it as UTF-8"));
    }
}
