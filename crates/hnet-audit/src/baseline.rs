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

/// Why a text is no baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBaseline {
    /// It does not begin with the first line of one.
    Head,
    /// This line of it, counted from 1, is not in its form.
    Line(usize),
}

/// What a baseline makes of findings.
#[derive(Debug, Default)]
pub struct Compared {
    /// Those that are not in it.
    pub new: Vec<Finding>,
    /// Those that are.
    pub known: Vec<Finding>,
    /// The lines of it that no finding has any more, also none of those that are allowed.
    pub fixed: Vec<String>,
}

impl Baseline {
    /// The baseline of these findings.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Baseline {
        let mut baseline = Baseline::default();
        findings.iter().map(line).for_each(|line| *baseline.lines.entry(line).or_default() += 1);
        baseline
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// When the text is none.
    pub fn read(text: &str) -> Result<Baseline, NoBaseline> {
        if !Baseline::has_head(text) {
            return Err(NoBaseline::Head);
        }
        let mut baseline = Baseline::default();
        for (at, line) in text.lines().map(str::trim_end).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if !is_finding(line) {
                return Err(NoBaseline::Line(at + 1));
            }
            *baseline.lines.entry(line.to_owned()).or_default() += 1;
        }
        Ok(baseline)
    }

    /// Whether a text begins as a baseline does.
    #[must_use]
    pub fn has_head(text: &str) -> bool {
        text.lines().next().is_some_and(|line| line.trim_end() == HEAD)
    }

    /// The baseline as a file.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.lines.iter().flat_map(|(line, count)| std::iter::repeat_n(line.as_str(), *count));
        std::iter::once(HEAD).chain(lines).fold(String::new(), |text, line| text + line + "\n")
    }

    /// Takes out the findings that it holds. Those that are allowed are not said, and are not mended either.
    #[must_use]
    pub fn compare(mut self, findings: Vec<Finding>, allowed: &[Finding]) -> Compared {
        let mut compared = Compared::default();
        for finding in findings {
            match self.lines.get_mut(&line(&finding)).filter(|count| **count > 0) {
                Some(count) => {
                    *count -= 1;
                    compared.known.push(finding);
                }
                None => compared.new.push(finding),
            }
        }
        for line in allowed.iter().map(line) {
            self.lines.entry(line).and_modify(|count| *count = count.saturating_sub(1));
        }
        let left = self.lines.into_iter().filter(|(_, count)| *count > 0);
        compared.fixed = left.map(|(line, _)| line).collect();
        compared
    }
}

/// Whether a line is a code, an object and a message.
fn is_finding(line: &str) -> bool {
    let parts: Vec<&str> = line.split('\t').collect();
    let is_code = |part: &str| {
        let digits = part.strip_prefix("HN").unwrap_or_default();
        digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    matches!(parts.as_slice(), [code, object, title] if is_code(code) && !object.is_empty() && !title.is_empty())
}

/// A finding as a line.
fn line(finding: &Finding) -> String {
    let Finding { diagnostic, object } = finding;
    [diagnostic.code.number, object, &diagnostic.title].map(|part| plain_line(part)).join("\t")
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Diagnostic, codes};

    use super::{Baseline, HEAD, NoBaseline};
    use crate::Finding;

    fn finding(title: &str) -> Finding {
        Finding { diagnostic: Diagnostic::new(&codes::NAME_NOT_COVERED, title), object: "HTTPRoute a/b".into() }
    }

    #[test]
    fn what_is_new_beside_what_is_known_is_said_and_what_is_gone_is_mended() {
        let before = ["one", "gone", "twice", "twice"].map(finding);
        let text = Baseline::of(&before).text();
        let now = vec![finding("one"), finding("twice"), finding("twice")];
        let read = || Baseline::read(&text).expect("written just now");
        let compared = read().compare(now.clone(), &[]);
        assert_eq!((compared.new.len(), compared.known.len()), (0, 3));
        assert_eq!(compared.fixed, ["HN513\tHTTPRoute a/b\tgone"]);
        let compared = read().compare(now, &[finding("gone")]);
        assert_eq!((compared.known.len(), compared.fixed.len()), (3, 0));
        let grown = vec![finding("one"), finding("two"), finding("twice")];
        let compared = read().compare(grown.clone(), &[]);
        assert_eq!((compared.new, compared.known.len()), (grown[1..2].to_vec(), 2));
    }

    #[test]
    fn what_is_no_baseline_is_not_read() {
        let read = |lines: &str| Baseline::read(&format!("{HEAD}\n{lines}"));
        assert!(read("").is_ok());
        assert!(read("\n# known\r\nHN513\tHTTPRoute a/b\tone\r\n").is_ok());
        for line in ["password", "HN513", "HN513\ta", "HN513\t\tone", "HN5\ta\tone", "HN513\ta\tone\ttwo"] {
            assert_eq!(read(&format!("\n{line}\n")), Err(NoBaseline::Line(3)), "{line}");
        }
        for text in ["", "HN513\tHTTPRoute a/b\tone\n", "# Findings\n", &format!("\n{HEAD}\n"), &format!("{HEAD}s\n")] {
            assert_eq!(Baseline::read(text), Err(NoBaseline::Head), "{text}");
        }
    }
}
