//! Diagnostics for machines: JSON lines, SARIF 2.1.0, GitHub's workflow commands, and GitLab's Code Quality.
//!
//! Lines and columns count from 1, ends are excluded. JSON and GitHub count columns in characters,
//! SARIF in UTF-16 code units as its default is. Start at [`json`] and [`github`], which speak of one finding,
//! or at [`Log`], which is one text for a whole run.

mod fingerprint;
mod github;
mod gitlab;
mod json;
mod sarif;

use std::fmt::Debug;

use serde::Serialize;

pub use self::github::{github, github_notice};
pub use self::gitlab::Gitlab;
pub use self::json::{json, json_notice};
pub use self::sarif::Sarif;
use crate::render::is_control;
use crate::{Diagnostic, Notice, Severity, Sources, Span};

/// A form that is one text for a whole run, which is kept until its end. Paths are those from where the run began.
pub trait Log: Debug {
    /// Adds findings.
    fn add(&mut self, diagnostics: &[Diagnostic], sources: &Sources);

    /// Adds what is wrong with a file.
    fn notice(&mut self, notice: &Notice);

    /// Adds why the run could not do its work.
    fn failure(&mut self, notice: &Notice);

    /// The whole.
    fn text(self: Box<Self>) -> String;
}

/// A place in JSON; all members are null where a finding has none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

impl<'a> Place<'a> {
    fn new(span: Option<Span>, sources: &'a Sources) -> Self {
        let Some(span) = span.filter(|_| !sources.is_empty()) else {
            return Place { file: None, line: None, column: None, end_line: None, end_column: None };
        };
        let source = sources.get(span.file);
        let (start, end) = (source.position(span.start as usize), source.position(span.end as usize));
        Place {
            file: Some(source.path()),
            line: Some(start.line),
            column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
        }
    }
}

/// A severity for programs that know three; each finding says its own beside it.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Denied => Severity::Error.word(),
        severity => severity.word(),
    }
}

/// A relative path as a URI reference: what is not plain is percent-encoded.
#[must_use]
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// JSON in which no character is left that a terminal might obey. Such characters stand in strings
/// only, so their escapes mean the same.
fn safe_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if is_control(character) {
            out.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Gitlab, Log, Sarif, github, github_notice, json, json_notice};
    use crate::{Diagnostic, FileId, Notice, Severity, Source, Sources, Span, codes};

    fn sources() -> Sources {
        let mut sources = Sources::new();
        sources.add(Source::new("my home.hnet", "network 😀 <\n>\n"));
        sources
    }

    /// What a form says of findings.
    fn whole(mut log: Box<dyn Log>, diagnostics: &[Diagnostic], sources: &Sources) -> String {
        log.add(diagnostics, sources);
        log.text()
    }

    fn sarif(diagnostics: &[Diagnostic], sources: &Sources) -> String {
        whole(Box::<Sarif>::default(), diagnostics, sources)
    }

    fn gitlab(diagnostics: &[Diagnostic], sources: &Sources) -> String {
        whole(Box::<Gitlab>::default(), diagnostics, sources)
    }

    fn finding() -> Diagnostic {
        let span = Span::new(FileId(0), 13, 14);
        Diagnostic::new(&codes::MISSING_SEMICOLON, "100% wrong, here: `a`")
            .label(span, "this")
            .label(Span::new(FileId(0), 0, 7), "for that")
            .help("mend\nit")
            .fix("write `;`", span, ";")
    }

    #[test]
    fn a_json_line_holds_everything_in_characters() {
        let place = r#""file":"my home.hnet","line":1,"column":11,"endLine":1,"endColumn":12"#;
        let first = r#""file":"my home.hnet","line":1,"column":1,"endLine":1,"endColumn":8"#;
        let expected = format!(
            "{{{place},\"code\":\"HN001\",\"name\":\"missing-semicolon\",\"severity\":\"error\",\"level\":\"error\",\
             \"message\":\"100% wrong, here: `a`\",\
             \"labels\":[{{{place},\"message\":\"this\"}},{{{first},\"message\":\"for that\"}}],\
             \"help\":\"mend\\nit\",\"fixes\":[{{\"title\":\"write `;`\",\"edits\":[{{{place},\"text\":\";\"}}]}}]}}\n"
        );
        assert_eq!(json(&finding(), &sources()), expected);
    }

    #[test]
    fn sarif_counts_utf16_and_names_the_rule() {
        let log: serde_json::Value = serde_json::from_str(&sarif(&[finding()], &sources())).expect("valid JSON");
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "HN001");
        let result = &run["results"][0];
        assert_eq!(result["ruleIndex"], 0);
        assert_eq!(result["level"], "error");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "my%20home.hnet");
        assert_eq!(place["region"]["startColumn"], 12);
        assert_eq!(place["region"]["endColumn"], 13);
        assert_eq!(result["relatedLocations"][0]["message"]["text"], "for that");
        let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(replacement["insertedContent"]["text"], ";");
        assert_eq!(replacement["deletedRegion"]["endColumn"], 13);
    }

    #[test]
    fn what_is_denied_stops_and_says_that_it_can_be_allowed() {
        let denied = Diagnostic::new(&codes::ADDRESS_USED_TWICE, "twice");
        let line: serde_json::Value = serde_json::from_str(&json(&denied, &sources())).expect("valid JSON");
        assert_eq!((line["severity"].as_str(), line["level"].as_str()), (Some("error"), Some("denied")));
        let log: serde_json::Value =
            serde_json::from_str(&sarif(std::slice::from_ref(&denied), &sources())).expect("valid JSON");
        for part in [&log["runs"][0]["results"][0], &log["runs"][0]["tool"]["driver"]["rules"][0]] {
            assert_eq!(part["properties"]["level"], "denied");
        }
        assert_eq!(log["runs"][0]["results"][0]["level"], "error");
        assert!(github(&denied, &sources()).starts_with("::error title=HN302 "));
    }

    #[test]
    fn a_run_without_findings_is_a_log_without_results() {
        let log: serde_json::Value = serde_json::from_str(&sarif(&[], &Sources::new())).expect("valid JSON");
        assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    }

    #[test]
    fn a_notice_is_said_in_each_form() {
        let notice = Notice {
            severity: Severity::Error,
            file: Some("out/a b,c.yaml".to_owned()),
            message: "100% wrong\x1b".to_owned(),
            help: Some("build again".to_owned()),
            at: None,
        };
        assert_eq!(notice.short(), "out/a b,c.yaml: error: 100% wrong\\u{1b}\n");
        let plain = notice.clone();
        assert_eq!(
            json_notice(&notice),
            "{\"file\":\"out/a b,c.yaml\",\"severity\":\"error\",\"message\":\"100% wrong\\u001b\",\"help\":\"build again\"}\n"
        );
        assert_eq!(github_notice(&notice), "::error file=out/a b%2Cc.yaml::100%25 wrong\\u{1b}%0Ahelp: build again\n");
        assert_eq!(github_notice(&Notice { file: None, help: None, ..plain }), "::error::100%25 wrong\\u{1b}\n");
        let placed = Notice { at: Some(sources().get(FileId(0)).position(0)), help: None, ..notice.clone() };
        assert_eq!(placed.short(), "out/a b,c.yaml:1:1: error: 100% wrong\\u{1b}\n");
        assert!(json_notice(&placed).ends_with("\"help\":null,\"line\":1,\"column\":1}\n"));
        assert_eq!(github_notice(&placed), "::error file=out/a b%2Cc.yaml,line=1,col=1::100%25 wrong\\u{1b}\n");
        let mut log = Box::<Sarif>::default();
        log.notice(&notice);
        log.add(&[finding()], &sources());
        log.notice(&placed);
        log.failure(&notice);
        let log: serde_json::Value = serde_json::from_str(&log.text()).expect("valid JSON");
        let run = &log["runs"][0];
        assert_eq!(
            run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "out/a%20b%2Cc.yaml"
        );
        assert_eq!(
            (&run["results"][0]["ruleIndex"], &run["results"][1]["ruleIndex"]),
            (&serde_json::Value::from(1), &serde_json::Value::from(0))
        );
        let region = &run["results"][2]["locations"][0]["physicalLocation"]["region"];
        assert_eq!(*region, serde_json::json!({"startLine": 1, "startColumn": 1}));
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(invocation["toolExecutionNotifications"][0]["message"]["text"], "100% wrong\u{1b}\nbuild again");
    }

    #[test]
    fn gitlab_is_told_all_in_one_array() {
        let mut log = Box::<Gitlab>::default();
        let notice = Notice {
            severity: Severity::Note,
            file: None,
            message: "odd".to_owned(),
            help: Some("look".to_owned()),
            at: None,
        };
        log.add(&[finding(), Diagnostic::new(&codes::ADDRESS_USED_TWICE, "twice")], &sources());
        log.notice(&notice);
        log.failure(&Notice { file: Some("a.hnet".to_owned()), help: None, ..notice });
        let issues: serde_json::Value = serde_json::from_str(&log.text()).expect("valid JSON");
        let said = |issue: &serde_json::Value| {
            let [begin, end] = ["begin", "end"].map(|of| issue["location"]["lines"][of].to_string());
            let parts = ["severity", "check_name", "description"].map(|part| issue[part].as_str().unwrap_or_default());
            format!("{} {begin}-{end} {}", issue["location"]["path"].as_str().unwrap_or_default(), parts.join(" | "))
        };
        let said: Vec<String> = issues.as_array().expect("an array").iter().map(said).collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        my home.hnet 1-1 critical | HN001 missing-semicolon | 100% wrong, here: `a`: this; mend it
        . 1-1 major | HN302 address-used-twice | twice
        . 1-1 info | file | odd; look
        a.hnet 1-1 blocker | file | odd
        ");
        assert_eq!(gitlab(&[], &sources()), "[]\n");
    }

    #[test]
    fn a_fingerprint_stays_while_lines_come_and_go() {
        let span = |at: usize| Span::new(FileId(0), at, at + 1);
        let of = |text: &str, at: &[usize]| -> Vec<String> {
            let mut sources = Sources::new();
            sources.add(Source::new("home.hnet", text));
            let at = at.iter().map(|at| Diagnostic::new(&codes::MISSING_SEMICOLON, "a").label(span(*at), "b"));
            let issues: serde_json::Value =
                serde_json::from_str(&gitlab(&at.collect::<Vec<_>>(), &sources)).expect("valid JSON");
            let issues = issues.as_array().expect("an array").iter();
            issues.map(|issue| issue["fingerprint"].as_str().expect("one").to_owned()).collect()
        };
        let (before, after) = (of("a\nb\na\n", &[0, 2, 4]), of("# new\na\n  b\na\n", &[6, 10, 12]));
        assert_eq!(before, after);
        let [a, b, again] = &before[..] else { panic!("three findings") };
        assert_ne!(a, b);
        assert_eq!(again.split_once(':').map(|(hash, count)| (&a[..16] == hash, count)), Some((true, "2")));
        assert_ne!(of("a\n", &[0]), of("aa\n", &[0]));
    }

    #[test]
    fn paths_are_references() {
        let uri = |path: &str| {
            let mut sources = Sources::new();
            sources.add(Source::new(path, "network 😀 <\n>\n"));
            let log: serde_json::Value = serde_json::from_str(&sarif(&[finding()], &sources)).expect("valid JSON");
            log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone()
        };
        assert_eq!(uri("../a b.hnet"), "../a%20b.hnet");
        assert_eq!(uri("/else where/a.hnet"), "file:///else%20where/a.hnet");
    }

    #[test]
    fn a_workflow_command_cannot_be_broken_out_of() {
        assert_eq!(
            github(&finding(), &sources()),
            "::error file=my home.hnet,line=1,col=11,endLine=1,endColumn=11,title=HN001 missing-semicolon\
             ::100%25 wrong, here: `a`: this%0Ahelp: mend%0Ait\n"
        );
        let mut evil = Sources::new();
        evil.add(Source::new("a,title=x::b\n.hnet", "x"));
        let mut finding = finding();
        finding.severity = Severity::Note;
        finding.labels.truncate(1);
        let line = github(&finding, &evil);
        assert!(line.starts_with("::notice file=a%2Ctitle=x%3A%3Ab%0A.hnet,line="), "{line}");
        assert_eq!(line.matches('\n').count(), 1);
    }

    #[test]
    fn no_form_lets_a_control_character_through() {
        let mut sources = Sources::new();
        sources.add(Source::new("e\u{9b}.hnet", "\x1b\u{202e}"));
        let finding = Diagnostic::new(&codes::MISSING_SEMICOLON, "\x1b[2J \u{9b} \u{7f}")
            .label(Span::new(FileId(0), 0, 1), "\u{202e}")
            .fix("\x1b", Span::new(FileId(0), 0, 1), "\x1b");
        let all = std::slice::from_ref(&finding);
        let (sarif, gitlab) = (sarif(all, &sources), gitlab(all, &sources));
        for text in [json(&finding, &sources), sarif, gitlab, github(&finding, &sources)] {
            assert!(!text.contains(crate::render::is_control), "{text:?}");
        }
        let value: serde_json::Value = serde_json::from_str(&json(&finding, &sources)).expect("valid JSON");
        assert_eq!(value["message"], "\x1b[2J \u{9b} \u{7f}");
    }
}
