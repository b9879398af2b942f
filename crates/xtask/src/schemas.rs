//! The tables of fields in `hnet-compare`, written anew from the schemas of those who read the files.
//!
//! What of a schema says something about meaning is kept: the names of fields, their types, defaults and which are
//! required, what kind of list a list is. Descriptions, patterns and validation are left out, and what stands in
//! several places is written once. [`TABLES`] says which kinds of which schemas are taken; `hnet-compare` reads the
//! form and describes it. Start at [`derive`].
#![expect(clippy::disallowed_methods, reason = "the project's automation reads schemas and writes tables")]

mod core;
mod crd;
mod json_schema;
mod tree;
mod values;

use std::path::Path;
use std::{fs, io};

use serde_json::Value;

use self::tree::{Forest, Kind};

/// Where the tables lie, from the root of the project.
pub const FOLDER: &str = "crates/hnet-compare/src/tables";

/// A table: its file, what its head says of where it comes from, and what is read for it.
struct Table {
    file: &'static str,
    /// Name, version and licence.
    source: &'static str,
    from: From,
}

/// What a table is made from; paths from the folder of the schemas.
enum From {
    /// Kubernetes' own kinds, of which k8s-openapi is made.
    Core,
    /// All custom resources in these folders and files, but those of the kinds in `without`.
    Crds { paths: &'static [&'static str], without: &'static [&'static str] },
    /// The documents of Talos, newest schema first: what only an older one has is added.
    Talos(&'static [&'static str]),
    /// The one document of a JSON schema, as a kind of this name.
    Document { path: &'static str, group: &'static str, kind: &'static str },
    /// The defaults of a chart's `values.yaml`.
    Values(&'static str),
}

/// All tables.
#[rustfmt::skip]
const TABLES: &[Table] = &[
    Table {
        file: "kubernetes.txt",
        source: "Kubernetes 1.37 by k8s-openapi 0.29 (kubernetes/kubernetes, Apache-2.0), with defaults of pkg/apis/*/v1/defaults.go",
        from: From::Core,
    },
    Table {
        file: "gateway-api.txt",
        source: "Gateway API v1.6.1, experimental channel, which holds the standard one (kubernetes-sigs/gateway-api, Apache-2.0)",
        from: From::Crds {
            paths: &["kubernetes/gateway-api/experimental"],
            without: &["XBackend", "XBackendTrafficPolicy", "XMesh"],
        },
    },
    Table {
        file: "cilium.txt",
        source: "Cilium 1.20 (cilium/cilium, Apache-2.0)",
        from: From::Crds { paths: &["kubernetes/cilium/crds/v2", "kubernetes/cilium/crds/v2alpha1"], without: &["CiliumBGPNodeConfig"] },
    },
    Table {
        file: "cilium-values.txt",
        source: "the chart of Cilium 1.20.0 (cilium/charts, Apache-2.0)",
        from: From::Values("kubernetes/cilium/values-1.20.0.yaml"),
    },
    Table {
        file: "cert-manager.txt",
        source: "cert-manager v1.21.1 (cert-manager/cert-manager, Apache-2.0)",
        from: From::Crds { paths: &["kubernetes/cert-manager"], without: &[] },
    },
    Table {
        file: "external-secrets.txt",
        source: "External Secrets v2.9.0 (external-secrets/external-secrets, Apache-2.0)",
        from: From::Crds { paths: &["kubernetes/external-secrets"], without: &["ClusterGenerator", "Fake", "Password", "UUID"] },
    },
    Table {
        file: "external-dns.txt",
        source: "external-dns v0.22.0 (kubernetes-sigs/external-dns, Apache-2.0)",
        from: From::Crds {
            paths: &[
                "kubernetes/external-dns/dnsendpoints.externaldns.k8s.io.yaml",
                "kubernetes/external-dns/dnsrecords.externaldns.k8s.io.yaml",
            ],
            without: &[],
        },
    },
    Table {
        file: "envoy-gateway.txt",
        source: "Envoy Gateway v1.9.0 (envoyproxy/gateway, Apache-2.0)",
        from: From::Crds { paths: &["kubernetes/envoy-gateway"], without: &["EnvoyProxy"] },
    },
    Table {
        file: "argo-cd.txt",
        source: "Argo CD v3.5.1 (argoproj/argo-cd, Apache-2.0)",
        from: From::Crds { paths: &["kubernetes/argo-cd"], without: &[] },
    },
    Table {
        file: "flux.txt",
        source: "Flux 2.9.4 (fluxcd/{kustomize,helm,source,notification}-controller, Apache-2.0)",
        from: From::Crds { paths: &["kubernetes/flux"], without: &[] },
    },
    Table {
        file: "prometheus-operator.txt",
        source: "Prometheus operator v0.93.0 (prometheus-operator/prometheus-operator, Apache-2.0)",
        from: From::Crds { paths: &["kubernetes/prometheus-operator"], without: &["ScrapeConfig"] },
    },
    Table {
        file: "multus.txt",
        source: "Multus v4.3.0 (k8snetworkplumbingwg/multus-cni, Apache-2.0)",
        from: From::Crds { paths: &["kubernetes/multus"], without: &[] },
    },
    Table {
        file: "talos.txt",
        source: "Talos v1.14.0-rc.1, and what only v1.13.9, v1.12.11 and v1.11.6 have (siderolabs/talos, MPL-2.0: names and types of fields)",
        from: From::Talos(&[
            "talos/talos-machine-config-v1.14.0-rc.1.schema.json",
            "talos/talos-machine-config-v1.13.9.schema.json",
            "talos/talos-machine-config-v1.12.11.schema.json",
            "talos/talos-machine-config-v1.11.6.schema.json",
        ]),
    },
    Table {
        file: "talhelper.txt",
        source: "talhelper v3.1.16 (budimanjojo/talhelper, BSD-3-Clause)",
        from: From::Document { path: "talos/talhelper-talconfig.schema.json", group: "talhelper", kind: "talconfig" },
    },
];

/// The tables as the schemas in the folder say them: the name of each file with its text.
///
/// # Errors
/// When a schema cannot be read or is of a form that is not known.
pub fn derive(schemas: &Path) -> Result<Vec<(&'static str, String)>, String> {
    TABLES.iter().map(|table| Ok((table.file, text(table, schemas)?))).collect()
}

/// Writes the tables, or with `check` says which of them are not what the schemas say.
///
/// # Errors
/// When a schema cannot be read, a table cannot be written, or with `check` one is another.
pub fn run(schemas: &Path, check: bool) -> Result<(), String> {
    for (file, text) in derive(schemas)? {
        let path = Path::new(FOLDER).join(file);
        if !check {
            fs::write(&path, text).map_err(|error| failed("write", &path, &error))?;
        } else if fs::read_to_string(&path).map_err(|error| failed("read", &path, &error))? != text {
            return Err(format!("`{}` is not what the schemas say: run `cargo xtask schemas`", path.display()));
        }
    }
    Ok(())
}

fn failed(what: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot {what} `{}`: {error}", path.display())
}

fn text(table: &Table, schemas: &Path) -> Result<String, String> {
    let head = format!("# {}.\n# Written by `cargo xtask schemas`.\n", table.source);
    let mut forest = Forest::default();
    let mut kinds = Vec::new();
    match &table.from {
        From::Core => kinds = core::kinds(&mut forest)?,
        From::Crds { paths, without } => {
            for path in *paths {
                for file in files(&schemas.join(path))? {
                    kinds.extend(crd::kinds(&read_yaml(&file)?, &mut forest)?);
                }
            }
            kinds.retain(|kind: &Kind| !without.contains(&kind.kind.as_str()));
            kinds = crd::newest(kinds);
        }
        From::Talos(paths) => {
            let read: Result<Vec<Value>, String> = paths.iter().map(|path| read_json(&schemas.join(path))).collect();
            kinds = json_schema::talos(&read?, &mut forest)?;
        }
        From::Document { path, group, kind } => {
            kinds.push(json_schema::document(&read_json(&schemas.join(path))?, group, kind, &mut forest)?);
        }
        From::Values(path) => {
            let documents = read_yaml(&schemas.join(path))?;
            return Ok(head + &values::text(documents.first().unwrap_or(&Value::Null)));
        }
    }
    kinds.sort_by(|a, b| (&a.group, &a.kind).cmp(&(&b.group, &b.kind)));
    Ok(head + &forest.text(&kinds))
}

/// The file, or those that lie in the folder, in order.
fn files(path: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(|error| failed("read", path, &error))?;
    let mut found = Vec::new();
    for entry in entries {
        let file = entry.map_err(|error| failed("read", path, &error))?.path();
        if file.extension().is_some_and(|extension| extension == "yaml") {
            found.push(file);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| failed("read", path, &error))
}

fn read_yaml(path: &Path) -> Result<Vec<Value>, String> {
    use serde::Deserialize as _;

    let text = read(path)?;
    let documents = serde_yaml::Deserializer::from_str(&text).map(Value::deserialize);
    documents.collect::<Result<_, _>>().map_err(|error| format!("`{}`: {error}", path.display()))
}

fn read_json(path: &Path) -> Result<Value, String> {
    serde_json::from_str(&read(path)?).map_err(|error| format!("`{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::tree::Forest;
    use super::{crd, json_schema, values};

    #[test]
    fn what_a_custom_resource_says_of_its_fields_is_kept_and_what_stands_twice_is_written_once() {
        let reference = json!({
            "type": "object", "required": ["name"],
            "properties": { "name": { "type": "string" }, "kind": { "type": "string", "default": "Gateway" } },
        });
        let duration = json!({ "type": "string", "pattern": "^([0-9]{1,5}(h|m|s|ms)){1,4}$" });
        let document = json!({
            "kind": "CustomResourceDefinition",
            "spec": {
                "group": "example.com", "names": { "kind": "Thing" }, "scope": "Namespaced",
                "versions": [
                    { "name": "v1beta1", "schema": { "openAPIV3Schema": { "properties": {} } } },
                    { "name": "v1", "schema": { "openAPIV3Schema": { "properties": {
                        "kind": { "type": "string" }, "metadata": { "type": "object" }, "status": { "type": "object" },
                        "spec": { "type": "object", "properties": {
                            "parents": { "type": "array", "x-kubernetes-list-type": "map",
                                         "x-kubernetes-list-map-keys": ["kind", "name"], "items": reference },
                            "other": reference,
                            "names": { "type": "array", "x-kubernetes-list-type": "set", "items": { "type": "string" } },
                            "steps": { "type": "array", "items": { "type": "integer" } },
                            "labels": { "type": "object", "additionalProperties": { "type": "string" } },
                            "port": { "x-kubernetes-int-or-string": true }, "wait": duration,
                            "anything": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
                        } },
                    } } } },
                ],
            },
        });
        let mut forest = Forest::default();
        let kinds = crd::newest(crd::kinds(&[document], &mut forest).expect("it is a known form"));
        insta::assert_snapshot!(forest.text(&kinds), @r#"
        @0 {kind:s="Gateway" name!:s}
        example.com Thing v1,v1beta1 n {spec:{anything:a labels:<s> names:[~s] other:@0 parents:[kind,name|@0] port:x steps:[i] wait:d}}
        "#);
    }

    #[test]
    fn of_several_json_schemas_the_older_ones_only_add() {
        let schema = |properties: serde_json::Value| json!({ "oneOf": [{ "$ref": "#/$defs/A" }], "$defs": { "A": { "type": "object", "properties": properties } } });
        let newer = schema(json!({ "kind": { "enum": ["LinkConfig"] }, "mtu": { "type": "integer" } }));
        let older = schema(
            json!({ "kind": { "enum": ["LinkConfig"] }, "mtu": { "type": "string" }, "up": { "type": "boolean" } }),
        );
        let mut forest = Forest::default();
        let kinds = json_schema::talos(&[newer, older], &mut forest).expect("it is a known form");
        assert_eq!(forest.text(&kinds), "talos LinkConfig v1alpha1 c {mtu:i up:b}\n");
    }

    #[test]
    fn what_talos_reads_as_a_list_is_one_though_its_schema_has_a_member() {
        let certificate = json!({ "type": "object", "properties": { "crt": { "type": "string" } } });
        let machine = json!({ "type": "object", "properties": { "acceptedCAs": certificate, "ca": certificate } });
        let core = json!({ "type": "object", "properties": { "machine": machine } });
        let schema = json!({ "oneOf": [{ "$ref": "#/$defs/A" }], "$defs": { "A": core } });
        let mut forest = Forest::default();
        let kinds = json_schema::talos(&[schema], &mut forest).expect("it is a known form");
        assert!(
            forest.text(&kinds).ends_with("talos v1alpha1 v1alpha1 c {machine:{acceptedCAs:[{crt:s}] ca:{crt:s}}}\n")
        );
    }

    #[test]
    fn values_without_a_value_say_nothing() {
        let image = json!({ "repository": "quay.io/cilium/cilium", "tag": "v1.20.0" });
        let chart = json!({ "image": image, "debug": { "enabled": false, "verbose": null }, "k8sServicePort": "", "extra": {}, "args": ["a b"] });
        insta::assert_snapshot!(values::text(&chart), @r#"
        args=["a b"]
        debug{enabled=false}
        extra={}
        k8sServicePort=""
        "#);
    }
}
