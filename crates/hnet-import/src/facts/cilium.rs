//! The release of Cilium's chart with all its values, wherever they stand.
//!
//! Values are laid over each other from several places, so they are written once as one text of their own, and each part
//! of that text knows where it came from. Start at [`values_of`].

use hnet_diagnostics::{FileId, Source, Sources, Span};
use hnet_repository::{Cluster, ConfigKind, Release};
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::{Reader, Value, ValueKind};

use crate::{say, write};

/// A text that was put together, and where its parts came from.
#[derive(Debug)]
pub struct Moved {
    /// The text.
    pub file: FileId,
    /// Its parts, each with its place in the text and where it is written.
    parts: Vec<(Span, Span)>,
}

impl Moved {
    /// Where a place of the text is written: the smallest part that holds it.
    #[must_use]
    pub fn origin(&self, place: Span) -> Option<Span> {
        let holds = |(own, _): &&(Span, Span)| own.start <= place.start && place.end <= own.end;
        let parts = self.parts.iter().filter(holds);
        parts.min_by_key(|(own, _)| own.end - own.start).map(|(_, origin)| *origin)
    }

    fn walk(&mut self, text: &Value, origin: &Value) {
        self.parts.push((text.span, origin.span));
        match (&text.kind, &origin.kind) {
            (ValueKind::Map(own), ValueKind::Map(other)) => {
                for (key, field) in own {
                    if let Some(from) = other.get(key) {
                        self.parts.push((field.key.span(), from.key.span()));
                        self.walk(&field.value, &from.value);
                    }
                }
            }
            (ValueKind::List(own), ValueKind::List(other)) => {
                own.iter().zip(other).for_each(|(own, other)| self.walk(own, other));
            }
            _ => {}
        }
    }
}

/// The release of Cilium as a statement, whose values are a text of their own among the sources; none where there is none,
/// or its version is not known.
#[must_use]
pub fn values_of(cluster: &Cluster, sources: &mut Sources, unsaid: Span) -> Option<(Statement, Moved)> {
    let release = cluster.charts("cilium").next()?;
    let (version, place) = release.version.as_ref()?;
    let version = version.trim_start_matches('v');
    let is_version = version.split('.').count() >= 2 && version.starts_with(|c: char| c.is_ascii_digit());
    if !is_version || version.contains(['$', 'x', '*', ' ']) {
        return None;
    }
    let text = write::yaml(&release.values) + "\n";
    let file = sources.add(Source::new(format!("values of {}", release.name), text.as_str()));
    let mut moved = Moved { file, parts: Vec::new() };
    let read = hnet_yaml::parse(file, &text);
    let root = read.root()?.value();
    moved.walk(&root, &release.values);
    let whole = Span::new(file, 0, text.len());
    let values = Statement::new("values", whole).with(Word::lines(&text, whole));
    let fields = words(release, *place, unsaid, asks_the_host(cluster)).into_iter().chain([values]);
    Some((say::field("cilium", version, *place).holding(fields), moved))
}

/// Whether cluster DNS asks whom its pod is told to ask, which is the resolver that Talos names to it.
fn asks_the_host(cluster: &Cluster) -> bool {
    const OF_POD: &str = "/etc/resolv.conf";
    let of_charts: Vec<&Release> = cluster.charts("coredns").collect();
    let corefiles = || cluster.configs.iter().filter(|config| config.kind != ConfigKind::Cloudflared);
    if of_charts.is_empty() {
        // Without another the Corefile is Talos's own.
        return corefiles().next().is_none() || corefiles().any(|config| config.text.contains(OF_POD));
    }
    let mut found = false;
    for release in of_charts {
        release.values.leaves(&mut |_, leaf| found |= leaf.as_str().is_some_and(|text| text.contains(OF_POD)));
    }
    found
}

/// What of the values has words that rules ask about. What the values do not say is as the chart has it.
fn words(release: &Release, place: Span, unsaid: Span, asks_the_host: bool) -> Vec<Statement> {
    let values = &release.values;
    let text = |keys: &[&str]| values.at(keys).and_then(|value| Some((value.as_str()?, value.span)));
    let mut fields = Vec::new();
    let is_unknown = |text: &str| text.contains('$') || text.contains("{{");
    match text(&["routingMode"]) {
        Some(("native", span)) => fields.push(say::field("routing", "native", span)),
        Some(("tunnel", span)) => fields.push(say::field("routing", "tunnel", span)),
        // The chart tunnels unless it is told otherwise, which an old name of the value may do.
        _ if values.get("tunnel").is_none() && !release.has_unknown_values => {
            fields.push(say::field("routing", "tunnel", place));
        }
        _ => fields.push(say::field("routing", "native", unsaid)),
    }
    // Geneve carries the client's address through a tunnel.
    let is_geneve = text(&["loadBalancer", "dsrDispatch"]).is_some_and(|(dispatch, _)| dispatch != "opt");
    if let Some((mode, span)) = text(&["loadBalancer", "mode"])
        && matches!(mode, "dsr" | "hybrid")
        && !is_geneve
    {
        fields.push(say::field("load-balancer", mode, span));
    }
    let masquerade = values.at(&["bpf", "masquerade"]);
    // Those who masquerade in eBPF on purpose switch the sockets of pods over, and answers of the host find their way.
    let is_netkit = text(&["bpf", "datapathMode"]).is_some_and(|(mode, _)| mode != "veth");
    let is_switched = values.at(&["socketLB", "enabled"]).is_some();
    match masquerade.and_then(|on| on.as_bool(Reader::Helm)) {
        Some(true) if is_netkit || is_switched || !asks_the_host => {
            fields.push(say::flag("bpf-masquerade", true, unsaid))
        }
        Some(on) => fields.push(say::flag("bpf-masquerade", on, masquerade.map_or(place, |on| on.span))),
        None if masquerade.and_then(Value::as_str).is_some_and(is_unknown) => {
            fields.push(say::flag("bpf-masquerade", false, unsaid));
        }
        None => fields.push(say::flag("bpf-masquerade", false, place)),
    }
    // A user interface that stands alone asks a relay elsewhere.
    let on = |keys: &[&str]| values.at(keys).and_then(|on| on.as_bool(Reader::Helm));
    if let Some(ui) = values.at(&["hubble", "ui", "enabled"]).filter(|ui| ui.as_bool(Reader::Helm) == Some(true))
        && on(&["hubble", "ui", "standalone", "enabled"]) != Some(true)
        && !release.has_unknown_values
    {
        let relay = values.at(&["hubble", "relay", "enabled"]);
        let is_off = relay.is_none_or(|relay| relay.as_bool(Reader::Helm) == Some(false));
        let inner =
            [say::flag("relay", !is_off, relay.map_or(ui.span, |relay| relay.span)), say::flag("ui", true, ui.span)];
        fields.push(Statement::new("hubble", ui.span).holding(inner));
    }
    fields
}
