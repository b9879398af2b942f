//! Which paths a repository may have though none of its files is there: those that git ignores and a program writes, those of
//! submodules, and those behind links. Start at [`Elsewhere::may_hold`].

use hnet_diagnostics::Sources;

use crate::paths;

/// What of a repository's paths may lie elsewhere.
#[derive(Debug, Default)]
pub struct Elsewhere {
    /// The folders of submodules, as `.gitmodules` names them.
    submodules: Vec<String>,
    /// What is ignored: the folder of a `.gitignore`, and a pattern of it.
    ignored: Vec<(String, Pattern)>,
}

/// A pattern of a `.gitignore`.
#[derive(Debug)]
struct Pattern {
    text: String,
    /// Whether it counts from its folder; else it is of a name at any depth.
    is_from_here: bool,
}

impl Elsewhere {
    pub(crate) fn of(sources: &Sources, is_within: &dyn Fn(&str) -> bool) -> Elsewhere {
        let mut found = Elsewhere::default();
        for (_, source) in sources.iter().filter(|(_, source)| is_within(source.path())) {
            match paths::name(source.path()) {
                ".gitmodules" => found.submodules.extend(source.text().lines().filter_map(submodule)),
                ".gitignore" => {
                    let folder = paths::folder(source.path());
                    let patterns = source.text().lines().filter_map(pattern);
                    found.ignored.extend(patterns.map(|pattern| (folder.to_owned(), pattern)));
                }
                _ => {}
            }
        }
        found
    }

    /// Whether a path, or a folder on the way to it, may be there all the same.
    #[must_use]
    pub fn may_hold(&self, path: &str) -> bool {
        let mut way =
            std::iter::successors(Some(path), |path| Some(paths::folder(path)).filter(|path| !path.is_empty()));
        way.any(|path| {
            self.submodules.iter().any(|own| own == path)
                || self.ignored.iter().any(|(folder, pattern)| pattern.is_of(folder, path))
        })
    }
}

impl Pattern {
    fn is_of(&self, folder: &str, path: &str) -> bool {
        let inner = if folder.is_empty() {
            Some(path)
        } else {
            path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'))
        };
        inner.is_some_and(|inner| match self.is_from_here {
            true => paths::matches(&self.text, inner),
            false => paths::matches(&self.text, paths::name(inner)),
        })
    }
}

/// The folder that a line of `.gitmodules` names.
fn submodule(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=')?;
    (key.trim() == "path").then(|| value.trim().trim_matches('/').to_owned())
}

/// The pattern of a line of a `.gitignore`. What it takes out again is not looked at: that file may be there as well.
fn pattern(line: &str) -> Option<Pattern> {
    let line = line.trim();
    if line.is_empty() || line.starts_with(['#', '!']) {
        return None;
    }
    let text = line.trim_end_matches('/');
    Some(Pattern { text: text.trim_start_matches('/').to_owned(), is_from_here: text.contains('/') })
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Source, Sources};

    use super::Elsewhere;

    #[test]
    fn what_git_ignores_and_what_is_a_submodule_may_be_there() {
        let mut sources = Sources::new();
        sources.add(Source::new(".gitignore", "# made\n*.dec.yaml\n/rendered/\na/**/made.yaml\n!kept.yaml\n"));
        sources.add(Source::new("b/.gitignore", "out\n"));
        sources
            .add(Source::new(".gitmodules", "[submodule \"x\"]\n\tpath = vendor/x\n\turl = https://example.net/x\n"));
        let elsewhere = Elsewhere::of(&sources, &|_| true);
        for path in ["c/one.dec.yaml", "rendered/x.yaml", "a/b/c/made.yaml", "b/out/x", "b/c/out", "vendor/x/y.yaml"] {
            assert!(elsewhere.may_hold(path), "{path}");
        }
        for path in ["one.yaml", "c/rendered/x.yaml", "b/made.yaml", "c/out", "vendor/y.yaml", "kept.yaml"] {
            assert!(!elsewhere.may_hold(path), "{path}");
        }
    }
}
