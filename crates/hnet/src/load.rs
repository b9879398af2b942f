//! Which files make a project: its root and all that it includes, whoever reads them.
//!
//! The command line and the language server load their projects here, so both read the same files. Start at
//! [`load`].

use hnet_diagnostics::{Diagnostics, FileId, Refusal};

use crate::Input;

/// What stands under a path of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A source.
    Text(String),
    /// No file: the checker says so where it is included.
    Nothing,
    /// A file that is not read: the checker says why where it is included.
    Refused(Refusal),
}

/// A root, by its path and its text, with all that it includes. `find` is asked once for each file, by its path
/// relative to the project.
pub fn load(root: impl Into<String>, text: impl Into<String>, mut find: impl FnMut(&str) -> Found) -> Input {
    let mut input = Input::one(root, text);
    let mut next = 0;
    while let Some((path, text)) = input.files.get(next) {
        next += 1;
        for path in includes(path, text) {
            let known = input.files.iter().any(|(known, _)| *known == path)
                || input.refused.iter().any(|refusal| refusal.path == path);
            if known {
                continue;
            }
            match find(&path) {
                Found::Text(text) => input.files.push((path, text)),
                Found::Nothing => {}
                Found::Refused(refusal) => input.refused.push(refusal),
            }
        }
    }
    input
}

/// The files that the `include "…";` statements of a source name, each once and in their order, as
/// paths relative to the project; `path` is the source's own. A path that leaves the project is left
/// out: the checker reports it where it stands.
fn includes(path: &str, text: &str) -> Vec<String> {
    // Most texts include nothing, and need no second parse to say so.
    if !text.contains("include") {
        return Vec::new();
    }
    let tree = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tree;
    let mut paths = Vec::new();
    for argument in hnet_check::includes(&tree).flat_map(|statement| &statement.arguments) {
        if let Some(included) = hnet_language::include::resolve(path, &argument.value.text)
            && !paths.contains(&included)
        {
            paths.push(included);
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::Refusal;

    use super::{Found, load};
    use crate::{Options, check};

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
