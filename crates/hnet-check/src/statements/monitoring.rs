//! `monitoring`: who watches.

use hnet_language::{One, statement};
use hnet_model::{Duration, Monitoring};

use super::overlay::OverlayStatement;

statement! {
    /// Prometheus operator's monitors for Cilium, CoreDNS and the tunnel. Their `labels` are those by which Prometheus
    /// selects its monitors.
    MonitoringStatement = "monitoring" Unnamed () {
        /// How often it scrapes.
        "interval" interval: One<Duration> [default "Prometheus's own"];
        ..overlay: OverlayStatement;
    }
}

impl MonitoringStatement {
    pub(crate) fn lower(self) -> Monitoring {
        let Self { head, interval, overlay } = self;
        let mut overlay = overlay.lower(head.span);
        // Cilium's chart is told of them, too.
        let labels = std::mem::take(&mut overlay.labels);
        Monitoring { labels, interval, overlay, span: head.span }
    }
}
