//! Policies that announce addresses while Cilium's announcements are off, as they are unless its values switch them on.

use hnet_diagnostics::{Diagnostic, Severity, Sources, Span, codes};
use hnet_repository::{Cluster, Release, Repository};
use hnet_yaml::{Field, Reader, Step, Value};

/// All of them, but where a rule says it of the value itself.
pub(crate) fn check(repository: &Repository, sources: &Sources, said: &[Diagnostic]) -> Vec<Diagnostic> {
    let owned = said.iter().filter(|one| *one.code == codes::HELM_VALUE_IS_OWNED);
    let owned: Vec<Span> = owned.filter_map(Diagnostic::span).collect();
    repository.clusters.iter().flat_map(|cluster| of_cluster(cluster, sources, &owned)).collect()
}

/// `owned` are the values of which a rule says that they contradict an object.
fn of_cluster(cluster: &Cluster, sources: &Sources, owned: &[Span]) -> Vec<Diagnostic> {
    let releases: Vec<&Release> = cluster.charts("cilium").collect();
    let is_off = releases.iter().all(|release| is_off(release, sources));
    let Some(release) = releases.last().filter(|_| is_off && !is_said_elsewhere(cluster)) else { return Vec::new() };
    let field = release.values.get("l2announcements").and_then(|values| values.field("enabled"));
    let is_owned = |field: &Field| owned.contains(&field.key.span()) || owned.contains(&field.value.written());
    if field.is_some_and(is_owned) {
        return Vec::new();
    }
    let said = field.map(|field| field.value.written());
    let (place, text) = match said {
        Some(place) => (place, "Cilium announces nothing with this"),
        None => (release.version.as_ref().map_or(release.span, |(_, place)| *place), "no value of this release does"),
    };
    let policies = cluster.of_kind("cilium.io", "CiliumL2AnnouncementPolicy");
    let finding = |policy: &hnet_repository::Document| {
        let name = policy.value.at(&["metadata", "name"]).map_or(policy.value.span, Value::written);
        let title = format!("policy `{}` announces nothing", policy.name());
        let finding = Diagnostic::new(&codes::ANNOUNCEMENTS_OFF, title)
            .label(name, "it counts only where `l2announcements.enabled` is switched on")
            .label(place, text)
            .help("write `l2announcements: {enabled: true}` into Cilium's values, or leave the policy out");
        Diagnostic { severity: Severity::Warning, ..finding }
    };
    policies.map(finding).collect()
}

/// Whether all that is said to a release leaves the announcements off.
fn is_off(release: &Release, sources: &Sources) -> bool {
    let enabled = release.values.at(&["l2announcements", "enabled"]);
    // A chart of one's own around Cilium's hands its values on below that name.
    let is_around = release.values.get("cilium").is_some();
    let is_known = !release.has_unknown_values && release.problems.is_empty() && !is_around;
    is_known
        && enabled.is_none_or(|on| on.is_null() || on.as_bool(Reader::Helm) == Some(false))
        && !mentions(&release.values)
        && !sources.text(release.span).contains(SETTING)
        && (enabled.is_some() || !sources.text(release.span).contains("l2announcements"))
}

/// What the agent is told, however it is.
const SETTING: &str = "l2-announcements";

fn mentions(value: &Value) -> bool {
    let mut found = false;
    value.leaves(&mut |steps, leaf| {
        let is_key = steps.0.iter().any(|step| matches!(step, Step::Key(key) if key.contains(SETTING)));
        found |= is_key || leaf.as_str().is_some_and(|text| text.contains(SETTING));
    });
    found
}

/// Whether an object tells it to the agents, past the values.
fn is_said_elsewhere(cluster: &Cluster) -> bool {
    let configs = cluster.of_kind("", "ConfigMap").filter(|config| config.name() == "cilium-config");
    let mut objects = configs.chain(cluster.of_kind("cilium.io", "CiliumNodeConfig"));
    objects.any(|object| mentions(&object.value))
        || cluster.may_hold_more("cilium.io", "CiliumNodeConfig")
        || cluster.documents.iter().any(|document| document.is_replaced && document.kind() == "HelmRelease")
}
