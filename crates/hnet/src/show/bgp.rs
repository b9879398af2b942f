//! What is told to routers.

use hnet_model::{Advertised, AdvertisedWhat, Bgp, BgpPeer, BgpSession, Family, RouterSystem, ServiceAddresses};

use super::Show;
use super::cluster::announcer;
use super::overlay::laid_over;

pub(super) fn bgp(bgp: &Bgp) -> Show {
    let Bgp { name, doc, as_number, nodes, peers, advertised, instance, advertisement, label, overlay, span } = bgp;
    let mut shown = Show::new("bgp", &name.value, *span).doc(doc.as_ref());
    shown.maybe("as", as_number.as_ref());
    shown.each("nodes", nodes, announcer);
    shown.maybe("instance", instance.as_ref());
    shown.maybe("advertisement", advertisement.as_ref());
    shown.each("label", label, |(key, value)| format!("{key}={value}"));
    laid_over(overlay, &mut shown);
    shown.parts.extend(peers.iter().map(peer));
    shown.parts.extend(advertised.iter().map(told));
    shown
}

fn peer(peer: &BgpPeer) -> Show {
    let BgpPeer { name, router: _, address, as_number, session, settings, span } = peer;
    let mut shown = Show::new("peer", &name.value, *span);
    shown.maybe("as", as_number.as_ref());
    shown.maybe("address", address.as_ref());
    let BgpSession { port, hold_time, keepalive, connect_retry, graceful_restart, multihop, password, families } =
        session;
    shown.maybe("port", port.as_ref());
    shown.maybe("hold-time", hold_time.as_ref());
    shown.maybe("keepalive", keepalive.as_ref());
    shown.maybe("connect-retry", connect_retry.as_ref());
    shown.maybe("graceful-restart", graceful_restart.as_ref());
    shown.maybe("multihop", multihop.as_ref());
    shown.maybe("password", password.as_ref());
    shown.each("families", families, |family| match family {
        Family::V4 => "ipv4".to_owned(),
        Family::V6 => "ipv6".to_owned(),
    });
    shown.maybe("settings", settings.as_ref());
    shown
}

fn told(advertised: &Advertised) -> Show {
    let Advertised { what, communities, local_preference, span } = advertised;
    let pairs = |pair: &(String, String)| format!("{}={}", pair.0, pair.1);
    let mut shown = match &what.value {
        AdvertisedWhat::Pods => Show::new("advertise", "pods", *span),
        AdvertisedWhat::Services { addresses, only, except } => {
            let mut shown = Show::new("advertise", "services", *span);
            shown.each("addresses", addresses, |addresses| match addresses {
                ServiceAddresses::LoadBalancer => "load-balancer".to_owned(),
                ServiceAddresses::Cluster => "cluster".to_owned(),
                ServiceAddresses::External => "external".to_owned(),
            });
            shown.each("only", only, pairs);
            shown.each("except", except, pairs);
            shown
        }
    };
    shown.list("communities", communities);
    shown.maybe("local-preference", local_preference.as_ref());
    shown
}

pub(super) fn system(system: RouterSystem) -> &'static str {
    match system {
        RouterSystem::Frr => "frr",
        RouterSystem::UniFi => "unifi",
        RouterSystem::MikroTik => "mikrotik",
        RouterSystem::OpnSense => "opnsense",
    }
}
