//! BGP: who speaks with whom, how, and what is told.

use hnet_diagnostics::{Origin, Traced};
use hnet_manifests::bgp::{
    Advertisement, Attributes, BgpInstance, BgpPeer as Peer, CiliumBGPAdvertisement, CiliumBGPAdvertisementSpec,
    CiliumBGPClusterConfig, CiliumBGPClusterConfigSpec, CiliumBGPPeerConfig, CiliumBGPPeerConfigSpec, Communities,
    FamilyAdvertisements, GracefulRestart, PeerConfigRef, ServiceAdvertisement, Timers, Transport,
};
use hnet_manifests::cilium::{LabelExpression, LabelSelector};
use hnet_manifests::object::{Labels, Manifest, Metadata};
use hnet_manifests::versions::cilium::{EARLIER, V2};
use hnet_model::{Advertised, AdvertisedWhat, Bgp, BgpPeer, BgpSession, Cluster, Duration, Family, ServiceAddresses};
use indexmap::IndexMap;

use super::addresses::announcing;
use crate::kubernetes::{Wave, in_wave, shape, text};
use crate::overlay::Over;
use crate::place::Objects;

/// Adds the objects of one `bgp`.
pub(super) fn add(cluster: &Cluster, bgp: &Bgp, to: &mut Objects<'_>) {
    let Bgp { name, doc: _, as_number, nodes, peers, advertised, instance, advertisement: _, label: _, overlay, span } =
        bgp;
    let Some(as_number) = as_number else { return };
    let is_early = cluster.cilium.as_ref().is_some_and(|cilium| cilium.version.value.minor() < V2);
    let origin = shape(*span);
    let named = |name: Traced<String>| in_wave(cluster, Wave::CustomResource, Metadata::named(name));
    let settings = settings(bgp);
    let peer = |peer: &BgpPeer| Peer {
        name: peer.name.clone(),
        peer_asn: peer.as_number,
        peer_address: peer.address.as_ref().map(text),
        peer_config_ref: PeerConfigRef { name: settings_name(bgp, peer) },
    };
    let said = nodes.first().map_or(origin, |nodes| nodes.origin);
    let spec = CiliumBGPClusterConfigSpec {
        node_selector: Some(Traced::new(announcing(cluster, nodes, None, said), said)),
        bgp_instances: vec![BgpInstance {
            name: text(instance.as_ref().unwrap_or(name)),
            local_asn: *as_number,
            peers: peers.iter().map(peer).collect(),
        }],
    };
    let object = Manifest::custom::<CiliumBGPClusterConfig>(named(text(name)), spec);
    to.add(&if is_early { object.in_version(EARLIER) } else { object }, origin, Over::Main(overlay));
    for (name, (peer, origin)) in settings {
        let metadata = named(Traced::new(name, origin));
        let object = Manifest::custom::<CiliumBGPPeerConfig>(metadata, held(bgp, &peer.session));
        to.add(&if is_early { object.in_version(EARLIER) } else { object }, shape(peer.span), Over::Beside(overlay));
    }
    let (key, value) = bgp.advertisement_label().value;
    let mut metadata = named(text(bgp.advertisement_name()));
    let label = bgp.advertisement_label().origin;
    metadata.labels = Labels::Wanted(Traced::new([(key, Traced::new(value, label))].into_iter().collect(), label));
    let spec = CiliumBGPAdvertisementSpec { advertisements: advertised.iter().map(told).collect() };
    let object = Manifest::custom::<CiliumBGPAdvertisement>(metadata, spec);
    to.add(&if is_early { object.in_version(EARLIER) } else { object }, origin, Over::Beside(overlay));
}

/// Each peer configuration once, with the first peer that has it.
fn settings(bgp: &Bgp) -> IndexMap<String, (&BgpPeer, Origin)> {
    let mut settings = IndexMap::new();
    for peer in &bgp.peers {
        let name = settings_name(bgp, peer);
        settings.entry(name.value).or_insert((peer, name.origin));
    }
    settings
}

fn settings_name(bgp: &Bgp, peer: &BgpPeer) -> Traced<String> {
    let origin = peer.settings.as_ref().map_or(bgp.name.origin, |name| name.origin);
    Traced::new(bgp.settings_name(peer), origin)
}

/// How a session is held.
fn held(bgp: &Bgp, session: &BgpSession) -> CiliumBGPPeerConfigSpec {
    let BgpSession { port, hold_time, keepalive, connect_retry, graceful_restart, multihop, password, families } =
        session;
    let seconds = |time: &Option<Traced<Duration>>| time.map(|time| time.map(Duration::seconds));
    let has_timers = hold_time.is_some() || keepalive.is_some() || connect_retry.is_some();
    let (key, value) = bgp.advertisement_label().value;
    let label = bgp.advertisement_label().origin;
    CiliumBGPPeerConfigSpec {
        auth_secret_ref: password.as_ref().map(text),
        ebgp_multihop: *multihop,
        graceful_restart: seconds(graceful_restart)
            .map(|restart_time_seconds| GracefulRestart { enabled: true, restart_time_seconds }),
        timers: has_timers.then(|| Timers {
            connect_retry_time_seconds: seconds(connect_retry),
            hold_time_seconds: seconds(hold_time),
            keep_alive_time_seconds: seconds(keepalive),
        }),
        transport: port.map(|peer_port| Transport { peer_port }),
        families: families
            .iter()
            .map(|family| FamilyAdvertisements {
                afi: family.map(|family| match family {
                    Family::V4 => "ipv4".to_owned(),
                    Family::V6 => "ipv6".to_owned(),
                }),
                safi: "unicast".to_owned(),
                advertisements: Some(LabelSelector::labelled(&key, Traced::new(value.clone(), label))),
            })
            .collect(),
    }
}

/// Addresses that are told.
fn told(advertised: &Advertised) -> Advertisement {
    let Advertised { what, communities, local_preference, span: _ } = advertised;
    let attributes = (!communities.is_empty() || local_preference.is_some()).then(|| Attributes {
        communities: (!communities.is_empty()).then(|| by_kind(communities)),
        local_preference: *local_preference,
    });
    let kind = |kind: &str| Traced::new(kind.to_owned(), what.origin);
    match &what.value {
        AdvertisedWhat::Pods => {
            Advertisement { advertisement_type: kind("PodCIDR"), service: None, selector: None, attributes }
        }
        AdvertisedWhat::Services { addresses, only, except } => Advertisement {
            advertisement_type: kind("Service"),
            service: Some(ServiceAdvertisement { addresses: addresses.iter().map(which).collect() }),
            selector: Some(chosen(only, except)),
            attributes,
        },
    }
}

fn which(addresses: &Traced<ServiceAddresses>) -> Traced<String> {
    addresses.map(|addresses| {
        let word = match addresses {
            ServiceAddresses::LoadBalancer => "LoadBalancerIP",
            ServiceAddresses::Cluster => "ClusterIP",
            ServiceAddresses::External => "ExternalIP",
        };
        word.to_owned()
    })
}

/// The services that have one of the labels of each key, and none of others. An empty selector is all, and none is nothing.
fn chosen(only: &[Traced<(String, String)>], except: &[Traced<(String, String)>]) -> LabelSelector {
    let mut selector = LabelSelector::default();
    for (key, values) in by_key(only) {
        match values.as_slice() {
            [value] => {
                selector.match_labels.insert(key.to_owned(), value.clone());
            }
            _ => selector.match_expressions.push(LabelExpression {
                key: key.to_owned(),
                operator: "In".to_owned(),
                values,
            }),
        }
    }
    for (key, values) in by_key(except) {
        let operator = "NotIn".to_owned();
        selector.match_expressions.push(LabelExpression { key: key.to_owned(), operator, values });
    }
    selector
}

fn by_key(labels: &[Traced<(String, String)>]) -> IndexMap<&str, Vec<Traced<String>>> {
    let mut keys: IndexMap<&str, Vec<Traced<String>>> = IndexMap::new();
    for label in labels {
        let (key, value) = &label.value;
        keys.entry(key).or_default().push(Traced::new(value.clone(), label.origin));
    }
    keys
}

fn by_kind(communities: &[Traced<String>]) -> Communities {
    let mut kinds = Communities::default();
    for community in communities {
        let text = community.value.as_str();
        let kind = match text.matches(':').count() {
            2 => &mut kinds.large,
            0 if text.bytes().any(|byte| byte.is_ascii_alphabetic()) => &mut kinds.well_known,
            _ => &mut kinds.standard,
        };
        kind.push(community.clone());
    }
    kinds
}
