//! Cilium: the chart with its values, and the addresses of load balancers.
//!
//! Start at [`emit`]; what the values say is decided in `values`.

mod addresses;
#[cfg(test)]
mod tests;
mod values;

use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::kustomize::HelmChart;
use hnet_model::{Cilium, Cluster, Part};

use crate::kubernetes::Folder;
use crate::yaml::{Lists, Node};
use crate::{Context, Receiver};

/// The chart's repository.
pub(crate) const REPOSITORY: &str = "https://helm.cilium.io/";

/// Writes the folder `cilium` of every cluster that runs it.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for (cluster, _) in context.clusters(Part::Infrastructure) {
        let Some(cilium) = &cluster.cilium else { continue };
        let Some(mut folder) = Folder::new(context, cluster, "cilium", outputs) else { continue };
        folder.values("values.yaml", &helm_values(cluster, cilium));
        let (mut pools, mut policies) = (folder.objects(), folder.objects());
        for pool in &cluster.pools {
            addresses::add_pool(cluster, pool, &mut pools);
            addresses::add_policy(cluster, pool, &mut policies);
        }
        folder.insert("ip-pool.yaml", pools);
        folder.insert("l2-policy.yaml", policies);
        // The chart has no CRDs: Cilium's operator registers them when it starts.
        folder.finish(vec![HelmChart {
            name: "cilium",
            repo: REPOSITORY,
            version: cilium.version.as_ref().map(|version| version.full()),
            release_name: "cilium",
            namespace: "kube-system",
            values_file: "values.yaml",
        }]);
    }
}

/// The Helm values of a cluster's Cilium, the user's laid over what hnet derives.
pub(crate) fn helm_values(cluster: &Cluster, cilium: &Cilium) -> Node {
    let mut node = Node::of(&values::derive(cluster, cilium), Origin::derived(cilium.span, Reason::Shape));
    for raw in &cilium.values {
        node.merge(Node::from_yaml(&raw.value, Origin::written(raw.span)), Lists::Replace);
    }
    node
}
