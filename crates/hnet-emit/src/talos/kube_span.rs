//! KubeSpan, in the shape that a Talos version wants.

use hnet_manifests::talos::documents::{Document, KubeSpanConfig};
use hnet_manifests::talos::v1alpha1::{KubeSpan, KubeSpanFilters};
use hnet_manifests::versions::talos::Topic;
use hnet_model::{Origin, Traced};

use super::settings::Settings;
use super::shape::Shaped;

impl Shaped {
    pub(super) fn kube_span(&mut self, settings: &Settings<'_>) {
        let Some(said) = settings.kube_span else { return };
        let filters = KubeSpanFilters {
            endpoints: said.endpoints.clone(),
            exclude_advertised_networks: said.excluded_networks.clone(),
        };
        let origin = Origin::written(said.span);
        let span = KubeSpan {
            enabled: Traced::new(true, origin),
            advertise_kubernetes_networks: said.advertise_kubernetes_networks,
            allow_down_peer_bypass: said.allow_down_peer_bypass,
            harvest_extra_endpoints: said.harvest_extra_endpoints,
            mtu: said.mtu,
            filters: (filters != KubeSpanFilters::default()).then_some(filters),
        };
        match self.is_document(Topic::KubeSpan) {
            true => self.document(Document::new(KubeSpanConfig(span), origin)),
            false => self.network_field().kubespan = Some(span),
        }
    }
}
