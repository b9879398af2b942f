//! What a build would change of machines that run: it is laid over the words as patches, so that an import changes nothing
//! that nobody asked for. Start at [`Original::of`] and [`restore`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::Value as Meant;
use hnet_compare::files::{Document, Documents, Restored, restored};
use hnet_diagnostics::{FileId, Span};
use hnet_manifests::versions::talos::{Shape, Topic};
use hnet_yaml::Value;
use indexmap::{IndexMap, IndexSet};

use super::{Cluster, GUESSED, Talconfig, kubelet};
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
        let whole = file.laid.as_ref().map_or(&file.value, |laid| &laid.whole);
        documents.add(file.path, 0, 1, whole);
        let talconfig = documents.all.pop()?;
        let mut paths: Vec<String> = Vec::new();
        whole.leaves(&mut |_, leaf| {
            let named = leaf.text().and_then(|text| text.strip_prefix('@'));
            paths.extend(named.and_then(|path| file.path_of(path)));
        });
        paths.sort();
        paths.dedup();
        for path in paths {
            let Some((yaml, _)) = file.file(&path) else { continue };
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
    let Some((path, text)) = files.iter().find(|(path, _)| path.ends_with("talconfig.yaml")) else { return false };
    let mut built = Documents::default();
    if let Some(root) = hnet_yaml::parse(FileId::default(), text).root() {
        built.add(path, 0, 1, &root.value());
    }
    let Some(talconfig) = built.all.pop() else { return false };
    let Some(original) = cluster.original.take() else { return false };
    let names = cluster.machines.iter().map(|machine| (machine.hostname.clone(), machine.built_hostname().to_owned()));
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

/// Fields that are about a topic beside the one that [`Topic::field`] names for it.
const BESIDE: &[(&str, Topic)] = &[
    ("machine.network.searchDomains", Topic::Resolver),
    ("machine.network.disableSearchDomain", Topic::Resolver),
    ("machine.nodeAnnotations", Topic::Node),
    ("machine.nodeTaints", Topic::Node),
    ("machine.kubelet.nodeIP", Topic::Node),
    ("cluster.allowSchedulingOnControlPlanes", Topic::Node),
    // `KubeClusterConfig` says these, since the same version.
    ("cluster.clusterName", Topic::ClusterNetwork),
    ("cluster.controlPlane", Topic::ClusterNetwork),
];

/// What a field of the core document is about: the topic of the longest field that it is or is in.
fn topic(path: &[&str]) -> Option<Topic> {
    let fields = Topic::ALL.iter().map(|topic| (topic.field(), *topic)).chain(BESIDE.iter().copied());
    let holds = |(field, _): &(&str, Topic)| {
        let mut keys = path.iter();
        field.split('.').all(|key| keys.next() == Some(&key))
    };
    fields.filter(holds).max_by_key(|(field, _)| field.split('.').count()).map(|(_, topic)| topic)
}

/// Lays each field over all machines that it is about, over as many as can be at once; `of_nodes` is what single machines
/// are told, which comes on top of what all are told.
fn lay(cluster: &mut Cluster, all: Vec<Vec<Restored>>, of_nodes: &str) {
    let group_of = |at: usize| usize::from(cluster.machines[at].is_worker);
    let mut sizes = [0, 0];
    (0..all.len()).for_each(|at| sizes[group_of(at)] += 1);
    // How many of each group have a field, which is told from others by all of it.
    let mut having: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for (at, field) in all.iter().enumerate().flat_map(|(at, fields)| fields.iter().map(move |field| (at, field))) {
        having.entry(format!("{field:?}")).or_default()[group_of(at)] += 1;
    }
    let of_machines = cluster.machines.iter().flat_map(|machine| &machine.pieces);
    let patches =
        of_machines.filter(|piece| piece.said.keyword.text == "patch").flat_map(|piece| &piece.said.arguments);
    let patches: Vec<&str> = patches.map(|argument| argument.value.text.as_str()).collect();
    let mut spoken: BTreeMap<String, [bool; 2]> = BTreeMap::new();
    let mut of_cluster = Vec::new();
    let mut of_groups = [Vec::new(), Vec::new()];
    let mut of_each: Vec<Vec<Restored>> = vec![Vec::new(); all.len()];
    let mut laid: BTreeSet<(String, usize)> = BTreeSet::new();
    for (at, fields) in all.into_iter().enumerate() {
        let group = group_of(at);
        for field in fields {
            let own = format!("{field:?}");
            let having = having[&own];
            let key = field.path.last().map_or("", String::as_str);
            // What lies over a cluster's patches would come on top of what they restore.
            let [is_on_top, on_machines] = *spoken
                .entry(key.to_owned())
                .or_insert_with(|| [of_nodes.contains(key), patches.iter().any(|patch| patch.contains(key))]);
            let (slot, of) = if !is_on_top && having == sizes {
                (&mut of_cluster, 0)
            } else if !on_machines && having[group] == sizes[group] {
                (&mut of_groups[group], 1 + group)
            } else {
                (&mut of_each[at], 3 + at)
            };
            if laid.insert((own, of)) {
                slot.push(field);
            }
        }
    }
    let span = cluster.span;
    let [of_control_planes, _] = &mut of_groups;
    for fields in [&mut of_cluster, of_control_planes] {
        let is_said = |field: &Restored, pieces: &mut Vec<Piece>| {
            field.kind.is_none()
                && field.path == ETCD_SUBNETS
                && super::control_plane::say_subnets(pieces, field.value.as_ref(), span)
        };
        fields.retain(|field| !is_said(field, &mut cluster.pieces));
    }
    subnets(&mut cluster.pieces, &mut of_cluster, span);
    cluster.pieces.extend(pieces(&of_cluster, span));
    for (at, (group, fields)) in cluster.groups.iter_mut().zip(&mut of_groups).enumerate() {
        let mut of_role = cluster.machines.iter_mut().filter(|machine| machine.is_worker == (at == 1));
        // What the only machine of a role says of its kubelet is one statement with what the role does.
        let only = of_role.next().filter(|_| of_role.next().is_none());
        subnets(only.map_or(&mut *group, |machine| &mut machine.pieces), fields, span);
        group.extend(pieces(fields, span));
    }
    for (machine, fields) in cluster.machines.iter_mut().zip(&mut of_each) {
        subnets(&mut machine.pieces, fields, machine.span);
        machine.pieces.extend(pieces(fields, machine.span));
    }
}

/// Where etcd finds the addresses of its members, for which the cluster has words.
const ETCD_SUBNETS: [&str; 3] = ["cluster", "etcd", "advertisedSubnets"];

/// Says in words where the kubelet found the address of its node.
fn subnets(pieces: &mut Vec<Piece>, fields: &mut Vec<Restored>, span: Span) {
    fields.retain(|field| {
        let is_it = kubelet::says_subnets(field.kind, &field.path, field.value.as_ref());
        if is_it {
            let why = match field.value {
                Some(_) => "As it was. Without this the kubelet takes what hnet derives: the subnet, no virtual IP.",
                None => "As it was. Without this the kubelet takes addresses of the subnet alone.",
            };
            kubelet::say_subnets(pieces, field.value.as_ref(), say::note(why, span), span);
        }
        !is_it
    });
}

/// Fields that hnet derives from the subnet, of which most people say nothing: these, and what holds nothing else.
const SUBNETS: [&str; 3] = ["validSubnets", "advertisedSubnets", "nodeIP"];

/// Fields as patches, those of subnets before the others; of each document first what takes away, then what says.
fn pieces(fields: &[Restored], span: Span) -> Vec<Piece> {
    let is_of_subnets = |field: &Restored| field.path.iter().any(|key| SUBNETS.contains(&key.as_str()));
    let mut pieces = Vec::new();
    for of_subnets in [true, false] {
        let fields: Vec<&Restored> = fields.iter().filter(|field| is_of_subnets(field) == of_subnets).collect();
        let kinds: IndexSet<Option<&str>> = fields.iter().map(|field| field.kind).collect();
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

#[cfg(test)]
mod tests {
    use hnet_compare::files::{Document, Documents, Restored};
    use hnet_compare::{Kind, Value};
    use hnet_diagnostics::Span;
    use hnet_manifests::versions::talos::{Shape, Topic};
    use indexmap::IndexMap;

    use super::{Original, pieces, restore, topic};
    use crate::talos::Cluster;

    fn said(kind: Option<&'static str>, path: &[&str]) -> Restored {
        let path = path.iter().map(|key| (*key).to_owned()).collect();
        Restored { kind, path, value: Some(Value::Text("x".to_owned())), goes_first: false }
    }

    /// What one document is told is told once: what would be laid over it again would be added to its lists.
    #[test]
    fn a_document_is_told_once() {
        let fields = [
            said(None, &["machine", "features", "hostDNS"]),
            said(Some("TimeSyncConfig"), &["ntp", "servers"]),
            said(None, &["machine", "nodeLabels"]),
        ];
        let texts =
            pieces(&fields, Span::default()).into_iter().map(|piece| piece.said.arguments[0].value.text.clone());
        let texts: Vec<String> = texts.map(|text| text.to_string()).collect();
        assert_eq!(texts.iter().filter(|text| text.contains("hostDNS")).count(), 1, "{texts:#?}");
        assert_eq!(texts.len(), 2, "{texts:#?}");
    }

    /// Only what is about subnets is said to be.
    #[test]
    fn what_is_not_about_subnets_has_no_note_about_them() {
        let note = |path| pieces(&[said(None, path)], Span::default())[0].said.leading.len();
        assert_eq!(note(&["cluster", "etcd", "advertisedSubnets"]), 1);
        assert_eq!(note(&["cluster", "etcd", "extraArgs", "quota"]), 0);
    }

    #[test]
    fn a_field_is_about_the_topic_of_the_longest_field_around_it() {
        for own in Topic::ALL {
            let path: Vec<&str> = own.field().split('.').collect();
            assert_eq!(topic(&path), Some(*own));
        }
        assert_eq!(
            topic(&["machine", "network", "kubespan", "enabled"]).map(|one| one.shape((1, 12))),
            Some(Shape::Field)
        );
        assert_eq!(topic(&["machine", "network", "searchDomains"]), Some(Topic::Resolver));
        assert_eq!(topic(&["machine", "kubelet", "nodeIP", "validSubnets"]), Some(Topic::Node));
        assert_eq!(topic(&["machine", "kubelet", "image"]), Some(Topic::Kubelet));
        assert_eq!(topic(&["machine", "sysctls", "vm.max_map_count"]), Some(Topic::Sysctls));
        assert_eq!(topic(&["machine", "files"]), None);
        assert_eq!(topic(&["machine"]), None);
    }

    /// A draft that builds no talconfig yet is compared once it does.
    #[test]
    fn the_original_is_kept_until_there_is_something_to_compare_it_with() {
        let talconfig = Document {
            file: "talconfig.yaml".to_owned(),
            line: 1,
            kind: Kind::talconfig(),
            namespace: String::new(),
            name: "home".to_owned(),
            value: Value::Map(Vec::new()),
        };
        let original = Original { talconfig, beside: Documents::default(), version: (1, 13) };
        let mut cluster = Cluster { original: Some(original), ..Cluster::default() };
        assert!(!restore(&mut cluster, &IndexMap::new()));
        assert!(cluster.original.is_some());
    }
}
