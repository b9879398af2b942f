//! Which paths a repository may have though none of its files is there: those that git ignores and a program writes, those of
//! submodules, and those behind links. Start at [`Elsewhere::may_hold`].

use hnet_diagnostics::Sources;

use crate::ignored::Pattern;
use crate::paths;

/// What of a repository's paths may lie elsewhere.
#[derive(Debug, Default)]
pub struct Elsewhere {
    /// The folders of submodules, as `.gitmodules` names them.
    submodules: Vec<String>,
    /// What is ignored. What a pattern takes out again is not looked at: that file may be there as well.
    ignored: Vec<Pattern>,
}

impl Elsewhere {
    pub(crate) fn of(sources: &Sources, is_within: &dyn Fn(&str) -> bool) -> Elsewhere {
        let mut found = Elsewhere::default();
        for (_, source) in sources.iter().filter(|(_, source)| is_within(source.path())) {
            match paths::name(source.path()) {
                ".gitmodules" => found.submodules.extend(source.text().lines().filter_map(submodule)),
                ".gitignore" => {
                    let folder = paths::folder(source.path());
                    let patterns = source.text().lines().filter_map(|line| Pattern::of(folder, line.trim()));
                    found.ignored.extend(patterns.filter(|pattern| !pattern.is_negated));
                }
                _ => {}
            }
        }
        found
    }

    /// Whether a path, or a folder on the way to it, may be there all the same.
    #[must_use]
    pub fn may_hold(&self, path: &str) -> bool {
        // Whether what is not there is a folder is not known.
        self.ignored.iter().any(|pattern| pattern.is_of(path, false))
            || paths::ways(path).any(|way| self.submodules.iter().any(|own| own == way))
    }
}

/// The folder that a line of `.gitmodules` names.
fn submodule(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=')?;
    (key.trim() == "path").then(|| value.trim().trim_matches('/').to_owned())
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
        for path in [
            "c/one.dec.yaml",
            "rendered",
            "rendered/x.yaml",
            "a/b/c/made.yaml",
            "b/out/x",
            "b/c/out",
            "vendor/x/y.yaml",
        ] {
            assert!(elsewhere.may_hold(path), "{path}");
        }
        for path in ["one.yaml", "c/rendered/x.yaml", "b/made.yaml", "c/out", "vendor/y.yaml", "kept.yaml"] {
            assert!(!elsewhere.may_hold(path), "{path}");
        }
    }
}
