//! Labels, annotations and taints of Kubernetes objects.

use hnet_diagnostics::{Code, codes, nearest};
use hnet_model::Taint;

use super::{Part, Wrong, first_not, host_name, masked, shown, shown_sign};

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// A label as `key=value`; the value may be empty.
pub fn label(text: &str) -> Result<(String, String), Wrong> {
    let reads = |key: Part<'_>, value: Part<'_>| {
        check_key(key, "label", &codes::NOT_A_LABEL)?;
        check_value(value, "label", &codes::NOT_A_LABEL)
    };
    pair(text, "a label", reads)
}

/// An annotation as `key=value`; the value is any text.
pub fn annotation(text: &str) -> Result<(String, String), Wrong> {
    pair(text, "an annotation", |key, _| check_key(key, "annotation", &codes::NOT_A_LABEL))
}

/// The key and value of a text that has a `=`, where they read.
fn pair(
    text: &str,
    called: &str,
    reads: impl Fn(Part<'_>, Part<'_>) -> Result<(), Wrong>,
) -> Result<(String, String), Wrong> {
    let mask = masked(text);
    let whole = Part::all(&mask);
    if let Some((key, value)) = whole.split_once('=') {
        reads(key, value)?;
        return Ok((text[key.range()].to_owned(), text[value.range()].to_owned()));
    }
    let wrong = Wrong::new(
        &codes::NOT_A_LABEL,
        whole.range(),
        format!("`{}` has no `=`", shown(text)),
        format!("{called} is written `key=value`"),
    );
    if !whole.text().contains(':') {
        return Err(wrong.help(format!("write `{}=` where the value is empty", shown(text))));
    }
    // YAML has a colon there, but a URL has one, too.
    let meant = whole.split_once(':').filter(|(key, value)| {
        !value.text().is_empty() && !value.text().starts_with("//") && reads(*key, *value).is_ok()
    });
    Err(match meant {
        Some((key, value)) => {
            let meant = format!("{}={}", &text[key.range()], &text[value.range()]);
            wrong.help(format!("write `{}`", shown(&meant))).replace(meant)
        }
        None => wrong.help("write the key, `=` and the value"),
    })
}

/// A taint as `key=value:Effect` or `key:Effect`.
pub fn taint(text: &str) -> Result<Taint, Wrong> {
    let code = &codes::NOT_A_TAINT;
    let mask = masked(text);
    let whole = Part::all(&mask);
    let Some(colon) = mask.rfind(':') else {
        return Err(Wrong::new(
            code,
            whole.range(),
            format!("`{}` has no effect", shown(text)),
            "a taint is written `key=value:Effect`",
        )
        .help("write `:NoSchedule`, `:PreferNoSchedule` or `:NoExecute` behind it"));
    };
    let effect = whole.cut(colon + 1, mask.len());
    let Some(effect_word) = EFFECTS.into_iter().find(|known| *known == effect.text()) else {
        let wrong = Wrong::new(
            code,
            effect.range(),
            format!("`{}` is no effect of a taint", shown(effect.text())),
            "`NoSchedule`, `PreferNoSchedule` or `NoExecute` is wanted here",
        );
        return Err(match nearest(effect.text(), EFFECTS) {
            Some(near) => wrong.help(format!("did you mean `{near}`?")).replace(format!("{}{near}", &text[..=colon])),
            None => wrong,
        });
    };
    let before = whole.cut(0, colon);
    let (key, value) = before.split_once('=').unwrap_or((before, whole.cut(colon, colon)));
    check_key(key, "taint", code)?;
    check_value(value, "taint", code)?;
    Ok(Taint {
        key: text[key.range()].to_owned(),
        value: text[value.range()].to_owned(),
        effect: effect_word.to_owned(),
    })
}

/// A qualified name: a DNS name and a slash before it, or not.
pub(super) fn check_key(key: Part<'_>, of: &str, code: &'static Code) -> Result<(), Wrong> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if let Some(prefix) = prefix
        && let Err(wrong) = host_name(prefix.text(), false)
    {
        return Err(Wrong::new(
            code,
            prefix.cut(wrong.0.range.start, wrong.0.range.end).range(),
            wrong.0.title,
            "what stands before the slash of a key is a DNS name",
        ));
    }
    if name.text().is_empty() {
        return Err(Wrong::new(code, key.range(), "a key without a name", "the name is missing here"));
    }
    check_characters(name, code, "a key", of)
}

pub(super) fn check_value(value: Part<'_>, of: &str, code: &'static Code) -> Result<(), Wrong> {
    if value.text().is_empty() { Ok(()) } else { check_characters(value, code, "a value", of) }
}

fn check_characters(part: Part<'_>, code: &'static Code, called: &str, of: &str) -> Result<(), Wrong> {
    let text = part.text();
    let article = if of.starts_with('a') { "an" } else { "a" };
    let title = || format!("`{}` is not {called} of {article} {of}", shown(text));
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    if let Some((range, character)) = first_not(text, allowed) {
        return Err(Wrong::new(
            code,
            part.cut(range.start, range.end).range(),
            title(),
            format!("{} is none of letters, digits, `-`, `_`, `.`", shown_sign(character)),
        ));
    }
    if text.len() > 63 {
        return Err(Wrong::new(code, part.range(), title(), format!("{} characters, and 63 are the most", text.len())));
    }
    let outer = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    if !outer(text.bytes().next()) || !outer(text.bytes().last()) {
        return Err(Wrong::new(code, part.range(), title(), "it starts and ends with a letter or digit"));
    }
    Ok(())
}
