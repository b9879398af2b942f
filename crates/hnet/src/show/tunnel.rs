//! A Cloudflare tunnel as a tree to show.

use hnet_model::{Cluster, OriginSettings, Publish, PublishTarget, SecretReference, Tunnel, Workload};

use super::Show;
use super::cluster::service_name;
use super::overlay::laid_over;

pub(super) fn tunnel(tunnel: &Tunnel, cluster: &Cluster) -> Show {
    let Tunnel {
        name,
        doc,
        id,
        credentials,
        connector,
        namespace,
        version,
        workload,
        publish,
        config_map,
        secret,
        overlay,
        span,
    } = tunnel;
    let mut shown = Show::new("tunnel", &name.value, *span).doc(doc.as_ref());
    shown.one("id", id);
    shown.each("credentials", credentials, |SecretReference { store, key, property }| {
        let property = property.as_ref().map_or_else(String::new, |property| format!("#{property}"));
        format!("{}/{key}{property}", cluster.secret_stores[store.0].name.value)
    });
    shown.one("connector", connector);
    shown.one("namespace", namespace);
    shown.one("version", version);
    shown.each("workload", [workload], |workload| match workload {
        Workload::Deployment(replicas) => format!("deployment of {replicas}"),
        Workload::DaemonSet => "daemon set".to_owned(),
    });
    shown.maybe("config map", config_map.as_ref());
    shown.maybe("secret", secret.as_ref());
    laid_over(overlay, &mut shown);
    for Publish { hostname, target, origin } in publish {
        let mut published = Show::new("publish", &hostname.value, hostname.span());
        published.each("to", [target], |target| match target {
            PublishTarget::Listener(gateway, listener) => {
                let gateway = &cluster.gateways[gateway.0];
                format!("{}/{}", gateway.name.value, gateway.listeners[listener.0].name.value)
            }
            PublishTarget::Service(service) => service_name(&cluster.services[service.0]),
        });
        let OriginSettings { server_name, tls, http2, connect_timeout } = origin;
        published.maybe("server name", server_name.as_ref());
        if let Some(tls) = tls {
            published.flag("tls", tls);
        }
        if let Some(http2) = http2 {
            published.flag("http2", http2);
        }
        published.maybe("connect timeout", connect_timeout.as_ref());
        shown.parts.push(published);
    }
    shown
}
