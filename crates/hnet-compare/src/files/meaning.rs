//! What a file that somebody else wrote says against what it should: where it is the same, it can be taken over,
//! whatever its form. Start at [`Meaning::of`].

use hnet_diagnostics::{FileId, counted};

use super::difference::{Difference, Fate, What};
use super::documents::{Documents, Template};
use crate::Facts;

/// A line of what differs that no cluster gets.
const NO_MAP: &str = "remove a document that is no map";

/// What stands in a line that says what cannot be read.
const UNREAD: &str = " cannot be read: ";

/// What a file says against what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The same; so many comments go.
    Same {
        /// How many fields say it by default or by a fact, and not in the same words.
        by_default: usize,
        /// How many comments hnet does not write.
        comments: usize,
        /// Whether it says the same only with what others add to it.
        is_as_got: bool,
    },
    /// Something else: a line for each document and each field.
    Differs(Vec<String>),
}

impl Meaning {
    /// Compares two texts of one file of YAML.
    #[must_use]
    pub fn of(path: &str, before: &str, after: &str) -> Self {
        let (old, new) = (Documents::read([(path, before)]), Documents::read([(path, after)]));
        let template = old.templates.first().map(Template::unread);
        if let Some(unread) = old.unread.first().or(template.as_ref()) {
            return Meaning::Differs(vec![format!("line {}{UNREAD}{}", unread.line, unread.why)]);
        }
        let difference = Difference::between(&old, &new, &|_| Fate::Rewritten, &Facts::default());
        let yaml = hnet_yaml::parse(FileId::default(), before);
        let mut lines = Vec::new();
        // What is no object is compared with nothing.
        let is_lost = |root: hnet_yaml::Node<'_>| !root.is_map() && !root.as_str().is_some_and(str::is_empty);
        if yaml.documents().filter_map(|document| document.root).any(is_lost) {
            lines.push(NO_MAP.to_owned());
        }
        // What goes stands first, whatever else there is.
        let mut changes: Vec<_> = difference.changes.iter().filter(|change| change.what != What::Same).collect();
        changes.sort_by_key(|change| change.what != What::Gone);
        for change in changes {
            lines.extend(change.told());
        }
        if !lines.is_empty() {
            return Meaning::Differs(lines);
        }
        let by_default = difference.counts.by_default + difference.counts.by_fact;
        Meaning::Same { by_default, comments: yaml.comments().len(), is_as_got: false }
    }

    /// That a text says the same with what others add to it.
    #[must_use]
    pub fn got(before: &str, by_default: usize) -> Self {
        let comments = hnet_yaml::parse(FileId::default(), before).comments().len();
        Meaning::Same { by_default, comments, is_as_got: true }
    }

    /// Whether it may be the same with what others add to it.
    #[must_use]
    pub fn may_be_got_otherwise(&self) -> bool {
        let is_lost = |line: &String| line == NO_MAP || line.contains(UNREAD);
        matches!(self, Meaning::Differs(lines) if !lines.iter().any(is_lost))
    }

    /// What is said of the file, on one line.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Meaning::Same { by_default, comments, is_as_got } => {
                let to = if *is_as_got { " to its cluster" } else { "" };
                let same = match by_default {
                    0 => format!("same meaning{to}"),
                    count => format!("same meaning{to}, {} by default", counted(*count, "field")),
                };
                match comments {
                    0 => same,
                    1 => format!("{same}; its comment goes"),
                    count => format!("{same}; its {count} comments go"),
                }
            }
            Meaning::Differs(_) => "differs".to_owned(),
        }
    }

    /// What differs, as lines below the name of the file.
    #[must_use]
    pub fn details(&self) -> String {
        match self {
            Meaning::Same { .. } => String::new(),
            Meaning::Differs(lines) => lines.iter().map(|line| format!("\n        {line}")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning;

    #[test]
    fn what_says_the_same_is_known_whatever_its_form() {
        let ours = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  namespace: b\nspec:\n  type: ClusterIP\n  ports:\n  - port: 80\n";
        let theirs = "---\n# mine\nkind: Service\napiVersion: v1\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
        let meaning = Meaning::of("a.yaml", theirs, ours);
        assert_eq!(meaning, Meaning::Same { by_default: 1, comments: 1, is_as_got: false });
        assert_eq!(meaning.sentence(), "same meaning, 1 field by default; its comment goes");
        assert!(matches!(Meaning::of("a.yaml", &theirs.replace("80", "81"), ours), Meaning::Differs(_)));
        let with_another = format!("{theirs}---\nkind: Secret\napiVersion: v1\nmetadata: {{name: mine}}\n");
        let Meaning::Differs(lines) = Meaning::of("a.yaml", &with_another, ours) else { panic!("another goes") };
        assert_eq!(lines, ["remove Secret mine"]);
        assert!(matches!(Meaning::of("a.yaml", "a: [", ours), Meaning::Differs(_)));
    }
}
