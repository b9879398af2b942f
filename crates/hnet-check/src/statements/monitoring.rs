//! `monitoring`: who watches.

use hnet_language::{Label, List, One, statement};
use hnet_model::{Duration, Monitoring};

use super::node::pairs;

statement! {
    /// Prometheus operator's monitors for Cilium, CoreDNS and the tunnel.
    MonitoringStatement = "monitoring" Unnamed () {
        /// Labels by which Prometheus selects its monitors.
        "labels" labels: List<Label>;
        /// How often it scrapes.
        "interval" interval: One<Duration> [default "Prometheus's own"];
    }
}

impl MonitoringStatement {
    pub(crate) fn lower(self) -> Monitoring {
        let Self { head, labels, interval } = self;
        Monitoring { labels: pairs(labels.0, |Label(pair)| pair), interval, span: head.span }
    }
}
