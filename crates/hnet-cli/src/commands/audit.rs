//! `hnet audit`: the rules over a repository that exists.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use hnet_audit::{Audit as Found, Baseline, Finding, NoBaseline, Ran, together};
use hnet_diagnostics::{Diagnostic, Notice, Severity, Source, Sources, counted, render};

use crate::Outcome;
use crate::failure::{Failure, print, say, shown};
use crate::folders::{ASIDE, text};
use crate::load::read_source;
use crate::replace;
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
        let (heard, allowed) = with_levels(audit.findings, heard);
        audit.findings = heard;
        let file = self.baseline.clone().unwrap_or_else(|| root.join("hnet.baseline"));
        if self.write_baseline {
            may_be_written(&file)?;
            replace::itself(&file, &Baseline::of(&audit.findings).text())?;
            say(&format!("{} in `{}`\n", counted(together(&audit.findings).len(), "finding"), shown(&file)));
            return Ok(Outcome::Clean);
        }
        let mut known = 0;
        let mut fixed = Vec::new();
        if self.baseline.is_some() || is_there(&file)? {
            let compared = baseline(&file)?.compare(std::mem::take(&mut audit.findings), &allowed);
            (known, fixed) = (together(&compared.known).len(), compared.fixed);
            audit.findings = compared.new;
            // Of what nothing looked for nobody knows whether it is mended.
            fixed.retain(|line| line.split('\t').next().is_some_and(|number| audit.looked_for(number)));
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
            together(&audit.findings).into_iter().map(|finding| finding.diagnostic).collect();
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
            report.warning(&Notice {
                severity,
                file: Some(file.display().to_string()),
                message,
                help: None,
                at: None,
            })?;
        }
        if report.is_for_people() || report.is_short() {
            let idle = audit.rules.iter().filter(|rule| rule.ran != Ran::Ran).count();
            let mut text = audit.summary.text(idle);
            if is_part(&root) {
                text.push_str(
                    "          this is a part of a repository: name its root, or what leads here is not known\n",
                );
            }
            if known > 0 {
                text.push_str(&format!("known     {} of the baseline\n", counted(known, "finding")));
            }
            say(&text);
        }
        let is_wrong = audit.has_errors() || self.baseline_strict && !fixed.is_empty();
        Ok(if is_wrong { Outcome::Wrong } else { Outcome::Clean })
    }
}

/// Whether a folder is only a part of a repository.
fn is_part(folder: &Path) -> bool {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let here = here.canonicalize().ok().filter(|here| !here.join(".git").exists());
    here.is_some_and(|here| here.ancestors().any(|above| above.join(".git").exists()))
}

/// Whether the file of a baseline that nobody named is there. It comes with the repository, so a link is not followed,
/// and a pipe is not waited for.
fn is_there(file: &Path) -> Result<bool, Failure> {
    let Some(what) = odd(file)? else { return Ok(fs::symlink_metadata(file).is_ok()) };
    let failure = Failure::new(format!("`{}` is {what}, and is not read as a baseline", shown(file))).of(file);
    Err(failure.help("remove it, or name a file with `--baseline`"))
}

/// What a path is that is there and no plain file.
fn odd(file: &Path) -> Result<Option<&'static str>, Failure> {
    match fs::symlink_metadata(file) {
        Ok(metadata) if metadata.is_symlink() => Ok(Some("a link")),
        Ok(metadata) if metadata.is_file() => Ok(None),
        Ok(_) => Ok(Some("no file that holds text")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::io("read", file, &error)),
    }
}

/// Refuses to write a baseline over anything but a baseline.
fn may_be_written(file: &Path) -> Result<(), Failure> {
    let refused = |what: &str| {
        let failure = Failure::new(format!("`{}` is {what}, and is not overwritten", shown(file))).of(file);
        Err(failure.help("remove it, or name another file with `--baseline`"))
    };
    match odd(file)? {
        Some(what) => refused(what),
        None if fs::symlink_metadata(file).is_err() => Ok(()),
        None if Baseline::has_head(&read_source(file)?) => Ok(()),
        None => refused("no baseline"),
    }
}

/// Reads a baseline. What stands in a file that is none is not shown.
fn baseline(file: &Path) -> Result<Baseline, Failure> {
    Baseline::read(&read_source(file)?).map_err(|why| {
        let why = match why {
            NoBaseline::Head => "its first line is not that of one".to_owned(),
            NoBaseline::Line(line) => format!("line {line} is no code, object and message with tabs between them"),
        };
        Failure::new(format!("`{}` is no baseline: {why}", shown(file)))
            .of(file)
            .help("`hnet audit --write-baseline` writes one")
    })
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

/// The findings that are heard, at the levels that were asked for, and those that are allowed.
fn with_levels(findings: Vec<Finding>, heard: Vec<Diagnostic>) -> (Vec<Finding>, Vec<Finding>) {
    // Those that are heard stand in the order of all.
    let mut heard = heard.into_iter().peekable();
    let (mut kept, mut allowed) = (Vec::new(), Vec::new());
    for finding in findings {
        let is_it = |one: &Diagnostic| one.title == finding.diagnostic.title && one.labels == finding.diagnostic.labels;
        match heard.next_if(is_it) {
            Some(diagnostic) => kept.push(Finding { diagnostic, ..finding }),
            None => allowed.push(finding),
        }
    }
    (kept, allowed)
}

/// The rules as lines: those that ran first.
fn rules(audit: &Found) -> String {
    let mut lines = Vec::new();
    for rule in &audit.rules {
        let why = match rule.ran {
            Ran::Ran => "ran".to_owned(),
            Ran::Lacks(need) => format!("not run: it needs {}", need.called()),
            Ran::OfSources => "not run: it judges what only a source of hnet says".to_owned(),
        };
        let codes: Vec<&str> = rule.codes.iter().map(|code| code.number).collect();
        lines.push((rule.ran != Ran::Ran, format!("{:<31} {:<39} {why}\n", rule.name, codes.join(" "))));
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
        } else if kind.is_symlink() {
            // That there is something is known.
            found.push((inner, entry.path(), true));
        }
    }
    Ok(())
}

/// Lines of files, by path from the root, counted from 1.
type Lines = BTreeMap<String, Vec<RangeInclusive<usize>>>;

/// All lines of a file.
const ALL: RangeInclusive<usize> = 1..=usize::MAX;

/// The lines that changed since a commit. Files that git does not know changed wholly, and so did those of which it does
/// not say which lines did.
fn changed(root: &Path, since: &str) -> Result<Lines, Failure> {
    if since.starts_with('-') {
        return Err(Failure::new(format!("`{since}` is no commit")).help("write a branch, a tag or a hash"));
    }
    // What the settings of the user and the attributes of the files would make of it.
    let plain = ["diff", "--text", "--no-textconv", "--no-ext-diff", "--no-color", "--relative", "--submodule=short"];
    let form = ["--unified=0", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/"];
    let of = [since, "--", "."];
    let mut changed = hunks(&git(root, &[&plain[..], &form, &of].concat())?);
    for name in git(root, &[&plain[..], &["--name-only", "-z"], &of].concat())?.split_terminator('\0') {
        changed.entry(name.to_owned()).or_insert_with(|| vec![ALL]);
    }
    for name in git(root, &["ls-files", "--others", "--exclude-standard", "-z"])?.split_terminator('\0') {
        changed.entry(name.to_owned()).or_default().push(ALL);
    }
    Ok(changed)
}

/// The lines behind the changes of a diff; a file of which lines were only removed has none. Lines of files are skipped
/// by their count, whatever they look like.
fn hunks(diff: &str) -> Lines {
    let mut changed = Lines::new();
    let mut path = None;
    let (mut old, mut new) = (0, 0);
    for line in diff.split('\n') {
        if old > 0 || new > 0 {
            match line.bytes().next() {
                Some(b'-') => old -= old.min(1),
                Some(b'+') => new -= new.min(1),
                // That the line before has no end is a line of its own.
                Some(b'\\') => {}
                _ => (old, new) = (old - old.min(1), new - new.min(1)),
            }
        } else if let Some(name) = line.strip_prefix("+++ ") {
            path = unquoted(name.trim_end_matches('\t')).strip_prefix("b/").map(str::to_owned);
        } else if let Some((removed, first, added)) = line.strip_prefix("@@ ").and_then(hunk) {
            (old, new) = (removed, added);
            if let Some(path) = &path {
                let lines = changed.entry(path.clone()).or_default();
                lines.extend((added > 0).then(|| first..=first.saturating_add(added - 1)));
            }
        }
    }
    changed
}

/// How many lines a change removed, and the first and the count of those behind it, as `-1,2 +3,4 @@` says them.
fn hunk(text: &str) -> Option<(usize, usize, usize)> {
    let mut words = text.split(' ');
    let mut lines = |sign: char| {
        let (first, count) =
            words.next()?.strip_prefix(sign).map(|word| word.split_once(',').unwrap_or((word, "1")))?;
        Some((first.parse::<usize>().ok()?, count.parse::<usize>().ok()?))
    };
    let ((_, removed), (first, added)) = (lines('-')?, lines('+')?);
    Some((removed, first, added))
}

/// A path as git writes it: between quotes where it holds quotes, backslashes or control characters.
fn unquoted(name: &str) -> String {
    let Some(inner) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else { return name.to_owned() };
    let mut bytes = inner.bytes().peekable();
    let mut path = Vec::new();
    while let Some(byte) = bytes.next() {
        let escaped = if byte == b'\\' { bytes.next() } else { None };
        path.push(match escaped {
            None => byte,
            Some(b'a') => 7,
            Some(b'b') => 8,
            Some(b't') => b'\t',
            Some(b'n') => b'\n',
            Some(b'v') => 11,
            Some(b'f') => 12,
            Some(b'r') => b'\r',
            Some(digit @ b'0'..=b'7') => {
                let mut value = digit - b'0';
                for _ in 0..2 {
                    let next = bytes.next_if(|next| (b'0'..=b'7').contains(next));
                    value = next.map_or(value, |next| value.wrapping_mul(8).wrapping_add(next - b'0'));
                }
                value
            }
            Some(other) => other,
        });
    }
    String::from_utf8_lossy(&path).into_owned()
}

/// What git says. It runs no program that the repository's settings name for watching files, and writes nothing.
fn git(root: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let folder = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let help = "`--changed-since` asks git which lines changed: the folder must be a clone that has the commit";
    let settings = ["core.fsmonitor=false", "core.quotePath=false", "diff.autoRefreshIndex=true"];
    let mut command = Command::new("git");
    command.arg("--no-optional-locks").args(settings.iter().flat_map(|setting| ["-c", setting]));
    // It would win over `--unified`.
    command.env_remove("GIT_DIFF_OPTS").arg("-C").arg(folder).args(arguments);
    let output = command.output();
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
    use super::{hunk, hunks, unquoted};

    #[test]
    fn the_lines_of_a_change_are_read() {
        assert_eq!(hunk("-1,2 +3,4 @@ kind"), Some((2, 3, 4)));
        assert_eq!(hunk("-1 +7 @@"), Some((1, 7, 1)));
        assert_eq!(hunk("+7 -1 @@"), None);
    }

    #[test]
    fn lines_that_look_like_headers_are_lines() {
        let diff = "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1,3 @@\n--- a/x\n+++ b/x\n+@@ -1 +50 @@\n+\n\\ No newline\n\
            @@ -9,2 +11,0 @@\n-one\n-two\n\
            diff --git a/b b/b\n--- a/b\t\n+++ \"b/b\\tc\"\n@@ -3,0 +4 @@\n++\n\
            diff --git a/c b/c\n--- a/c\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n\
            diff --git a/d b/d\n--- a/d\n+++ b/d\n@@ -1 +0,0 @@\n-one\n";
        let found: Vec<_> = hunks(diff).into_iter().collect();
        // What was only removed has no lines.
        let lines = |path: &str, lines: &[_]| (path.to_owned(), lines.to_vec());
        assert_eq!(found, [lines("a", &[1..=3]), lines("b\tc", &[4..=4]), lines("d", &[])]);
    }

    #[test]
    fn paths_in_quotes_are_read() {
        for (written, path) in
            [("b/a b", "b/a b"), (r#""b/\"a\\\"""#, r#"b/"a\""#), (r#""b/\303\244\001""#, "b/ä\u{1}"), (r#"""#, r#"""#)]
        {
            assert_eq!(unquoted(written), path);
        }
    }
}
