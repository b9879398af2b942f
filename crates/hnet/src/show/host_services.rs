//! What Talos does on machines for names and the time, as a tree to show.

use hnet_model::{Discovery, DiscoveryService, OwnHostDns, TimeSettings};

use super::Show;

/// Where machines take the time from.
pub(super) fn time(settings: &TimeSettings, shown: &mut Show) {
    let TimeSettings { enabled, servers, boot_timeout } = settings;
    enabled.iter().for_each(|on| shown.flag("time from servers", on));
    shown.list("time servers", servers);
    shown.maybe("time boot timeout", boot_timeout.as_ref());
}

/// How members of a cluster find each other.
pub(super) fn discovery(discovery: &Discovery, shown: &mut Show) {
    let Discovery { enabled, kubernetes, service } = discovery;
    enabled.iter().for_each(|on| shown.flag("discovery", on));
    kubernetes.iter().for_each(|on| shown.flag("discovery by kubernetes", on));
    shown.each("discovery service", service, |service| match service {
        DiscoveryService::Off => "none".to_owned(),
        DiscoveryService::On => "Talos's own".to_owned(),
        DiscoveryService::At(url) => url.clone(),
    });
}

/// What a node says of Talos's resolver otherwise than its cluster.
pub(super) fn own_host_dns(own: &OwnHostDns, shown: &mut Show) {
    let OwnHostDns { enabled, forward_kube_dns, resolve_member_names } = own;
    for (name, flag) in [
        ("host dns", enabled),
        ("forward kube dns to host", forward_kube_dns),
        ("resolve member names", resolve_member_names),
    ] {
        flag.iter().for_each(|on| shown.flag(name, on));
    }
}
