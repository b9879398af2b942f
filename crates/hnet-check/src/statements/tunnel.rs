//! `tunnel`: Cloudflare tunnels.

use crate::types::{OriginWord, PublishRef, SecretRef, WorkloadWord};
use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Count, Flag, List, One, Partial, Reader, Uuid, Wildcard, statement};
use hnet_model::{
    Duration, Gateway, ListenerId, ListenerProtocol, Name, OriginSettings, Publish, PublishTarget, Reason, Traced,
    Tunnel, Version, Workload,
};

use super::overlay::OverlayStatement;
use super::route::Services;

/// The newest cloudflared when this was written (November 2026).
const NEWEST_CLOUDFLARED: Version = Version { major: 2026, minor: 8, patch: Some(2), suffix: String::new() };

statement! {
    /// A Cloudflare tunnel, with the connector that hnet runs for it.
    TunnelStatement = "tunnel" Named () {
        /// Its id, as Cloudflare shows it.
        "id" id: One<Uuid> [required];
        /// Where its credentials lie, in a secret store.
        "credentials" credentials: One<SecretRef> [default "a Secret that something else makes"];
        /// A name that it publishes. What no name takes is answered with 404.
        "publish" publish: Vec<PublishStatement>;
        /// What the objects of its connector are called. Tunnels in one namespace need different ones.
        "connector" connector: One<Name> [default "cloudflared"];
        /// The connector's namespace.
        "namespace" namespace: One<Name> [default "cloudflared"];
        /// The connector's version.
        "version" version: One<Version> [default "the newest that hnet knows"];
        /// What runs the connector.
        "run" run: One<WorkloadWord> [default "deployment"];
        /// How many connectors run.
        "replicas" replicas: One<Count> [default "2, or 1 on a single node"];
        /// The name of the ConfigMap with the connector's configuration.
        "config-map" config_map: One<Name> [default "that of the connector: cloudflared, or cloudflared-NAME where there are several"];
        /// The name of the Secret with its credentials.
        "secret" secret: One<Name> [default "that of the connector with `-credentials` behind it"];
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// Names that a tunnel publishes: `publish *.example.com to external/https;`
    PublishStatement = "publish" Unnamed (
        /// The names; `*.example.com` takes any depth, not the apex.
        names: List<Wildcard> [required],
    ) {
        /// The listener or service that their requests go to.
        "to" to: One<PublishRef> [required];
        /// The server name that is sent to the listener.
        "server-name" server_name: One<Wildcard> [default "the service's, the published name, or the request's"];
        /// What a service is spoken to in.
        "protocol" protocol: One<OriginWord> [default "https with `server-name`, else what the service is spoken to in"];
        /// Whether HTTP/2 is spoken to the listener.
        "http2" http2: Flag [default "on over TLS"];
        /// How long connecting may take.
        "connect-timeout" connect_timeout: One<Duration>;
    }
}

impl TunnelStatement {
    pub(crate) fn lower(
        self,
        gateways: &[Gateway],
        services: &mut Services,
        node_count: usize,
        fallback: &Name,
        reader: &mut Reader<'_>,
    ) -> Option<Tunnel> {
        let Self {
            head,
            id,
            credentials,
            publish,
            connector,
            namespace,
            version,
            run,
            replicas,
            config_map,
            secret,
            overlay,
        } = self;
        let span = head.span;
        let count = replicas.as_ref().map_or(if node_count > 1 { 2 } else { 1 }, |count| count.value.0);
        if let (Some(run), Some(count)) = (run.filter(|run| run.value == WorkloadWord::DaemonSet), &replicas) {
            reader.out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, "`replicas` has no effect on a DaemonSet")
                    .label(count.span(), "counts the pods of a Deployment")
                    .label(run.span(), "one pod runs on every node")
                    .help("leave one of the two out"),
            );
        }
        let workload = match run {
            Some(word) if word.value == WorkloadWord::DaemonSet => Traced::new(Workload::DaemonSet, word.origin),
            run => {
                let origin = replicas.as_ref().map(|count| count.origin).or(run.map(|run| run.origin));
                match origin {
                    Some(origin) => Traced::new(Workload::Deployment(count), origin),
                    None => Traced::derived(Workload::Deployment(count), span, Reason::NodeCount),
                }
            }
        };
        let mut published = Vec::new();
        for statement in publish {
            let lowered = statement.lower(gateways, services, reader.partial, reader.out);
            if lowered.is_empty() {
                reader.holes.insert(span);
            }
            published.extend(lowered);
        }
        let id = match id {
            // Empty: which it is is not known.
            None if reader.is_partial => Traced::derived(String::new(), span, Reason::Default),
            id => id?.map(|Uuid(id)| id),
        };
        let default = Name::new("cloudflared").unwrap_or_else(|_| fallback.clone());
        Some(Tunnel {
            name: head.name?,
            doc: head.doc,
            id,
            credentials: credentials.map(|secret| secret.map(|secret| secret.0)),
            connector: connector.unwrap_or_else(|| Traced::derived(default.clone(), span, Reason::Default)),
            namespace: namespace.unwrap_or_else(|| Traced::derived(default, span, Reason::Default)),
            version: version.unwrap_or_else(|| Traced::derived(NEWEST_CLOUDFLARED, span, Reason::NewestSupported)),
            workload,
            publish: published,
            config_map,
            secret,
            overlay: overlay.lower(span),
            span,
        })
    }
}

impl PublishStatement {
    fn lower(
        self,
        gateways: &[Gateway],
        services: &mut Services,
        partial: &Partial,
        out: &mut Diagnostics,
    ) -> Vec<Publish> {
        let Self { head: _, names, to, server_name, protocol, http2, connect_timeout } = self;
        let Some(to) = to else { return Vec::new() };
        let origin = to.origin;
        let target = match to.value {
            PublishRef::Service(service) => PublishTarget::Service(services.intern(Traced::new(service, origin)).value),
            PublishRef::Listener(reference) => {
                let Some(gateway) = gateways.get(reference.gateway.0) else { return Vec::new() };
                let is_open = partial.holds(gateway.span) && gateway.listeners.iter().all(|it| it.span == gateway.span);
                let listener = reference.listener.or_else(|| only_listener(gateway).filter(|_| !is_open));
                let Some(listener) = listener else {
                    let names: Vec<String> = gateway
                        .listeners
                        .iter()
                        .map(|listener| format!("`{}/{}`", gateway.name.value, listener.name.value))
                        .collect();
                    out.report(
                        Diagnostic::new(&codes::AMBIGUOUS_LISTENER, "the listener is not said")
                            .label(origin.span, "which of its listeners?")
                            .label(
                                gateway.name.span(),
                                match is_open {
                                    true => "it says none of its listeners".to_owned(),
                                    false => format!("this gateway has {}", gateway.listeners.len()),
                                },
                            )
                            .help(match is_open {
                                true => "declare the listener in the gateway's body, and name it here".to_owned(),
                                false => format!("write one of {}", names.join(", ")),
                            }),
                    );
                    return Vec::new();
                };
                PublishTarget::Listener(reference.gateway, listener)
            }
        };
        let origin_settings = OriginSettings {
            server_name: server_name.map(|name| name.map(|Wildcard(name)| name)),
            tls: protocol.map(|word| word.map(|word| word == OriginWord::Https)),
            http2: http2.0,
            connect_timeout,
        };
        names
            .0
            .into_iter()
            .map(|name| Publish {
                hostname: name.map(|Wildcard(name)| name),
                target: Traced::new(target, origin),
                origin: origin_settings.clone(),
            })
            .collect()
    }
}

/// The listener that is meant when only the gateway is said: its only one, or its only one with TLS.
fn only_listener(gateway: &Gateway) -> Option<ListenerId> {
    let of = |wanted: fn(ListenerProtocol) -> bool| {
        let mut found = gateway
            .listeners
            .iter()
            .enumerate()
            .filter(|(_, listener)| wanted(listener.protocol.value))
            .map(|(at, _)| at);
        match (found.next(), found.next()) {
            (Some(at), None) => Some(ListenerId(at)),
            _ => None,
        }
    };
    of(ListenerProtocol::has_names).or_else(|| of(|protocol| protocol == ListenerProtocol::Https))
}
