//! Paths of a repository: relative to its root, with `/`, without `.` and `..`.

/// The path that `relative` means in a folder; nothing where it leads out of the repository.
pub(crate) fn join(folder: &str, relative: &str) -> Option<String> {
    let start = if relative.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(relative.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder that a path lies in; the root is empty.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path and the folders above it, the longest first; the last is the root.
pub(crate) fn ways(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |way| (!way.is_empty()).then(|| folder(way)))
}

/// The last part of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The path from a folder to a file.
pub(crate) fn relative(folder: &str, path: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(folder), parts(path));
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    up.chain(to[common..].iter().map(String::as_str)).collect::<Vec<_>>().join("/")
}

/// A path from a folder that it lies in or is; none where it lies elsewhere.
#[must_use]
pub fn inner<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    match path.strip_prefix(folder)? {
        rest if folder.is_empty() || rest.is_empty() => Some(rest),
        rest => rest.strip_prefix('/'),
    }
}

/// Whether a path lies in a folder or is it.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    inner(path, folder).is_some()
}

/// How many `**` a pattern may have: more would take long to try, and nobody writes such.
pub(crate) const DEEP: usize = 3;

/// Whether a path is of a pattern: `*` and `?` within a part, `**` for any number of parts.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    fn parts(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern.split_first(), path.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), None) => parts(rest, path),
            // Two `**` in a row are one, so each is tried at most once for a part.
            (Some((&"**", rest)), Some((_, path_rest))) => {
                parts(rest, path) || (rest.first() != Some(&"**") && parts(pattern, path_rest))
            }
            (Some((first, rest)), Some((part, path_rest))) => part_matches(first, part) && parts(rest, path_rest),
            _ => false,
        }
    }
    let pattern: Vec<&str> = pattern.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let deep = pattern.iter().filter(|part| **part == "**").count();
    deep <= DEEP && parts(&pattern, &path.split('/').collect::<Vec<_>>())
}

/// Whether one part of a path is of a pattern with `*` and `?`; linear but for the length of a part.
fn part_matches(pattern: &str, part: &str) -> bool {
    let (pattern, part): (Vec<char>, Vec<char>) = (pattern.chars().collect(), part.chars().collect());
    let (mut at, mut here, mut star) = (0, 0, None);
    while here < part.len() {
        if pattern.get(at).is_some_and(|p| *p == '?' || (*p != '*' && *p == part[here])) {
            (at, here) = (at + 1, here + 1);
        } else if pattern.get(at) == Some(&'*') {
            star = Some((at, here));
            at += 1;
        } else if let Some((star_at, from)) = star {
            (at, here) = (star_at + 1, from + 1);
            star = Some((star_at, from + 1));
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|p| *p == '*')
}

#[cfg(test)]
mod tests {
    use super::{is_within, join, matches, relative};

    #[test]
    fn paths_are_joined() {
        assert_eq!(join("a/b", "../c/./d.yaml").as_deref(), Some("a/c/d.yaml"));
        assert_eq!(join("a", "../../x"), None);
        assert_eq!(join("", "./kubernetes/apps").as_deref(), Some("kubernetes/apps"));
        assert_eq!(relative("a/b", "a/c/d.yaml"), "../c/d.yaml");
        assert_eq!(relative("", "a/d.yaml"), "a/d.yaml");
        assert!(is_within("a/b/c", "a/b") && !is_within("a/bc", "a/b") && is_within("a", ""));
    }

    #[test]
    fn patterns_match() {
        assert!(matches("apps/*", "apps/x") && !matches("apps/*", "apps/x/y"));
        assert!(matches("apps/**/config.json", "apps/a/b/config.json") && matches("apps/**", "apps/a/b"));
        assert!(matches("*-conf?", "x-confy") && !matches("a*b", "acd"));
    }
}
