//! What lies in the folders that Flux applies: `app`, and of Cilium `config`, whose kinds the chart brings; and the
//! release of a chart. Flux is told of the folders by `kustomizations.rs`.

use hnet_diagnostics::{Origin, Traced};
use hnet_manifests::flux::{
    HelmRelease, HelmReleaseSpec, Install, LayerSelector, OCIRepository, OciRepositorySpec, Reference, Remediation,
    Tag, Upgrade,
};
use hnet_manifests::object::{Manifest, Metadata};
use hnet_model::{Cluster, Flux, Part};

use crate::Context;
use crate::yaml::Node;

/// What a folder of a component is called that Flux applies.
pub(crate) const APP: &str = "app";

/// The same of objects whose kinds the chart in the other brings.
pub(crate) const CONFIG: &str = "config";

/// The folder of a part in its component's own, where Flux syncs the cluster.
pub(crate) fn within(context: &Context<'_>, cluster: &Cluster, part: Part) -> &'static str {
    let is_of_chart =
        matches!(part, Part::Pools | Part::L2Policies | Part::Policies | Part::Bgp) && context.renders_cilium(cluster);
    if is_of_chart { CONFIG } else { APP }
}

/// A chart that Flux installs.
pub(crate) struct Chart<'a> {
    /// The chart, its release and the namespace of its objects are called.
    pub(crate) name: &'static str,
    /// The registry's folder that holds it.
    pub(crate) registry: &'static str,
    /// Its version.
    pub(crate) version: Traced<String>,
    /// The namespace of its objects.
    pub(crate) namespace: &'static str,
    /// Its values.
    pub(crate) values: &'a Node,
    /// What it is written because of.
    pub(crate) origin: Origin,
}

/// Where a chart comes from, and its release with its values. They stand in it, where also a bootstrap finds them that
/// reads the files of the release.
pub(crate) fn release(flux: &Flux, chart: Chart<'_>) -> (Manifest<OciRepositorySpec>, Node) {
    let Chart { name, registry, version, namespace, values, origin } = chart;
    let interval = || flux.interval.map(|interval| interval.to_string());
    let own = || {
        let namespace = Some(Traced::new(namespace.to_owned(), origin));
        Metadata { namespace, ..Metadata::named(Traced::new(name.to_owned(), origin)) }
    };
    let spec = OciRepositorySpec {
        interval: interval(),
        layer_selector: LayerSelector::chart(),
        reference: Tag { tag: version },
        url: format!("{registry}/{name}"),
    };
    let source = Manifest::custom::<OCIRepository>(own(), spec);
    let kind = Traced::new("OCIRepository".to_owned(), origin);
    let spec = HelmReleaseSpec {
        chart_ref: Reference { kind, name: Traced::new(name.to_owned(), origin), namespace: None },
        // Nothing may be taken away because the first attempt failed, with the network least of all.
        install: Install { remediation: Remediation { retries: -1 } },
        interval: interval(),
        upgrade: Upgrade { cleanup_on_fail: true, remediation: Remediation { retries: 3 } },
    };
    let mut release = Node::of(&Manifest::custom::<HelmRelease>(own(), spec), origin);
    if let Some(spec) = release.at_mut(&["spec"]) {
        spec.set("values", values.clone());
    }
    (source, release)
}
