//! Conditions on requests and what browsers ask, as the Gateway API takes them.

use hnet_diagnostics::codes;

use super::header::is_token;
use super::{Part, Wrong, first_not, masked, shown, shown_sign, url};

/// The longest name and value of a parameter, the longest pattern of a path and the longest name of gRPC
/// (gateway-api v1.6.1, `config/crd`).
const LONGEST_NAME: usize = 256;
const LONGEST: usize = 1024;

/// A parameter as `name=value`, without percent encoding.
pub fn query(text: &str) -> Result<(String, String), Wrong> {
    let mask = masked(text);
    let whole = Part::all(&mask);
    let Some((name, value)) = whole.split_once('=') else {
        return Err(wrong(whole, format!("`{}` has no `=`", shown(text)), "a parameter is written `name=value`")
            .help("write the name, `=` and the value"));
    };
    if name.text().is_empty() || value.text().is_empty() {
        let which = if name.text().is_empty() { "name" } else { "value" };
        return Err(wrong(whole, format!("a parameter without a {which}"), format!("the {which} is missing"))
            .help("write the name, `=` and the value"));
    }
    if let Some((range, character)) = first_not(name.text(), is_token) {
        let title = format!("`{}` is no name of a parameter", shown(&text[name.range()]).escape_debug());
        let place = name.cut(range.start, range.end);
        return Err(wrong(place, title, format!("{} stands in no name of a parameter", shown_sign(character))));
    }
    too_long(name, LONGEST_NAME)?;
    too_long(value, LONGEST)?;
    Ok((text[name.range()].to_owned(), text[value.range()].to_owned()))
}

/// A regular expression for a path, in the form of whoever serves the gateway.
pub fn path_pattern(text: &str) -> Result<String, Wrong> {
    let mask = masked(text);
    let whole = Part::all(&mask);
    if whole.text().is_empty() {
        return Err(wrong(whole, "an empty pattern".to_owned(), "a regular expression is wanted here"));
    }
    too_long(whole, LONGEST)?;
    Ok(text.to_owned())
}

/// A service of gRPC, with its package, or a method.
pub fn grpc_name(text: &str) -> Result<String, Wrong> {
    let mask = masked(text);
    let whole = Part::all(&mask);
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
    if let Some((range, character)) = first_not(whole.text(), is_of_name) {
        let title = format!("`{}` is no name of gRPC", shown(text).escape_debug());
        let place = whole.cut(range.start, range.end);
        return Err(wrong(place, title, format!("{} stands in none", shown_sign(character)))
            .help("write a service as `package.Service` and a method by its name"));
    }
    let is_part = |part: &str| part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if !whole.text().split('.').all(is_part) && *mask == *text {
        let title = format!("`{}` is no name of gRPC", shown(text));
        return Err(wrong(whole, title, "each part starts with a letter or `_`")
            .help("write a service as `package.Service` and a method by its name"));
    }
    too_long(whole, LONGEST)?;
    Ok(text.to_owned())
}

/// An origin of a page: a scheme, a host and perhaps a port, in which `*` may stand for the host or the labels before
/// it; or `*` alone.
pub fn origin(text: &str) -> Result<String, Wrong> {
    if text == "*" {
        return Ok(text.to_owned());
    }
    // A star is no host, and stands where one may.
    let read = text.replacen("://*.", "://any.", 1).replacen("://*", "://any", 1);
    url(&read, &["https", "http"]).map_err(|mut wrong| {
        wrong.0.range = 0..text.len();
        wrong
    })?;
    let mask = masked(text);
    let whole = Part::all(&mask);
    let behind = whole.text().find("://").map_or(0, |at| at + 3);
    match whole.text()[behind..].find(['/', '?', '#', '@']) {
        Some(at) => {
            let title = format!("`{}` is no origin", shown(text));
            let place = whole.cut(behind + at, whole.text().len());
            Err(wrong(place, title, "an origin ends before this").help("write scheme, host and perhaps port alone"))
        }
        None => Ok(text.to_owned()),
    }
}

fn too_long(part: Part<'_>, most: usize) -> Result<(), Wrong> {
    let length = part.text().chars().count();
    if length <= most {
        return Ok(());
    }
    let title = format!("`{}` is too long", shown(part.text()));
    Err(wrong(part, title, format!("{length} characters, and {most} are the most")))
}

fn wrong(part: Part<'_>, title: String, label: impl Into<String>) -> Wrong {
    Wrong::new(&codes::NOT_OF_A_REQUEST, part.range(), title, label)
}
