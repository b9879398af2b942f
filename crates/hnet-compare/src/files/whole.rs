//! Whole machine configurations beside what is laid over generated ones: what generators write is on both sides, so that what
//! differs is what somebody says. Start at [`complete`].

use std::collections::BTreeSet;

use hnet_diagnostics::FileId;
use hnet_yaml::Reader;

use super::documents::{Document, Documents};
use super::generated::{
    DOCUMENTS, GENERATED, GENERATED_OF_CONTROL_PLANES, IMAGES, INSTALLER, LEFT_OUT, NAMES, OF_CLUSTER,
    OF_CLUSTER_DEFAULTS, SAID,
};
use super::machines::{Machine, map, put};
use crate::Value;
use crate::kinds::Kind;

/// Lays what one side says of a machine over what is generated for it, where the other has its whole configuration.
pub(super) fn complete(before: &mut Documents, after: &mut Documents) {
    call_by_hostname(before, after);
    call_by_hostname(after, before);
    lay_over_generated(before, after);
    lay_over_generated(after, before);
    for documents in [before, after] {
        say_what_is_off(documents);
    }
}

/// Says of a whole configuration that what it lacks of what generators switch on is off, unless documents say it.
fn say_what_is_off(documents: &mut Documents) {
    let said_of = |machine: &str| -> Vec<&[&str]> {
        let has = |kind: &str| documents.all.iter().any(|own| own.kind.kind == kind && own.machine() == Some(machine));
        ELSEWHERE.iter().filter(|(kind, _)| has(kind)).map(|(_, path)| *path).collect()
    };
    let elsewhere: Vec<_> = documents.all.iter().map(|own| is_whole(own).then(|| said_of(&own.name))).collect();
    for (document, elsewhere) in documents.all.iter_mut().zip(elsewhere) {
        let (value, Some(elsewhere)) = (&mut document.value, elsewhere) else { continue };
        let is_resolver_said = value.at(HOST_DNS).is_some();
        for (path, usual) in GENERATED.iter().filter(|(path, _)| !elsewhere.iter().any(|said| path.starts_with(said))) {
            // Without a resolver there is nothing to forward to, and roles are looked at in any case.
            let is_on_anyway = *path == RBAC || *path == FORWARD && !is_resolver_said;
            let said = if is_on_anyway { *usual } else { usual.strip_prefix("true").map_or(*usual, |_| "false") };
            if value.at(path).is_none() {
                put(value, path, read(said));
            }
        }
    }
}

/// Documents that say what generators switch on, and what each says of it.
const ELSEWHERE: [(&str, &[&str]); 4] = [
    ("KubePrismConfig", &["machine", "features", "kubePrism"]),
    ("ResolverConfig", &["machine", "features", "hostDNS"]),
    ("DiscoveryServiceConfig", &["cluster", "discovery"]),
    (IN_DOCUMENTS, &[]),
];

/// A document that is generated from Talos 1.14 on, with others of which no table knows all.
const IN_DOCUMENTS: &str = "KubeClusterConfig";

const RBAC: &[&str] = &["machine", "features", "rbac"];
const HOST_DNS: &[&str] = &["machine", "features", "hostDNS", "enabled"];
const FORWARD: &[&str] = &["machine", "features", "hostDNS", "forwardKubeDNSToHost"];

/// Whether a document is a whole configuration.
pub(super) fn is_whole(own: &Document) -> bool {
    own.kind == Kind::machine()
        && own.value.get("version").and_then(Value::as_str) == Some("v1alpha1")
        && own.value.at(&["machine", "type"]).is_some()
}

/// Calls the machine of a whole configuration by its host name, where it is called so on the other side.
fn call_by_hostname(documents: &mut Documents, others: &Documents) {
    let known: BTreeSet<&str> = others.all.iter().filter_map(Document::machine).collect();
    let files: Vec<(String, String)> =
        documents.all.iter().filter(|own| is_whole(own)).map(|own| (own.file.clone(), own.name.clone())).collect();
    for (file, called) in files.into_iter().filter(|(_, called)| !known.contains(called.as_str())) {
        let hostname = |own: &Document| match own.kind.kind.as_str() {
            "HostnameConfig" => own.value.get("hostname").and_then(Value::as_str).map(str::to_owned),
            _ => own.value.at(&["machine", "network", "hostname"]).and_then(Value::as_str).map(str::to_owned),
        };
        let mut its = documents.all.iter().filter(|own| own.file == file && own.kind.is_talos());
        let Some(name) = its.find_map(hostname).filter(|name| known.contains(name.as_str())) else { continue };
        for own in documents.all.iter_mut().filter(|own| own.file == file && own.machine() == Some(called.as_str())) {
            own.name.replace_range(..called.len(), &name);
        }
    }
}

fn lay_over_generated(documents: &mut Documents, others: &Documents) {
    for whole in others.all.iter().filter(|own| is_whole(own)) {
        let is_its = |own: &Document| own.machine() == Some(whole.name.as_str());
        if others.all.iter().any(|own| is_its(own) && own.kind.kind == IN_DOCUMENTS) {
            continue;
        }
        let own: Vec<&Document> = documents.all.iter().filter(|own| is_its(own)).collect();
        let Some(first) = own.first().copied().cloned().filter(|_| !own.iter().any(|own| is_whole(own))) else {
            continue;
        };
        // Documents that hold nothing but secrets are generated as well.
        let secret = |other: &&Document| is_its(other) && DOCUMENTS.contains(&other.kind.kind.as_str());
        let missing = others.all.iter().filter(secret).filter(|other| own.iter().all(|own| own.kind != other.kind));
        let missing: Vec<Document> =
            missing.map(|other| Document { file: first.file.clone(), line: first.line, ..other.clone() }).collect();
        let base = generated(&whole.value);
        match documents.all.iter_mut().find(|own| is_its(own) && own.kind == Kind::machine()) {
            Some(core) => {
                let mut machine = Machine { core: base, ..Machine::default() };
                machine.add_document("v1alpha1", core.value.clone());
                core.value = machine.core;
            }
            None => {
                documents.all.push(Document { kind: Kind::machine(), name: whole.name.clone(), value: base, ..first })
            }
        }
        documents.all.extend(missing);
    }
}

/// What is generated for a machine of which this is the configuration, with the same secrets, cluster and versions.
fn generated(whole: &Value) -> Value {
    let mut base = map([]);
    let image = ["machine", "install", "image"];
    let is_usual = |path: &[&str], name: &str| {
        let image = whole.at(path).and_then(Value::as_str).and_then(|image| image.strip_prefix(name));
        image.is_some_and(|tag| tag.starts_with(':'))
    };
    let host = whole.at(&["cluster", "controlPlane", "endpoint"]).and_then(Value::as_str).unwrap_or_default();
    let is_host = |name: &Value| name.as_str().is_some_and(|name| !name.is_empty() && host.contains(name));
    let mut copied: Vec<&[&str]> = LEFT_OUT.iter().chain(&OF_CLUSTER).copied().collect();
    copied.extend(
        IMAGES.iter().filter(|(kind, path, name)| kind.is_none() && is_usual(path, name)).map(|(_, path, _)| *path),
    );
    copied.extend(is_usual(&image, INSTALLER).then_some(&image[..]));
    copied.extend(SAID.iter().filter(|(path, usual)| whole.at(path) == Some(&read(usual))).map(|(path, _)| *path));
    copied
        .extend(whole.at(NAMES).is_some_and(|names| matches!(names.items(), [only] if is_host(only))).then_some(NAMES));
    for path in copied {
        whole.at(path).into_iter().for_each(|said| put(&mut base, path, said.clone()));
    }
    let of_role: &[_] = match whole.at(&["machine", "type"]).and_then(Value::as_str) {
        Some("worker") => &[],
        _ => GENERATED_OF_CONTROL_PLANES,
    };
    for (path, usual) in GENERATED.iter().chain(OF_CLUSTER_DEFAULTS).chain(of_role) {
        if base.at(path).is_none() {
            put(&mut base, path, read(usual));
        }
    }
    put_empty(whole, &mut Vec::new(), &mut base);
    base
}

fn read(json: &str) -> Value {
    let yaml = hnet_yaml::parse(FileId::default(), json);
    yaml.root().map(|root| Value::of(&root.value(), Reader::Talos)).unwrap_or_default()
}

/// Puts in the maps and lists that hold nothing, where nothing is.
fn put_empty<'v>(value: &'v Value, path: &mut Vec<&'v str>, into: &mut Value) {
    let is_empty = match value {
        Value::Map(entries) => entries.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Null => true,
        _ => false,
    };
    if is_empty && !path.is_empty() && into.at(path).is_none() {
        put(into, path, value.clone());
    }
    for (key, value) in value.entries() {
        path.push(key);
        put_empty(value, path, into);
        path.pop();
    }
}
