//! What a build would change of machines that run: it is laid over the words as patches, so that an import changes nothing
//! that nobody asked for. Start at [`Original::of`] and [`restore`].

use hnet_compare::Value as Meant;
use hnet_compare::files::{Document, Documents, Restored, restored};
use hnet_diagnostics::{FileId, Span};
use hnet_manifests::versions::talos::{Shape, Topic};
use hnet_yaml::Value;
use indexmap::IndexMap;

use super::{Cluster, GUESSED, Machine, Talconfig};
use crate::make::{map_of, plain, put, styled};
use crate::say::{self, Piece};

/// A talconfig as it is there, with the patches beside it.
#[derive(Clone, Debug)]
pub(crate) struct Original {
    talconfig: Document,
    beside: Documents,
    version: (u32, u32),
}

impl Original {
    /// What a talconfig is before anything is taken out.
    pub(super) fn of(file: &Talconfig<'_>) -> Option<Original> {
        let mut documents = Documents::default();
        documents.add(file.path, 0, 1, &file.value);
        let talconfig = documents.all.pop()?;
        let mut paths: Vec<String> = Vec::new();
        file.value.leaves(&mut |_, leaf| {
            let path = leaf.text().and_then(|text| text.strip_prefix('@'));
            paths.extend(
                path.and_then(|path| hnet_language::include::resolve(file.path, path.trim_start_matches("./"))),
            );
        });
        paths.sort();
        paths.dedup();
        for path in paths {
            let Some((yaml, _)) = file.files.get(&path) else { continue };
            for (at, document) in yaml.documents().enumerate() {
                if let Some(root) = document.root.filter(|root| root.is_map()) {
                    documents.add(&path, at, 1, &root.value());
                }
            }
        }
        Some(Original { talconfig, beside: documents, version: file.version.unwrap_or(GUESSED) })
    }
}

/// Lays what a build would change over the machines of a cluster. Whether there was anything.
pub(crate) fn restore(cluster: &mut Cluster, files: &IndexMap<String, String>) -> bool {
    let Some(original) = cluster.original.take() else { return false };
    let Some((path, text)) = files.iter().find(|(path, _)| path.ends_with("talconfig.yaml")) else { return false };
    let mut built = Documents::default();
    if let Some(root) = hnet_yaml::parse(FileId::default(), text).root() {
        built.add(path, 0, 1, &root.value());
    }
    let Some(talconfig) = built.all.pop() else { return false };
    let names = cluster.machines.iter().map(|machine| (machine.hostname.clone(), machine.name.clone()));
    let is_document = |path: &[&str]| topic(path).is_some_and(|topic| topic.shape(original.version) == Shape::Document);
    let names: Vec<(String, String)> = names.collect();
    let all = restored((&original.talconfig, &original.beside), (&talconfig, &built), &names, &is_document);
    let is_any = all.iter().any(|fields| !fields.is_empty());
    let mut of_nodes = String::new();
    for patch in talconfig.value.get("nodes").into_iter().flat_map(Meant::items).filter_map(|node| node.get("patches"))
    {
        patch.items().iter().filter_map(Meant::as_str).for_each(|text| of_nodes.push_str(text));
    }
    lay(cluster, all, &of_nodes);
    is_any
}

/// Where Talos says a field of the core document, by what it is about.
fn topic(path: &[&str]) -> Option<Topic> {
    Some(match path {
        ["machine", "network", "hostname"] => Topic::Hostname,
        ["machine", "network", ..] => Topic::Resolver,
        ["machine", "time", ..] => Topic::Time,
        ["machine", "features", "hostDNS", ..] => Topic::HostDns,
        ["machine", "nodeLabels" | "nodeAnnotations" | "nodeTaints", ..]
        | ["machine", "kubelet", "nodeIP", ..]
        | ["cluster", "allowSchedulingOnControlPlanes"] => Topic::Node,
        ["machine", "kubelet", ..] => Topic::Kubelet,
        ["cluster", "apiServer", ..] => Topic::ApiServer,
        ["cluster", "proxy", ..] => Topic::KubeProxy,
        ["cluster", "coreDNS", ..] => Topic::CoreDns,
        ["cluster", "clusterName" | "controlPlane" | "network", ..] => Topic::ClusterNetwork,
        _ => return None,
    })
}

/// Lays each field over all machines that it is about, over as many as can be at once; `of_nodes` is what single machines
/// are told, which comes on top of what all are told.
fn lay(cluster: &mut Cluster, all: Vec<Vec<Restored>>, of_nodes: &str) {
    let mut of_cluster = Vec::new();
    let mut of_groups = [Vec::new(), Vec::new()];
    let mut of_machines: Vec<Vec<Restored>> = vec![Vec::new(); all.len()];
    let is_of = |group: usize| move |machine: &Machine| usize::from(machine.is_worker) == group;
    for (at, fields) in all.iter().enumerate() {
        for field in fields {
            let group = usize::from(cluster.machines[at].is_worker);
            let has = |is_it: &dyn Fn(&Machine) -> bool| {
                cluster
                    .machines
                    .iter()
                    .zip(&all)
                    .filter(|(machine, _)| is_it(machine))
                    .all(|(_, own)| own.contains(field))
            };
            let mut of_its_machines = cluster.machines.iter().flat_map(|machine| &machine.pieces);
            // What lies over a cluster's patches would come on top of what they restore.
            let on_machines = of_its_machines.any(|piece| speaks_of(piece, field));
            let is_on_top = of_nodes.contains(last_key(field));
            let slot = if !is_on_top && has(&|_| true) {
                &mut of_cluster
            } else if !on_machines && has(&is_of(group)) {
                &mut of_groups[group]
            } else {
                &mut of_machines[at]
            };
            if !slot.contains(field) {
                slot.push(field.clone());
            }
        }
    }
    let span = cluster.span;
    cluster.pieces.extend(pieces(&of_cluster, span));
    for (group, fields) in cluster.groups.iter_mut().zip(&of_groups) {
        group.extend(pieces(fields, span));
    }
    for (machine, fields) in cluster.machines.iter_mut().zip(&of_machines) {
        machine.pieces.extend(pieces(fields, machine.span));
    }
}

/// Whether a patch says something of a field.
fn speaks_of(piece: &Piece, field: &Restored) -> bool {
    piece.said.keyword.text == "patch"
        && piece.said.arguments.iter().any(|argument| argument.value.text.contains(last_key(field)))
}

fn last_key(field: &Restored) -> &str {
    field.path.last().map_or("", String::as_str)
}

/// Fields of which hnet writes more than most do.
const SUBNETS: [&str; 2] = ["validSubnets", "advertisedSubnets"];

/// Fields as patches: first what takes away, then what says.
fn pieces(fields: &[Restored], span: Span) -> Vec<Piece> {
    let is_of_subnets = |field: &Restored| {
        field.path.iter().any(|key| SUBNETS.contains(&key.as_str()) || matches!(key.as_str(), "nodeIP" | "etcd"))
    };
    let mut pieces = Vec::new();
    for of_subnets in [true, false] {
        let fields: Vec<&Restored> = fields.iter().filter(|field| is_of_subnets(field) == of_subnets).collect();
        let mut kinds: Vec<Option<&str>> = fields.iter().map(|field| field.kind).collect();
        kinds.dedup();
        let mut patches = Vec::new();
        for kind in kinds {
            let of_kind = fields.iter().filter(|field| field.kind == kind);
            let mut goes = head(kind, span);
            let mut says = head(kind, span);
            let (mut is_gone, mut is_said) = (false, false);
            for field in of_kind {
                if field.goes_first {
                    put(&mut goes, &field.path, map_of([("$patch", plain("delete", span))], span));
                    is_gone = true;
                }
                if let Some(value) = &field.value {
                    put(&mut says, &field.path, styled(value, None, span));
                    is_said = true;
                }
            }
            patches.extend(is_gone.then_some(goes));
            patches.extend(is_said.then_some(says));
        }
        for (at, patch) in patches.iter().enumerate() {
            let mut said = say::block("patch", patch);
            if at == 0 && of_subnets {
                let keeps_some = fields.iter().any(|field| field.value.is_some());
                let why = match keeps_some {
                    true => {
                        "As it was. Without this kubelet and etcd take what hnet derives: the subnet, no virtual IP."
                    }
                    false => "As it was. Without this kubelet and etcd take addresses of the subnet alone.",
                };
                said = said.under([say::note(why, span)]);
            }
            pieces.push(Piece::new(said, 0));
        }
    }
    pieces
}

fn head(kind: Option<&str>, span: Span) -> Value {
    match kind {
        None => map_of([], span),
        Some(kind) => map_of([("apiVersion", plain("v1alpha1", span)), ("kind", plain(kind, span))], span),
    }
}
