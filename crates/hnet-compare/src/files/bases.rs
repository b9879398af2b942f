//! Machines over a base: whole configurations over which people lay the patches of each machine
//! (`talosctl machineconfig patch`). Nothing but names and places says which file is of which machine; that is decided here,
//! for whoever reads them. Start at [`clusters`] and [`to_machines`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::FileId;
use hnet_yaml::Text;

use super::documents::{Document, Documents, Template};
use super::jinja;
use super::machines::{OF_CONTROL_PLANES, put, text, without_emptied};
use super::whole::is_whole;
use crate::Value;
use crate::kinds::Kind;
use crate::laying::lay_over;

/// What a file of machine configurations says of whose it is.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its path.
    pub path: String,
    /// Whether it may be a whole configuration.
    pub may_be_whole: bool,
    /// The cluster that it names, and where that is reached; a whole configuration says where.
    cluster: String,
    endpoint: Option<String>,
    /// The host name that it says.
    hostname: Option<String>,
    /// The role that it says, as a place in [`ROLES`].
    role: Option<usize>,
    /// Whether it says what only control planes are told.
    is_of_control_plane: bool,
}

/// The roles, as `machine.type` has them.
pub const ROLES: [&str; 2] = ["controlplane", "worker"];

/// Former names of the roles.
const FORMER: [&str; 2] = ["init", "join"];

/// What a folder or a file may be called that is of a role.
const NAMES: [[&str; 4]; 2] =
    [["controlplane", "controlplanes", "control-plane", "control-planes"], ["worker", "workers", "worker", "workers"]];

/// Documents that only control planes are told.
const DOCUMENTS: [&str; 4] =
    ["Layer2VIPConfig", "KubeAPIServerConfig", "KubeControllerManagerConfig", "KubeSchedulerConfig"];

/// A machine with the files that are laid for it, by their places among the parts, the last over those before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laid {
    /// Its role, as a place in [`ROLES`].
    pub role: usize,
    /// The whole configuration, the patches of its role, its own one; or the whole configuration that is its own.
    pub files: Vec<usize>,
}

/// The files of a cluster, by their places among the parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// Those that may be whole configurations.
    pub heads: Vec<usize>,
    /// The others.
    pub patches: Vec<usize>,
    /// The machines.
    pub machines: Vec<Laid>,
    /// What is said of files, of which something was guessed or nothing was made.
    pub notes: Vec<(usize, &'static str)>,
}

impl Part {
    /// The file of these documents.
    #[must_use]
    pub fn of<'v>(path: &str, may_be_whole: bool, documents: impl IntoIterator<Item = &'v Value>) -> Part {
        let mut part = Part { path: path.to_owned(), may_be_whole, ..Part::default() };
        let mut cluster = None;
        for document in documents {
            let kind = document.get("kind").and_then(Value::as_str);
            let said = |core: &[&str], (of, key): (&str, &str)| {
                let said = match kind {
                    None => document.at(core),
                    Some(own) => document.get(key).filter(|_| own == of),
                };
                said.and_then(Value::as_str).map(str::to_owned)
            };
            let of_cluster = |core: &[&str], key| said(core, ("KubeClusterConfig", key));
            cluster = cluster.or_else(|| of_cluster(&["cluster", "clusterName"], "clusterName"));
            part.endpoint = part.endpoint.or_else(|| of_cluster(&["cluster", "controlPlane", "endpoint"], "endpoint"));
            part.hostname =
                part.hostname.or_else(|| said(&["machine", "network", "hostname"], ("HostnameConfig", "hostname")));
            part.role = part.role.or_else(|| {
                let said = document.at(&["machine", "type"])?.as_str()?;
                [ROLES, FORMER].iter().find_map(|names| names.iter().position(|name| *name == said))
            });
            part.is_of_control_plane |= match kind {
                None => OF_CONTROL_PLANES.iter().any(|key| document.at(&["cluster", key]).is_some()),
                Some(kind) => DOCUMENTS.contains(&kind),
            };
        }
        part.cluster = cluster.unwrap_or_default();
        part
    }

    fn is_below(&self, root: &str) -> bool {
        root.is_empty() || self.path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The role that its name or a folder below another one has.
    fn role_by_name(&self, root: &str) -> Option<usize> {
        let inner = self.path.get(root.len()..)?;
        let role =
            |part: &str| NAMES.iter().position(|names| names.contains(&part.split('.').next().unwrap_or_default()));
        inner.split('/').find_map(role)
    }
}

/// The clusters of files, those of one machine each beside those over which they are laid. What stands below the folders of
/// several is of the nearest.
#[must_use]
pub fn clusters(parts: &[Part]) -> Vec<Cluster> {
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut clusters: Vec<Cluster> = Vec::new();
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| part.may_be_whole) {
        let Some(endpoint) = &part.endpoint else { continue };
        let place = *places.entry((&part.cluster, endpoint)).or_insert(clusters.len());
        if place == clusters.len() {
            clusters.push(Cluster::default());
        }
        clusters[place].heads.push(at);
    }
    let roots: Vec<Option<String>> = clusters.iter().map(|own| root(parts, own)).collect();
    let heads: BTreeSet<usize> = clusters.iter().flat_map(|own| &own.heads).copied().collect();
    for (at, part) in parts.iter().enumerate().filter(|(at, _)| !heads.contains(at)) {
        let around = roots.iter().enumerate().filter_map(|(place, root)| Some((place, root.as_deref()?)));
        let around = around.filter(|(_, root)| part.is_below(root)).max_by_key(|(_, root)| root.len());
        if let Some((place, _)) = around {
            clusters[place].patches.push(at);
        }
    }
    for (own, root) in clusters.iter_mut().zip(&roots) {
        own.find_machines(parts, root.as_deref().unwrap_or_default());
    }
    clusters
}

/// The folder of those that are not of one machine, below which its patches lie.
fn root(parts: &[Part], cluster: &Cluster) -> Option<String> {
    let bases = cluster.heads.iter().map(|at| &parts[*at]).filter(|part| part.hostname.is_none());
    bases.map(|part| folder(&part.path)).min_by_key(|folder| folder.len()).map(str::to_owned)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

const NO_ROLE: &str = "a machine of which nothing says whether it is a control plane or a worker";
const TAKEN_FOR_A_WORKER: &str =
    "taken for a worker, since it says nothing that only control planes are told and no role";
const NO_BASE: &str = "a patch of a machine of a role for which there is no whole configuration";
const SEVERAL_BASES: &str = "a patch of a machine of a role for which there are several whole configurations";
const NOBODYS: &str = "a patch of machines, of which nothing says whose it is";

impl Cluster {
    fn find_machines(&mut self, parts: &[Part], below: &str) {
        let is_named = |at: &usize| parts[*at].hostname.is_some();
        let (owns, bases): (Vec<usize>, Vec<usize>) = self.heads.iter().copied().partition(is_named);
        for own in owns {
            match parts[own].role {
                Some(role) => self.machines.push(Laid { role, files: vec![own] }),
                None => self.notes.push((own, NO_ROLE)),
            }
        }
        let (named, others): (Vec<usize>, Vec<usize>) = self.patches.iter().copied().partition(is_named);
        let role_of = |at: usize| parts[at].role.or_else(|| parts[at].role_by_name(below));
        let said = |at: &usize| parts[*at].role;
        let roles: BTreeSet<usize> = bases.iter().chain(&others).filter_map(said).collect();
        let only = roles.first().copied().filter(|_| roles.len() == 1);
        let mut placed: BTreeSet<usize> = BTreeSet::new();
        for own in named {
            let role = role_of(own).or(only).unwrap_or_else(|| {
                let is_worker = !parts[own].is_of_control_plane;
                if is_worker {
                    self.notes.push((own, TAKEN_FOR_A_WORKER));
                }
                usize::from(is_worker)
            });
            // One that says no role is of all machines.
            let mut its = bases.iter().copied().filter(|base| parts[*base].role.is_none_or(|own| own == role));
            let base = match (its.next(), its.next()) {
                (Some(base), None) => base,
                (None, _) => {
                    self.notes.push((own, NO_BASE));
                    continue;
                }
                _ => {
                    self.notes.push((own, SEVERAL_BASES));
                    continue;
                }
            };
            let of_role: Vec<usize> = others.iter().copied().filter(|at| role_of(*at) == Some(role)).collect();
            placed.extend(&of_role);
            let files = std::iter::once(base).chain(of_role).chain([own]).collect();
            self.machines.push(Laid { role, files });
        }
        let left = others.into_iter().filter(|at| !placed.contains(at));
        self.notes.extend(left.map(|at| (at, NOBODYS)));
    }
}

/// Puts each machine over a base in the place of the files that are laid for it, where the other side says that machine and
/// does not in a file that is here as well: what it says there takes the place of the patch alone.
pub(super) fn to_machines(before: &mut Documents, after: &mut Documents) {
    let [old, new] = [&*before, &*after].map(said);
    lay(before, &old, &new);
    lay(after, &new, &old);
}

/// The machines of one side, each with the files that say something of it.
type Said = BTreeMap<String, BTreeSet<String>>;

fn said(documents: &Documents) -> Said {
    let mut machines = Said::new();
    for own in &documents.all {
        if let Some(name) = own.machine() {
            machines.entry(name.to_owned()).or_default().insert(own.file.clone());
        }
    }
    machines
}

fn lay(documents: &mut Documents, own: &Said, others: &Said) {
    let mut files: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
    for document in documents.all.iter().filter(|own| own.kind.is_talos()) {
        files.entry(&document.file).or_default().push(document);
    }
    let filled = Documents { all: documents.templates.iter().flat_map(filled).collect(), ..Documents::default() };
    for document in filled.all.iter().filter(|own| own.kind.is_talos()) {
        files.entry(&document.file).or_default().push(document);
    }
    let may_be_whole = |path: &str, all: &[&Document]| jinja::is_template(path) || all.iter().any(|own| is_whole(own));
    let parts: Vec<Part> = files
        .iter()
        .map(|(path, all)| Part::of(path, may_be_whole(path, all), all.iter().map(|own| &own.value)))
        .collect();
    let files: Vec<Vec<&Document>> = files.into_values().collect();
    let (mut made, mut taken) = (Vec::new(), BTreeSet::new());
    for machine in clusters(&parts).into_iter().flat_map(|cluster| cluster.machines) {
        let Some(name) = machine.files.last().and_then(|at| parts[*at].hostname.as_deref()) else { continue };
        let is_in_both = |(own, others): (&BTreeSet<String>, &BTreeSet<String>)| !own.is_disjoint(others);
        let Some(said) = others.get(name) else { continue };
        // A template is no file of the comparison until it is filled in.
        let is_alone = machine.files.len() == 1 && !jinja::is_template(&parts[machine.files[0]].path);
        if is_alone || own.get(name).is_some_and(|own| is_in_both((own, said))) {
            continue;
        }
        made.extend(laid(name, machine.role, machine.files.iter().map(|at| files[*at].as_slice())));
        taken.extend(machine.files.iter().map(|at| parts[*at].path.clone()));
    }
    documents.all.retain(|own| !own.kind.is_talos() || !taken.contains(&own.file));
    documents.all.extend(made);
}

/// The documents of a template of Jinja, with placeholders in the place of names; none where it holds more.
fn filled(template: &Template) -> Vec<Document> {
    if !jinja::is_template(&template.file) {
        return Vec::new();
    }
    let Some(text) = jinja::filled(&Text::verbatim(&template.text, FileId::default(), 0)) else { return Vec::new() };
    let mut documents = Documents::default();
    documents.read_file(&template.file, text.as_str());
    if documents.unread.is_empty() { documents.all } else { Vec::new() }
}

/// The documents of a machine, each file laid over those before, all in the last one's file.
fn laid<'d>(
    name: &str,
    role: usize,
    files: impl DoubleEndedIterator<Item = &'d [&'d Document]> + Clone,
) -> Vec<Document> {
    let own = files.clone().next_back().and_then(|own| own.first());
    let place = own.map(|own| (own.file.clone(), own.line)).unwrap_or_default();
    let mut places: BTreeMap<(&Kind, Option<&str>), usize> = BTreeMap::new();
    let mut all: Vec<Option<Document>> = Vec::new();
    for document in files.flatten() {
        let own = document.name.split_once('/').map(|(_, own)| own);
        let at = *places.entry((&document.kind, own)).or_insert(all.len());
        let value = match all.get_mut(at).and_then(Option::take) {
            None => Some(document.value.clone()),
            Some(before) => lay_over(&document.kind, &before.value, &document.value)
                .map(|laid| without_emptied(Some(&before.value), laid, &document.value)),
        };
        let name = own.map_or_else(|| name.to_owned(), |own| format!("{name}/{own}"));
        let (file, line) = place.clone();
        let made = value.map(|value| Document { file, line, name, value, ..(*document).clone() });
        if at < all.len() {
            all[at] = made;
        } else {
            all.push(made);
        }
    }
    let mut all: Vec<Document> = all.into_iter().flatten().collect();
    for core in all.iter_mut().filter(|own| own.kind == Kind::machine()) {
        for (path, said) in [(&["version"][..], "v1alpha1"), (&["machine", "type"], ROLES[role])] {
            if core.value.at(path).is_none() {
                put(&mut core.value, path, text(said));
            }
        }
    }
    all
}
