//! What a source observes, and what it writes out as YAML itself: objects that are read as the statements of an `existing`,
//! which stands where `observe` or `manifest` does.
//!
//! Their words carry the places of the YAML. What nothing says, and the checker needs said, has its place in a text of its
//! own, and a finding that rests on it is dropped. What lies in the files alone is judged by `hnet audit`; here it is what
//! a source says beside it. Start at [`read`]; an object that the source makes as well is judged in `again.rs`.

mod again;

use std::collections::{BTreeMap, BTreeSet};

use hnet_check::{EXISTING, OBSERVE};
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Source, Sources, Span, codes};
use hnet_observe::{Beside, KnownGateway, NotThere, ROUTE};
use hnet_repository::{Cluster, Document, File, Liveness, Note, Repository, RootKind, What};
use hnet_rules::Open;
use hnet_syntax::tree::{End, Statement, Tree, Value, ValueKind};
use hnet_yaml::{Problem, Trouble};
use indexmap::IndexMap;

use again::{Again, Called, called};

/// What is observed.
#[derive(Debug)]
pub(crate) struct Observed {
    /// The trees, with what is observed in them.
    pub(crate) trees: Vec<Tree>,
    /// The text of what nothing says.
    pub(crate) unsaid: FileId,
    /// The files that hold what is observed.
    pub(crate) files: BTreeSet<FileId>,
    /// What of it is not known, and so cannot be said to be missing.
    pub(crate) open: Open,
    /// Whether all gateways of what is observed are known.
    pub(crate) has_all_gateways: bool,
    /// What manifests name, and is not there.
    pub(crate) not_there: NotThere,
    /// The objects that a statement of the source may make as well.
    again: Vec<Again>,
}

/// The statements that make an object of their own name, each with its group and kind.
const MAKING: [(&str, &str, &str); 9] = [
    ("gateway", "gateway.networking.k8s.io", "Gateway"),
    ("route", "gateway.networking.k8s.io", "HTTPRoute"),
    ("route", "gateway.networking.k8s.io", "GRPCRoute"),
    ("route", "gateway.networking.k8s.io", "TLSRoute"),
    ("route", "gateway.networking.k8s.io", "TCPRoute"),
    ("route", "gateway.networking.k8s.io", "UDPRoute"),
    ("certificate", "cert-manager.io", "Certificate"),
    ("pool", "cilium.io", "CiliumLoadBalancerIPPool"),
    ("namespace", "", "Namespace"),
];

/// The kinds of names that share one space with gateways.
const BESIDE_GATEWAYS: [&str; 4] = ["router", "switch", "host", "node"];

/// The text of what nothing says: lines of documents may come from it.
pub(crate) const NOT_SAID: &str = "nothing says this";

/// Reads what the sources observe; none where they observe nothing.
pub(crate) fn read(sources: &mut Sources, trees: &[Tree], out: &mut Diagnostics) -> Option<Observed> {
    if trees.iter().all(|tree| hnet_check::observed(tree).is_empty() && !has_manifest(&tree.statements)) {
        return None;
    }
    let unsaid = sources.add(Source::new("(not said)", NOT_SAID));
    let mut reading = Reading {
        sources,
        place: Span::new(unsaid, 0, NOT_SAID.len()),
        beside: Beside::default(),
        names: IndexMap::new(),
        manifests: BTreeMap::new(),
        written: BTreeMap::new(),
        observed: Observed {
            trees: Vec::new(),
            unsaid,
            files: BTreeSet::new(),
            open: Open::default(),
            has_all_gateways: true,
            not_there: NotThere::default(),
            again: Vec::new(),
        },
        out,
    };
    trees.iter().for_each(|tree| reading.note_names(&tree.statements, None));
    trees.iter().for_each(|tree| reading.note_manifests(&tree.statements, None));
    for tree in trees {
        let statements = reading.with_observed(&tree.statements, None);
        reading.observed.trees.push(Tree { file: tree.file, statements, trailing: tree.trailing.clone() });
    }
    Some(reading.observed)
}

struct Reading<'a> {
    sources: &'a Sources,
    place: Span,
    /// The names and gateways of the source, and those of what was observed so far.
    beside: Beside,
    /// Each name that the source declares, with its places, by its keyword.
    names: IndexMap<&'static str, IndexMap<String, Vec<Place>>>,
    /// What manifests say of certificates, and their other objects, by where the statements begin.
    manifests: BTreeMap<Span, (Vec<Statement>, Vec<Document>)>,
    /// The objects that manifests write out, each with where that is said and its namespace.
    written: BTreeMap<Called, Vec<(Place, Option<String>)>>,
    observed: Observed,
    out: &'a mut Diagnostics,
}

impl Reading<'_> {
    /// Notes the names that a body declares.
    fn note_names(&mut self, statements: &[Statement], part: Option<&str>) {
        for statement in statements {
            let word = statement.keyword.text.as_str();
            if hnet_check::holds_contents(word) || word == EXISTING {
                self.note_names(statement.statements(), cluster_of(statement).or(part));
            }
            let mut naming = hnet_check::naming_keywords().chain([ROUTE]);
            let (Some(keyword), Some(name)) = (naming.find(|own| *own == word), statement.arguments.first()) else {
                continue;
            };
            let name = &name.value;
            self.names
                .entry(keyword)
                .or_default()
                .entry(name.text.to_string())
                .or_default()
                .push(Place { cluster: part.map(str::to_owned), span: name.span });
            let taken = match keyword {
                ROUTE => namespace_of(statement).map_or(name.text.to_string(), |own| format!("{own}/{}", name.text)),
                _ => name.text.to_string(),
            };
            let shared = BESIDE_GATEWAYS.contains(&keyword).then_some("gateway");
            for keyword in [Some(keyword), shared].into_iter().flatten() {
                self.beside.names.entry(keyword).or_default().insert(taken.clone());
            }
            if keyword == "gateway" {
                self.beside.add(own_gateway(statement, &name.text));
            }
            if let ("certificate", Some(namespace)) = (keyword, said(statement, "namespace")) {
                let secret = said(statement, "secret").unwrap_or_else(|| name.text.to_string());
                self.beside.note_certificate((namespace, secret), name.text.to_string());
            }
        }
    }

    /// Notes the objects of all manifests, their certificates before any gateway names one: which statement stands first
    /// means nothing.
    fn note_manifests(&mut self, statements: &[Statement], part: Option<&str>) {
        for statement in statements {
            let word = statement.keyword.text.as_str();
            if hnet_check::holds_contents(word) {
                self.note_manifests(statement.statements(), cluster_of(statement).or(part));
            }
            if word != MANIFEST {
                continue;
            }
            let documents = self.manifests(statement);
            if documents.is_empty() {
                continue;
            }
            for one in documents.iter().filter(|one| one.is_object() && !one.name().is_empty()) {
                let span = one.value.at(&["metadata", "name"]).map_or(statement.keyword.span, |it| it.span);
                let place = Place { cluster: part.map(str::to_owned), span };
                self.written
                    .entry(called(one))
                    .or_default()
                    .push((place, one.namespace.as_ref().map(ToString::to_string)));
            }
            let (certificates, others): (Vec<Document>, Vec<Document>) =
                documents.into_iter().partition(|one| one.is("cert-manager.io", "Certificate"));
            let facts = match certificates.is_empty() {
                true => Vec::new(),
                false => self.facts_of(&Cluster::of(certificates, statement.keyword.span)).0,
            };
            self.manifests.insert(statement.keyword.span, (facts, others));
        }
    }

    /// The statements of a body, with what they observe behind them. `part` is the name of the cluster that they stand in.
    fn with_observed(&mut self, statements: &[Statement], part: Option<&str>) -> Vec<Statement> {
        let mut made = Vec::with_capacity(statements.len());
        for statement in statements {
            let word = statement.keyword.text.as_str();
            let mut copy = statement.clone();
            if hnet_check::holds_contents(word) {
                let part = cluster_of(statement).or(part);
                if let End::Body(body) = &mut copy.end {
                    let within = self.with_observed(statement.statements(), part);
                    body.statements = within;
                }
            }
            made.push(copy);
            if word == OBSERVE {
                let facts: Vec<Statement> =
                    statement.arguments.iter().flat_map(|argument| self.facts(&argument.value, part)).collect();
                made.push(Statement::new(EXISTING, statement.keyword.span).holding(facts));
            }
        }
        // Those of manifests may name what is observed.
        for statement in statements.iter().filter(|statement| statement.keyword.text == MANIFEST) {
            let Some((mut facts, others)) = self.manifests.remove(&statement.keyword.span) else { continue };
            if !others.is_empty() {
                // What the source writes out counts as what its words say; of what is observed it is not known.
                self.beside.is_of_statements = true;
                let (of_others, not_there) = self.facts_of(&Cluster::of(others, statement.keyword.span));
                self.beside.is_of_statements = false;
                self.observed.not_there.extend(not_there);
                facts.extend(of_others);
            }
            made.push(Statement::new(EXISTING, statement.keyword.span).holding(facts));
        }
        made
    }

    /// The objects that a statement writes out, as far as their text is as it is written.
    fn manifests(&self, statement: &Statement) -> Vec<Document> {
        let files = hnet_language::include::files(&statement.arguments);
        let is_from = files.is_some();
        let values = files.unwrap_or(&statement.arguments).iter().map(|argument| &argument.value);
        let read = values.filter_map(|value| match (is_from, value.kind) {
            (true, ValueKind::String) => {
                let path = hnet_language::include::resolve(self.sources.get(value.span.file).path(), &value.text)?;
                let file = self.sources.find(&path)?;
                Some((file, hnet_yaml::parse(file, self.sources.get(file).text())))
            }
            (false, ValueKind::Block) => {
                let written = self.sources.text(value.span);
                let inner = written.strip_prefix("\"\"\"")?.strip_suffix("\"\"\"")?;
                let (start, file) = (value.span.start as usize + 3, value.span.file);
                // With an escape in it, places in the text are not those in the source.
                (!inner.contains('\\')).then(|| (file, hnet_yaml::Text::verbatim(inner, file, start).yaml()))
            }
            _ => None,
        });
        let mut documents = Vec::new();
        for (file, yaml) in read {
            let whole = yaml.documents().filter(|document| document.is_whole);
            let roots = whole.filter_map(|document| document.root).map(hnet_yaml::Node::value);
            documents.extend(roots.enumerate().map(|(at, value)| Document::written(value, file, at)));
        }
        documents
    }

    /// What a value of `observe` leads to.
    fn facts(&mut self, value: &Value, part: Option<&str>) -> Vec<Statement> {
        let is_program = hnet_check::is_program(value);
        let from = self.sources.get(value.span.file).path();
        let is_whole = is_program || hnet_language::include::is_whole(from, &value.text);
        let path = hnet_language::include::resolve(from, &value.text);
        let Some(path) = path.filter(|_| !is_whole).or_else(|| is_whole.then(String::new)) else {
            return Vec::new();
        };
        let below = format!("{path}/");
        let repository = repository(self.sources, &|own| is_whole || own == path || own.starts_with(&below));
        self.observed.files.extend(repository.files.iter().map(|file| file.id));
        let is_wanted = |file: &&File| !is_program || is_reached(&repository, file);
        repository.files.iter().filter(is_wanted).for_each(|file| self.unreadable(file, value));
        let is_missed = |note: &Note| match &note.what {
            What::Missing(path) | What::Absent(path) => {
                let from = self.sources.get(note.span.file).path();
                let path = hnet_language::include::resolve(from, path);
                path.is_none_or(|path| !self.sources.has_written(&path))
            }
            _ => true,
        };
        let is_missing = repository.notes.iter().any(is_missed);
        self.may_miss(is_missing);
        self.observed.has_all_gateways &= !is_missing;
        let clusters: Vec<&Cluster> = match is_program {
            false => repository.clusters.iter().collect(),
            true => match self.one(&repository.clusters, value, part) {
                Some(cluster) => vec![cluster],
                None => return Vec::new(),
            },
        };
        let mut facts = Vec::new();
        for cluster in clusters {
            self.note_again(cluster, part);
            facts.extend(self.facts_of(cluster).0);
        }
        facts
    }

    /// Notes whether anything may be there that was not read.
    fn may_miss(&mut self, anything: bool) {
        self.observed.open.anything |= anything;
        self.observed.open.pools |= anything;
    }

    /// Says that a file holds something which nobody can read, so that it is not taken for one that holds nothing.
    fn unreadable(&mut self, file: &File, value: &Value) {
        let is_lost = |problem: &&Problem| matches!(problem.trouble, Trouble::Syntax(_));
        let Some(problem) = file.problems.iter().find(is_lost).filter(|_| !file.is_template) else { return };
        self.may_miss(true);
        self.observed.has_all_gateways = false;
        self.out.report(
            Diagnostic::new(&codes::OBSERVED_NOT_READ, format!("`{}` is not read to its end", file.path))
                .label(value.span, "what it holds from there on is not known")
                .label(problem.span, problem.trouble.to_string())
                .help("mend the file, or observe others"),
        );
    }

    /// What the objects of a cluster say, and what they name and is not there.
    fn facts_of(&mut self, cluster: &Cluster) -> (Vec<Statement>, NotThere) {
        let read = hnet_observe::observe(cluster, &mut self.beside, self.place);
        self.observed.open.anything |= !read.unknown.is_empty() || !read.has_all_pools;
        self.observed.open.pools |= !read.has_all_pools;
        self.observed.has_all_gateways &= read.has_all_gateways;
        (read.statements, read.not_there)
    }

    /// The cluster that a program applies: the only one, or that of the name.
    fn one<'c>(&mut self, clusters: &'c [Cluster], value: &Value, part: Option<&str>) -> Option<&'c Cluster> {
        let (kind, called) = match value.text.as_str() {
            "flux" => (RootKind::Flux, "Flux"),
            _ => (RootKind::Argo, "Argo CD"),
        };
        let of_kind: Vec<&Cluster> = clusters.iter().filter(|cluster| cluster.root.kind == kind).collect();
        let named = of_kind.iter().find(|cluster| part.is_some_and(|part| cluster.name == part));
        let finding = match of_kind.as_slice() {
            [] => Diagnostic::new(&codes::OBSERVES_NO_CLUSTER, format!("no root of {called} is among the files"))
                .label(value.span, "nothing leads to what a cluster gets")
                .help("write the path of a file or a folder instead, as in `observe \"kubernetes\"`"),
            [only] => return Some(only),
            several => match named {
                Some(cluster) => return Some(cluster),
                None => {
                    let names: Vec<String> = several.iter().map(|cluster| format!("`{}`", cluster.name)).collect();
                    Diagnostic::new(
                        &codes::OBSERVES_NO_CLUSTER,
                        format!("{called} applies {} clusters from these files", several.len()),
                    )
                    .label(value.span, "which one is not said")
                    .help(format!("call the cluster by the name of one: {}", names.join(", ")))
                }
            },
        };
        self.out.report(finding);
        None
    }

    /// Notes the objects of which a statement of the source has the kind and the name.
    fn note_again(&mut self, cluster: &Cluster, part: Option<&str>) {
        let is_its = |place: &&Place| place.cluster.is_none() || part.is_none() || place.cluster.as_deref() == part;
        let again = |keyword, place: &Place, document: &Document| Again {
            keyword,
            name: place.span,
            cluster: place.cluster.clone(),
            document: document.clone(),
        };
        for (keyword, group, kind) in MAKING {
            let Some(names) = self.names.get(keyword) else { continue };
            for document in cluster.of_kind(group, kind) {
                let place = names.get(document.name()).into_iter().flatten().find(is_its);
                self.observed.again.extend(place.map(|place| again(keyword, place, document)));
            }
        }
        for document in cluster.documents.iter().filter(|_| !self.written.is_empty()) {
            let namespace = document.namespace.as_deref();
            let mut written = self.written.get(&called(document)).into_iter().flatten();
            let is_it = |(place, own): &&(Place, Option<String>)| {
                is_its(&place) && (own.is_none() || own.as_deref() == namespace)
            };
            let place = written.find(is_it).map(|(place, _)| place);
            self.observed.again.extend(place.map(|place| again(MANIFEST, place, document)));
        }
    }
}

/// Whether a root leads to a file, or to what it would hold.
fn is_reached(repository: &Repository, file: &File) -> bool {
    let is_live = |index| repository.liveness(file.id, index) == Liveness::Live;
    let is_missed = |note: &Note| match &note.what {
        What::Unreadable(path) | What::Broken(path) => *path == file.path,
        _ => false,
    };
    (0..).take(file.documents.len()).any(is_live) || repository.notes.iter().any(is_missed)
}

/// Where the source says a name, and in which of its clusters.
#[derive(Clone, Debug)]
struct Place {
    cluster: Option<String>,
    span: Span,
}

/// The name of a cluster, where a statement is one.
fn cluster_of(statement: &Statement) -> Option<&str> {
    let name = statement.arguments.first().filter(|_| statement.keyword.text == "cluster")?;
    Some(name.value.text.as_str())
}

/// The files that are observed.
#[cfg(feature = "observe")]
fn repository(sources: &Sources, is_within: &dyn Fn(&str) -> bool) -> Repository {
    hnet_repository::read_within(sources, is_within)
}

/// The same where all files are sources, as in the page: none holds YAML.
#[cfg(not(feature = "observe"))]
fn repository(_: &Sources, _: &dyn Fn(&str) -> bool) -> Repository {
    Repository::default()
}

/// Whether a body holds objects that the source writes out.
fn has_manifest(statements: &[Statement]) -> bool {
    statements.iter().any(|statement| {
        let word = statement.keyword.text.as_str();
        word == MANIFEST || hnet_check::holds_contents(word) && has_manifest(statement.statements())
    })
}

/// The word behind which objects stand that the source writes out.
const MANIFEST: &str = "manifest";

/// A gateway of the source, as routes of other files name it.
fn own_gateway(statement: &Statement, name: &str) -> KnownGateway {
    let listeners = statement.statements().iter().filter(|nested| nested.keyword.text == "listener");
    let known = listeners.filter_map(|listener| {
        let name = listener.arguments.first()?.value.text.to_string();
        Some((name, said(listener, "port").unwrap_or_default()))
    });
    let mut known: Vec<(String, String)> = known.collect();
    if known.is_empty() {
        known.push(("http".to_owned(), "80".to_owned()));
    }
    let namespace = said(statement, "namespace").unwrap_or_else(|| "gateway-system".to_owned());
    KnownGateway { namespace, name: name.to_owned(), listeners: known }
}

/// The namespace of a route, where it is said or stands in its first backend.
fn namespace_of(route: &Statement) -> Option<String> {
    said(route, "namespace").or_else(|| Some(said(route, "to")?.split_once('/')?.0.to_owned()))
}

/// The value of a field, inline or in the body.
fn said(statement: &Statement, word: &str) -> Option<String> {
    let inline = statement.arguments.windows(2).skip(1).find(|pair| pair[0].value.text == word);
    let inline = inline.map(|pair| &pair[1].value);
    let nested = || statement.statements().iter().find(|nested| nested.keyword.text == word)?.arguments.first();
    let value = inline.or_else(|| nested().map(|argument| &argument.value))?;
    Some(value.text.to_string())
}

impl Observed {
    /// Drops what rests on something that nothing says.
    pub(crate) fn drop_unsaid(&self, found: &mut Diagnostics) {
        found.retain(|finding| finding.labels.iter().all(|label| label.span.file != self.unsaid));
    }

    /// Whether a file holds what is observed.
    pub(crate) fn holds(&self, file: FileId) -> bool {
        self.files.contains(&file) || file == self.unsaid
    }

    /// Takes back the edits of what is somebody else's.
    pub(crate) fn leave_theirs(&self, out: &mut Diagnostics) {
        for finding in out.since(0) {
            finding.fixes.retain(|fix| fix.edits.iter().all(|edit| !self.holds(edit.span.file)));
        }
    }
}
