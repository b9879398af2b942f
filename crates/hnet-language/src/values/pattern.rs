//! Places in the output: folders, patterns of files with variables, and the names of objects that go there.
//!
//! What comes of a variable is hnet-model's business; here the text around it is a relative path as any other.

use std::ops::Range;

use hnet_diagnostics::codes;
use hnet_model::{ObjectName, Pattern, PatternError, Place, Variable};

use super::{Wrong, first_not, masked, relative_path, shown, shown_sign};

/// A folder, a pattern of files, or `off`.
pub fn place(text: &str) -> Result<Place, Wrong> {
    if text == "off" {
        return Ok(Place::Off);
    }
    if text == "on" {
        let label = "a folder, a file of YAML or `off` is wanted here";
        let wrong = Wrong::new(&codes::NOT_A_PATTERN, 0..text.len(), "`on` is no place", label);
        return Err(wrong.help("leave it out: what is not `off` is written"));
    }
    let pattern = pattern(text)?;
    no_file_of_others(text, &pattern)?;
    Ok(if pattern.is_file() { Place::Files(pattern) } else { Place::Folder(folder(text, pattern)?) })
}

/// A folder or `off`.
pub fn folder_or_off(text: &str) -> Result<Place, Wrong> {
    match place(text)? {
        Place::Files(_) => {
            let wrong = Wrong::new(
                &codes::NOT_A_PATTERN,
                0..text.len(),
                format!("`{}` is a file", shown(text)),
                "a folder is wanted here, since several files go there",
            );
            Err(wrong.help("write its folder; `hnet reference` says which parts of it take a file"))
        }
        folder => Ok(folder),
    }
}

/// What other files end in, by which one takes them for a file and not for a folder.
const OF_OTHERS: [&str; 5] = [".json", ".toml", ".txt", ".md", ".tf"];

/// Refuses a folder that is called like a file which hnet does not write.
fn no_file_of_others(text: &str, pattern: &Pattern) -> Result<(), Wrong> {
    let code = &codes::NOT_A_PATTERN;
    let lower = text.to_ascii_lowercase();
    let end = [".yaml", ".yml"].into_iter().find(|end| lower.ends_with(end)).filter(|_| !pattern.is_file());
    if let Some(end) = end {
        let at = text.len() - end.len();
        let meant = format!("{}{end}", &text[..at]);
        let wrong =
            Wrong::new(code, at..text.len(), format!("`{}` is no file of YAML", shown(text)), "in small letters it is");
        return Err(wrong.help(format!("write `{}`", shown(&meant))).replace(meant));
    }
    match OF_OTHERS.into_iter().find(|end| lower.ends_with(end)) {
        Some(end) => {
            let place = text.len() - end.len()..text.len();
            let wrong =
                Wrong::new(code, place, format!("`{}` is no file of YAML", shown(text)), "hnet writes YAML here");
            Err(wrong.help("end it in `.yaml`, or in the name of a folder"))
        }
        None => Ok(()),
    }
}

/// A file, whose path may have the cluster's name in it.
pub fn file(text: &str) -> Result<Pattern, Wrong> {
    let pattern = pattern(text)?;
    if !pattern.is_file() {
        let wrong = Wrong::new(
            &codes::NOT_A_PATTERN,
            0..text.len(),
            format!("`{}` is no file of YAML", shown(text)),
            "a file is wanted here",
        );
        return Err(wrong.help("end it in a file name such as `/gateways.yaml`"));
    }
    only_cluster(text, &pattern, "a file of named objects has").map(|()| pattern)
}

/// The output's own folder: below that of the source, or `.` for the very folder.
pub fn root(text: &str) -> Result<String, Wrong> {
    if text == "." {
        return Ok(String::new());
    }
    if matches!(text, "off" | "on") {
        let label = "the folder of the whole output is wanted here";
        let wrong = Wrong::new(&codes::NOT_A_PATTERN, 0..text.len(), format!("`{text}` is no folder"), label);
        return Err(wrong.help("leave it out for the folder `out`, or switch parts off: `output < docs off; >`"));
    }
    if text.split('/').any(|part| part == "..") {
        let label = "hnet writes beside the source or below";
        let title = format!("`{}` leads out of the source's folder", shown(text));
        let wrong = Wrong::new(&codes::NOT_A_PATH, 0..text.len(), title, label);
        return Err(wrong.help("write a folder below that of the source, or build elsewhere with `-o`"));
    }
    if let Ok(pattern) = pattern(text)
        && pattern.is_file()
    {
        let label = "the folder of the whole output is wanted here";
        let wrong = Wrong::new(&codes::NOT_A_PATTERN, 0..text.len(), format!("`{}` is a file", shown(text)), label);
        return Err(wrong.help("write a folder; a part of the output may be a file"));
    }
    pattern(text).and_then(|pattern| match pattern.variables().next() {
        None => Ok(pattern.to_string()),
        Some(_) => Err(no_variables(text, "the output's own folder has none")),
    })
}

/// An object by kind, namespace and name: `Gateway/network/internal`, `ClusterIssuer/letsencrypt`.
pub fn object_name(text: &str) -> Result<ObjectName, Wrong> {
    let code = &codes::NOT_AN_OBJECT_NAME;
    let help = "write its kind, its namespace where it has one, and its name: `HTTPRoute/media/jellyfin`";
    let called = shown(text);
    // A slash within a placeholder is the placeholder's.
    let mask = masked(text);
    let mut start = 0;
    let mut parts: Vec<&str> = Vec::new();
    for part in mask.split('/') {
        parts.push(&text[start..start + part.len()]);
        start += part.len() + 1;
    }
    let name = match parts.as_slice() {
        [kind, name] => ObjectName { kind: (*kind).to_owned(), namespace: None, name: (*name).to_owned() },
        [kind, namespace, name] => {
            ObjectName { kind: (*kind).to_owned(), namespace: Some((*namespace).to_owned()), name: (*name).to_owned() }
        }
        _ => {
            let label = "two or three names are wanted here, with `/` between them";
            return Err(Wrong::new(code, 0..text.len(), format!("`{called}` names no object"), label).help(help));
        }
    };
    if let Some(part) = parts.iter().find(|part| part.is_empty()) {
        let at = part.as_ptr() as usize - text.as_ptr() as usize;
        let place = at.saturating_sub(1)..(at + 1).min(text.len());
        return Err(Wrong::new(code, place, format!("`{called}` names no object"), "a name is missing here").help(help));
    }
    if !name.kind.starts_with(|first: char| first.is_ascii_uppercase()) {
        let label = "a kind starts with a capital letter";
        return Err(
            Wrong::new(code, 0..name.kind.len(), format!("`{}` is no kind", shown(&name.kind)), label).help(help)
        );
    }
    if let Some((range, sign)) = first_not(text, |sign| !sign.is_whitespace() && !sign.is_control()) {
        let label = format!("{} stands in no name", shown_sign(sign));
        return Err(Wrong::new(code, range, format!("`{}` names no object", called.escape_debug()), label).help(help));
    }
    Ok(name)
}

/// A folder, whose path may have the cluster's name in it.
fn folder(text: &str, pattern: Pattern) -> Result<Pattern, Wrong> {
    only_cluster(text, &pattern, "a folder has").map(|()| pattern)
}

fn only_cluster(text: &str, pattern: &Pattern, what: &str) -> Result<(), Wrong> {
    match pattern.variables().find(|variable| *variable != Variable::Cluster) {
        None => Ok(()),
        Some(_) => Err(no_variables(text, &format!("{what} no variable but `{{cluster}}`"))),
    }
}

fn no_variables(text: &str, label: &str) -> Wrong {
    let mut start = text.find('{').unwrap_or_default();
    if text[start..].starts_with("{cluster}") {
        start = text[start + 1..].find('{').map_or(start, |at| start + 1 + at);
    }
    let end = text[start..].find('}').map_or(text.len(), |at| start + at + 1);
    Wrong::new(&codes::NOT_A_PATTERN, start..end, format!("`{}` is no variable here", &text[start..end]), label)
        .help("end the path in a file name, such as `/httproute.yaml`, for a file of each object")
}

/// What the names of sources end in.
const SOURCE: &str = ".hnet";

/// A relative path with variables.
fn pattern(text: &str) -> Result<Pattern, Wrong> {
    // A path as any other, with a name for each variable.
    let mask: String = text.chars().map(|sign| if matches!(sign, '{' | '}') { 'x' } else { sign }).collect();
    relative_path(&mask).map_err(|wrong| match mask == text {
        true => wrong,
        false => unmasked(wrong, &mask, text),
    })?;
    let code = &codes::NOT_A_PATTERN;
    if let Some(part) = text.split('/').find(|part| part.to_ascii_lowercase().ends_with(SOURCE)) {
        let at = part.as_ptr() as usize - text.as_ptr() as usize;
        let title = format!("`{}` is called like a source", shown(part));
        let wrong = Wrong::new(code, at..at + part.len(), title, "files that end so are read, and not written");
        return Err(wrong.help("choose another name"));
    }
    Pattern::parse(text).map_err(|error| match error {
        PatternError::Brace(range) if text.contains("{{") || text.contains("}}") => {
            let meant = text.replace("{{", "{").replace("}}", "}");
            let title = format!("`{}` has a brace too many", shown(text));
            let wrong = Wrong::new(code, range, title, "one brace on each side makes a variable");
            match Pattern::parse(&meant) {
                Ok(_) => wrong.help(format!("write `\"{}\"`", shown(&meant))),
                Err(_) => wrong.help("write a variable between two braces, such as `{name}`"),
            }
        }
        PatternError::Brace(range) => {
            let label = "this brace has no other";
            let help = "write a variable between two braces, such as `{name}`";
            Wrong::new(code, range, format!("`{}` has a brace too few", shown(text)), label).help(help)
        }
        PatternError::Unknown(range) => {
            let title = format!("`{}` is no variable", shown(&text[range.clone()]));
            Wrong::new(code, range, title, "nothing is known by this word")
                .help("the variables are `{namespace}`, `{name}`, `{kind}`, `{cluster}` and `{node}`")
        }
        PatternError::Hidden(range) => {
            let hidden = shown(&text[range.clone()]).into_owned();
            let title = format!("`{hidden}` is hidden");
            Wrong::new(&codes::NOT_A_PATH, range, title, "files that start with a dot belong to other programs")
                .help("choose a name that starts with a letter or a digit")
        }
        PatternError::Kustomization(range) => {
            let title = format!("`{}` is kustomize's own file", &text[range.clone()]);
            Wrong::new(code, range, title, "objects would stand where kustomize reads which files there are")
                .help("name the file after what it holds, and list it in the kustomization")
        }
    })
}

/// What is wrong with a path, said of the text that it was made of.
fn unmasked(wrong: Wrong, mask: &str, text: &str) -> Wrong {
    let fault = wrong.open();
    let range: Range<usize> = fault.range;
    let said = |said: String| said.replace(mask, text);
    let wrong = Wrong::new(fault.code, range, said(fault.title), fault.label);
    match fault.help {
        Some(help) => wrong.help(said(help)),
        None => wrong,
    }
}
