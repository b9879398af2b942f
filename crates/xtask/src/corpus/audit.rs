//! Each talconfig, each networking tree and each whole repository under the rules: every finding with its places, which
//! somebody has to read beside the file, and a table of the codes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use hnet_diagnostics::{Source, Sources};

use super::File;
use super::import::groups;
use super::repositories::trees;

/// Audits each group and prints what is found.
pub(crate) fn report(files: &[File], out: &mut String) {
    let mut codes: BTreeMap<(&str, &str, &str), (usize, usize)> = BTreeMap::new();
    let (mut all, mut slowest) = (0, (0, String::new()));
    let mut all_sources: BTreeMap<String, Sources> = BTreeMap::new();
    for (name, files) in groups(files).into_iter().filter(|(name, _)| !name.starts_with("trees/")) {
        let sources = all_sources.entry(name).or_default();
        for (path, text) in files {
            sources.add(Source::new(path, text));
        }
    }
    all_sources.extend(trees(files).into_iter().map(|(name, sources)| (format!("trees/{name}"), sources)));
    for (name, sources) in all_sources {
        let (count, start) = (sources.len(), Instant::now());
        let audit = hnet_audit::audit(sources, false);
        let took = start.elapsed().as_millis();
        all += 1;
        slowest = slowest.max((took, format!("{name} with {count} files")));
        let _ = writeln!(out, "   {name}: {count} files in {took} ms");
        let is_whole = name.starts_with("trees/");
        let mut here: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &audit.findings {
            let one = &finding.diagnostic;
            if is_left_out(&one.title) || *one.code == hnet_diagnostics::codes::PATH_NOT_THERE && !is_whole {
                continue;
            }
            let sum = codes.entry((one.code.number, one.code.name, one.severity.word())).or_default();
            sum.0 += 1;
            sum.1 += usize::from(here.insert(one.code.number, 0).is_none());
            let _ =
                writeln!(out, "      {} {}: {} [{}]", one.severity.word(), one.code.number, one.title, finding.object);
            for label in &one.labels {
                let source = audit.sources.get(label.span.file);
                let place = source.position(label.span.start as usize);
                let _ = writeln!(out, "         {}:{}:{}: {}", source.path(), place.line, place.column, label.text);
            }
        }
        let idle = audit.rules.iter().filter(|(_, ran)| *ran != hnet_audit::Ran::Ran).count();
        for line in audit.summary.text(idle).lines() {
            let _ = writeln!(out, "      | {line}");
        }
    }
    let _ = writeln!(out, "   {all} audits, the slowest took {} ms: {}", slowest.0, slowest.1);
    for ((number, name, severity), (count, groups)) in codes {
        let _ = writeln!(out, "   {number} {name} ({severity}): {count} in {groups}");
    }
}

/// Whether a finding is that a file is not there which the corpus leaves out of its repositories: dashboards, scripts and
/// what is no YAML, and two manifests that are too large.
fn is_left_out(title: &str) -> bool {
    let Some(path) = title.strip_suffix("` is not in the repository") else { return false };
    let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    !is_yaml
        || path.contains("dashboard")
        || ["/operator.yaml", "/manifests.yaml"].iter().any(|end| path.ends_with(end))
}
