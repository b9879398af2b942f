//! Templates of Jinja, as minijinja and makejinja fill them in, as far as they hold nothing but names: each becomes a
//! placeholder of a source. Start at [`filled`].

use std::ops::Range;

use hnet_yaml::Text;
use smol_str::SmolStr;

/// What a mark opens, and by what it is closed: those of names, as minijinja has them and as makejinja's users do.
const NAMES: [(&str, &str); 2] = [("{{", "}}"), ("#{", "}#")];

/// The same of comments.
const COMMENTS: [(&str, &str); 2] = [("{#", "#}"), ("#|", "|#")];

/// The same of statements, which are not evaluated.
const STATEMENTS: [(&str, &str); 2] = [("{%", "%}"), ("#%", "%#")];

/// Whether a file is a template of Jinja by its name.
#[must_use]
pub fn is_template(path: &str) -> bool {
    path.ends_with(".j2")
}

/// Whether a text has statements, on which it depends what there is.
#[must_use]
pub fn has_statements(text: &str) -> bool {
    STATEMENTS.iter().any(|mark| text.match_indices(mark.0).any(|(at, _)| closed(text, at, *mark).is_some()))
}

/// A template with placeholders in the place of names and without its comments; none where it holds anything else.
#[must_use]
pub fn filled(text: &Text) -> Option<Text> {
    let source = text.as_str();
    if has_statements(source) {
        return None;
    }
    let mut parts: Vec<(Range<usize>, SmolStr)> = Vec::new();
    let mut at = 0;
    while let Some(found) = source[at..].find(['{', '#']).map(|step| at + step) {
        let marks = |of: &[(&str, &str)]| of.iter().find_map(|mark| closed(source, found, *mark));
        if let Some(range) = marks(&COMMENTS) {
            at = range.end;
            parts.push((range, SmolStr::default()));
        } else if let Some(range) = marks(&NAMES) {
            let name = name(source[range.start + 2..range.end - 2].trim())?;
            let (before, after) = (&source[..range.start], &source[range.end..]);
            let is_item = before.trim_end_matches(' ').ends_with(['[', ','])
                && after.trim_start_matches(' ').starts_with([',', ']']);
            let said = if is_item { format!("\"${{{name}}}\"") } else { format!("${{{name}}}") };
            at = range.end;
            parts.push((range, SmolStr::from(said)));
        } else if source[found..].starts_with("{{") {
            return None;
        } else {
            at = found + 1;
        }
    }
    Some(if parts.is_empty() { text.clone() } else { text.replaced(&parts) })
}

/// The place of a mark that opens at a place and is closed on its line.
fn closed(text: &str, at: usize, (opens, closes): (&str, &str)) -> Option<Range<usize>> {
    let inner = text[at..].strip_prefix(opens)?;
    let line = inner.lines().next().unwrap_or_default();
    Some(at..at + opens.len() + line.find(closes)? + closes.len())
}

/// The name of a placeholder for a plain name of a template: a variable of the environment, or a value by its path.
fn name(text: &str) -> Option<String> {
    let is_part = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && part.bytes().next().is_some_and(|first| !first.is_ascii_digit())
    };
    let path = text.strip_prefix("ENV.").unwrap_or(text);
    path.split('.').all(is_part).then(|| path.replace('.', "_"))
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::FileId;
    use hnet_yaml::Text;

    fn filled(text: &str) -> Option<String> {
        super::filled(&Text::verbatim(text, FileId(0), 0)).map(|text| text.as_str().to_owned())
    }

    #[test]
    fn names_become_placeholders() {
        for (text, expected) in [
            ("a: b # c", "a: b # c"),
            ("a: {{ ENV.A_1 }}:{{vip}}", "a: ${A_1}:${vip}"),
            ("a: [{{ gateway }}, {{ certs.os.crt }}]", "a: [\"${gateway}\", \"${certs_os_crt}\"]"),
            ("a: #{ vip }# #{ open", "a: ${vip} #{ open"),
            ("{# about it #}\na: b #| more |#", "\na: b "),
            ("a: {b: {c: d}}", "a: {b: {c: d}}"),
        ] {
            assert_eq!(filled(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_more_than_a_name_is_not_filled_in() {
        for text in [
            "{% if ENV.A %}\na: b\n{% endif %}",
            "#% if a %#\na: b\n#% endif %#",
            "a: {{ 'b' if c else 'd' }}",
            "a: {{ b | upper }}",
            "a: {{ b[0] }}",
            "a: {{ 1 }}",
            "a: {{ b",
            "a: {{- b }}",
        ] {
            assert_eq!(filled(text), None, "{text}");
        }
    }
}
