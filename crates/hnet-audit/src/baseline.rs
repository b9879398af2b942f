//! The findings of an earlier run, which later runs leave out: by code, object and message, without line numbers.

use std::collections::BTreeMap;

use hnet_diagnostics::render::plain_line;

use crate::Finding;

/// The first line of the file.
const HEAD: &str = "# Findings of `hnet audit` that were there before. `hnet audit --write-baseline` writes it again.";

/// A baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// How often each line is there.
    lines: BTreeMap<String, usize>,
}

/// What a baseline makes of findings.
#[derive(Debug, Default)]
pub struct Compared {
    /// Those that are not in it.
    pub new: Vec<Finding>,
    /// How many are.
    pub known: usize,
    /// The lines of it that no finding has any more.
    pub fixed: Vec<String>,
}

impl Baseline {
    /// The baseline of these findings.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Baseline {
        let mut baseline = Baseline::default();
        findings.iter().flat_map(lines).for_each(|line| *baseline.lines.entry(line).or_default() += 1);
        baseline
    }

    /// Reads a baseline.
    #[must_use]
    pub fn read(text: &str) -> Baseline {
        let mut baseline = Baseline::default();
        let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.for_each(|line| *baseline.lines.entry(line.to_owned()).or_default() += 1);
        baseline
    }

    /// The baseline as a file.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.lines.iter().flat_map(|(line, count)| std::iter::repeat_n(line.as_str(), *count));
        std::iter::once(HEAD).chain(lines).fold(String::new(), |text, line| text + line + "\n")
    }

    /// Takes out the findings that it holds.
    #[must_use]
    pub fn compare(mut self, findings: Vec<Finding>) -> Compared {
        let mut compared = Compared::default();
        for finding in findings {
            let mut is_known = true;
            for line in lines(&finding) {
                match self.lines.get_mut(&line).filter(|count| **count > 0) {
                    Some(count) => *count -= 1,
                    None => is_known = false,
                }
            }
            if is_known {
                compared.known += 1;
            } else {
                compared.new.push(finding);
            }
        }
        let left = self.lines.into_iter().filter(|(_, count)| *count > 0);
        compared.fixed = left.map(|(line, _)| line).collect();
        compared
    }
}

/// A finding as lines: one for each thing that it says.
fn lines(finding: &Finding) -> Vec<String> {
    let titles = std::iter::once(&finding.diagnostic.title).chain(&finding.others);
    let line = |title: &String| {
        [finding.diagnostic.code.number, &finding.object, title].map(|part| plain_line(part)).join("\t")
    };
    titles.map(line).collect()
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Diagnostic, codes};

    use super::Baseline;
    use crate::Finding;

    fn finding(title: &str, others: &[&str]) -> Finding {
        let diagnostic = Diagnostic::new(&codes::NAME_NOT_COVERED, title);
        Finding {
            diagnostic,
            object: "HTTPRoute a/b".into(),
            others: others.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    #[test]
    fn what_is_new_beside_what_is_known_is_said_and_what_is_gone_is_mended() {
        let before = [finding("one", &["two"]), finding("gone", &[]), finding("twice", &[]), finding("twice", &[])];
        let text = Baseline::of(&before).text();
        let now = vec![finding("one", &["two"]), finding("twice", &[]), finding("twice", &[])];
        let compared = Baseline::read(&text).compare(now);
        assert_eq!((compared.new.len(), compared.known), (0, 3));
        assert_eq!(compared.fixed, ["HN513\tHTTPRoute a/b\tgone"]);
        let grown = vec![finding("one", &["two", "three"]), finding("twice", &[])];
        let compared = Baseline::read(&text).compare(grown.clone());
        assert_eq!((compared.new, compared.known), (grown[..1].to_vec(), 1));
    }
}
