//! `dns`: CoreDNS and its zones.

use crate::types::AddressOrName;
use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Count, List, One, Text, statement};
use hnet_model::{Dns, Duration, Forward, HostName, IpNet, Name, Reason, StaticRecord, Traced, Zone};

use super::node::{each, named};
use super::overlay::OverlayStatement;

statement! {
    /// Cluster DNS. On Talos hnet runs CoreDNS itself, on k3s it adds to the one that k3s runs.
    DnsStatement = "dns" Unnamed () {
        /// A zone with its own answers.
        "zone" zone: Vec<ZoneStatement>;
        /// Who answers the rest; by name, a router's first address and all of others, in the pods' families. Talos only.
        "forward" forward: List<AddressOrName> [only "Talos", default "the node's own resolvers"];
        /// How many pods. Talos only.
        "replicas" replicas: One<Count> [only "Talos", default "2, or 1 on a single node"];
        /// The whole Corefile, in place of all that hnet would write. Talos only.
        "corefile" corefile: One<Text> [only "Talos"];
        /// The name of the ConfigMap with the Corefile. Talos only.
        "config-map" config_map: One<Name> [only "Talos", default "coredns"];
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// A zone with its own answers: `zone home.arpa < forward edge; cache 30s; >`
    ZoneStatement = "zone" Unnamed (
        /// The zone.
        name: One<HostName> [required],
    ) {
        /// Who answers it; by name, a router's first address and all of others, in the pods' families.
        "forward" forward: List<AddressOrName>;
        /// How long answers are kept.
        "cache" cache: One<Duration>;
        /// A name in it with its addresses: `record nas.home.arpa address nas;`
        "record" record: Vec<RecordStatement>;
    }
}

statement! {
    /// A name with its addresses.
    RecordStatement = "record" Unnamed (
        /// The name.
        name: One<HostName> [required],
    ) {
        /// Its addresses; a name stands for all that it has.
        "address" address: List<AddressOrName> [required];
    }
}

impl DnsStatement {
    pub(crate) fn lower(self, node_count: usize, pods: &[Traced<IpNet>], out: &mut Diagnostics) -> Dns {
        self.beside_corefile(out);
        // CoreDNS asks from a pod.
        let pods: Vec<IpNet> = pods.iter().map(|prefix| prefix.value).collect();
        let Self { head, zone, forward, replicas, corefile, config_map, overlay } = self;
        let default = if node_count > 1 { 2 } else { 1 };
        Dns {
            zones: zone.into_iter().filter_map(|zone| zone.lower(&pods)).collect(),
            forwards: named(forward.0, &pods),
            replicas: replicas.map_or_else(
                || Traced::derived(default, head.span, Reason::NodeCount),
                |count| count.map(|Count(count)| count),
            ),
            corefile: corefile.map(|text| text.map(|Text(text)| text)),
            config_map,
            overlay: overlay.lower(head.span),
            span: head.span,
        }
    }
}

impl DnsStatement {
    /// A Corefile says all that CoreDNS is told.
    fn beside_corefile(&self, out: &mut Diagnostics) {
        let Some(corefile) = &self.corefile else { return };
        let zone = self.zone.first().map(|zone| ("zone", zone.head.span));
        let forward = self.forward.0.first().map(|server| ("forward", server.span()));
        for (field, place) in zone.into_iter().chain(forward) {
            out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{field}` has no effect beside a Corefile"))
                    .label(place, "CoreDNS is not told this")
                    .label(corefile.span(), "the Corefile stands in place of all that hnet would write")
                    .help(format!("write it into the Corefile, and leave `{field}` out")),
            );
        }
    }
}

impl ZoneStatement {
    fn lower(self, pods: &[IpNet]) -> Option<Zone> {
        let Self { head, name, forward, cache, record } = self;
        let servers = named(forward.0, pods);
        let records = record.into_iter().filter_map(|RecordStatement { head: _, name, address }| {
            Some(StaticRecord { name: name?, addresses: each(address.0, AddressOrName::all) })
        });
        let name = name?;
        Some(Zone {
            span: head.span.to(name.span()),
            name,
            forward: (!servers.is_empty()).then_some(Forward { servers }),
            cache,
            records: records.collect(),
        })
    }
}
