//! Each talconfig, each networking tree and each whole repository under the rules: every finding with its places, which
//! somebody has to read beside the file, and a table of the codes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use hnet_diagnostics::Sources;

use super::repositories::all;
use super::{File, survive};

/// Whole repositories, parts of them, and talconfigs, by the folders of the corpus.
const KINDS: [&str; 3] = ["trees/", "k8s/", "talos/"];

/// Faults that people found by hand in the corpus, each with its code and its place.
const FAULTS: [(&str, &str, &str); 20] = [
    ("talos/Faustvii__home-ops.yaml", "HN404", "talconfig.yaml:254"),
    ("talos/Faustvii__home-ops.yaml", "HN413", "talconfig.yaml:205"),
    ("talos/JJGadgets__Biohazard.yaml", "HN625", "talconfig.yaml:6"),
    ("talos/Nospamas__home-ops.yaml", "HN625", "talconfig.yaml:87"),
    ("talos/rafaribe__home-ops.yaml", "HN625", "talconfig.yaml:306"),
    ("talos/rafaribe__home-ops.yaml", "HN625", "talconfig.yaml:530"),
    ("talos/sulibot__home-ops.yaml", "HN214", "talconfig.yaml:8"),
    ("talos/sulibot__home-ops.yaml", "HN625", "talconfig.yaml:23"),
    ("talos/sulibot__home-ops.yaml", "HN625", "talconfig.yaml:39"),
    ("talos/vdhict__home-infra.yaml", "HN303", "talconfig.yaml:60"),
    ("k8s/gavinmcfall__home-ops", "HN203", "kubernetes/apps/kube-system/cilium/config/cilium-l2.yaml:24"),
    ("trees/Faustvii__home-ops", "HN313", "kubernetes/apps/kube-system/cilium/app/networks.yaml:10"),
    ("trees/LukeEvansTech__talos-cluster", "HN313", "kubernetes/apps/kube-system/cilium/app/networks.yaml:10"),
    ("trees/Nospamas__home-ops", "HN313", "talos/talconfig.yaml:47"),
    ("trees/chadjvw__homelab-cosmere", "HN805", "infra/cilium/lb.yaml:4"),
    ("trees/gavinmcfall__home-ops", "HN203", "kubernetes/bootstrap/talos/patches/controller/etcd.yaml:6"),
    ("trees/gavinmcfall__home-ops", "HN203", "kubernetes/bootstrap/talos/patches/global/kubelet.yaml:5"),
    ("trees/gavinmcfall__home-ops", "HN431", "kubernetes/bootstrap/talos/talconfig.yaml:68"),
    ("trees/gavinmcfall__home-ops", "HN610", "kubernetes/apps/kube-system/cilium/app/helm-values.yaml:14"),
    ("trees/gavinmcfall__home-ops", "HN804", "kubernetes/apps/network/multus/config/net-attach-iot.yaml:14"),
];

/// What came of all audits.
#[derive(Default)]
struct Sums {
    /// How often each code was said, by the kinds of what was audited.
    codes: BTreeMap<(&'static str, &'static str, &'static str), [usize; KINDS.len()]>,
    audits: usize,
    slowest: (u128, String),
}

/// Audits each group and prints what is found.
pub(crate) fn report(files: &[File], out: &mut String) -> usize {
    let (mut sums, mut crashes) = (Sums::default(), 0);
    let mut faults: Vec<_> = FAULTS.to_vec();
    for (name, sources) in all(files) {
        let done = survive(&name, out, |out| audit(&name, sources, &mut sums, &mut faults, out));
        crashes += usize::from(done.is_none());
    }
    let Sums { codes, audits, slowest } = sums;
    let _ = writeln!(out, "   {audits} audits, the slowest took {} ms: {}", slowest.0, slowest.1);
    for (group, code, place) in &faults {
        let _ = writeln!(out, "   NOT FOUND: {code} in {group} at {place}");
    }
    let _ = writeln!(
        out,
        "   of {} faults that were found by hand {} are found",
        FAULTS.len(),
        FAULTS.len() - faults.len()
    );
    let _ = writeln!(out, "   | code | name | level | repositories | parts | talconfigs |");
    for ((number, name, severity), counts) in codes {
        let counts = counts.map(|count| if count == 0 { String::new() } else { count.to_string() + " " });
        let _ = writeln!(out, "   | {number} | {name} | {severity} | {}|", counts.join("| "));
    }
    faults.len() + crashes
}

/// Audits one, and takes what it finds out of the faults.
fn audit(name: &str, sources: Sources, sums: &mut Sums, faults: &mut Vec<(&str, &str, &str)>, out: &mut String) {
    let (count, start) = (sources.len(), Instant::now());
    let audit = hnet_audit::audit(sources, false);
    let took = start.elapsed().as_millis();
    sums.audits += 1;
    sums.slowest = std::mem::take(&mut sums.slowest).max((took, format!("{name} with {count} files")));
    let _ = writeln!(out, "   {name}: {count} files in {took} ms");
    let is_whole = name.starts_with("trees/");
    for finding in &hnet_audit::together(&audit.findings) {
        let one = &finding.diagnostic;
        if is_left_out(&one.title) || *one.code == hnet_diagnostics::codes::PATH_NOT_THERE && !is_whole {
            continue;
        }
        let sum = sums.codes.entry((one.code.number, one.code.name, one.severity.word())).or_default();
        let kind = KINDS.iter().position(|kind| name.starts_with(kind)).unwrap_or_default();
        sum[kind] += 1;
        let _ = writeln!(out, "      {} {}: {} [{}]", one.severity.word(), one.code.number, one.title, finding.object);
        for label in &one.labels {
            let source = audit.sources.get(label.span.file);
            let place = source.position(label.span.start as usize);
            let _ = writeln!(out, "         {}:{}:{}: {}", source.path(), place.line, place.column, label.text);
            let at = format!("{}:{}:", source.path(), place.line);
            faults.retain(|(group, code, fault)| {
                (*group, *code) != (name, one.code.number) || !at.starts_with(&format!("{fault}:"))
            });
        }
    }
    let idle = audit.rules.iter().filter(|rule| rule.ran != hnet_audit::Ran::Ran).count();
    for line in audit.summary.text(idle).lines() {
        let _ = writeln!(out, "      | {line}");
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
