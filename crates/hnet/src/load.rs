//! Which files make a project: its root, all that it includes, and what texts are taken from, whoever reads them.
//!
//! The command line and the language server load their projects here, so both read the same files. Start at
//! [`load`].

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostics, FileId, Refusal, Sources, Span};
use hnet_syntax::tree::{Tree, Value};

use crate::Input;

/// What stands under a path of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A source.
    Text(String),
    /// No file: the checker says so where it is included.
    Nothing,
    /// A folder.
    Folder {
        /// The paths of the files with YAML in and below it that hnet has not written.
        files: Vec<String>,
        /// The paths of those that it has.
        written: Vec<String>,
    },
    /// A file that is not read: the checker says why where it is included.
    Refused(Refusal),
}

/// A root, by its path and its text, with all that it includes and the texts that these are taken from. `find` is asked
/// once for each file, by its path relative to the project.
pub fn load(root: impl Into<String>, text: impl Into<String>, mut find: impl FnMut(&str) -> Found) -> Input {
    let mut input = Input::one(root, text);
    // The sources that were not looked through yet, by their positions.
    let mut unread = vec![0];
    while let Some(at) = unread.pop() {
        let (path, text) = &input.files[at];
        let (named, observed) = named(path, text);
        let mut more = Vec::new();
        for path in observed {
            observe(path, &mut input, &mut find);
        }
        for Named { path, is_source } in named {
            let known = input.files.iter().position(|(known, _)| *known == path);
            // What is taken from a file is no longer only observed.
            input.observed.remove(&path);
            let is_refused = || input.refused.iter().any(|refusal| refusal.path == path);
            match known {
                // What was a text to one is a source to another.
                Some(known) if is_source && input.texts.remove(&path) => more.push(known),
                Some(_) => {}
                None if is_refused() => {}
                None => match find(&path) {
                    Found::Text(text) => {
                        if is_source {
                            more.push(input.files.len());
                        } else {
                            input.texts.insert(path.clone());
                        }
                        input.files.push((path, text));
                    }
                    Found::Nothing => {}
                    Found::Folder { .. } => input.refused.push(no_file(path)),
                    Found::Refused(refusal) => input.refused.push(refusal),
                },
            }
        }
        // The first is looked through first.
        unread.splice(0..0, more.into_iter().rev());
    }
    input
}

/// A folder where a file is wanted.
fn no_file(path: String) -> Refusal {
    Refusal { path, outside: false, why: "this is no file that holds text".to_owned(), help: None }
}

/// Adds a file, or the files of a folder, whose objects are observed.
fn observe(path: String, input: &mut Input, find: &mut impl FnMut(&str) -> Found) {
    let mut known: BTreeSet<String> = input.files.iter().map(|(path, _)| path.clone()).collect();
    known.extend(input.refused.iter().map(|refusal| refusal.path.clone()));
    let mut wanted = vec![path];
    while let Some(path) = wanted.pop() {
        if !known.insert(path.clone()) {
            continue;
        }
        match find(&path) {
            Found::Text(text) => {
                input.texts.insert(path.clone());
                input.observed.insert(path.clone());
                input.files.push((path, text));
            }
            Found::Folder { files, written } => {
                input.folders.insert(path);
                input.written.extend(written);
                wanted.extend(files.into_iter().rev());
            }
            Found::Nothing => {}
            Found::Refused(refusal) => input.refused.push(refusal),
        }
    }
}

/// Another file of the project.
struct Named {
    path: String,
    is_source: bool,
}

/// The path of the project's own folder.
pub const WHOLE: &str = ".";

/// The files that a source names, in their order, and what it observes, as paths relative to the project; `path` is the
/// source's own. A path that
/// leaves the project is left out: the checker reports it where it stands.
fn named(path: &str, text: &str) -> (Vec<Named>, Vec<String>) {
    // Most texts name none, and need no second parse to say so.
    if !["include", "from", hnet_check::OBSERVE].iter().any(|word| text.contains(word)) {
        return (Vec::new(), Vec::new());
    }
    let tree = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tree;
    let includes = hnet_check::includes(&tree).flat_map(|statement| &statement.arguments);
    let sources = includes.map(|argument| (&argument.value, true));
    let texts = hnet_check::texts(&tree).into_iter().map(|value| (value, false));
    let all = sources.chain(texts);
    let resolved = |value: &Value| hnet_language::include::resolve(path, &value.text);
    let named = all.filter_map(|(value, is_source)| Some(Named { path: resolved(value)?, is_source })).collect();
    let observed = hnet_check::observed(&tree).into_iter();
    let is_whole = |value: &Value| hnet_language::include::is_whole(path, &value.text);
    let place = |value: &Value| match hnet_check::is_program(value) || is_whole(value) {
        true => Some(WHOLE.to_owned()),
        false => resolved(value),
    };
    (named, observed.filter_map(place).collect())
}

/// The files that texts are taken from, each with the place that names it.
pub(crate) fn taken(trees: &[Tree], sources: &Sources) -> Vec<(FileId, Span)> {
    let of_tree = |tree: &Tree| -> Vec<(FileId, Span)> {
        let from = sources.get(tree.file).path();
        let file = |value: &Value| sources.find(&hnet_language::include::resolve(from, &value.text)?);
        hnet_check::texts(tree).into_iter().filter_map(|value| Some((file(value)?, value.span))).collect()
    };
    trees.iter().flat_map(of_tree).collect()
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::Refusal;

    use super::{Found, load};
    use crate::{Options, check};

    #[test]
    fn a_text_is_no_source_unless_it_is_included_too() {
        let files = |path: &str| match path {
            "a.hnet" => Found::Text("include \"b\"; patch from \"c.yaml\", \"d.yaml\";".to_owned()),
            "b" => Found::Text("include \"c.hnet\";".to_owned()),
            _ => Found::Text("a: from".to_owned()),
        };
        let root = "network x < cilium 1.20.0 values from \"b\"; include \"a.hnet\"; host from \"e.yaml\"; >";
        let input = load("network.hnet", root, files);
        let paths: Vec<&str> = input.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["network.hnet", "a.hnet", "b", "c.yaml", "d.yaml", "c.hnet"]);
        assert_eq!(input.texts.iter().collect::<Vec<_>>(), ["c.yaml", "d.yaml"]);
    }

    #[test]
    fn each_file_is_asked_for_once_and_what_was_refused_is_said_where_it_is_included() {
        let mut asked = Vec::new();
        let root = "network x < include \"a/b.hnet\"; include \"link.hnet\"; include \"../up.hnet\"; >";
        let input = load("network.hnet", root, |path| {
            asked.push(path.to_owned());
            match path {
                "a/b.hnet" => Found::Text("include \"c.hnet\"; include \"../link.hnet\";".to_owned()),
                "link.hnet" => Found::Refused(Refusal {
                    path: path.to_owned(),
                    outside: true,
                    why: "a link that leads outside".to_owned(),
                    help: None,
                }),
                _ => Found::Nothing,
            }
        });
        assert_eq!(asked, ["a/b.hnet", "link.hnet", "a/c.hnet"]);
        let found = check(input, &Options::default()).diagnostics;
        let said: Vec<_> = found.iter().map(|one| (one.code.number, one.title.as_str())).collect();
        let expected = [
            ("HN114", "`link.hnet` leaves the project"),
            ("HN114", "`../up.hnet` leaves the project"),
            ("HN112", "there is no file `a/c.hnet`"),
            ("HN114", "`link.hnet` leaves the project"),
        ];
        assert_eq!(said, expected);
        assert_eq!(found[0].labels[0].text, "a link that leads outside");
    }
}
