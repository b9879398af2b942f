//! Go templates as topf fills them in, as far as hnet writes them: values of its environment in the places of placeholders.
//! Both directions are here, so that what is written is read back.
//!
//! topf looks nothing up in a template but by its functions (postfinance/topf, `docs/configuration-model.md`), and gives an
//! empty text for a variable that is not set; so each file asks first whether all have a value ([`guard`]).

use std::fmt::Write as _;
use std::ops::Range;

/// A stretch of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// What stands for itself.
    Literal(&'t str),
    /// The name of a variable of topf's environment.
    Variable(&'t str),
}

/// Two brackets that begin nothing.
pub const BRACKETS: &str = "{{ \"{{\" }}";

/// One bracket before a value.
pub const BRACKET: &str = "{{ \"{\" }}";

/// A whole value of YAML that has variables, whatever is in them.
#[must_use]
pub fn value(pieces: &[Piece<'_>]) -> String {
    if let [Piece::Variable(name)] = pieces {
        return format!("{{{{ env \"{name}\" | quote }}}}");
    }
    let mut out = String::from("{{ print");
    for piece in pieces {
        _ = match piece {
            Piece::Literal(text) => write!(out, " {}", quoted(text)),
            Piece::Variable(name) => write!(out, " (env \"{name}\")"),
        };
    }
    out + " | quote }}"
}

/// A variable within a line of a longer text.
#[must_use]
pub fn inline(name: &str) -> String {
    format!("{{{{ env \"{name}\" }}}}")
}

/// A line of comment that ends topf with a message where a variable has no value.
#[must_use]
pub fn guard(name: &str) -> String {
    format!("{}{}", said(name), question(name))
}

/// What a person reads of it.
fn said(name: &str) -> String {
    format!("# From the environment of topf: {name} ")
}

/// What topf reads of it.
fn question(name: &str) -> String {
    format!("{{{{ if not (env \"{name}\") }}}}{{{{ fail \"{name} has no value\" }}}}{{{{ end }}}}")
}

/// The actions of a template, each with what stands in it; none where one is not closed.
#[must_use]
pub fn actions(text: &str) -> Option<Vec<(Range<usize>, &str)>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|open| at + open) {
        let guarded = text[open..].strip_prefix("{{ if not (env \"").and_then(|rest| rest.split_once('"'));
        if let Some((name, _)) = guarded
            && text[open..].starts_with(&question(name))
        {
            let start = text[..open].strip_suffix(&said(name)).map_or(open, str::len);
            at = open + question(name).len();
            found.push((start..at, ""));
            continue;
        }
        let close = open + 2 + closed(&text[open + 2..])?;
        at = close + 2;
        found.push((open..at, text[open + 2..close].trim()));
    }
    Some(found)
}

/// Where an action ends whose inside this text begins with: brackets in its texts are a part of those.
fn closed(text: &str) -> Option<usize> {
    let mut within = None;
    let mut is_escaped = false;
    for (at, sign) in text.char_indices() {
        match within {
            Some(_) if is_escaped => is_escaped = false,
            Some('"') if sign == '\\' => is_escaped = true,
            Some(quote) if sign == quote => within = None,
            Some(_) => {}
            None if matches!(sign, '"' | '`') => within = Some(sign),
            None if text[at..].starts_with("}}") => return Some(at),
            None => {}
        }
    }
    None
}

/// How the names of templates end that topf fills in.
pub const END: &str = ".yaml.tpl";

/// What stands in the places of the actions of a template that hnet wrote, so that it is YAML whose texts say each variable
/// as [`inline`] does; none of another.
#[must_use]
pub fn readable_parts(text: &str) -> Option<Vec<(Range<usize>, String)>> {
    let actions = actions(text)?;
    // Each that hnet wrote asks for a value.
    actions.iter().find(|(_, action)| action.is_empty())?;
    let part = |(range, action)| Some((range, meaning(action, &inline, &str::to_owned)?));
    actions.into_iter().map(part).collect()
}

/// A template that hnet wrote, as that YAML; none of another.
#[must_use]
pub fn readable(text: &str) -> Option<String> {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (range, part) in readable_parts(text)? {
        out.push_str(&text[at..range.start]);
        out.push_str(&part);
        at = range.end;
    }
    Some(out + &text[at..])
}

/// What an action means that hnet writes, as YAML: a variable as `variable` says it, a text as `literal` does. None of
/// another.
#[must_use]
pub fn meaning(action: &str, variable: &dyn Fn(&str) -> String, literal: &dyn Fn(&str) -> String) -> Option<String> {
    if action.is_empty() {
        return Some(String::new());
    }
    if let Some((text, "")) = unquoted(action) {
        return Some(literal(&text));
    }
    if let Some((name, "")) = action.strip_prefix("env ").and_then(|rest| unquoted(rest.trim())) {
        return is_name(&name).then(|| variable(&name));
    }
    let inner = action.strip_suffix("quote")?.trim_end().strip_suffix('|')?.trim_end();
    let mut whole = String::new();
    match inner.strip_prefix("print ") {
        None => {
            let (name, "") = unquoted(inner.strip_prefix("env ")?.trim())? else { return None };
            whole.push_str(&is_name(&name).then(|| variable(&name))?);
        }
        Some(mut rest) => {
            while !rest.trim_start().is_empty() {
                rest = rest.trim_start();
                if let Some(of_name) = rest.strip_prefix("(env ") {
                    let (name, behind) = unquoted(of_name)?;
                    whole.push_str(&is_name(&name).then(|| variable(&name))?);
                    rest = behind.strip_prefix(')')?;
                } else {
                    let (text, behind) = unquoted(rest)?;
                    whole.push_str(&literal(&text));
                    rest = behind;
                }
            }
        }
    }
    Some(quoted(&whole))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A text in quotes as both Go and YAML read it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '\\' => out.extend(['\\', sign]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            sign if sign.is_control() => _ = write!(out, "\\u{:04x}", u32::from(sign)),
            sign => out.push(sign),
        }
    }
    out + "\""
}

/// The text in quotes that a text begins with, as [`quoted`] writes it, and what stands behind it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut signs = text.strip_prefix('"')?.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Some((out, &text[at + 2..])),
            '\\' => match signs.next()?.1 {
                sign @ ('"' | '\\') => out.push(sign),
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'u' => {
                    let digits: String = signs.by_ref().take(4).map(|(_, digit)| digit).collect();
                    out.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                _ => return None,
            },
            sign => out.push(sign),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{BRACKETS, Piece, actions, guard, inline, meaning, value};

    fn read(template: &str) -> Option<String> {
        let (mut out, mut at) = (String::new(), 0);
        for (range, action) in actions(template)? {
            out.push_str(&template[at..range.start]);
            out.push_str(&meaning(action, &|name| format!("${{{name}}}"), &str::to_owned)?);
            at = range.end;
        }
        Some(out + &template[at..])
    }

    #[test]
    fn what_is_written_is_read_back() {
        for (pieces, expected) in [
            (&[Piece::Variable("A")][..], r#""${A}""#),
            (&[Piece::Literal("A="), Piece::Variable("B_1")], r#""A=${B_1}""#),
            (&[Piece::Variable("A"), Piece::Literal("\"}} {{\\\n\u{1}")], r#""${A}\"}} {{\\\n\u0001""#),
        ] {
            assert_eq!(read(&value(pieces)).as_deref(), Some(expected), "{}", value(pieces));
        }
        assert_eq!(read(&format!("{}\na {} b", guard("A"), inline("A"))).as_deref(), Some("\na ${A} b"));
        assert_eq!(read(BRACKETS).as_deref(), Some("{{"));
    }

    #[test]
    fn what_is_not_hnets_has_no_meaning() {
        for other in
            ["{{ env \"A\" | upper }}", "{{ .Node.Host }}", "{{ env \"A", "{{- env \"A\" }}", "{{ env \"a b\" }}"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
