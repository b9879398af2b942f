//! What of each cluster is known, as a tree that the checker reads.

use std::collections::BTreeSet;

use hnet_diagnostics::{Sources, Span};
use hnet_import::facts::{self, Counts, Machines, Moved, NotThere, Unknown};
use hnet_repository::{Cluster, Document, Repository, TalosForm, TalosSource};
use hnet_rules::{Held, Need};
use hnet_syntax::tree::{Statement, Tree, Value};

/// A cluster as a tree.
pub(crate) struct Read {
    /// The tree.
    pub(crate) tree: Tree,
    /// Which facts it holds.
    pub(crate) held: Held,
    /// Where the values of Cilium came from.
    pub(crate) moved: Option<Moved>,
    /// How much is known.
    pub(crate) counts: Counts,
    /// How many machines are known.
    pub(crate) nodes: usize,
    /// What is not known.
    pub(crate) unknown: Vec<Unknown>,
    /// The gateways that its routes name and the secrets that its gateways present, and that are not there.
    pub(crate) not_there: NotThere,
    /// The keys of its talconfig that talhelper does not read, each with whether it is one of the whole file.
    pub(crate) unknown_keys: Vec<(Span, bool)>,
}

/// Each cluster of a repository with its Talos, and each Talos that belongs to no cluster.
pub(crate) fn all(repository: &Repository, sources: &mut Sources, unsaid: Span, disabled: bool) -> Vec<Read> {
    let is_it = |source: &&TalosSource| source.form == TalosForm::Talhelper && source.is_preferred;
    let talconfigs: Vec<&TalosSource> = repository.talos.iter().filter(is_it).collect();
    let others = crate::machines::all(repository);
    let said: Vec<(&str, Option<Machines>, bool)> = talconfigs
        .iter()
        .map(|own| (own.path.as_str(), facts::machines(&own.path, repository, sources), true))
        .chain(others.iter().map(|own| {
            let has_prefixes = own.value.get("clusterPodNets").is_some() && own.value.get("clusterSvcNets").is_some();
            (own.path.as_str(), Some(facts::machines_of(&own.path, &own.value, sources)), has_prefixes)
        }))
        .collect();
    let mut taken = BTreeSet::new();
    let mut read = Vec::new();
    for cluster in &repository.clusters {
        let own = said.iter().position(|(path, ..)| cluster.talos.contains(folder(path)));
        taken.extend(own);
        let machines = own.and_then(|at| Some((said[at].1.as_ref()?, said[at].2)));
        let with_disabled = disabled.then(|| with(cluster, repository, sources));
        read.push(tree(with_disabled.as_ref().or(Some(cluster)), machines, sources, unsaid));
    }
    for (_, (_, machines, has_prefixes)) in said.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
        read.push(tree(None, machines.as_ref().map(|machines| (machines, *has_prefixes)), sources, unsaid));
    }
    read
}

/// A cluster with what is switched off: what lies in its part of the repository.
fn with(cluster: &Cluster, repository: &Repository, sources: &Sources) -> Cluster {
    let shared = |folder: &str, path: &str| folder.split('/').zip(path.split('/')).take_while(|(a, b)| a == b).count();
    let is_its = |document: &&Document| {
        let path = sources.get(document.file).path();
        let nearest = repository.clusters.iter().rev().max_by_key(|other| shared(&other.root.folder, path));
        nearest.is_some_and(|nearest| nearest.root.folder == cluster.root.folder)
    };
    Cluster {
        name: cluster.name.clone(),
        root: cluster.root.clone(),
        documents: cluster.documents.iter().chain(repository.disabled.iter().filter(is_its)).cloned().collect(),
        releases: cluster.releases.clone(),
        configs: cluster.configs.clone(),
        variables: cluster.variables.clone(),
        unknown: cluster.unknown.clone(),
        talos: cluster.talos.clone(),
        off: Vec::new(),
        beside: Vec::new(),
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn tree(cluster: Option<&Cluster>, machines: Option<(&Machines, bool)>, sources: &mut Sources, unsaid: Span) -> Read {
    let mut needs = vec![];
    let unknown_keys = machines.map_or_else(Vec::new, |(machines, _)| machines.unknown_keys.clone());
    let statements = machines.map(|(machines, _)| machines.statements.clone());
    let nodes = statements.iter().flatten().filter(|statement| statement.keyword.text == "node").count();
    let mut statements = match statements {
        Some(statements) => {
            needs.extend([Need::Addresses, Need::Nodes]);
            // Prefixes that nobody says are talhelper's.
            needs.extend(machines.filter(|(_, has_prefixes)| *has_prefixes).map(|_| Need::Prefixes));
            statements
        }
        None => vec![Statement::new("cluster", unsaid).with(Value::said("cluster", unsaid))],
    };
    let (mut counts, mut unknown, mut moved) = (Counts::default(), Vec::new(), None);
    let mut not_there = NotThere::default();
    // What is in the cluster is somebody else's, and need not be said whole.
    let mut existing = Vec::new();
    if let Some(cluster) = cluster {
        if let Some((statement, from)) = facts::values_of(cluster, sources, unsaid) {
            existing.push(statement);
            needs.push(Need::Cilium);
            counts.ciliums += 1;
            moved = Some(from);
        }
        let facts = facts::read(cluster, unsaid);
        existing.extend(facts.statements);
        counts = Counts { ciliums: counts.ciliums, ..facts.counts };
        (unknown, not_there) = (facts.unknown, facts.not_there);
        let known = [
            (facts.has_all_pools && counts.pools > 0, Need::Pools),
            (counts.gateways + counts.balanced > 0, Need::Addresses),
            (counts.gateways > 0, Need::Gateways),
            (counts.routes + counts.routes_of_charts > 0, Need::Routes),
            (counts.certificates > 0, Need::Certificates),
        ];
        needs.extend(known.into_iter().filter(|(is_known, _)| *is_known).map(|(_, need)| need));
    }
    if !existing.is_empty() {
        statements.push(Statement::new("existing", unsaid).holding(existing));
    }
    let name = Value::said("network", unsaid);
    let network = Statement::new("network", unsaid).with(name).holding(statements);
    let tree = Tree { file: unsaid.file, statements: vec![network], trailing: Vec::new() };
    Read { tree, held: needs.into_iter().collect(), moved, counts, nodes, unknown, not_there, unknown_keys }
}
