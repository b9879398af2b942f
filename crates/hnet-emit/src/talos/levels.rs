//! What all machines are told, what those of a role, and what one alone, taken apart by value.
//!
//! What a stream of documents says is cut into pieces: a typed document is one, and of the core document each value that
//! merges with nothing, so that lists, which append, are never said twice. A piece stands once on the way to each machine: with all
//! where all say it alike, else with a role, else with the machine. So the three laid over each other are the stream, in
//! whatever order their parts come. Start at [`levels`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_model::Role;
use indexmap::IndexMap;

use super::laid::deletions;
use super::topics::{Topic, Whose, is_whole, topic};
use crate::yaml::{DIRECTIVE, Node, Value};

/// Who is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// All machines.
    All,
    /// Those of a role.
    Role(Role),
    /// One of the machines, by its number.
    Machine(usize),
}

/// What is said by which a piece is known: the kind and the name of a document, and the path in the core document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    kind: Option<String>,
    name: Option<String>,
    path: Vec<String>,
}

/// The pieces of a stream. Each is a list, since nothing but the source's own order keeps two documents of one name apart.
type Pieces = IndexMap<Key, Vec<Node>>;

/// The documents of a level, by the files of their topics.
pub(super) type Files = IndexMap<&'static str, Vec<Node>>;

/// What each level is told, the streams of the machines taken apart.
pub(super) fn levels(machines: &[(Role, Vec<Node>)]) -> BTreeMap<Level, Files> {
    let streams: Vec<(Role, Pieces)> = machines.iter().map(|(role, documents)| (*role, pieces(documents))).collect();
    let shared = |is_it: &dyn Fn(Role) -> bool| -> (usize, BTreeSet<Key>) {
        let of_group: Vec<&Pieces> = streams.iter().filter(|(role, _)| is_it(*role)).map(|(_, it)| it).collect();
        let Some((first, others)) = of_group.split_first() else { return (0, BTreeSet::new()) };
        let by_all = |(key, nodes): &(&Key, &Vec<Node>)| {
            others.iter().all(|other| other.get(*key).is_some_and(|other| same_all(nodes, other)))
        };
        (of_group.len(), first.iter().filter(by_all).map(|(key, _)| key.clone()).collect())
    };
    let (count, by_all) = shared(&|_| true);
    let by_role = [Role::ControlPlane, Role::Worker].map(|role| (role, shared(&|own| own == role)));
    let level_of = |at: usize, role: Role, key: &Key, topic: &Topic| {
        let of_role = by_role.iter().find(|(own, (_, shared))| *own == role && shared.contains(key));
        let is_one_of_several = of_role.is_some_and(|(_, (count, _))| *count > 1);
        match topic.whose {
            Whose::Anyones if by_all.contains(key) => Level::All,
            Whose::OneMachines if count > 1 && by_all.contains(key) => Level::All,
            Whose::ControlPlanes if role == Role::ControlPlane && of_role.is_some() => Level::Role(role),
            _ if is_one_of_several => Level::Role(role),
            _ => Level::Machine(at),
        }
    };
    let mut found: BTreeMap<Level, IndexMap<&'static str, Pieces>> = BTreeMap::new();
    for (at, (role, pieces)) in streams.iter().enumerate() {
        for (key, nodes) in pieces {
            let topic = topic(key.kind.as_deref(), &key.path);
            let level = level_of(at, *role, key, topic);
            let files = found.entry(level).or_default();
            files.entry(topic.file).or_default().entry(key.clone()).or_insert_with(|| nodes.clone());
        }
    }
    let whole = |files: IndexMap<&'static str, Pieces>| -> Files {
        files.into_iter().map(|(file, pieces)| (file, documents(pieces))).collect()
    };
    found.into_iter().map(|(level, files)| (level, whole(files))).collect()
}

/// The kind and the name of a document; the core document has neither.
pub(super) fn identity(document: &Node) -> (Option<&str>, Option<&str>) {
    let text = |key| match document.get(key).map(|node| &node.value) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    (text("kind"), text("name"))
}

/// Cuts a stream into pieces.
fn pieces(documents: &[Node]) -> Pieces {
    let mut pieces = Pieces::new();
    // What is taken away and said again is one piece, so that it is said after it is taken away.
    let mut goes = BTreeSet::new();
    for document in documents {
        match identity(document) {
            (None, _) => {
                cut(document, &mut Vec::new(), &goes, &mut pieces);
                goes.extend(deletions(document).into_iter().map(|(path, _)| path));
            }
            (kind, name) => {
                let key = Key { kind: kind.map(str::to_owned), name: name.map(str::to_owned), path: Vec::new() };
                pieces.entry(key).or_default().push(document.clone());
            }
        }
    }
    pieces
}

/// Cuts what stands in the core document into pieces, but for what is said after another one took it away.
fn cut(node: &Node, path: &mut Vec<String>, goes: &BTreeSet<Vec<String>>, pieces: &mut Pieces) {
    let is_piece = || node.get(DIRECTIVE).is_some() || is_whole(path) || goes.contains(path);
    match &node.value {
        Value::Mapping(entries) if !entries.is_empty() && !is_piece() => {
            for (key, value) in entries {
                path.push(key.clone());
                cut(value, path, goes, pieces);
                path.pop();
            }
        }
        _ => pieces.entry(Key { kind: None, name: None, path: path.clone() }).or_default().push(node.clone()),
    }
}

/// The documents of pieces, the core document first, and before it what only takes away.
fn documents(pieces: Pieces) -> Vec<Node> {
    let (mut goes, mut core, mut others): (Option<Node>, Option<Node>, Vec<Node>) = (None, None, Vec::new());
    for (key, nodes) in pieces {
        let last = nodes.len().saturating_sub(1);
        for (at, node) in nodes.into_iter().enumerate() {
            let document = match key.kind {
                Some(_) => {
                    others.push(node);
                    continue;
                }
                None if at < last => &mut goes,
                None => &mut core,
            };
            put(document.get_or_insert_with(|| Node::mapping(node.origin)), &key.path, node);
        }
    }
    goes.into_iter().chain(core).chain(others).collect()
}

/// Puts a value where a path leads, with the mappings on the way.
fn put(within: &mut Node, path: &[String], value: Node) {
    match path {
        [] => *within = value,
        [last] => within.set(last.as_str(), value),
        [first, rest @ ..] => {
            if within.get(first).is_none() {
                within.set(first.as_str(), Node::mapping(value.origin));
            }
            if let Some(inner) = within.at_mut(&[first]) {
                put(inner, rest, value);
            }
        }
    }
}

fn same_all(some: &[Node], others: &[Node]) -> bool {
    some.len() == others.len() && some.iter().zip(others).all(|(one, other)| same(one, other))
}

/// Whether two parts say the same, wherever they come from.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Mapping(some), Value::Mapping(others)) => {
            let has = |(key, value): &(String, Node)| other.get(key).is_some_and(|other| same(value, other));
            some.len() == others.len() && some.iter().all(has)
        }
        (Value::Sequence(some), Value::Sequence(others)) => same_all(some, others),
        (Value::Lines(some), Value::Lines(others)) => {
            some.iter().map(|line| &line.value).eq(others.iter().map(|line| &line.value))
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::Origin;
    use hnet_model::Role;

    use super::{Level, levels};
    use crate::yaml::{Node, write};

    /// What is in the files, one line each, of machines whose streams are texts.
    fn split(machines: &[(Role, &[&str])]) -> Vec<String> {
        let node = |text: &&str| Node::from_yaml(&serde_yaml::from_str(text).expect("it is YAML"), Origin::default());
        let streams: Vec<_> = machines.iter().map(|(role, texts)| (*role, texts.iter().map(node).collect())).collect();
        let mut said = Vec::new();
        for (level, files) in levels(&streams) {
            let folder = match level {
                Level::All => "all".to_owned(),
                Level::Role(Role::Worker) => "worker".to_owned(),
                Level::Role(Role::ControlPlane) => "control-plane".to_owned(),
                Level::Machine(at) => format!("node/{at}"),
            };
            for (file, documents) in files {
                let mut text = String::new();
                documents.iter().for_each(|document| write(document, &mut text, &mut Vec::new()));
                let text = text.replace('"', "");
                said.push(format!("{folder}/{file}: {}", text.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        }
        said.sort();
        said
    }

    #[test]
    fn what_is_equal_is_said_once_and_lists_are_whole() {
        let one = "{machine: {sysctls: {a: '1', b: '1'}, certSANs: [x], kubelet: {extraConfig: {a: 1, b: 2}}}, cluster: {etcd: {a: 1}}}";
        let other = "{machine: {sysctls: {b: '2', a: '1'}, certSANs: [x, y], kubelet: {extraConfig: {a: 1, b: 3}}}, cluster: {etcd: {a: 1}}}";
        let third = "{machine: {sysctls: {a: '1'}, certSANs: [x]}}";
        let link = "{kind: LinkConfig, name: lan0, up: true}";
        let roles = [Role::ControlPlane, Role::ControlPlane, Role::Worker];
        assert_eq!(
            split(&[(roles[0], &[one, link]), (roles[1], &[other, link]), (roles[2], &[third])]),
            [
                "all/08-kernel.yaml: machine: sysctls: a: 1",
                "control-plane/03-network.yaml: kind: LinkConfig name: lan0 up: true",
                "control-plane/13-control-plane.yaml: cluster: etcd: a: 1",
                "node/0/07-kubelet.yaml: machine: kubelet: extraConfig: a: 1 b: 2",
                "node/0/08-kernel.yaml: machine: sysctls: b: 1",
                "node/0/20-other.yaml: machine: certSANs: - x",
                "node/1/07-kubelet.yaml: machine: kubelet: extraConfig: a: 1 b: 3",
                "node/1/08-kernel.yaml: machine: sysctls: b: 2",
                "node/1/20-other.yaml: machine: certSANs: - x - y",
                "node/2/20-other.yaml: machine: certSANs: - x",
            ]
        );
    }

    #[test]
    fn of_one_machine_what_is_its_own_stays_with_it() {
        let core = "{machine: {install: {disk: /dev/sda}}, cluster: {etcd: {a: 1}}}";
        let name = "{kind: HostnameConfig, hostname: a}";
        assert_eq!(
            split(&[(Role::ControlPlane, &[core, name])]),
            [
                "all/01-install.yaml: machine: install: disk: /dev/sda",
                "control-plane/13-control-plane.yaml: cluster: etcd: a: 1",
                "node/0/02-hostname.yaml: kind: HostnameConfig hostname: a",
            ]
        );
    }

    #[test]
    fn what_is_taken_away_is_taken_away_whole() {
        let taken = "{machine: {nodeTaints: {a: {$patch: delete}, b: 'c:NoSchedule'}, pods: []}}";
        assert_eq!(
            split(&[(Role::Worker, &[taken]), (Role::Worker, &[taken])]),
            [
                "all/06-node-labels.yaml: machine: nodeTaints: a: $patch: delete b: c:NoSchedule",
                "all/15-services.yaml: machine: pods: []",
            ]
        );
    }
}
