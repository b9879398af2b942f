//! What is wrong with a value, said at the bytes of the source where it is wrong. Start at [`refuse`].

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Reported, codes};
use hnet_syntax::tree::{Value, ValueKind};

use super::{Fault, Wrong};

/// Reports what is wrong with a value, at the bytes where it is wrong.
pub fn refuse(wrong: Wrong, value: &Value, out: &mut Diagnostics) -> Reported {
    let Fault { code, range, title, label, help, replacement } = wrong.open();
    if has_placeholder(value) && needs_value(code) {
        return out.report(
            Diagnostic::new(&codes::VALUE_UNKNOWN, format!("`{}` must be known here", value.text))
                .label(value.span, "hnet computes other values from this one")
                .help("write the value: what fills placeholders in runs after hnet"),
        );
    }
    // The text of a string is not its bytes in the source, so the whole string is shown.
    let span = if value.kind == ValueKind::Word { value.part(range) } else { value.span };
    let mut diagnostic = Diagnostic::new(code, title).label(span, label);
    diagnostic.help = help;
    if let Some(text) = replacement {
        diagnostic = diagnostic.fix(format!("write `{text}`"), value.span, text);
    }
    out.report(diagnostic)
}

/// Whether the type is a value that hnet computes with, and not a text that it passes on.
fn needs_value(code: &Code) -> bool {
    let texts = [
        &codes::NOT_A_HOST_NAME,
        &codes::NOT_A_URL,
        &codes::NOT_A_PATH,
        &codes::NOT_A_LABEL,
        &codes::NOT_A_TAINT,
        &codes::NOT_A_HEADER,
    ];
    !texts.contains(&code)
}

/// Whether a part of a value is filled in by others, after hnet.
#[must_use]
pub fn has_placeholder(value: &Value) -> bool {
    value.text.contains("${")
}

/// Reports again what is wrong with a name, if something is.
pub(crate) fn refused_name(value: &Value, out: &mut Diagnostics) -> Option<Reported> {
    super::name(&value.text).err().map(|wrong| refuse(wrong, value, out))
}
