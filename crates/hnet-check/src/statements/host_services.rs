//! What Talos does on machines for names and the time: NTP, search domains, its resolver, discovery, KubePrism.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes};
use hnet_language::{Flag, List, One, Port, Scope, Type, ValueType, statement, values};
use hnet_model::{Discovery, DiscoveryService, Duration, Hostname, Origin, OwnHostDns, TimeSettings, Traced};
use hnet_syntax::tree::Value;

use super::node::each;
use crate::types::{NameOrAddress, OnOffWord};

statement! {
    /// What Talos does on machines for names and the time. What a node says goes before what its cluster says.
    HostServicesStatement = "host-services" Unnamed () {
        /// The NTP servers; with `off` machines take the time from nobody.
        "ntp" ntp: List<TimeServer> [only "Talos", default "the cluster's, or Talos's own"];
        /// How long a machine that starts waits for the time.
        "ntp-boot-timeout" ntp_boot_timeout: One<Duration> [only "Talos", default "the cluster's, or until it has it"];
        /// Whether the domain of a machine's own host name is searched, too.
        "default-search" default_search: Flag [only "Talos", default "the cluster's, or on"];
        /// Whether Talos caches names on every node.
        "host-dns" host_dns: Flag [only "Talos", default "the cluster's, or on"];
        /// Whether cluster DNS forwards to that cache.
        "forward-kube-dns" forward_kube_dns: Flag [only "Talos", default "off where Cilium masquerades or `host-dns` is off, else on"];
        /// Whether that cache answers for the names of the cluster's machines.
        "resolve-member-names" resolve_member_names: Flag [only "Talos", default "Talos's own"];
    }
}

statement! {
    /// How nodes find each other: `discovery off;`, `discovery service "https://discovery.home.arpa/";`
    DiscoveryStatement = "discovery" Unnamed (
        /// Whether they look for each other at all.
        switch: One<OnOffWord> [default "Talos's own"],
    ) {
        /// Whether by the nodes of Kubernetes. Talos has no such way from 1.14 on.
        "kubernetes" kubernetes: Flag [default "Talos's own: off"];
        /// The service by which: its URL, or `off`.
        "service" service: One<ServiceValue> [default "Talos's own"];
    }
}

statement! {
    /// Whether KubePrism balances the API on every node: `kube-prism off;`, `kube-prism port 7446;`
    KubePrismStatement = "kube-prism" Unnamed (
        /// Whether it runs.
        switch: One<OnOffWord> [default "on"],
    ) [idle] {
        /// Its port on every node.
        "port" port: One<Port> [default "7445"];
    }
}

/// An NTP server, or that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TimeServer {
    /// There is none.
    Off,
    /// This one.
    At(NameOrAddress),
}

impl ValueType for TimeServer {
    const TYPE: Type = Type::Address {
        called: "a host name or an address, or `off`",
        examples: "`time.cloudflare.com`, `lan[1]`, `off`",
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        match value.text.as_str() {
            "off" => Ok(TimeServer::Off),
            _ => NameOrAddress::read(value, scope, out).map(TimeServer::At),
        }
    }
}

/// A discovery service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceValue(DiscoveryService);

impl ValueType for ServiceValue {
    const TYPE: Type =
        Type::Plain { called: "a URL, or `off`", examples: "`\"https://discovery.home.arpa/\"`, `off`, `on`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        Ok(ServiceValue(match value.text.as_str() {
            "off" => DiscoveryService::Off,
            "on" => DiscoveryService::On,
            text => {
                let url = values::url(text, &["https", "http"]);
                DiscoveryService::At(url.map_err(|wrong| values::refuse(wrong, value, out))?)
            }
        }))
    }
}

/// The host name of a machine: one label or several, in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostnameValue(pub(crate) Hostname);

impl ValueType for HostnameValue {
    const TYPE: Type = Type::Plain { called: "a host name, or `off`", examples: "`K8S-0.home.arpa`, `off`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if value.text == "off" {
            return Ok(HostnameValue(Hostname::Off));
        }
        // It stays in the case in which it is written.
        values::host_name(&value.text, false).map_err(|wrong| values::refuse(wrong, value, out))?;
        Ok(HostnameValue(Hostname::Said(value.text.to_string())))
    }
}

impl HostServicesStatement {
    /// What is said of the time, with servers by the addresses at which machines with such prefixes ask them.
    pub(crate) fn time(&mut self, prefixes: &[hnet_model::IpNet]) -> TimeSettings {
        let said = std::mem::take(&mut self.ntp.0);
        let off = said.iter().rposition(|server| server.value == TimeServer::Off);
        let enabled = off.map(|at| Traced::new(at + 1 < said.len(), said[said.len() - 1].origin));
        let servers = said.into_iter().skip(off.map_or(0, |at| at + 1));
        let servers = each(servers.collect(), |server| match server {
            TimeServer::Off => Vec::new(),
            TimeServer::At(server) => server.servers_for(prefixes),
        });
        TimeSettings { enabled, servers, boot_timeout: self.ntp_boot_timeout.take() }
    }

    /// What is said of Talos's caching resolver.
    pub(crate) fn own_host_dns(&self) -> OwnHostDns {
        OwnHostDns {
            enabled: self.host_dns.0,
            forward_kube_dns: self.forward_kube_dns.0,
            resolve_member_names: self.resolve_member_names.0,
        }
    }
}

impl DiscoveryStatement {
    pub(crate) fn lower(self) -> Discovery {
        let Self { head, switch, kubernetes, service } = self;
        let says_how = kubernetes.0.is_some() || service.is_some();
        let enabled = switch.map(|word| word.map(|word| word == OnOffWord::On));
        Discovery {
            // A word alone means that it is on.
            enabled: enabled.or((!says_how).then(|| Traced::written(true, head.span))),
            kubernetes: kubernetes.0,
            service: service.map(|service| service.map(|ServiceValue(service)| service)),
        }
    }
}

impl KubePrismStatement {
    /// The port, where it runs.
    pub(crate) fn lower(self, usual: u16, out: &mut Diagnostics) -> Option<Traced<u16>> {
        let Self { head, switch, port } = self;
        let off = switch.filter(|switch| switch.value == OnOffWord::Off);
        if let (Some(off), Some(port)) = (off, &port) {
            out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, "`port` has no effect while KubePrism is off")
                    .label(port.span(), "nobody listens there")
                    .label(off.span(), "it is off here")
                    .help("leave one of the two out"),
            );
        }
        let place = switch.as_ref().map_or(Origin::written(head.span), |word| word.origin);
        match switch {
            Some(word) if word.value == OnOffWord::Off => None,
            _ => Some(port.map_or(Traced::new(usual, place), |port| port.map(|Port(port)| port))),
        }
    }
}
