//! What Envoy Gateway is told: its classes with how their proxies run, and its policies.

use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::envoy::TRAFFIC_POLICY;
use hnet_manifests::envoy::{API_VERSION, CONTROLLER, GROUP, GatewayClass, GatewayClassSpec, ParametersReference};
use hnet_manifests::gateway_api::LocalReference;
use hnet_manifests::object::{Manifest, Metadata};
use hnet_manifests::versions::cilium::announces_by_pods;
use hnet_model::{Cluster, EnvoyKind, EnvoyObject, EnvoyTarget, Name, Targeted, Told, ToldValue, Traced};

use crate::kubernetes::{metadata, shape, text};
use crate::overlay::Over;
use crate::place::Objects;

/// Adds the objects of a statement.
pub(super) fn add(cluster: &Cluster, object: &EnvoyObject, to: &mut Objects<'_>) {
    let EnvoyObject { kind, name, doc: _, namespace, class, targets, settings, overlay, span } = object;
    let origin = shape(*span);
    let mut spec = hnet_model::nothing(origin);
    for target in targets {
        let (field, said) = targeted(target);
        spec.value.put(&[field], said);
    }
    for (key, value) in settings.value.entries() {
        spec.value.add(key.clone(), value.clone());
    }
    if *kind == EnvoyKind::Proxy
        && let Some(origin) = needs_every_node(cluster, object)
    {
        spec.value.put(&TRAFFIC_POLICY, said("Cluster", origin));
    }
    let spec = Manifest::of(API_VERSION, kind.word(), metadata(text(name), namespace), spec);
    to.add(&spec, origin, Over::Main(overlay));
    if let Some(class) = class {
        let parameters_ref = ParametersReference {
            group: GROUP.to_owned(),
            kind: kind.word().to_owned(),
            name: text(name),
            namespace: Some(text(namespace)),
        };
        let spec = GatewayClassSpec { controller_name: CONTROLLER.to_owned(), parameters_ref: Some(parameters_ref) };
        let object = Manifest::custom::<GatewayClass>(Metadata::named(text(class)), spec);
        to.add(&object, origin, Over::Beside(overlay));
    }
}

/// What a gateway names as its proxies.
pub(super) fn reference(proxy: &Traced<Name>) -> LocalReference {
    LocalReference { group: GROUP.into(), kind: EnvoyKind::Proxy.word().into(), name: text(proxy) }
}

fn said(word: &str, origin: Origin) -> Told {
    Traced::new(ToldValue::Text(word.to_owned()), origin)
}

/// What a policy is attached to, under the field that says so.
fn targeted(target: &Traced<EnvoyTarget>) -> (&'static str, Told) {
    let Traced { value: EnvoyTarget { kind, which }, origin } = target;
    let mut told = hnet_model::nothing(*origin);
    told.value.put(&["group"], said(hnet_manifests::gateway_api::GROUP, *origin));
    told.value.put(&["kind"], said(kind, *origin));
    let field = match which {
        Targeted::Named(name, section) => {
            told.value.put(&["name"], said(name, *origin));
            if let Some(section) = section {
                told.value.put(&["sectionName"], said(section, *origin));
            }
            "targetRefs"
        }
        Targeted::Labelled(labels) => {
            for (key, value) in labels {
                let mut entry = hnet_model::nothing(*origin);
                entry.value.add(key.clone().into(), said(value, *origin));
                told.value.put(&["matchLabels"], entry);
            }
            "targetSelectors"
        }
    };
    (field, Traced::new(ToldValue::List(vec![told]), *origin))
}

/// What has requests arrive at nodes that have no proxy: an address of its gateways that is announced by L2, of which one node
/// answers for all. Newer versions of Cilium choose among those that have one.
fn needs_every_node(cluster: &Cluster, object: &EnvoyObject) -> Option<Origin> {
    let version = cluster.cilium.as_ref().map(|cilium| &cilium.version.value);
    if !object.is_open_to_the_outside() {
        return None;
    }
    if version.is_some_and(|version| announces_by_pods(version.major, version.minor, version.patch.unwrap_or_default()))
    {
        return None;
    }
    let addresses = || {
        let gateways = cluster.gateways.iter().filter(|gateway| object.is_of(gateway));
        gateways.flat_map(|gateway| &gateway.addresses).filter_map(|address| address.value.known())
    };
    let mut announced = cluster.pools.iter().filter(|pool| pool.layer2().is_some());
    let pool = announced.find(|pool| addresses().any(|address| pool.holds(address)))?;
    Some(Origin::derived(pool.span, Reason::EnvoyAnnounced))
}
