//! Diagnostics for machines: JSON lines, SARIF 2.1.0, and GitHub's workflow commands.
//!
//! Lines and columns count from 1, ends are excluded. JSON and GitHub count columns in characters,
//! SARIF in UTF-16 code units as its default is. Start at [`json`], [`sarif`] or [`github`]. It is long,
//! since its tests write out what each form says of findings and of notices.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use crate::render::{is_control, plain};
use crate::{Code, Diagnostic, Fix, Notice, Severity, Sources, Span, codes};

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

#[derive(Serialize)]
struct JsonLabel<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    code: &'a str,
    name: &'a str,
    /// `error` where it stops the build.
    severity: &'a str,
    /// Which kind it is: of what stops the build, `denied` can be allowed and `error` cannot.
    level: &'a str,
    message: &'a str,
    labels: Vec<JsonLabel<'a>>,
    help: Option<&'a str>,
    fixes: Vec<JsonFix<'a>>,
}

#[derive(Serialize)]
struct JsonNotice<'a> {
    file: Option<&'a str>,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

/// One JSON object on one line, with its line end.
#[must_use]
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = |span| Place::new(Some(span), sources);
    let object = JsonDiagnostic {
        place: Place::new(diagnostic.span(), sources),
        code: diagnostic.code.number,
        name: diagnostic.code.name,
        severity: level(diagnostic.severity),
        level: diagnostic.severity.word(),
        message: &diagnostic.title,
        labels: diagnostic
            .labels
            .iter()
            .map(|label| JsonLabel { place: place(label.span), message: &label.text })
            .collect(),
        help: diagnostic.help.as_deref(),
        fixes: diagnostic
            .fixes
            .iter()
            .map(|fix| JsonFix {
                title: &fix.title,
                edits: fix.edits.iter().map(|edit| JsonEdit { place: place(edit.span), text: &edit.text }).collect(),
            })
            .collect(),
    };
    safe_json(&serde_json::to_string(&object).expect("strings and numbers are always JSON")) + "\n"
}

/// What a notice says as one JSON object on one line, with its line end: the members of a finding, as far as it has them.
#[must_use]
pub fn json_notice(notice: &Notice) -> String {
    let Notice { severity, file, message, help, at } = notice;
    let object = JsonNotice {
        file: file.as_deref(),
        severity: severity.word(),
        message,
        help: help.as_deref(),
        line: at.map(|at| at.line),
        column: at.map(|at| at.column),
    };
    safe_json(&serde_json::to_string(&object).expect("strings are always JSON")) + "\n"
}

/// A whole run as a SARIF 2.1.0 log, with the rules that it found broken.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut log = Log::default();
    log.add(diagnostics, sources);
    log.text()
}

/// A SARIF 2.1.0 log that is being kept.
#[derive(Debug, Default)]
pub struct Log {
    results: Vec<Value>,
    broken: BTreeSet<&'static str>,
    failures: Vec<Value>,
}

impl Log {
    /// Adds findings.
    pub fn add(&mut self, diagnostics: &[Diagnostic], sources: &Sources) {
        self.broken.extend(diagnostics.iter().map(|diagnostic| diagnostic.code.number));
        self.results.extend(diagnostics.iter().map(|diagnostic| sarif_result(diagnostic, sources)));
    }

    /// Adds what is wrong with a file.
    pub fn notice(&mut self, notice: &Notice) {
        self.results.push(sarif_notice(notice));
    }

    /// Adds why the run could not do its work.
    pub fn failure(&mut self, notice: &Notice) {
        self.failures.push(sarif_notice(notice));
    }

    /// The log.
    #[must_use]
    pub fn text(mut self) -> String {
        let rules: Vec<&Code> = codes::ALL.iter().copied().filter(|code| self.broken.contains(code.number)).collect();
        for result in &mut self.results {
            if let Some(index) = rules.iter().position(|code| result["ruleId"] == code.number) {
                result["ruleIndex"] = index.into();
            }
        }
        let mut run = json!({
            "tool": { "driver": {
                "name": "hnet",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|code| json!({
                    "id": code.number,
                    "name": code.name,
                    "shortDescription": { "text": code.name.replace('-', " ") },
                    "help": { "text": code.page(), "markdown": code.page() },
                    "defaultConfiguration": { "level": level(code.severity) },
                    "properties": { "level": code.severity.word() },
                })).collect::<Vec<_>>(),
            }},
            "columnKind": "utf16CodeUnits",
            "results": self.results,
        });
        if !self.failures.is_empty() {
            run["invocations"] = json!([{ "executionSuccessful": false, "toolExecutionNotifications": self.failures }]);
        }
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        });
        safe_json(&serde_json::to_string_pretty(&log).expect("strings and numbers are always JSON")) + "\n"
    }
}

fn sarif_notice(Notice { severity, file, message, help, at }: &Notice) -> Value {
    let text = help.iter().fold(message.clone(), |text, help| format!("{text}\n{help}"));
    let mut result = json!({ "level": level(*severity), "message": { "text": text } });
    if let Some(file) = file {
        let mut place = json!({ "artifactLocation": { "uri": uri(file) } });
        if let Some(at) = at {
            place["region"] = json!({ "startLine": at.line, "startColumn": at.column_utf16 });
        }
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}

/// A workflow command that annotates a line of a pull request, with its line end.
#[must_use]
pub fn github(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let command = github_command(diagnostic.severity);
    let mut properties = Vec::new();
    let place = Place::new(diagnostic.span(), sources);
    if let Place { file: Some(file), line: Some(line), column: Some(column), end_line, end_column } = place {
        properties.push(format!("file={}", github_property(file)));
        properties.push(format!("line={line},col={column}"));
        properties.extend(end_line.map(|line| format!("endLine={line}")));
        // An empty stretch has no end for GitHub, which counts the last column in.
        properties.extend(end_column.map(|end| format!("endColumn={}", end.saturating_sub(1).max(1))));
    }
    let title = format!("{} {}", diagnostic.code.number, diagnostic.code.name);
    properties.push(format!("title={}", github_property(&title)));
    let mut message = diagnostic.title.clone();
    if let Some(label) = diagnostic.labels.first().filter(|label| !label.text.is_empty()) {
        message.push_str(&format!(": {}", label.text));
    }
    if let Some(help) = &diagnostic.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    format!("::{command} {}::{}\n", properties.join(","), github_data(&message))
}

/// The same of a notice.
#[must_use]
pub fn github_notice(notice: &Notice) -> String {
    let Notice { severity, file, message, help, at } = notice;
    let at = at.map_or_else(String::new, |at| format!(",line={},col={}", at.line, at.column));
    let file = file.as_ref().map_or_else(String::new, |file| format!(" file={}{at}", github_property(file)));
    let text = help.iter().fold(message.clone(), |text, help| format!("{text}\nhelp: {help}"));
    format!("::{}{file}::{}\n", github_command(*severity), github_data(&text))
}

fn github_command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Denied => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

fn sarif_result(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut text = diagnostic.title.clone();
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\n{help}"));
    }
    let mut result = json!({
        "ruleId": diagnostic.code.number,
        "level": level(diagnostic.severity),
        "properties": { "level": diagnostic.severity.word() },
        "message": { "text": text },
    });
    if sources.is_empty() {
        return result;
    }
    let mut locations = diagnostic.labels.iter().map(|label| {
        json!({
            "physicalLocation": {
                "artifactLocation": { "uri": uri(sources.get(label.span.file).path()) },
                "region": region(label.span, sources),
            },
            "message": { "text": label.text },
        })
    });
    if let Some(main) = locations.next() {
        result["locations"] = json!([main]);
    }
    let related: Vec<Value> = locations.collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    if !diagnostic.fixes.is_empty() {
        result["fixes"] = diagnostic.fixes.iter().map(|fix| sarif_fix(fix, sources)).collect();
    }
    result
}

fn sarif_fix(fix: &Fix, sources: &Sources) -> Value {
    let mut files: Vec<_> = fix.edits.iter().map(|edit| edit.span.file).collect();
    files.sort();
    files.dedup();
    let change = |file| {
        let replacements: Vec<Value> = fix
            .edits
            .iter()
            .filter(|edit| edit.span.file == file)
            .map(|edit| {
                json!({
                    "deletedRegion": region(edit.span, sources),
                    "insertedContent": { "text": edit.text },
                })
            })
            .collect();
        json!({ "artifactLocation": { "uri": uri(sources.get(file).path()) }, "replacements": replacements })
    };
    json!({
        "description": { "text": fix.title },
        "artifactChanges": files.into_iter().map(change).collect::<Vec<_>>(),
    })
}

fn region(span: Span, sources: &Sources) -> Value {
    let source = sources.get(span.file);
    let place = |offset: u32| source.position_without_mark(offset as usize);
    let (start, end) = (place(span.start), place(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column_utf16,
        "endLine": end.line,
        "endColumn": end.column_utf16,
    })
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

fn github_data(text: &str) -> String {
    plain(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{Log, github, github_notice, json, json_notice, sarif};
    use crate::{Diagnostic, FileId, Notice, Severity, Source, Sources, Span, codes};

    fn sources() -> Sources {
        let mut sources = Sources::new();
        sources.add(Source::new("my home.hnet", "network 😀 <\n>\n"));
        sources
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
        let mut log = Log::default();
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
            (&serde_json::Value::Null, &serde_json::Value::from(0))
        );
        let region = &run["results"][2]["locations"][0]["physicalLocation"]["region"];
        assert_eq!(*region, serde_json::json!({"startLine": 1, "startColumn": 1}));
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(invocation["toolExecutionNotifications"][0]["message"]["text"], "100% wrong\u{1b}\nbuild again");
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
        for text in
            [json(&finding, &sources), sarif(std::slice::from_ref(&finding), &sources), github(&finding, &sources)]
        {
            assert!(!text.contains(crate::render::is_control), "{text:?}");
        }
        let value: serde_json::Value = serde_json::from_str(&json(&finding, &sources)).expect("valid JSON");
        assert_eq!(value["message"], "\x1b[2J \u{9b} \u{7f}");
    }
}
