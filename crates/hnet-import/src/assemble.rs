//! The pieces of an import in the order of a source.
//!
//! Start at [`Draft::tree`]. Beside the tree stands which piece each statement is, so that one that the checker refuses
//! can be said otherwise.

use hnet_diagnostics::{FileId, Span};
use hnet_repository::Root;
use hnet_syntax::tree::{Statement, Tree, Value};
use indexmap::IndexMap;

use crate::cilium::Release;
use crate::kubernetes::Content;
use crate::objects::Object;
use crate::placeholders::Variables;
use crate::say::{self, Piece};
use crate::talos::Cluster;
use crate::wires::Wires;

/// An import before it is a source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    /// What the network is called.
    pub(crate) name: String,
    /// Where that follows from.
    pub(crate) span: Span,
    /// The subnets and routers.
    pub(crate) wires: Wires,
    /// What stands beside the clusters and has addresses.
    pub(crate) hosts: Vec<Piece>,
    /// The clusters.
    pub(crate) clusters: Vec<Whole>,
    /// The files that hnet wrote itself.
    pub(crate) own: Vec<String>,
    /// Where parts of the output go that would hold more than was there.
    pub(crate) output: IndexMap<&'static str, &'static str>,
}

/// A cluster with all that belongs to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whole {
    /// It and its machines.
    pub(crate) own: Cluster,
    /// Whether anything says that it is there, besides its contents.
    pub(crate) is_said: bool,
    /// What it serves.
    pub(crate) contents: Vec<Content>,
    /// The objects that its contents are about.
    pub(crate) objects: Vec<Object>,
    /// The variables in these that are known.
    pub(crate) variables: Variables,
    /// Its talconfig, by its number.
    pub(crate) talconfig: Option<usize>,
    /// The ApplicationSet of which `gitops` is said, as long as that was not seen to come out as it.
    pub(crate) gitops: Option<Object>,
    /// Its Cilium, as long as nothing of its values was laid over those that hnet derives.
    pub(crate) release: Option<Release>,
    /// Where what it gets begins.
    pub(crate) root: Option<Root>,
}

/// Which piece of a draft a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Of a cluster.
    Cluster(usize, usize),
    /// Of a group of a cluster.
    Group(usize, usize, usize),
    /// Of a machine of a cluster.
    Machine(usize, usize, usize),
    /// Of the contents of a cluster.
    Content(usize, usize),
    /// Of the hosts.
    Host(usize),
}

/// The pieces of each statement, by the way to it.
pub(crate) type Index = IndexMap<Vec<usize>, Vec<Place>>;

/// A statement with what stands in it.
struct Item {
    statement: Statement,
    places: Vec<Place>,
    inner: Vec<Item>,
}

impl Item {
    fn new(statement: Statement, inner: Vec<Item>) -> Item {
        Item { statement, places: Vec::new(), inner }
    }

    fn of(piece: &Piece, places: Vec<Place>) -> Item {
        Item { statement: piece.said.clone(), places, inner: Vec::new() }
    }

    /// The statements of some items, those in which others stand too.
    fn statements<'i>(items: &'i mut [Item], into: &mut Vec<&'i mut Statement>) {
        for item in items {
            into.push(&mut item.statement);
            Item::statements(&mut item.inner, into);
        }
    }

    /// Puts what has to be said for the variables of a cluster before its items, which are written with them.
    fn with_variables(mut items: Vec<Item>, whole: &Whole, wires: &Wires) -> Vec<Item> {
        let mut statements = Vec::new();
        Item::statements(&mut items, &mut statements);
        let said = whole.variables.write(&mut statements, wires);
        let said: Vec<Item> = said.into_iter().map(|said| Item::new(said, Vec::new())).collect();
        if let Some(first) = items.first_mut().filter(|_| !said.is_empty()) {
            first.statement.blank_before = true;
        }
        said.into_iter().chain(items).collect()
    }

    fn make(self, path: &[usize], index: &mut Index) -> Statement {
        if !self.places.is_empty() {
            index.insert(path.to_vec(), self.places);
        }
        if self.inner.is_empty() {
            return self.statement;
        }
        let inner = self.inner.into_iter().enumerate().map(|(at, item)| item.make(&[path, &[at]].concat(), index));
        let inner: Vec<Statement> = inner.collect();
        self.statement.holding(inner)
    }
}

impl Draft {
    /// The source as a tree, and the pieces of its statements.
    pub(crate) fn tree(&self) -> (Tree, Index) {
        let mut items: Vec<Item> =
            self.wires.statements().into_iter().map(|statement| Item::new(statement, Vec::new())).collect();
        let hosts = self.hosts.iter().enumerate();
        items.extend(hosts.map(|(at, host)| Item::of(host, vec![Place::Host(at)])));
        let is_only = self.clusters.len() < 2;
        for (at, whole) in self.clusters.iter().enumerate() {
            let cluster = &whole.own;
            let pieces = cluster.pieces.iter().enumerate();
            let mut inner: Vec<Item> =
                pieces.map(|(piece, own)| Item::of(own, vec![Place::Cluster(at, piece)])).collect();
            let contents = whole.contents.iter().enumerate().filter(|(_, content)| !content.is_implied);
            let (there, contents): (Vec<_>, Vec<_>) = contents.partition(|(_, content)| content.is_there);
            let beside = machines(at, cluster, is_only)
                .into_iter()
                .chain(
                    contents.into_iter().map(|(content, own)| Item::of(&own.piece, vec![Place::Content(at, content)])),
                )
                .chain(existing(at, &there));
            let head = say::field("cluster", &cluster.name, cluster.span).under(cluster.comments.clone()).apart();
            if !is_only {
                inner.extend(beside);
                items.push(Item::new(head, Item::with_variables(inner, whole, &self.wires)));
                continue;
            }
            if whole.is_said {
                items.push(Item::new(head, inner));
            }
            items.extend(beside);
        }
        if let [only] = self.clusters.as_slice() {
            items = Item::with_variables(items, only, &self.wires);
        }
        if !self.output.is_empty() {
            let fields = self.output.iter().map(|(part, place)| say::field(part, place, self.span));
            let output = Statement::new("output", self.span).holding(fields).apart();
            let note = say::note("What was not there is not written.", self.span);
            items.push(Item::new(output.under([note]), Vec::new()));
        }
        let mut index = Index::new();
        // Without a name it is called as its file is.
        let network = match self.name.as_str() {
            "" => Statement::new("network", self.span),
            name => say::field("network", name, self.span),
        };
        let network = Item::new(network, items).make(&[0], &mut index);
        (Tree { file: FileId::default(), statements: vec![network], trailing: Vec::new() }, index)
    }

    /// The piece at a place.
    pub(crate) fn piece(&mut self, place: Place) -> Option<&mut Piece> {
        match place {
            Place::Cluster(cluster, at) => self.clusters.get_mut(cluster)?.own.pieces.get_mut(at),
            Place::Group(cluster, group, at) => self.clusters.get_mut(cluster)?.own.groups.get_mut(group)?.get_mut(at),
            Place::Machine(cluster, machine, at) => {
                self.clusters.get_mut(cluster)?.own.machines.get_mut(machine)?.pieces.get_mut(at)
            }
            Place::Host(at) => self.hosts.get_mut(at),
            Place::Content(cluster, at) => {
                self.clusters.get_mut(cluster)?.contents.get_mut(at).map(|content| &mut content.piece)
            }
        }
    }

    /// Removes the pieces at some places.
    pub(crate) fn remove(&mut self, places: &[Place]) {
        let mut gone = places.to_vec();
        gone.sort_by_key(|place| match *place {
            Place::Cluster(.., at)
            | Place::Group(.., at)
            | Place::Machine(.., at)
            | Place::Content(_, at)
            | Place::Host(at) => std::cmp::Reverse(at),
        });
        for place in gone {
            match place {
                Place::Cluster(cluster, at) => drop(self.clusters[cluster].own.pieces.remove(at)),
                Place::Group(cluster, group, at) => drop(self.clusters[cluster].own.groups[group].remove(at)),
                Place::Machine(cluster, machine, at) => {
                    drop(self.clusters[cluster].own.machines[machine].pieces.remove(at));
                }
                Place::Content(cluster, at) => drop(self.clusters[cluster].contents.remove(at)),
                Place::Host(at) => drop(self.hosts.remove(at)),
            }
        }
    }

    /// The pieces of all clusters.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.clusters.iter().map(|whole| &whole.own).flat_map(|cluster| {
            let of_machines = cluster.machines.iter().flat_map(|machine| &machine.pieces);
            cluster.pieces.iter().chain(cluster.groups.iter().flatten()).chain(of_machines)
        })
    }
}

/// What is there and stays its owner's.
fn existing(cluster: usize, there: &[(usize, &Content)]) -> Option<Item> {
    let (_, first) = there.first()?;
    let inner = there.iter().map(|(content, own)| Item::of(&own.piece, vec![Place::Content(cluster, *content)]));
    Some(Item::new(Statement::new("existing", first.piece.said.span).apart(), inner.collect()))
}

/// The machines of a cluster, and the profiles of what their author says of a role. What they share besides is found when
/// all is said.
fn machines(cluster: usize, own: &Cluster, is_only: bool) -> Vec<Item> {
    let mut profiles: [Option<String>; 2] = [None, None];
    let mut items = Vec::new();
    for (group, role) in ["control-plane", "worker"].into_iter().enumerate() {
        let mut of_role = own.machines.iter().filter(|machine| machine.is_worker == (group == 1));
        let (Some(first), Some(_)) = (of_role.next(), of_role.next()) else { continue };
        if own.groups[group].is_empty() {
            continue;
        }
        let name = if is_only { role.to_owned() } else { format!("{}-{role}", own.name) };
        items.push(Item::new(say::field("profile", &name, first.span).apart(), of_group(cluster, own, group)));
        profiles[group] = Some(name);
    }
    for (at, machine) in own.machines.iter().enumerate() {
        let group = usize::from(machine.is_worker);
        let mut head = say::field("node", &machine.name, machine.span).under(machine.comments.clone());
        if at == 0 {
            head = head.apart();
        }
        let own_pieces = machine.pieces.iter().enumerate();
        let mut inner: Vec<Item> =
            own_pieces.map(|(piece, said)| Item::of(said, vec![Place::Machine(cluster, at, piece)])).collect();
        match &profiles[group] {
            Some(profile) => {
                head = head.with(Value::said("like", machine.span)).with(Value::said(profile, machine.span));
            }
            // As those of a profile they come before what the machine alone is told, which lies over them.
            None => {
                let is_patch = |piece: &Piece| piece.said.keyword.text == "patch";
                let first = machine.pieces.iter().position(is_patch).unwrap_or(machine.pieces.len());
                inner.splice(first..first, of_group(cluster, own, group));
            }
        }
        items.push(Item::new(head, inner));
    }
    items
}

/// What is said of all machines of a role.
fn of_group(cluster: usize, own: &Cluster, group: usize) -> Vec<Item> {
    let pieces = own.groups[group].iter().enumerate();
    pieces.map(|(at, piece)| Item::of(piece, vec![Place::Group(cluster, group, at)])).collect()
}
