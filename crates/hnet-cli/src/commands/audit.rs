//! `hnet audit`: the rules over a repository that exists.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use hnet_audit::{Audit as Found, Baseline, Finding, Ran};
use hnet_diagnostics::{Diagnostic, Notice, Severity, Source, Sources, counted, render};

use crate::Outcome;
use crate::failure::{Failure, print, say, shown};
use crate::load::read_source;
use crate::report::{Report, as_seen_from_here};

/// What to audit.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// The root of a repository [default: the current folder]
    path: Option<PathBuf>,
    /// Look also at what is switched off, as if it were live
    #[arg(long)]
    disabled: bool,
    /// List all rules, and say of each whether it ran, or why not
    #[arg(long)]
    rules: bool,
    /// The findings that were there before, which are left out [default: hnet.baseline in the root, if it is there]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all findings to the baseline, so that later runs say only what is new
    #[arg(long, conflicts_with = "changed_since")]
    write_baseline: bool,
    /// End with status 1 where the baseline holds what is mended
    #[arg(long)]
    baseline_strict: bool,
    /// Say only what has a place in lines that changed since a commit, as git knows them
    #[arg(long, value_name = "REF")]
    changed_since: Option<String>,
}

/// The largest file that is read, in bytes; of a larger one only that it is there is known.
const LIMIT: u64 = 4 << 20;

/// What is no part of a repository's own files.
const ASIDE: [&str; 3] = [".git", "node_modules", ".terraform"];

impl Audit {
    /// Whether standard output is for the list of rules.
    pub(crate) fn lists_rules(&self) -> bool {
        self.rules
    }

    /// Audits the repository, and prints what was found.
    pub(crate) fn run(&self, report: &Report) -> Result<Outcome, Failure> {
        let root = self.path.clone().unwrap_or_default();
        let mut audit = hnet_audit::audit(sources(&root)?, self.disabled);
        if self.rules {
            print(io::stdout(), &rules(&audit))?;
            return Ok(Outcome::Clean);
        }
        if audit.summary.is_empty() {
            let named = if root.as_os_str().is_empty() { Path::new(".") } else { &root };
            return Err(Failure::new(format!("there is nothing to audit in `{}`", shown(named)))
                .of(named)
                .help("name the root of a repository with objects of Kubernetes or a talconfig.yaml"));
        }
        let diagnostics = audit.findings.iter().map(|finding| finding.diagnostic.clone()).collect();
        let heard = report.options.apply(diagnostics, &mut Vec::new());
        audit.findings = with_levels(audit.findings, heard);
        let file = self.baseline.clone().unwrap_or_else(|| root.join("hnet.baseline"));
        if self.write_baseline {
            let text = Baseline::of(&audit.findings).text();
            fs::write(&file, text).map_err(|error| Failure::io("write", &file, &error))?;
            say(&format!("{} in `{}`\n", counted(audit.findings.len(), "finding"), shown(&file)));
            return Ok(Outcome::Clean);
        }
        let mut known = 0;
        let mut fixed = Vec::new();
        if self.baseline.is_some() || file.is_file() {
            let compared = Baseline::read(&read_source(&file)?).compare(std::mem::take(&mut audit.findings));
            (known, fixed) = (compared.known, compared.fixed);
            audit.findings = compared.new;
        }
        if let Some(since) = &self.changed_since {
            audit.keep_changed(&changed(&root, since)?);
            fixed.clear();
        }
        self.tell(&audit, known, &fixed, &file, report)
    }

    fn tell(
        &self,
        audit: &Found,
        known: usize,
        fixed: &[String],
        file: &Path,
        report: &Report,
    ) -> Result<Outcome, Failure> {
        let mut diagnostics: Vec<Diagnostic> =
            audit.findings.iter().map(|finding| finding.diagnostic.clone()).collect();
        let root = self.path.clone().unwrap_or_default();
        let seen = || as_seen_from_here(&audit.sources, &root);
        match report.is_short() {
            true => print(io::stderr(), &short(&diagnostics, &seen()))?,
            false => {
                if report.is_for_github() {
                    // A command has one place, so the others are said in words.
                    let seen = seen();
                    for one in &mut diagnostics {
                        let others: String = places(one, &seen).map(|place| format!("\n{place}")).collect();
                        one.help = Some(one.help.take().unwrap_or_default() + &others).filter(|help| !help.is_empty());
                    }
                }
                report.findings(&diagnostics, &audit.sources, &root)?;
            }
        }
        let found: Vec<Severity> = diagnostics.iter().map(|diagnostic| diagnostic.severity).collect();
        report.count(&found)?;
        for line in fixed {
            let severity = if self.baseline_strict { Severity::Error } else { Severity::Note };
            let message = format!("mended, remove it from the baseline: {}", line.replace('\t', " "));
            report.warning(&Notice { severity, file: Some(file.display().to_string()), message, help: None })?;
        }
        if report.is_for_people() || report.is_short() {
            let idle = audit.rules.iter().filter(|(_, ran)| *ran != Ran::Ran).count();
            let mut text = audit.summary.text(idle);
            if known > 0 {
                text.push_str(&format!("known     {} of the baseline\n", counted(known, "finding")));
            }
            say(&text);
        }
        let is_wrong = audit.has_errors() || self.baseline_strict && !fixed.is_empty();
        Ok(if is_wrong { Outcome::Wrong } else { Outcome::Clean })
    }
}

/// Each finding as a line, and its other places as lines below it.
fn short(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&render::short(diagnostic, sources));
        text.extend(places(diagnostic, sources).map(|place| format!("    {place}\n")));
    }
    text
}

/// The places of a finding beside the main one, as lines.
fn places<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> impl Iterator<Item = String> + 'd {
    diagnostic.labels.iter().skip(1).map(|label| {
        let source = sources.get(label.span.file);
        let place = source.position(label.span.range().start);
        let (path, text) = (render::plain_line(source.path()), render::plain_line(&label.text));
        format!("{path}:{}:{}: {text}", place.line, place.column)
    })
}

/// The findings that are heard, at the levels that were asked for.
fn with_levels(findings: Vec<Finding>, heard: Vec<Diagnostic>) -> Vec<Finding> {
    // Those that are heard stand in the order of all.
    let mut heard = heard.into_iter().peekable();
    let mut kept = Vec::new();
    for finding in findings {
        let is_it = |one: &Diagnostic| one.title == finding.diagnostic.title && one.labels == finding.diagnostic.labels;
        if let Some(diagnostic) = heard.next_if(is_it) {
            kept.push(Finding { diagnostic, ..finding });
        }
    }
    kept
}

/// The rules as lines: those that ran first.
fn rules(audit: &Found) -> String {
    let mut lines = Vec::new();
    for (rule, ran) in &audit.rules {
        let why = match ran {
            Ran::Ran => "ran".to_owned(),
            Ran::Lacks(need) => format!("not run: there are no {}", need.called()),
            Ran::OfSources => "not run: it judges what only a source of hnet says".to_owned(),
        };
        let codes: Vec<&str> = rule.codes.iter().map(|code| code.number).collect();
        lines.push((*ran != Ran::Ran, format!("{:<32}{:<40}{why}\n", rule.name, codes.join(" "))));
    }
    lines.sort_by_key(|(is_idle, _)| *is_idle);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// The files of a repository, in the order of their paths. What is no text is there without one.
fn sources(root: &Path) -> Result<Sources, Failure> {
    let start = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let mut paths = Vec::new();
    below(start, "", &mut paths)?;
    paths.sort();
    let mut sources = Sources::new();
    for (name, path, is_large) in paths {
        let text = if is_large { None } else { text(&path)? };
        sources.add(Source::new(name, text.unwrap_or_default()));
    }
    Ok(sources)
}

/// The text of a file, where it is one.
fn text(path: &Path) -> Result<Option<String>, Failure> {
    let failed = |error: io::Error| Failure::io("read", path, &error);
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(failed)?.read_to_end(&mut bytes).map_err(failed)?;
    Ok(String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')))
}

/// The files below a folder, each with its name from the root; links are not followed.
fn below(folder: &Path, name: &str, found: &mut Vec<(String, PathBuf, bool)>) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("read", folder, &error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let own = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(failed)?;
        if ASIDE.contains(&own.as_str()) {
            continue;
        }
        let inner = if name.is_empty() { own } else { format!("{name}/{own}") };
        if kind.is_dir() {
            below(&entry.path(), &inner, found)?;
        } else if kind.is_file() {
            let is_large = entry.metadata().map_err(failed)?.len() > LIMIT;
            found.push((inner, entry.path(), is_large));
        }
    }
    Ok(())
}

/// The lines that changed since a commit, by path from the root, counted from 1. Files that git does not know changed
/// wholly.
fn changed(root: &Path, since: &str) -> Result<BTreeMap<String, Vec<RangeInclusive<usize>>>, Failure> {
    if since.starts_with('-') {
        return Err(Failure::new(format!("`{since}` is no commit")).help("write a branch, a tag or a hash"));
    }
    let plain = ["--unified=0", "--no-color", "--no-ext-diff", "--src-prefix=a/", "--dst-prefix=b/", "--relative"];
    let diff = git(root, &[&["-c", "core.quotePath=false", "diff"], plain.as_slice(), &[since, "--", "."]].concat())?;
    let mut changed: BTreeMap<String, Vec<RangeInclusive<usize>>> = BTreeMap::new();
    let mut path = None;
    for line in diff.lines() {
        if let Some(name) = line.strip_prefix("+++ ") {
            path = name.trim_end_matches('\t').strip_prefix("b/").map(str::to_owned);
        } else if let (Some(path), Some(lines)) = (&path, line.strip_prefix("@@ ").and_then(hunk)) {
            changed.entry(path.clone()).or_default().push(lines);
        }
    }
    for name in git(root, &["ls-files", "--others", "--exclude-standard", "-z"])?.split('\0') {
        if !name.is_empty() {
            changed.entry(name.to_owned()).or_default().push(1..=usize::MAX);
        }
    }
    Ok(changed)
}

/// The lines behind a change, as `-1,2 +3,4 @@` says them.
fn hunk(text: &str) -> Option<RangeInclusive<usize>> {
    let new = text.split(' ').nth(1)?.strip_prefix('+')?;
    let (first, count) = new.split_once(',').unwrap_or((new, "1"));
    let (first, count): (usize, usize) = (first.parse().ok()?, count.parse().ok()?);
    (count > 0).then(|| first..=first + count - 1)
}

fn git(root: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let folder = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let help = "`--changed-since` asks git which lines changed: the folder must be a clone that has the commit";
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.map_err(|error| Failure::io("run", Path::new("git"), &error).help(help))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().next().unwrap_or("it failed").trim_start_matches("fatal: ").to_owned();
        return Err(Failure::new(format!("git: {first}")).help(help));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::hunk;

    #[test]
    fn the_lines_of_a_change_are_read() {
        assert_eq!(hunk("-1,2 +3,4 @@ kind"), Some(3..=6));
        assert_eq!(hunk("-1 +7 @@"), Some(7..=7));
        // What was only removed has no lines.
        assert_eq!(hunk("-1,2 +3,0 @@"), None);
    }
}
