//! What Talos does on machines for names and the time, as a cluster says it for all of them and a node for itself.

use hnet_diagnostics::{Reason, Traced};

use crate::{Cluster, Duration, HostDns, Node};

/// The host name of a machine, where that is not the name of its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hostname {
    /// This: one label or several, in any case.
    Said(String),
    /// None: Talos makes one, or DHCP brings it.
    Off,
}

/// Where machines take the time from. What is none or empty is left to the cluster, and there to Talos.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeSettings {
    /// Whether they take it from servers.
    pub enabled: Option<Traced<bool>>,
    /// The NTP servers: names or addresses.
    pub servers: Vec<Traced<String>>,
    /// How long a start waits for the time.
    pub boot_timeout: Option<Traced<Duration>>,
}

/// What a node says of Talos's caching resolver otherwise than its cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnHostDns {
    /// Whether it runs.
    pub enabled: Option<Traced<bool>>,
    /// Whether cluster DNS forwards to it.
    pub forward_kube_dns: Option<Traced<bool>>,
    /// Whether it answers for the names of the cluster's machines.
    pub resolve_member_names: Option<Traced<bool>>,
}

/// How members of a cluster find each other. What is none is left to Talos.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Discovery {
    /// Whether they look for each other at all.
    pub enabled: Option<Traced<bool>>,
    /// Whether by the nodes of Kubernetes.
    pub kubernetes: Option<Traced<bool>>,
    /// Whether by a service, and by which.
    pub service: Option<Traced<DiscoveryService>>,
}

/// The service by which members of a cluster find each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscoveryService {
    /// None.
    Off,
    /// Talos's own.
    On,
    /// The one at this URL.
    At(String),
}

impl Node {
    /// The host name that the machine is told; none where Talos makes one.
    #[must_use]
    pub fn told_hostname(&self) -> Option<Traced<String>> {
        match &self.hostname {
            None => Some(self.name.as_ref().map(ToString::to_string)),
            Some(Traced { value: Hostname::Said(text), origin }) => Some(Traced::new(text.clone(), *origin)),
            Some(Traced { value: Hostname::Off, .. }) => None,
        }
    }
}

impl Cluster {
    /// What the Kubernetes node of a machine is called; none where that is not known. Talos takes the host name up to the
    /// first dot, or all of it where it is told so, in lower case.
    /// (siderolabs/talos, `internal/app/machined/pkg/controllers/k8s/nodename.go` and `internal/nodename`.)
    #[must_use]
    pub fn kubernetes_name(&self, node: &Node) -> Option<Traced<String>> {
        let with_domain =
            node.kubelet.register_with_fqdn.or(self.kubelet.register_with_fqdn).is_some_and(|on| on.value);
        let told = node.told_hostname()?.map(|name| {
            let kept = if with_domain { name.as_str() } else { name.split('.').next().unwrap_or_default() };
            kept.to_ascii_lowercase()
        });
        Some(told).filter(|name| !name.value.contains('$'))
    }

    /// What a machine is told of Talos's caching resolver.
    #[must_use]
    pub fn host_dns_of(&self, node: &Node) -> HostDns {
        let own = &node.host_dns;
        let enabled = own.enabled.unwrap_or(self.host_dns.enabled);
        let of_cluster = match (own.enabled, self.host_dns.forward_kube_dns) {
            (Some(off), forward) if !off.value && forward.origin.reason != Reason::Written => {
                Traced::derived(false, off.span(), Reason::HostDnsOff)
            }
            (_, forward) => forward,
        };
        HostDns {
            enabled,
            forward_kube_dns: own.forward_kube_dns.unwrap_or(of_cluster),
            resolve_member_names: own.resolve_member_names.or(self.host_dns.resolve_member_names),
        }
    }
}
