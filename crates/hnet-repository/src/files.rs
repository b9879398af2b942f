//! The files of a repository, read once: their documents, and which folders there are.

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{FileId, Sources, Span};
use hnet_manifests::talos::topf_templates;
use hnet_yaml::{Problem, Text, Trouble, Value, parse};
use indexmap::IndexMap;

use crate::elsewhere::Elsewhere;
use crate::paths;

/// A file that holds YAML.
#[derive(Debug)]
pub struct File {
    /// Its number among the sources.
    pub id: FileId,
    /// Its path in the repository.
    pub path: String,
    /// Its documents that hold anything.
    pub documents: Vec<Value>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Whether a program makes the file out of it: what stands between `{{` and `}}` is not known.
    pub is_template: bool,
    /// Whether all of the template is known, since hnet wrote it: its variables stand in the documents as it writes them.
    pub is_readable: bool,
    /// Whether lines of the template were left out so that it could be read; then two branches may both be there.
    pub has_branches: bool,
}

/// What a program fills in before it reads a file, so that what stands there need be no YAML.
const STATEMENTS: [&str; 5] = ["{{", "{%", "<%", "{#", "#%"];

/// Line ends of older YAML, which Go's libraries still take for such.
const OLD_LINE_ENDS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

impl File {
    /// Whether a program makes more out of it than is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.is_template && !self.is_readable
    }

    /// Whether a program makes the file out of its text.
    pub(crate) fn is_made_from(&self, text: &str) -> bool {
        self.is_template || STATEMENTS.iter().any(|statement| text.contains(statement))
    }

    /// Where what is written ends to be YAML to Go's libraries, too, by which kustomize, Flux, Argo CD and talhelper read;
    /// none where a program makes the file out of what is written. They take some that is no YAML: comments that
    /// directly follow something else, and tabs between brackets.
    #[must_use]
    pub fn refused(&self, text: &str) -> Option<&Problem> {
        let problem = self.problems.iter().find(|problem| problem.trouble.loses_text())?;
        let Trouble::Syntax(what) = &problem.trouble else { return None };
        let before = text.get(..problem.span.range().start).unwrap_or_default().trim_end();
        let is_between = what.starts_with("tabs") && before.ends_with(['{', '[', ',', ':']);
        let is_taken = what.starts_with("comments must be separated") || is_between;
        (!is_taken && !self.is_made_from(text) && !text.contains(OLD_LINE_ENDS)).then_some(problem)
    }

    /// The same for a file into which variables are put before it is read.
    #[must_use]
    pub fn refused_filled(&self, text: &str) -> Option<&Problem> {
        let problem = self.refused(text)?;
        let filled = parse(self.id, &with_words(text));
        filled.problems().iter().any(|problem| problem.trouble.loses_text()).then_some(problem)
    }
}

/// The text with a word of the same length in place of each `${…}`.
fn with_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find(['}', '\n']) else { break };
        let (before, from) = rest.split_at(start);
        let (variable, after) = from.split_at(length + 1);
        out.push_str(before);
        // One that is not closed on its line is none.
        match variable.ends_with('}') {
            true => out.extend(std::iter::repeat_n(STAND_IN, variable.len())),
            false => out.push_str(variable),
        }
        rest = after;
    }
    out + rest
}

/// The names of a kustomization.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a file is the kustomization of its folder.
pub(crate) fn is_kustomization(path: &str) -> bool {
    KUSTOMIZATIONS.contains(&paths::name(path))
}

/// The ends of the names of files that hold YAML, with those of templates.
const PLAIN: [&str; 2] = [".yaml", ".yml"];
const TEMPLATES: [&str; 4] = [".j2", ".tpl", ".gotmpl", ".tmpl"];

/// All files of a repository.
pub(crate) struct Files<'s> {
    pub(crate) sources: &'s Sources,
    pub(crate) all: IndexMap<String, File>,
    /// The texts that are no YAML, by path: values of other kinds, scripts.
    paths: BTreeMap<&'s str, FileId>,
    folders: BTreeSet<String>,
    /// What of the paths may lie elsewhere.
    pub(crate) elsewhere: Elsewhere,
}

impl<'s> Files<'s> {
    pub(crate) fn read(sources: &'s Sources, is_within: &dyn Fn(&str) -> bool) -> Files<'s> {
        let (mut all, mut paths, mut folders) = (IndexMap::new(), BTreeMap::new(), BTreeSet::new());
        let within = sources.iter().filter(|(_, source)| is_within(source.path()));
        let mut sorted: Vec<_> = within.map(|(id, source)| (source.path(), id, source.text())).collect();
        sorted.sort_unstable();
        for (path, id, text) in sorted {
            paths.insert(path, id);
            let mut folder = paths::folder(path);
            while folders.insert(folder.to_owned()) && !folder.is_empty() {
                folder = paths::folder(folder);
            }
            if let Some(file) = read(id, path, text) {
                all.insert(path.to_owned(), file);
            }
        }
        let elsewhere = Elsewhere::of(sources, is_within);
        Files { sources, all, paths, folders, elsewhere }
    }

    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.all.get(path)
    }

    /// The text of any file.
    pub(crate) fn text(&self, path: &str) -> Option<(FileId, &'s str)> {
        self.paths.get(path).map(|id| (*id, self.sources.get(*id).text()))
    }

    /// The kustomization of a folder.
    pub(crate) fn kustomization(&self, folder: &str) -> Option<&File> {
        KUSTOMIZATIONS.iter().find_map(|name| self.get(&paths::join(folder, name)?))
    }

    pub(crate) fn is_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// Whether a path of the repository is surely not there. What is no file of a folder may be a link to one.
    pub(crate) fn lacks(&self, path: &str) -> bool {
        !self.is_folder(path)
            && !paths::ways(path).any(|path| self.paths.contains_key(path))
            && !self.elsewhere.may_hold(path)
    }

    /// The folder that a path of a source means. Sources that are built from a part of the repository count from
    /// there, so a path that is not here may end exactly one folder that is.
    pub(crate) fn folder_of(&self, path: &str, beside: &str) -> Option<String> {
        let path = paths::join("", path)?;
        if self.is_folder(&path) {
            return Some(path);
        }
        let near =
            paths::ways(beside).filter_map(|prefix| paths::join(prefix, &path)).find(|folder| self.is_folder(folder));
        near.or_else(|| {
            let end = format!("/{path}");
            let mut found = self.folders.iter().filter(|folder| folder.ends_with(&end));
            found.next().filter(|_| found.next().is_none()).cloned()
        })
    }

    /// The folders, with the root as the empty one, in order.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(String::as_str)
    }

    /// All paths, also of what is no YAML, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'s str> {
        self.paths.keys().copied()
    }

    /// The files directly in a folder and below it, in the order of their paths.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = &File> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let range = self.paths.range::<str, _>((std::ops::Bound::Included(start.as_str()), std::ops::Bound::Unbounded));
        let within: Vec<_> = range.map(|(path, _)| *path).take_while(|path| path.starts_with(&start)).collect();
        within.into_iter().filter_map(|path| self.get(path))
    }

    /// The place of a whole file.
    pub(crate) fn start(file: &File) -> Span {
        file.documents.first().map_or_else(|| Span::new(file.id, 0, 0), |value| value.span)
    }
}

/// Reads a file that holds YAML by its name.
fn read(id: FileId, path: &str, text: &str) -> Option<File> {
    let ends = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    let is_named = KUSTOMIZATIONS.contains(&paths::name(path)) || ends(&PLAIN);
    let is_template = ends(&TEMPLATES);
    if !is_named && !is_template {
        return None;
    }
    let readable = topf_templates::readable_parts(text).filter(|_| path.ends_with(topf_templates::END));
    let is_readable = readable.is_some();
    let mut yaml = match readable {
        Some(parts) => {
            let parts: Vec<_> = parts.into_iter().map(|(range, part)| (range, part.into())).collect();
            Text::verbatim(text, id, 0).replaced(&parts).yaml()
        }
        None => parse(id, text),
    };
    let is_broken = |yaml: &hnet_yaml::Yaml| yaml.problems().iter().any(|problem| problem.trouble.loses_text());
    let mut has_branches = false;
    if !is_readable
        && is_broken(&yaml)
        && let Some(blanked) = without_statements(text)
    {
        let again = parse(id, &blanked);
        if !is_broken(&again) {
            (yaml, has_branches) = (again, true);
        }
    }
    // What stands in a hole may be no YAML of itself: `{{ 'a' if b else 'c' }}`.
    let mut has_stand_ins = false;
    if !is_readable && is_broken(&yaml) && text.contains("{{") {
        let blanked = without_statements(text).unwrap_or_else(|| text.to_owned());
        let again = parse(id, &with_stand_ins(&blanked));
        if !is_broken(&again) {
            (has_branches, has_stand_ins, yaml) = (blanked != text, true, again);
        }
    }
    let documents = yaml.documents().filter(|document| document.is_whole).filter_map(|document| document.root);
    let documents = documents.map(hnet_yaml::Node::value).filter(|value| !value.is_null());
    let documents = documents.map(|value| if has_stand_ins { with_holes(value, text) } else { value }).collect();
    let problems = yaml.problems().to_vec();
    Some(File {
        id,
        path: path.to_owned(),
        documents,
        problems,
        is_template: is_template || has_branches || has_stand_ins,
        is_readable,
        has_branches,
    })
}

/// The text with each line that holds only a statement of a template made blank, so that all places hold.
fn without_statements(text: &str) -> Option<String> {
    let is_statement = |line: &str| {
        let line = line.trim();
        [("{%", "%}"), ("#%", "%#"), ("{{-", "}}"), ("{{", "-}}"), ("{#", "#}")]
            .iter()
            .any(|(start, end)| line.len() > 3 && line.starts_with(start) && line.ends_with(end))
            || is_go_statement(line)
    };
    let mut found = false;
    let blank = |line: &str| -> String {
        if is_statement(line) {
            found = true;
            line.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { byte as char } else { ' ' }).collect()
        } else {
            line.to_owned()
        }
    };
    let out: String = text.split_inclusive('\n').map(blank).collect();
    found.then_some(out)
}

/// Whether a line is `{{ if … }}` or another statement of Go's templates.
fn is_go_statement(line: &str) -> bool {
    let Some(inner) = line.strip_prefix("{{").and_then(|line| line.strip_suffix("}}")) else { return false };
    let word = inner.trim().split(' ').next().unwrap_or_default();
    matches!(word, "if" | "else" | "end" | "range" | "with" | "define" | "block")
        || inner.trim_start().starts_with("/*")
}

/// The text with what stands in each hole made a word of the same length.
fn with_stand_ins(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while let Some((start, end)) = hole(rest) {
            out.push_str(&rest[..start + 2]);
            out.extend(std::iter::repeat_n(STAND_IN, end - start - 4));
            out.push_str("}}");
            rest = &rest[end..];
        }
        out.push_str(rest);
    }
    out
}

/// What stands in a hole while the text is read.
const STAND_IN: char = 'x';

/// The first `{{ … }}` of a line.
fn hole(line: &str) -> Option<(usize, usize)> {
    let start = line.find("{{")?;
    let length = line[start + 2..].find("}}")?;
    Some((start, start + length + 4))
}

/// The value with its holes as they are written.
fn with_holes(mut value: Value, text: &str) -> Value {
    value.scalars_mut(&mut |scalar, _| {
        let (mut parts, mut at) = (Vec::new(), 0);
        while let Some((start, end)) = hole(&scalar[at..]) {
            let range = at + start..at + end;
            let written = text.get(scalar.part(range.clone()).range()).unwrap_or_default();
            parts.push((range, written.into()));
            at += end;
        }
        if !parts.is_empty() {
            *scalar = scalar.replaced(&parts);
        }
    });
    value
}

#[cfg(test)]
mod tests {
    use super::with_words;

    #[test]
    fn a_word_stands_for_what_is_closed_on_its_line() {
        assert_eq!(with_words("a: ${B}-${C}\n"), "a: xxxx-xxxx\n");
        assert_eq!(with_words("# ${A\nb: ${B}\n"), "# ${A\nb: xxxx\n");
        assert_eq!(with_words("a: ${"), "a: ${");
    }
}
