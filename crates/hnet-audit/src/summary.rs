//! What was read, what is not known, and what is not live, in a few lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use hnet_diagnostics::render::plain_line;
use hnet_diagnostics::{FileId, Sources, Span, counted};
use hnet_import::facts::{Counts, Unknown};
use hnet_repository::{Document, Liveness, Repository, RootKind, TalosForm, is_network};

/// What an audit has to say beside its findings.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many files of YAML a root leads to, and how many there are.
    pub files: (usize, usize),
    /// Where the clusters begin.
    pub roots: Vec<String>,
    /// What is said of machines in forms that are not read, or not applied, and where.
    pub talos: Vec<String>,
    /// How many machines are known.
    pub nodes: usize,
    /// How much else is known.
    pub counts: Counts,
    /// How often something is not known, by its cause, and where the first of it stands.
    pub unknown: BTreeMap<String, (usize, Option<String>)>,
    /// How many findings rested on what nobody wrote, and were dropped.
    pub guessed: usize,
    /// The objects of the network that are switched off, by their file.
    pub disabled: Vec<String>,
    /// How many objects of the network nothing leads to.
    pub loose: usize,
}

/// What is said of machines and not read, by its form and its folder.
fn of_talos(repository: &Repository, is_any_known: bool) -> Vec<String> {
    let mut files: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for own in &repository.talos {
        let form = match own.form {
            TalosForm::Talhelper if own.is_preferred => continue,
            TalosForm::OpenTofu => "resources of OpenTofu",
            _ if own.is_preferred && is_any_known => continue,
            TalosForm::Talhelper => "talconfigs",
            TalosForm::Jinja => "templates of machine configurations",
            TalosForm::Topf => "files of topf",
            TalosForm::Omni => "cluster templates of Omni",
            TalosForm::Machine => "machine configurations",
            TalosForm::Patch | TalosForm::Environment | TalosForm::Secrets => continue,
        };
        let why = match own.is_preferred {
            true if own.form == TalosForm::OpenTofu => "their expressions are not evaluated",
            true => "no machine is named in the clear",
            false => "another form is applied or newer",
        };
        files.entry((form, why)).or_default().insert(&own.path);
    }
    let said = files.into_iter().map(|((form, why), paths)| {
        let first = paths.first().copied().unwrap_or_default();
        let more = if paths.len() > 1 { format!(" and {} more", paths.len() - 1) } else { String::new() };
        format!("{first}{more}: {form}; {why}")
    });
    said.collect()
}

/// So many causes, and so many objects, are named.
const MOST: usize = 8;

impl Summary {
    /// What the repository itself says.
    pub(crate) fn of(repository: &Repository, sources: &Sources) -> Summary {
        let is_live = |file: &&hnet_repository::File| {
            (0..file.documents.len()).any(|at| repository.liveness(file.id, at as u32) == Liveness::Live)
        };
        let mut unknown: BTreeMap<String, (usize, Option<String>)> = BTreeMap::new();
        for cluster in &repository.clusters {
            let of_network: BTreeSet<FileId> = cluster
                .documents
                .iter()
                .filter(|document| is_network(document))
                .map(|document| document.file)
                .collect();
            for (name, places) in &cluster.unknown {
                let count = places.iter().filter(|place| of_network.contains(&place.file)).count();
                if count > 0 {
                    let cause = format!("`${{{name}}}` is defined nowhere: compared as a symbol");
                    unknown.entry(cause).or_default().0 += count;
                }
            }
        }
        let name = |document: &Document| {
            format!("{} {} in {}", document.kind(), document.name(), sources.get(document.file).path())
        };
        Summary {
            files: (repository.files.iter().filter(is_live).count(), repository.files.len()),
            roots: repository
                .clusters
                .iter()
                .map(|cluster| match (cluster.root.kind, cluster.root.folder.as_str()) {
                    (RootKind::Everything, _) => String::new(),
                    (RootKind::Kustomizations, _) => "the kustomizations that no other lists".to_owned(),
                    (_, "") => "the folder itself".to_owned(),
                    (_, folder) => format!("`{folder}`"),
                })
                .collect(),
            talos: of_talos(repository, !crate::machines::all(repository).is_empty()),
            unknown,
            disabled: repository.disabled.iter().filter(|document| is_network(document)).map(name).collect(),
            loose: repository.loose.iter().filter(|document| is_network(document)).count(),
            ..Summary::default()
        }
    }

    /// Whether nothing is known at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.1 == 0 || self.roots.is_empty() && self.nodes == 0 && self.counts == Counts::default()
    }

    /// What of a cluster is known.
    pub(crate) fn add(&mut self, counts: Counts, nodes: usize, unknown: Vec<Unknown>, sources: &Sources) {
        self.nodes += nodes;
        let Counts { gateways, routes, routes_of_charts, pools, certificates, balanced, ciliums } = counts;
        let own = &mut self.counts;
        own.gateways += gateways;
        own.routes += routes;
        own.routes_of_charts += routes_of_charts;
        own.pools += pools;
        own.certificates += certificates;
        own.balanced += balanced;
        own.ciliums += ciliums;
        for one in unknown {
            self.add_unknown(one.cause, Some(one.span), sources);
        }
    }

    /// Counts something that is not known.
    pub(crate) fn add_unknown(&mut self, cause: String, place: Option<Span>, sources: &Sources) {
        let (count, first) = self.unknown.entry(cause).or_default();
        *count += 1;
        if let Some(place) = place.filter(|_| first.is_none()) {
            let source = sources.get(place.file);
            let at = source.position(place.start as usize);
            *first = Some(format!("{}:{}:{}", source.path(), at.line, at.column));
        }
    }

    /// The same as lines for people. `idle` is how many rules did not run.
    #[must_use]
    pub fn text(&self, idle: usize) -> String {
        let mut text = String::new();
        let (live, all) = self.files;
        let roots = match self.roots.as_slice() {
            [] => "no root of GitOps".to_owned(),
            [nothing] if nothing.is_empty() => format!("{live} of {all} files: nothing says which are applied"),
            roots => format!("{live} of {all} files reached from {}", roots.join(", ")),
        };
        // Writing into a string does not fail.
        let _ = writeln!(text, "read      {}", plain_line(&roots));
        let Counts { gateways, routes, routes_of_charts, pools, certificates, balanced, ciliums: _ } = self.counts;
        let all_routes = routes + routes_of_charts;
        let of_charts =
            if routes_of_charts > 0 { format!(" ({routes_of_charts} in values of charts)") } else { String::new() };
        let counts = [
            counted(self.nodes, "node"),
            counted(gateways, "gateway"),
            counted(all_routes, "route") + &of_charts,
            counted(pools, "pool"),
            counted(balanced, "pinned service"),
            counted(certificates, "certificate"),
        ];
        let _ = writeln!(text, "          {}", counts.join(", "));
        for (at, what) in self.talos.iter().take(MOST).enumerate() {
            let word = if at == 0 { "not read" } else { "" };
            let _ = writeln!(text, "{word:<10}{}", plain_line(what));
        }
        let mut causes: Vec<_> = self.unknown.iter().collect();
        causes.sort_by_key(|(cause, (count, _))| (std::cmp::Reverse(*count), cause.as_str()));
        for (at, (cause, (count, place))) in causes.iter().take(MOST).enumerate() {
            let word = if at == 0 { "unknown" } else { "" };
            let times = (*count > 1).then(|| format!("{count} times")).into_iter();
            let first = if *count > 1 { "first at " } else { "" };
            let rest: Vec<String> = times.chain(place.iter().map(|place| format!("{first}{place}"))).collect();
            let rest = if rest.is_empty() { String::new() } else { format!(" ({})", rest.join(", ")) };
            let _ = writeln!(text, "{word:<10}{}", plain_line(&format!("{cause}{rest}")));
        }
        if let Some(more) = causes.len().checked_sub(MOST).filter(|more| *more > 0) {
            let _ = writeln!(text, "          and {}", counted(more, "other cause"));
        }
        if self.guessed > 0 {
            let what = counted(self.guessed, "finding");
            let were = if self.guessed == 1 { "was" } else { "were" };
            let _ = writeln!(text, "          {what} rested on what nobody wrote, and {were} dropped");
        }
        if idle > 0 {
            let _ = writeln!(text, "          {} did not run (`hnet audit --rules` lists them)", counted(idle, "rule"));
        }
        if let Some(first) = self.disabled.first() {
            let more = match self.disabled.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let _ = writeln!(text, "not live  {}{more} (`--disabled` looks at them)", plain_line(first));
        }
        if self.loose > 0 {
            let word = if self.disabled.is_empty() { "not live" } else { "" };
            let _ = writeln!(text, "{word:<10}{} of the network that nothing leads to", counted(self.loose, "object"));
        }
        text
    }
}
