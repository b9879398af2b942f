//! Kubernetes' own kinds, as the crate k8s-openapi has them from Kubernetes' OpenAPI.
//!
//! Its sources are read as text: they are written by a program, so that a field is always on the same lines. The
//! properties of a type stand in its JSON schema, how its lists merge (`x-kubernetes-patch-strategy` and
//! `x-kubernetes-patch-merge-key`) in its `DeepMerge`. What neither says stands here: the defaults of fields, and where
//! a list has more keys than one (`x-kubernetes-list-map-keys`).
//! Start at [`kinds`].
#![expect(clippy::disallowed_methods, reason = "the project's automation reads the sources of a dependency")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::tree::{Field, Forest, Id, Kind, Shape};

/// The version of Kubernetes, as a module of the crate. An older one has no field that this one lacks.
const VERSION: &str = "v1_37";

/// The kinds that are taken: those that are read or written somewhere.
const KINDS: &[&str] = &[
    "api::core::v1::ConfigMap",
    "api::core::v1::Endpoints",
    "api::core::v1::Namespace",
    "api::core::v1::PersistentVolume",
    "api::core::v1::PersistentVolumeClaim",
    "api::core::v1::Pod",
    "api::core::v1::Secret",
    "api::core::v1::Service",
    "api::core::v1::ServiceAccount",
    "apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition",
    "api::apps::v1::DaemonSet",
    "api::apps::v1::Deployment",
    "api::apps::v1::ReplicaSet",
    "api::apps::v1::StatefulSet",
    "api::batch::v1::CronJob",
    "api::batch::v1::Job",
    "api::discovery::v1::EndpointSlice",
    "api::networking::v1::Ingress",
    "api::networking::v1::IngressClass",
    "api::networking::v1::NetworkPolicy",
    "api::policy::v1::PodDisruptionBudget",
    "api::rbac::v1::ClusterRole",
    "api::rbac::v1::ClusterRoleBinding",
    "api::rbac::v1::Role",
    "api::rbac::v1::RoleBinding",
    "api::scheduling::v1::PriorityClass",
    "api::storage::v1::StorageClass",
];

/// What every object has.
const METADATA: &str = "apimachinery::pkg::apis::meta::v1::ObjectMeta";

/// What a field is where nobody writes it: `pkg/apis/*/v1/defaults.go` of kubernetes/kubernetes 1.36 (Apache-2.0), by
/// the end of its type's name, as JSON. What depends on another field stands in `defaults.rs` of `hnet-compare`.
#[rustfmt::skip]
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("core::v1::ConfigMapKeySelector", "optional", "false"),
    ("core::v1::SecretKeySelector", "optional", "false"),
    ("core::v1::ObjectFieldSelector", "apiVersion", r#""v1""#),
    ("core::v1::Probe", "failureThreshold", "3"),
    ("core::v1::Probe", "initialDelaySeconds", "0"),
    ("core::v1::Probe", "periodSeconds", "10"),
    ("core::v1::Probe", "successThreshold", "1"),
    ("core::v1::Probe", "timeoutSeconds", "1"),
    ("core::v1::HTTPGetAction", "path", r#""/""#),
    ("core::v1::HTTPGetAction", "scheme", r#""HTTP""#),
    ("core::v1::ConfigMapEnvSource", "optional", "false"),
    ("core::v1::SecretEnvSource", "optional", "false"),
    ("core::v1::ContainerPort", "protocol", r#""TCP""#),
    ("core::v1::Container", "stdin", "false"),
    ("core::v1::Container", "terminationMessagePath", r#""/dev/termination-log""#),
    ("core::v1::Container", "terminationMessagePolicy", r#""File""#),
    ("core::v1::Container", "tty", "false"),
    ("core::v1::VolumeMount", "readOnly", "false"),
    ("core::v1::ConfigMapVolumeSource", "defaultMode", "420"),
    ("core::v1::ConfigMapVolumeSource", "optional", "false"),
    ("core::v1::SecretVolumeSource", "defaultMode", "420"),
    ("core::v1::SecretVolumeSource", "optional", "false"),
    ("core::v1::PersistentVolumeClaimVolumeSource", "readOnly", "false"),
    ("core::v1::PodSpec", "dnsPolicy", r#""ClusterFirst""#),
    ("core::v1::PodSpec", "enableServiceLinks", "true"),
    ("core::v1::PodSpec", "hostIPC", "false"),
    ("core::v1::PodSpec", "hostNetwork", "false"),
    ("core::v1::PodSpec", "hostPID", "false"),
    ("core::v1::PodSpec", "restartPolicy", r#""Always""#),
    ("core::v1::PodSpec", "schedulerName", r#""default-scheduler""#),
    ("core::v1::PodSpec", "securityContext", "{}"),
    ("core::v1::PodSpec", "shareProcessNamespace", "false"),
    ("core::v1::PodSpec", "terminationGracePeriodSeconds", "30"),
    ("core::v1::Toleration", "operator", r#""Equal""#),
    ("core::v1::PersistentVolumeClaimSpec", "volumeMode", r#""Filesystem""#),
    ("core::v1::EndpointPort", "protocol", r#""TCP""#),
    ("core::v1::Secret", "type", r#""Opaque""#),
    ("core::v1::ServiceSpec", "internalTrafficPolicy", r#""Cluster""#),
    ("core::v1::ServiceSpec", "publishNotReadyAddresses", "false"),
    ("core::v1::ServiceSpec", "sessionAffinity", r#""None""#),
    ("core::v1::ServiceSpec", "type", r#""ClusterIP""#),
    ("core::v1::ServicePort", "protocol", r#""TCP""#),
    ("apps::v1::DaemonSetSpec", "minReadySeconds", "0"),
    ("apps::v1::DaemonSetSpec", "revisionHistoryLimit", "10"),
    ("apps::v1::DaemonSetSpec", "updateStrategy", "{}"),
    ("apps::v1::DaemonSetUpdateStrategy", "type", r#""RollingUpdate""#),
    ("apps::v1::DeploymentSpec", "minReadySeconds", "0"),
    ("apps::v1::DeploymentSpec", "paused", "false"),
    ("apps::v1::DeploymentSpec", "progressDeadlineSeconds", "600"),
    ("apps::v1::DeploymentSpec", "replicas", "1"),
    ("apps::v1::DeploymentSpec", "revisionHistoryLimit", "10"),
    ("apps::v1::DeploymentSpec", "strategy", "{}"),
    ("apps::v1::DeploymentStrategy", "type", r#""RollingUpdate""#),
    ("apps::v1::ReplicaSetSpec", "minReadySeconds", "0"),
    ("apps::v1::ReplicaSetSpec", "replicas", "1"),
    ("apps::v1::StatefulSetSpec", "minReadySeconds", "0"),
    ("apps::v1::StatefulSetSpec", "persistentVolumeClaimRetentionPolicy", "{}"),
    ("apps::v1::StatefulSetSpec", "podManagementPolicy", r#""OrderedReady""#),
    ("apps::v1::StatefulSetSpec", "replicas", "1"),
    ("apps::v1::StatefulSetSpec", "revisionHistoryLimit", "10"),
    ("apps::v1::StatefulSetSpec", "updateStrategy", "{}"),
    ("apps::v1::StatefulSetPersistentVolumeClaimRetentionPolicy", "whenDeleted", r#""Retain""#),
    ("apps::v1::StatefulSetPersistentVolumeClaimRetentionPolicy", "whenScaled", r#""Retain""#),
    ("apps::v1::StatefulSetUpdateStrategy", "type", r#""RollingUpdate""#),
    ("apps::v1::RollingUpdateStatefulSetStrategy", "partition", "0"),
    ("batch::v1::JobSpec", "backoffLimit", "6"),
    ("batch::v1::JobSpec", "completionMode", r#""NonIndexed""#),
    ("batch::v1::JobSpec", "completions", "1"),
    ("batch::v1::JobSpec", "parallelism", "1"),
    ("batch::v1::JobSpec", "suspend", "false"),
    ("batch::v1::CronJobSpec", "concurrencyPolicy", r#""Allow""#),
    ("batch::v1::CronJobSpec", "failedJobsHistoryLimit", "1"),
    ("batch::v1::CronJobSpec", "successfulJobsHistoryLimit", "3"),
    ("batch::v1::CronJobSpec", "suspend", "false"),
    ("discovery::v1::Endpoint", "conditions", "{}"),
    ("discovery::v1::EndpointConditions", "ready", "true"),
    ("discovery::v1::EndpointPort", "name", r#""""#),
    ("discovery::v1::EndpointPort", "protocol", r#""TCP""#),
    ("networking::v1::NetworkPolicyPort", "protocol", r#""TCP""#),
    ("rbac::v1::RoleRef", "apiGroup", r#""rbac.authorization.k8s.io""#),
    ("scheduling::v1::PriorityClass", "globalDefault", "false"),
    ("scheduling::v1::PriorityClass", "preemptionPolicy", r#""PreemptLowerPriority""#),
    ("storage::v1::StorageClass", "reclaimPolicy", r#""Delete""#),
    ("storage::v1::StorageClass", "volumeBindingMode", r#""Immediate""#),
    ("apiextensions::v1::CustomResourceDefinitionSpec", "preserveUnknownFields", "false"),
];

/// Types that are more, or other, than their schema says; by the last part of their name.
const OTHERS: &[(&str, char)] = &[
    ("IntOrString", 'x'),
    ("Quantity", 'q'),
    ("Time", 's'),
    ("MicroTime", 's'),
    ("RawExtension", 'a'),
    ("FieldsV1", 'a'),
    // A schema within a schema, which has no end.
    ("JSONSchemaProps", 'a'),
    ("JSON", 'a'),
];

/// Lists that merge by one key, of which items may be twice, and are told apart by all of these
/// (`x-kubernetes-list-map-keys`): kustomize takes these where the API server takes the first alone.
const MORE_KEYS: &[(&str, &str, &str)] = &[
    ("core::v1::ServiceSpec", "ports", "port,protocol"),
    ("core::v1::Container", "ports", "containerPort,protocol"),
    ("core::v1::EphemeralContainer", "ports", "containerPort,protocol"),
    ("core::v1::PodSpec", "topologySpreadConstraints", "topologyKey,whenUnsatisfiable"),
];

/// A field that says something where it is an empty text.
const EMPTY_TEXTS: &[(&str, &str)] = &[("core::v1::PersistentVolumeClaimSpec", "storageClassName")];

/// A type of the crate: its schema, how its lists merge, and what kind it is, if one.
struct Type {
    schema: Value,
    /// By the names of its fields as Rust has them, without `_`: nothing for a set, else the keys.
    lists: BTreeMap<String, Vec<String>>,
    group: String,
    is_namespaced: bool,
}

/// All types, by their path in the module of their version. Some that nobody asks for cannot be read.
struct Source(BTreeMap<String, Result<Type, String>>);

/// Kubernetes' kinds, with the metadata of all objects as the kind `ObjectMeta` of the group `meta`.
pub(super) fn kinds(forest: &mut Forest) -> Result<Vec<Kind>, String> {
    let folder = crate_folder()?.join("src").join(VERSION);
    let mut source = Source(BTreeMap::new());
    source.read(&folder, "")?;
    let mut kinds = Vec::new();
    for path in KINDS.iter().chain([&METADATA]) {
        let found = source.get(path)?;
        let name = path.rsplit("::").next().unwrap_or_default();
        let mut fields = source.fields(path, forest)?;
        let is_metadata = *path == METADATA;
        fields.retain(|field| {
            is_metadata || !["apiVersion", "kind", "metadata", "status"].contains(&field.name.as_str())
        });
        kinds.push(Kind {
            group: match found.group.as_str() {
                _ if is_metadata => "meta".to_owned(),
                "" => "core".to_owned(),
                group => group.to_owned(),
            },
            kind: name.to_owned(),
            versions: vec!["v1".to_owned()],
            is_namespaced: found.is_namespaced,
            fields: forest.object(fields),
        });
    }
    Ok(kinds)
}

/// Where cargo has the sources of the crate.
fn crate_folder() -> Result<PathBuf, String> {
    let program = |variable: &str, name: &str| std::env::var_os(variable).unwrap_or_else(|| name.into());
    let rustc = Command::new(program("RUSTC", "rustc")).arg("-vV").output();
    let rustc = rustc.map_err(|error| format!("cannot run rustc: {error}"))?;
    // Crates of other platforms need not be on this machine.
    let host = between(&String::from_utf8_lossy(&rustc.stdout), "host: ", "\n").unwrap_or_default().to_owned();
    let mut cargo = Command::new(program("CARGO", "cargo"));
    cargo.args(["metadata", "--format-version=1", "--offline", "--locked", "--filter-platform", &host]);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = cargo.output().map_err(|error| format!("cannot run cargo: {error}"))?;
    let metadata: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo writes no JSON: {error}"))?;
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let found = packages.find(|package| package["name"] == "k8s-openapi");
    let manifest = found.and_then(|package| package["manifest_path"].as_str()).ok_or("cargo knows no k8s-openapi")?;
    Ok(Path::new(manifest).parent().unwrap_or(Path::new("")).to_owned())
}

/// A name without what tells Rust's spelling from JSON's.
fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// What stands between two texts.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

impl Source {
    fn read(&mut self, folder: &Path, module: &str) -> Result<(), String> {
        let entries = fs::read_dir(folder).map_err(|error| super::failed("read", folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| super::failed("read", folder, &error))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                self.read(&path, &format!("{module}{name}::"))?;
            } else if name.ends_with(".rs") {
                let text = super::read(&path)?;
                if let Some(name) = between(&text, "schemars::JsonSchema for ", " {") {
                    self.0.insert(format!("{module}{name}"), type_of(&text));
                }
            }
        }
        Ok(())
    }

    fn get(&self, path: &str) -> Result<&Type, String> {
        let found = self.0.get(path).ok_or_else(|| format!("k8s-openapi has no `{path}`"))?;
        found.as_ref().map_err(|why| format!("`{path}` of k8s-openapi: {why}"))
    }

    /// The fields of an object's type.
    fn fields(&self, path: &str, forest: &mut Forest) -> Result<Vec<Field>, String> {
        let found = self.get(path)?;
        let required: Vec<&Value> = found.schema["required"].as_array().into_iter().flatten().collect();
        let mut fields = Vec::new();
        for (name, property) in found.schema["properties"].as_object().into_iter().flatten() {
            let of = |(end, field, _): &&(&str, &str, &str)| path.ends_with(end) && field == name;
            let is_open = EMPTY_TEXTS.iter().any(|(end, field)| path.ends_with(end) && field == name);
            let shape = match is_open {
                true => forest.add(Shape::Scalar('a')),
                false => self.tree(property, self.merging(path, name, property)?, forest)?,
            };
            fields.push(Field {
                name: name.clone(),
                is_required: required.iter().any(|required| *required == name),
                default: DEFAULTS.iter().find(of).map(|(_, _, is)| (*is).to_owned()),
                shape,
            });
        }
        Ok(fields)
    }

    /// What stands before the items of a list: nothing where it is one value, `~` of a set, and keys.
    fn merging(&self, path: &str, name: &str, property: &Value) -> Result<String, String> {
        if let Some((_, _, keys)) = MORE_KEYS.iter().find(|(end, field, _)| path.ends_with(end) && *field == name) {
            return Ok(format!("{keys}|"));
        }
        let keys = match self.get(path)?.lists.get(&plain(name)) {
            None => return Ok(String::new()),
            Some(keys) if keys.is_empty() => return Ok("~".to_owned()),
            Some(keys) => keys,
        };
        let of = self.get(property["items"]["$ref"].as_str().unwrap_or_default())?;
        let properties = of.schema["properties"].as_object().into_iter().flatten();
        let names: Vec<&String> = properties.map(|(name, _)| name).collect();
        let named = keys.iter().map(|key| names.iter().find(|name| plain(name) == *key).map(|name| name.as_str()));
        // A key within a field of the items is none that the tables know.
        Ok(named.collect::<Option<Vec<_>>>().map_or_else(String::new, |keys| format!("{}|", keys.join(","))))
    }

    fn tree(&self, schema: &Value, merging: String, forest: &mut Forest) -> Result<Id, String> {
        if let Some(path) = schema["$ref"].as_str() {
            let name = path.rsplit("::").next().unwrap_or_default();
            if let Some((_, letter)) = OTHERS.iter().find(|(other, _)| *other == name) {
                return Ok(forest.add(Shape::Scalar(*letter)));
            }
            if self.get(path)?.schema["properties"].is_object() {
                let fields = self.fields(path, forest)?;
                return Ok(forest.object(fields));
            }
            return Ok(forest.add(Shape::Scalar('a')));
        }
        let shape = match schema["type"].as_str() {
            Some("array") => Shape::List(merging, self.tree(&schema["items"], String::new(), forest)?),
            Some("object") if schema["additionalProperties"].is_object() => {
                Shape::Map(self.tree(&schema["additionalProperties"], String::new(), forest)?)
            }
            Some("string") => Shape::Scalar('s'),
            Some("integer") => Shape::Scalar('i'),
            Some("number") => Shape::Scalar('n'),
            Some("boolean") => Shape::Scalar('b'),
            _ => Shape::Scalar('a'),
        };
        Ok(forest.add(shape))
    }
}

/// The type that a file of the crate defines.
fn type_of(text: &str) -> Result<Type, String> {
    let schema = between(text, "schemars::json_schema!(", "\n        })").ok_or("it has no schema")?;
    let mut lists = BTreeMap::new();
    for part in text.split("crate::merge_strategies::list::").skip(1) {
        let field = between(part, "&mut self.", ",").map(plain).ok_or("a list has no name")?;
        if part.starts_with("set(") {
            lists.insert(field, Vec::new());
        } else if part.starts_with("map(") {
            let keys = between(part, "&[", "],").ok_or("a list has no keys")?;
            let keys = keys.split("lhs.").skip(1).map(|key| plain(key.split(' ').next().unwrap_or_default()));
            lists.insert(field, keys.collect());
        }
    }
    Ok(Type {
        schema: serde_json::from_str(&as_json(schema)).map_err(|error| error.to_string())?,
        lists,
        group: between(text, "const GROUP: &'static str = \"", "\"").unwrap_or_default().to_owned(),
        is_namespaced: text.contains("type Scope = crate::NamespaceResourceScope"),
    })
}

/// The schema as JSON: what is said of a field by a call becomes a reference, and descriptions go.
fn as_json(macros: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut within_call = false;
    for line in macros.lines() {
        let line = line.trim();
        let reference = between(line, "subschema_for::<crate::", ">()");
        let (open, close) = (line.ends_with(": ({"), line == "}),");
        if let (Some(path), true) = (reference, within_call) {
            if let Some(last) = lines.last_mut() {
                last.push_str(&format!("{{\"$ref\": \"{path}\"}},"));
            }
        } else if let Some(path) = reference {
            let key = line.split(": ").next().unwrap_or_default();
            lines.push(format!("{key}: {{\"$ref\": \"{path}\"}},"));
        } else if open {
            within_call = true;
            lines.push(line.trim_end_matches("({").to_owned());
        } else if close {
            within_call = false;
        } else if !within_call && !line.starts_with("\"description\": \"") {
            lines.push(line.to_owned());
        }
    }
    lines.push("}".to_owned());
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        let is_last = lines.get(at + 1).is_some_and(|next| next.starts_with(['}', ']']));
        out.push_str(if is_last { line.trim_end_matches(',') } else { line });
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::type_of;

    #[test]
    fn a_type_is_read_with_its_references_and_how_its_lists_merge() {
        let text = r#"
impl crate::Resource for Thing {
    const GROUP: &'static str = "example.com";
    type Scope = crate::NamespaceResourceScope;
}
        crate::merge_strategies::list::map(
            &mut self.host_ports,
            other.host_ports,
            &[|lhs, rhs| lhs.container_port == rhs.container_port, |lhs, rhs| lhs.protocol == rhs.protocol],
            |current_item, other_item| {},
        );
        crate::merge_strategies::list::set(&mut self.names, other.names);
        crate::merge_strategies::list::atomic(&mut self.args, other.args);
impl crate::schemars::JsonSchema for Thing {
        crate::schemars::json_schema!({
            "description": "A thing, with {braces},",
            "type": "object",
            "properties": {
                "hostPorts": {
                    "description": "It has },",
                    "type": "array",
                    "items": (__gen.subschema_for::<crate::api::core::v1::Port>()),
                },
                "probe": ({
                    let mut schema_obj = __gen.subschema_for::<crate::api::core::v1::Probe>();
                    schema_obj.ensure_object().insert("description".into(), "A probe".into());
                    schema_obj
                }),
            },
            "required": [
                "probe",
            ],
        })
    }
"#;
        let found = type_of(text).expect("it is of the form that the crate has");
        assert_eq!((found.group.as_str(), found.is_namespaced), ("example.com", true));
        assert_eq!(found.lists["hostports"], ["containerport", "protocol"]);
        assert_eq!((found.lists["names"].len(), found.lists.len()), (0, 2));
        assert_eq!(found.schema["properties"]["hostPorts"]["items"]["$ref"], "api::core::v1::Port");
        assert_eq!(found.schema["properties"]["probe"]["$ref"], "api::core::v1::Probe");
        assert_eq!(found.schema["required"][0], "probe");
    }
}
