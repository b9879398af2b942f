//! What of a repository is taken over: the clusters, each with its objects, its chart of Cilium and its talconfig.
//!
//! What is live is known by `hnet-repository`. Start at [`gather`].

use hnet_diagnostics::{Sources, Span};
use hnet_repository::{Cluster, Document, Installer, Repository, RootKind, is_network};
use hnet_yaml::Value;
use indexmap::{IndexMap, IndexSet};

use crate::cilium::Release;
use crate::external_dns;
use crate::left;
use crate::objects::{Object, each_once};
use crate::report::Report;
use crate::take::{Said, said};
use crate::talos::Talconfig;

/// Where what is imported is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In files of its own, which nobody else adds to.
    Elsewhere,
    /// In the files that it was read from.
    InPlace,
}

/// A cluster before it is said.
#[derive(Debug, Default)]
pub(crate) struct Gathered<'r> {
    /// What it is called.
    pub(crate) name: String,
    /// Where that follows from.
    pub(crate) span: Span,
    /// Its objects.
    pub(crate) objects: Vec<Object>,
    /// Its Cilium.
    pub(crate) release: Option<Release>,
    /// Its talconfig, by its number.
    pub(crate) talconfig: Option<usize>,
    /// Its k3s.
    pub(crate) k3s: Option<Said>,
    /// All that it gets.
    pub(crate) all: Option<&'r Cluster>,
}

/// Of a hundred objects of the network so many must be live for the roots to be all there is. Where fewer are, somebody
/// applies the others by hand or by a script.
const MOSTLY: usize = 70;

/// The clusters of a repository.
pub(crate) fn gather<'r>(
    repository: &'r Repository,
    talconfigs: &[Talconfig<'_>],
    sources: &Sources,
    place: Place,
    report: &mut Report,
) -> Vec<Gathered<'r>> {
    let object = |document: &Document| {
        let path = sources.get(document.file).path();
        match place {
            Place::Elsewhere => Object::of(document, path),
            Place::InPlace => Object::in_its_file(document, path),
        }
    };
    let mut taken: IndexSet<usize> = IndexSet::new();
    let mut all = Vec::new();
    for cluster in &repository.clusters {
        let own = |talconfig: &Talconfig<'_>| cluster.talos.contains(crate::files::folder(talconfig.path()));
        let talconfig = talconfigs.iter().position(own).filter(|at| taken.insert(*at));
        let release = release_of(cluster.charts("cilium"), report);
        let objects = each_once(cluster.documents.iter().filter_map(object), sources, report);
        let (name, span) = (cluster.name.to_string(), cluster.root.span);
        let k3s = k3s_of(cluster).filter(|_| talconfig.is_none());
        all.push(Gathered { name, span, objects, release, talconfig, k3s, all: Some(cluster) });
    }
    if !is_all_from_roots(repository) {
        let others = || repository.disabled.iter().chain(&repository.loose);
        match all.as_mut_slice() {
            [only] => {
                let objects = std::mem::take(&mut only.objects).into_iter().chain(others().filter_map(object));
                only.objects = each_once(objects, sources, report);
                if repository.clusters[0].root.kind != RootKind::Everything
                    && let Some(first) = others().find(|document| is_network(document))
                {
                    report.unread(
                        first.value.span,
                        "no root leads to most of the network, so all that is there is taken",
                    );
                }
            }
            _ => {
                if let Some(first) = others().find(|document| is_network(document)) {
                    report.unread(
                        first.value.span,
                        "no root leads here, and there are several clusters: which is it of?",
                    );
                }
            }
        }
    }
    if let [only] = all.as_mut_slice() {
        only.release = only
            .release
            .take()
            .or_else(|| release_of(repository.bootstrap.iter().filter(|release| release.chart == "cilium"), report));
    }
    for gathered in &mut all {
        find_parents(&mut gathered.objects, repository);
    }
    let is_said = |one: &Gathered<'_>| one.talconfig.is_some() || one.release.is_some();
    // What is published may be said anywhere: beside a cluster it is none.
    let tells = |object: &Object| object.is_of_the_network() && object.kind != external_dns::KIND;
    let is_cluster = |one: &Gathered<'_>| is_said(one) || one.objects.iter().any(tells);
    match all.iter().any(is_cluster) {
        true => all.retain(is_cluster),
        false => all.retain(|one| one.objects.iter().any(Object::is_of_the_network)),
    }
    let rest = (0..talconfigs.len()).filter(|at| !taken.contains(at));
    all.extend(rest.map(|at| Gathered { talconfig: Some(at), ..Gathered::default() }));
    left::say(repository, talconfigs, sources, report);
    all
}

/// Whether the roots lead to nearly all of the network. What is switched off does not count: somebody did it.
fn is_all_from_roots(repository: &Repository) -> bool {
    let is_network = |document: &&Document| Object::of(document, "").is_some_and(|object| object.is_of_the_network());
    let live: usize = repository.clusters.iter().map(|own| own.documents.iter().filter(is_network).count()).sum();
    let loose = repository.loose.iter().filter(is_network).count();
    live * 100 >= (live + loose) * MOSTLY
}

/// The k3s that a plan of its upgrade controller keeps the machines of a cluster at.
fn k3s_of(cluster: &Cluster) -> Option<Said> {
    let is_plan = |document: &&Document| document.kind() == "Plan" && document.group() == "upgrade.cattle.io";
    let version = |plan: &Document| {
        let field = plan.value.at(&["spec"])?.field("version")?;
        let text = field.value.as_str()?.trim_start_matches('v').to_owned();
        text.contains("+k3s").then(|| said(text, field))
    };
    cluster.documents.iter().filter(is_plan).find_map(version)
}

/// The release of Cilium among some charts.
fn release_of<'r>(
    mut charts: impl Iterator<Item = &'r hnet_repository::Release>,
    report: &mut Report,
) -> Option<Release> {
    let chart = charts.find(|chart| chart.installer != Installer::K3s || chart.version.is_some())?;
    let Some((version, span)) = &chart.version else {
        report.unread(chart.span, "Cilium's chart without a version");
        return None;
    };
    if chart.has_unknown_values {
        report.unread(chart.span, "values of Cilium's chart that are not in the repository in the clear");
    }
    let version = Said { text: version.to_string(), span: *span, comments: None };
    Some(Release { version, values: chart.values.clone(), is_in_words: false })
}

/// A gateway whose namespace nothing says is in the one by which all that attach to it name it.
fn find_parents(objects: &mut [Object], repository: &Repository) {
    let is_nowhere = |object: &Object| object.kind == "Gateway" && object.namespace.is_none();
    if !objects.iter().any(is_nowhere) {
        return;
    }
    let mut parents: IndexMap<String, IndexSet<String>> = IndexMap::new();
    for value in repository.files.iter().flat_map(|file| &file.documents) {
        parents_below(value, &mut parents);
    }
    for gateway in objects.iter_mut().filter(|object| is_nowhere(object)) {
        if let Some(namespaces) = parents.get(&gateway.name).filter(|namespaces| namespaces.len() == 1) {
            gateway.namespace = namespaces.first().cloned();
        }
    }
    // What lies beside it without a namespace is applied with it.
    let found: IndexMap<String, Option<String>> = objects
        .iter()
        .filter(|object| object.kind == "Gateway" && object.value.at(&["metadata", "namespace"]).is_none())
        .map(|gateway| (crate::files::folder(&gateway.path).to_owned(), gateway.namespace.clone()))
        .collect();
    for object in objects.iter_mut().filter(|object| object.namespace.is_none() && !object.is_cluster_wide()) {
        object.namespace = found.get(crate::files::folder(&object.path)).cloned().flatten();
    }
}

/// The namespaces in which a document looks for each gateway that it names, also in the values of a chart.
fn parents_below(value: &Value, parents: &mut IndexMap<String, IndexSet<String>>) {
    for field in value.fields() {
        if &*field.key == "parentRefs" {
            for parent in field.value.items() {
                if let (Some(name), Some(namespace)) = (parent.str_at(&["name"]), parent.str_at(&["namespace"])) {
                    parents.entry(name.to_owned()).or_default().insert(namespace.to_owned());
                }
            }
        } else {
            parents_below(&field.value, parents);
        }
    }
    value.items().iter().for_each(|item| parents_below(item, parents));
}
