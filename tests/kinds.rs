//! Whether the Kubernetes objects that are written are such objects: each is read into the whole of its kind, from
//! `k8s-openapi` or `kube-derive`, which forgets what it does not know, and has to come back as it was.

use std::collections::BTreeSet;
use std::fs;

use hnet::{Input, Options};
use hnet_compare::schema;
use hnet_diagnostics::Origin;
use hnet_emit::yaml;
use hnet_manifests::argo_cd::ApplicationSet;
use hnet_manifests::bgp::{CiliumBGPAdvertisement, CiliumBGPClusterConfig, CiliumBGPPeerConfig};
use hnet_manifests::cert_manager::{API_VERSION as ISSUER_VERSION, Certificate, GROUP as ISSUER_GROUP};
use hnet_manifests::cilium::{CiliumL2AnnouncementPolicy, CiliumLoadBalancerIPPool};
use hnet_manifests::envoy::{API_VERSION as ENVOY_VERSION, GROUP as ENVOY_GROUP, GatewayClass};
use hnet_manifests::external_dns::DNSEndpoint;
use hnet_manifests::external_secrets::ExternalSecret;
use hnet_manifests::flux::{HelmRelease, Kustomization, OCIRepository};
use hnet_manifests::gateway_api::{BackendTLSPolicy, GRPCRoute, Gateway, HTTPRoute, ReferenceGrant, StreamRouteSpec};
use hnet_manifests::network_policies::{CiliumClusterwideNetworkPolicy, CiliumNetworkPolicy};
use hnet_manifests::prometheus::{PodMonitor, ServiceMonitor};
use hnet_manifests::versions::cilium::EARLIER;
use hnet_testing::{files, page, root};
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment};
use k8s_openapi::api::autoscaling::v2::{HorizontalPodAutoscalerBehavior, MetricSpec};
use k8s_openapi::api::core::v1::{
    ConfigMap, Namespace, ResourceRequirements, Service, ServiceAccount, TopologySpreadConstraint,
};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
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
const KINDS: [Kind; 43] = [
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
    ENVOY,
    ENVOY_PROXY,
    kind::<ExternalSecret>(),
    kind::<Gateway>(),
    kind::<GatewayClass>(),
    kind::<GRPCRoute>(),
    kind::<HTTPRoute>(),
    TCP_ROUTE,
    TLS_ROUTE,
    UDP_ROUTE,
    RELEASE,
    ISSUER,
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

/// Routes of connections, which say the same in each kind.
const TCP_ROUTE: Kind = Kind { is: |object| object["kind"] == "TCPRoute", through: stream };
const TLS_ROUTE: Kind = Kind { is: |object| object["kind"] == "TLSRoute", through: stream };
const UDP_ROUTE: Kind = Kind { is: |object| object["kind"] == "UDPRoute", through: stream };

fn stream(mut object: Value) -> Result<Value, Error> {
    let (mut text, mut origins) = (String::new(), Vec::new());
    let spec: StreamRouteSpec = serde_yaml::from_value(object["spec"].clone())?;
    yaml::write_value(&spec, Origin::default(), &mut text, &mut origins);
    object["spec"] = serde_yaml::from_str(&text)?;
    Ok(object)
}

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

/// What Envoy Gateway is told: what its schema does not know is forgotten.
const ENVOY: Kind = Kind {
    is: |object| object["apiVersion"] == *ENVOY_VERSION && object["kind"] != *"EnvoyProxy",
    through: |object| Ok(known(ENVOY_GROUP, object)),
};

/// Who issues certificates: the same of the schema of cert-manager.
const ISSUER: Kind = Kind {
    is: |object| {
        object["apiVersion"] == *ISSUER_VERSION && (object["kind"] == *"ClusterIssuer" || object["kind"] == *"Issuer")
    },
    through: |object| Ok(known(ISSUER_GROUP, object)),
};

/// What the schema of its kind knows of an object.
fn known(group: &str, mut object: Value) -> Value {
    let word = object["kind"].as_str().unwrap_or_default().to_owned();
    let fields = schema::kind(group, &word).expect("the tables know the kind").fields();
    forget(&mut object["spec"], fields.at("spec").expect("it has a spec"));
    object
}

/// Leaves of a value what a schema knows.
fn forget(value: &mut Value, fields: schema::Fields) {
    match value {
        Value::Mapping(entries) => {
            entries.retain(|key, _| {
                matches!(fields.get(), schema::Type::Scalar(schema::Scalar::Any))
                    || key.as_str().is_some_and(|key| fields.at(key).is_some())
            });
            for (key, value) in entries.iter_mut() {
                key.as_str().and_then(|key| fields.at(key)).into_iter().for_each(|fields| forget(value, fields));
            }
        }
        Value::Sequence(items) => {
            let members = fields.members();
            items.iter_mut().for_each(|item| members.into_iter().for_each(|members| forget(item, members)));
        }
        _ => {}
    }
}

/// How Envoy's proxies run: no table knows the kind, since most of it is that of pods, into which those parts are read.
const ENVOY_PROXY: Kind = Kind {
    is: |object| object["apiVersion"] == *ENVOY_VERSION && object["kind"] == *"EnvoyProxy",
    through: |mut object| {
        fn read<T: Serialize + DeserializeOwned>(value: &mut Value) -> Result<(), Error> {
            if !value.is_null() {
                *value = serde_yaml::to_value(serde_yaml::from_value::<T>(std::mem::take(value))?)?;
            }
            Ok(())
        }
        let Some(spec) = object["spec"].as_mapping_mut() else { return Ok(object) };
        let known = ["provider", "logging", "shutdown", "telemetry", "ipFamily", "mergeGateways", "concurrency"];
        spec.retain(|key, _| key.as_str().is_some_and(|key| known.contains(&key)));
        let Some(kubernetes) = spec.get_mut("provider").and_then(|provider| provider.get_mut("kubernetes")) else {
            return Ok(object);
        };
        if let Some(budget) = kubernetes.get_mut("envoyPDB") {
            read::<PodDisruptionBudgetSpec>(budget)?;
        }
        if let Some(scaler) = kubernetes.get_mut("envoyHpa") {
            if let Some(metrics) = scaler.get_mut("metrics") {
                read::<Vec<MetricSpec>>(metrics)?;
            }
            if let Some(behavior) = scaler.get_mut("behavior") {
                read::<HorizontalPodAutoscalerBehavior>(behavior)?;
            }
        }
        for workload in ["envoyDeployment", "envoyDaemonSet"] {
            let Some(workload) = kubernetes.get_mut(workload) else { continue };
            if let Some(resources) = workload.get_mut("container").and_then(|own| own.get_mut("resources")) {
                read::<ResourceRequirements>(resources)?;
            }
            if let Some(spread) = workload.get_mut("pod").and_then(|own| own.get_mut("topologySpreadConstraints")) {
                read::<Vec<TopologySpreadConstraint>>(spread)?;
            }
        }
        if let Some(service) = kubernetes.get_mut("envoyService").and_then(Value::as_mapping_mut) {
            let known = ["name", "type", "externalTrafficPolicy", "loadBalancerClass", "labels", "annotations"];
            service.retain(|key, _| key.as_str().is_some_and(|key| known.contains(&key)));
        }
        Ok(object)
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
