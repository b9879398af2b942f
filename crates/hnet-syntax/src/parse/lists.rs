//! Lists as other languages write them: between `[` and `]`, or each value behind a `-`. Named once, and read as the
//! values with commas between them that they are meant to be.
//!
//! Start at [`read`].

use std::net::Ipv6Addr;

use hnet_diagnostics::{Edit, Span};

use super::report::{self, Report};
use crate::tree::{Argument, Value, ValueKind};

/// How deep brackets may stand in brackets: what is deeper is no list that somebody meant.
const DEEPEST: usize = 8;

/// Makes lists of other languages ones of hnet, and reports each.
pub(super) fn read(arguments: &mut Vec<Argument>, written: &str, report: &mut Report<'_>) {
    let mut at = 0;
    while at < arguments.len() {
        let found = match is_word(&arguments[at].value, |word| word.starts_with('[') || word == "-") {
            false => None,
            true => bracketed(arguments, at, written, report).or_else(|| dashed(arguments, at, written, report)),
        };
        at = found.unwrap_or(at + 1);
    }
}

fn is_word(value: &Value, is_it: impl Fn(&str) -> bool) -> bool {
    value.kind == ValueKind::Word && is_it(&value.text)
}

/// The values between brackets that open here; behind which argument they end.
fn bracketed(arguments: &mut Vec<Argument>, at: usize, written: &str, report: &mut Report<'_>) -> Option<usize> {
    let (last, closed) = closing(arguments, at)?;
    let (open, close) = (arguments[at].value.span, arguments[last].value.span);
    let mut edits = vec![Edit { span: Span { end: open.start + 1, ..open }, text: String::new() }];
    let mut values: Vec<Argument> = arguments[at..=last].to_vec();
    // The brackets themselves go, and with them a comma that leads to no value.
    let mut trailing = None;
    if let Some(argument) = values.last_mut().filter(|_| closed) {
        shorten(argument, 0, 1);
        if argument.value.text.is_empty() {
            trailing = argument.comma;
            values.pop();
        }
    }
    if let Some(argument) = values.first_mut() {
        shorten(argument, 1, 0);
        if argument.value.text.is_empty() {
            let opened = values.remove(0);
            if let Some(first) = values.first_mut() {
                first.comma = opened.comma;
                first.leading.splice(0..0, opened.leading);
            }
        }
    }
    join(&mut values, &mut edits);
    if closed {
        let end = Span { start: close.end - 1, ..close };
        let span = trailing.filter(|comma| is_blank(written, *comma, end)).map_or(end, |comma| comma.to(end));
        edits.push(Edit { span, text: String::new() });
    }
    let place = Span { end: open.start + 1, ..open };
    report.say(report::foreign_list("`[` and `]` enclose no list", place, &meant(&values, written), edits));
    let end = at + values.len();
    arguments.splice(at..=last, values);
    Some(end)
}

/// Where the list ends whose bracket opens an argument, and whether another closes it; none where it is no list's.
fn closing(arguments: &[Argument], at: usize) -> Option<(usize, bool)> {
    let first = arguments[at].value.text.strip_prefix('[')?;
    // An index without the name before it, and an address of IPv6.
    let is_index = |inner: &str| inner.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'x'));
    let mut depth = 0_usize;
    for (last, argument) in arguments.iter().enumerate().skip(at) {
        let Value { kind: ValueKind::Word, text, .. } = &argument.value else { continue };
        for (place, byte) in text.bytes().enumerate() {
            match byte {
                b'[' => depth += 1,
                b']' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                let is_empty = last == at + 1 && first.is_empty() && text == "]";
                let alone = first.strip_suffix(']').filter(|_| last == at);
                let is_other = alone.is_some_and(|inner| is_index(inner) || inner.parse::<Ipv6Addr>().is_ok());
                return (place + 1 == text.len() && !is_empty && !is_other).then_some((last, true));
            }
        }
        if depth > DEEPEST {
            break;
        }
    }
    let commas = arguments[at + 1..].iter().take_while(|argument| argument.comma.is_some()).count();
    (!is_index(first)).then_some((at + commas, false))
}

/// Takes so many bytes from both ends of an argument's word.
fn shorten(argument: &mut Argument, start: usize, end: usize) {
    let value = &mut argument.value;
    let kept = start..value.text.len() - end;
    // Where a character that nobody sees was taken out, the word has no places of its own.
    value.span = value.part(kept.clone());
    value.text = value.text[kept].into();
}

/// Values behind hyphens, the first of which stands here; behind which argument they end.
fn dashed(arguments: &mut Vec<Argument>, at: usize, written: &str, report: &mut Report<'_>) -> Option<usize> {
    let is_dash = |argument: &Argument| is_word(&argument.value, |word| word == "-");
    let dash = arguments.get(at).filter(|dash| is_dash(dash))?.value.span;
    let before = at.checked_sub(1).map(|before| arguments[before].value.span);
    // Between two values on one line it makes a range.
    let begins = before.is_none_or(|before| {
        arguments[at].comma.is_some()
            || written.get(before.range().end..dash.range().start).is_some_and(|gap| gap.contains('\n'))
    });
    if !begins || arguments.get(at + 1).is_none_or(is_dash) {
        return None;
    }
    let mut edits = Vec::new();
    let mut values: Vec<Argument> = Vec::new();
    let mut rest = arguments.split_off(at).into_iter().peekable();
    while let Some(mut argument) = rest.next() {
        if !is_dash(&argument) {
            values.push(argument);
            continue;
        }
        let Some(mut value) = rest.next_if(|next| !is_dash(next)) else {
            values.push(argument);
            continue;
        };
        let to_value = Span { end: value.value.span.start, ..argument.value.span };
        let blank = is_blank(written, argument.value.span, value.value.span);
        edits.push(Edit { span: if blank { to_value } else { argument.value.span }, text: String::new() });
        value.comma = argument.comma;
        argument.leading.append(&mut value.leading);
        value.leading = argument.leading;
        if let (None, Some(before)) = (value.comma, values.last()) {
            value.comma = Some(before.value.span.after());
            edits.push(Edit { span: before.value.span.after(), text: ",".to_owned() });
        }
        values.push(value);
    }
    report.say(report::foreign_list("`-` starts no value of a list", dash, &meant(&values, written), edits));
    arguments.append(&mut values);
    Some(arguments.len())
}

/// Puts commas where none stand between values.
fn join(values: &mut [Argument], edits: &mut Vec<Edit>) {
    for at in 1..values.len() {
        if values[at].comma.is_none() {
            let behind = values[at - 1].value.span.after();
            values[at].comma = Some(behind);
            edits.push(Edit { span: behind, text: ",".to_owned() });
        }
    }
}

/// Whether nothing stands between two places.
fn is_blank(written: &str, before: Span, behind: Span) -> bool {
    written.get(before.range().end..behind.range().start).is_some_and(|gap| gap.trim().is_empty())
}

/// The list as it is to be written.
fn meant(values: &[Argument], written: &str) -> String {
    let values: Vec<&str> = values.iter().filter_map(|argument| written.get(argument.value.span.range())).collect();
    values.join(", ")
}
