//! Whether the Kubernetes objects that are written are such objects: each is read into the whole of its kind, from
//! `k8s-openapi` or `kube-derive`, which forgets what it does not know, and has to come back as it was.
#![expect(clippy::disallowed_methods, reason = "a test reads the project's own files")]

use std::collections::BTreeSet;
use std::fs;

use hnet::{Input, Options};
use hnet_diagnostics::Origin;
use hnet_emit::yaml;
use hnet_manifests::argo_cd::ApplicationSet;
use hnet_manifests::bgp::{CiliumBGPAdvertisement, CiliumBGPClusterConfig, CiliumBGPPeerConfig};
use hnet_manifests::cert_manager::Certificate;
use hnet_manifests::cilium::{CiliumL2AnnouncementPolicy, CiliumLoadBalancerIPPool};
use hnet_manifests::external_dns::DNSEndpoint;
use hnet_manifests::external_secrets::ExternalSecret;
use hnet_manifests::flux::{HelmRelease, Kustomization, OCIRepository};
use hnet_manifests::gateway_api::{BackendTLSPolicy, Gateway, HTTPRoute, ReferenceGrant};
use hnet_manifests::network_policies::{CiliumClusterwideNetworkPolicy, CiliumNetworkPolicy};
use hnet_manifests::prometheus::{PodMonitor, ServiceMonitor};
use hnet_manifests::versions::cilium::EARLIER;
use hnet_testing::{files, page, root};
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Service, ServiceAccount};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use kube_core::Resource;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_yaml::{Error, Value};

/// A kind.
struct Kind {
    /// Whether an object says that it is one.
    is: fn(&Value) -> bool,
    /// The object, once it was read and written.
    through: fn(Value) -> Result<Value, Error>,
}

/// All kinds that hnet writes.
const KINDS: [Kind; 35] = [
    kind::<ApplicationSet>(),
    kind::<BackendTLSPolicy>(),
    kind::<Certificate>(),
    kind::<CiliumBGPAdvertisement>(),
    kind::<CiliumBGPClusterConfig>(),
    kind::<CiliumBGPPeerConfig>(),
    kind::<CiliumClusterwideNetworkPolicy>(),
    kind::<CiliumL2AnnouncementPolicy>(),
    kind::<CiliumLoadBalancerIPPool>(),
    kind::<CiliumNetworkPolicy>(),
    earlier::<CiliumBGPAdvertisement>(),
    earlier::<CiliumBGPClusterConfig>(),
    earlier::<CiliumBGPPeerConfig>(),
    earlier::<CiliumLoadBalancerIPPool>(),
    kind::<ClusterRole>(),
    kind::<ClusterRoleBinding>(),
    kind::<ConfigMap>(),
    kind::<DNSEndpoint>(),
    kind::<DaemonSet>(),
    kind::<Deployment>(),
    kind::<EndpointSlice>(),
    kind::<ExternalSecret>(),
    kind::<Gateway>(),
    kind::<HTTPRoute>(),
    RELEASE,
    kind::<Kustomization>(),
    kind::<Namespace>(),
    kind::<NetworkPolicy>(),
    kind::<OCIRepository>(),
    kind::<PodDisruptionBudget>(),
    kind::<PodMonitor>(),
    kind::<ReferenceGrant>(),
    kind::<Service>(),
    kind::<ServiceAccount>(),
    kind::<ServiceMonitor>(),
];

/// The same kind for a Cilium that serves it in its earlier version.
const fn earlier<K: Resource<DynamicType = ()> + Serialize + DeserializeOwned>() -> Kind {
    Kind {
        is: |object| object["apiVersion"] == *EARLIER && object["kind"] == *K::kind(&()),
        through: |mut object| {
            object["apiVersion"] = K::api_version(&()).into_owned().into();
            let mut back = (kind::<K>().through)(object)?;
            back["apiVersion"] = EARLIER.into();
            Ok(back)
        },
    }
}

/// The release of a chart, whose values are the chart's own.
const RELEASE: Kind = Kind {
    is: kind::<HelmRelease>().is,
    through: |mut object| {
        let values = object["spec"].as_mapping_mut().and_then(|spec| spec.remove("values"));
        let mut back = (kind::<HelmRelease>().through)(object)?;
        back["spec"]["values"] = values.unwrap_or_default();
        Ok(back)
    },
};

const fn kind<K: Resource<DynamicType = ()> + Serialize + DeserializeOwned>() -> Kind {
    Kind {
        is: |object| object["apiVersion"] == *K::api_version(&()) && object["kind"] == *K::kind(&()),
        through: |object| {
            let (mut text, mut origins) = (String::new(), Vec::new());
            let whole: K = serde_yaml::from_value(object)?;
            yaml::write_value(&whole, Origin::default(), &mut text, &mut origins);
            serde_yaml::from_str(&text)
        },
    }
}

/// The place of an object's kind among [`KINDS`], or what is wrong with the object.
fn kind_of(object: &Value) -> Result<usize, String> {
    let text = serde_yaml::to_string(object).expect("an object is YAML");
    let Some(at) = KINDS.iter().position(|kind| (kind.is)(object)) else {
        return Err(format!("of no kind that hnet writes:\n{text}"));
    };
    match (KINDS[at].through)(object.clone()) {
        Ok(back) if back == *object => Ok(at),
        Ok(back) => Err(format!("{text}\ncomes back as\n{}", serde_yaml::to_string(&back).expect("an object is YAML"))),
        Err(error) => Err(format!("{error}:\n{text}")),
    }
}

/// The objects of hnet's own that a project comes out as: none that the source writes out, no kustomization and no
/// document of Talos.
fn objects(input: Input) -> Vec<Value> {
    let outputs = hnet::compile(input, &Options::default()).outputs.unwrap_or_default();
    let written = outputs.files.iter().filter(|(path, _)| path.ends_with(".yaml") && !path.contains("/manifests/"));
    let documents = written.flat_map(|(_, file)| serde_yaml::Deserializer::from_str(file.text()));
    documents
        .map(|document| Value::deserialize(document).expect("what is written is YAML"))
        .filter(|document| {
            let group = document["apiVersion"].as_str();
            group.is_some_and(|group| group != "v1alpha1" && !group.starts_with("kustomize.config"))
        })
        .collect()
}

/// Every source of the examples, the cases and the documentation that is a whole project.
fn projects() -> Vec<Input> {
    let mut pages = files(&root().join("tests/cases"), ".md");
    pages.extend(files(&root().join("crates/hnet-diagnostics/explain"), ".md"));
    pages.extend(files(&root().join("docs"), ".md"));
    let blocks = pages.iter().flat_map(|path| page::blocks(&fs::read_to_string(path).expect("a text")));
    // What a patch says is written as its author says it, who may leave out what has a default.
    let is_own = |block: &page::Block| block.language == "hnet" && !block.text.contains("patch \"\"\"");
    let mut texts: Vec<String> = blocks.filter(is_own).map(|block| block.text).collect();
    let examples = files(&root().join("examples"), "/network.hnet");
    texts.extend(examples.iter().map(|path| fs::read_to_string(path).expect("a text")));
    // What no other source has: a connector on every node, and a route in another namespace than its service.
    let homelab = fs::read_to_string(root().join("examples/homelab/network.hnet")).expect("a text");
    let tunnel = homelab.replace("tunnel homelab <", "tunnel homelab <\n    run daemonset;");
    texts.push(tunnel.replace("route grafana <", "route grafana < namespace other;"));
    texts.into_iter().map(|text| Input::one("network.hnet", text)).collect()
}

#[test]
fn every_object_is_of_its_kind() {
    let mut seen = BTreeSet::new();
    for object in projects().into_iter().flat_map(objects) {
        seen.insert(kind_of(&object).unwrap_or_else(|reason| panic!("{reason}")));
    }
    let never: Vec<usize> = (0..KINDS.len()).filter(|at| !seen.contains(at)).collect();
    assert!(never.is_empty(), "no project has an object of the kinds {never:?}");
}

#[test]
fn what_a_kind_does_not_know_is_found() {
    let holds = |yaml| kind_of(&serde_yaml::from_str(yaml).expect("YAML")).is_ok();
    assert!(holds("{apiVersion: v1, kind: Namespace, metadata: {name: apps}}"));
    assert!(!holds("{apiVersion: v1, kind: Namespace, metadata: {nmae: apps}}"));
    assert!(!holds("{apiVersion: v1, kind: Service, metadata: {name: nas}, spec: {ports: [{port: http}]}}"));
    assert!(!holds("{apiVersion: v1, kind: Secret, metadata: {name: token}}"));
}
