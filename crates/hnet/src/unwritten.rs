//! What a source says of objects that a build writes into no file, where the repository says otherwise.
//!
//! Whoever leaves a part of the output out, as an import in place does with files that it does not take over, may still
//! say what stands in it, and change that later: nothing on the disk follows. So the objects of such parts are made and
//! compared by meaning with what the cluster gets, and what is said of machines with their files ([`machines`]). Where
//! both are the same nothing is said, and nothing of an object that the repository does not hold, unless the others of its
//! kind are there. Pure: the repository is given. Start at [`Unwritten::of`].

mod machines;
mod otherwise;
mod placeholders;

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::{Difference, Document, Documents, Fate, What, sides};
use hnet_compare::{Facts, Field, Path, Step};
use hnet_diagnostics::{Diagnostic, FileId, Origin, Reason, Source, Sources, Span, codes, counted};
use hnet_emit::{Context, OutputFile};
use hnet_model::{Cluster, Network, ObjectName, Output, Part, Place, Traced};
use hnet_repository::{Beside, Change, Surroundings};
use hnet_yaml::Value;

use otherwise::{BOTH, Otherwise, is_other};

/// The parts whose objects are what statements say; the others follow from these, or tell of them.
const SAID: [Part; 14] = [
    Part::Cilium,
    Part::Pools,
    Part::L2Policies,
    Part::Policies,
    Part::Bgp,
    Part::CoreDns,
    Part::Gateways,
    Part::Envoy,
    Part::Routes,
    Part::Services,
    Part::Records,
    Part::Certificates,
    Part::Cloudflared,
    Part::Manifests,
];

/// The kinds of objects that statements are called after, which nobody says for another reason than to have them.
const OWN: [&str; 20] = [
    "CiliumBGPClusterConfig",
    "Gateway",
    "HTTPRoute",
    "GRPCRoute",
    "TLSRoute",
    "TCPRoute",
    "UDPRoute",
    "Certificate",
    "CiliumLoadBalancerIPPool",
    "DNSEndpoint",
    "CiliumNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "NetworkPolicy",
    "EnvoyProxy",
    "ClientTrafficPolicy",
    "BackendTrafficPolicy",
    "SecurityPolicy",
    "EnvoyExtensionPolicy",
    "HTTPRouteFilter",
    "Backend",
];

/// Objects that a source says and no build writes.
#[derive(Debug)]
pub struct Unwritten {
    /// As they would be written.
    files: BTreeMap<String, Made>,
    documents: Documents,
    /// The network with the output in which they would be.
    network: Network,
    /// The single objects of the output.
    placed: BTreeMap<ObjectName, Span>,
    /// Those of them that are no longer said.
    orphans: BTreeMap<ObjectName, Span>,
    /// Which clusters have machines that are written into no file.
    machines: Vec<usize>,
    /// Which clusters have a Cilium that is written into no file.
    cilium: Vec<usize>,
}

/// A file that is not written.
#[derive(Debug)]
struct Made {
    file: OutputFile,
    source: Source,
    /// Its documents, by the lines that they start on.
    roots: BTreeMap<usize, Value>,
}

impl Made {
    fn of(path: &str, file: OutputFile) -> Self {
        let source = Source::new(path, file.text());
        let yaml = hnet_yaml::parse(FileId::default(), file.text());
        let roots = yaml.documents().filter_map(|document| document.root);
        let roots = roots.map(|root| (source.line(root.span().range().start), root.value())).collect();
        Made { file, source, roots }
    }
}

/// Whether a cluster has machines of which no file is written.
#[must_use]
pub fn leaves_machines(context: &Context<'_>, cluster: &Cluster) -> bool {
    let parts = [Part::Talconfig, Part::Machines, Part::Topf, Part::Omni, Part::Tofu];
    cluster.talos().is_some()
        && !cluster.nodes.is_empty()
        && parts.iter().all(|part| context.place(cluster, *part).is_none())
}

/// The repository around a source.
pub struct Around<'a> {
    /// Its files, by paths from its root.
    pub files: &'a Sources,
    /// The paths of those that hnet wrote.
    pub ours: &'a BTreeSet<String>,
    /// How a path from the root is called from the source's folder.
    pub called: &'a dyn Fn(&str) -> String,
}

impl Unwritten {
    /// What a network says and does not write; none where all that it says is written.
    #[must_use]
    pub fn of(network: &Network, sources: &Sources) -> Option<Self> {
        let context = Context { network, sources };
        let left_out = |cluster: &Cluster| -> BTreeSet<Part> {
            SAID.into_iter().filter(|part| context.place(cluster, *part).is_none()).collect()
        };
        let left_out: Vec<BTreeSet<Part>> = network.clusters.iter().map(left_out).collect();
        let is_none_left_out = left_out.iter().all(BTreeSet::is_empty);
        let of_clusters = |is_it: &dyn Fn(&Cluster) -> bool| {
            let all = network.clusters.iter().enumerate();
            all.filter(|(_, cluster)| is_it(cluster)).map(|(at, _)| at).collect::<Vec<usize>>()
        };
        let is_off = |cluster: &Cluster, part: Part| context.place(cluster, part).is_none();
        let machines = of_clusters(&|cluster| leaves_machines(&context, cluster));
        let cilium = of_clusters(&|cluster| cluster.cilium.is_some() && is_off(cluster, Part::Cilium));
        let has_placeholders = network.placeholders.declared().next().is_some();
        if is_none_left_out && machines.is_empty() && !has_placeholders {
            return None;
        }
        let shape = Origin::derived(network.span, Reason::Shape);
        let without = |written: &BTreeSet<Part>| {
            let others = Part::ALL.iter().filter(|part| **part != Part::Infrastructure && !written.contains(part));
            let places = others.map(|part| (*part, Traced::new(Place::Off, shape))).collect();
            Output { places, ..Output::default() }
        };
        // Each cluster writes what it leaves out of the real output, and nothing else is written.
        let mut whole = Network { output: Output::default(), ..network.clone() };
        whole.output.places.insert(Part::Docs, Traced::new(Place::Off, shape));
        for (cluster, left_out) in whole.clusters.iter_mut().zip(&left_out) {
            cluster.output = without(left_out);
        }
        let files = match is_none_left_out {
            true => BTreeMap::new(),
            false => hnet_emit::emit(&whole, sources).files,
        };
        let mut documents = Documents::read(files.iter().map(|(path, file)| (path.as_str(), file.text())));
        let all = network.clusters.iter().map(|cluster| &cluster.output).chain([&network.output]);
        let placed: BTreeMap<ObjectName, Span> =
            all.flat_map(|output| &output.objects).map(|(name, place)| (name.clone(), place.origin.span)).collect();
        let written: BTreeSet<ObjectName> = documents.all.iter().map(name).collect();
        let orphans = placed.iter().filter(|(name, _)| !written.contains(name));
        let orphans = orphans.map(|(name, place)| (name.clone(), *place)).collect();
        let owners = Context { network: &whole, sources }.owners();
        documents.all.retain(|document| {
            let is_kustomization = document.kind.group.starts_with("kustomize.");
            let object = name(document);
            let cluster = owners.cluster_of(&document.file).and_then(|at| network.clusters.get(at));
            let is_placed = cluster.is_some_and(|cluster| cluster.output.objects.contains_key(&object));
            !is_kustomization && !is_placed && !network.output.objects.contains_key(&object)
        });
        let has_more = !machines.is_empty() || !cilium.is_empty() || has_placeholders;
        let is_any = !documents.all.is_empty() || has_more;
        let files = files.into_iter().map(|(path, file)| (path.clone(), Made::of(&path, file))).collect();
        is_any.then_some(Unwritten { files, documents, network: whole, placed, orphans, machines, cilium })
    }

    /// The names of placeholders that are slips, where no repository is around the source.
    #[must_use]
    pub fn slips(&self) -> Vec<Diagnostic> {
        placeholders::slips(&self.network, &|_| false)
    }

    /// What the repository says otherwise. The files that are pointed at join the sources.
    #[must_use]
    pub fn findings(&self, around: &Around<'_>, sources: &mut Sources) -> Vec<Diagnostic> {
        let all: Vec<&str> = self.network.clusters.iter().map(|cluster| cluster.name.value.as_str()).collect();
        let there = {
            let owners = Context { network: &self.network, sources }.owners();
            let change = Change {
                there: around.files,
                folder: "",
                written: &BTreeMap::new(),
                removed: around.ours,
                clusters: if all.is_empty() { &[""] } else { &all },
                cluster_of: &|path| owners.cluster_of(path),
            };
            change.beside(self.documents.clone())
        };
        let beside = &there.objects;
        // Whoever says what is live, or has files for it named one by one, says more than is there where an object is not.
        let of_live = beside.iter().filter(|one| !one.live.is_empty()).map(|one| one.said.kind.kind.as_str());
        let known: BTreeSet<&str> = of_live.chain(self.placed.keys().map(|name| name.kind.as_str())).collect();
        let finding = |one: &Beside| match one.live.is_empty() {
            true => self.forgotten(one).filter(|_| known.contains(one.said.kind.kind.as_str())),
            false => self.otherwise(one, around, sources),
        };
        // What follows from one place is one mistake.
        let mut places = BTreeSet::new();
        let found = beside.iter().filter_map(finding);
        let found = found.filter(|one| one.span().is_some_and(|place| places.insert(place)));
        let mut found: Vec<Diagnostic> = found.collect();
        for one in self.plain(&there) {
            let is_hidden = one.is_hidden;
            let finding = one.finding(|span| placed_in(span, around, sources));
            // What the words leave out stands on the lines that are shown.
            finding.labels.iter().filter(|_| is_hidden).for_each(|label| sources.hide(label.span));
            found.push(finding);
        }
        found.extend(placeholders::slips(&self.network, &|name| there.is_open || there.variables.contains(name)));
        found
    }

    /// What is plainly said otherwise: of machines, the version of Cilium, placeholders.
    fn plain(&self, there: &Surroundings) -> Vec<Otherwise> {
        let mut found = Vec::new();
        let patches = machines::Patches::of([there.patches.as_str()]);
        let of = |at: &usize| Some((self.network.clusters.get(*at)?, there.clusters.get(*at)?));
        for (cluster, own) in self.machines.iter().filter_map(of) {
            found.extend(own.machines.iter().flat_map(|own| machines::told(cluster, own, &patches)));
        }
        for (cluster, own) in self.cilium.iter().filter_map(of) {
            let Some(version) = cluster.cilium.as_ref().map(|cilium| &cilium.version) else { continue };
            if let Some((text, place)) = own.cilium.first()
                && version.origin.reason == Reason::Written
                && own.cilium.iter().all(|(text, _)| is_other(&version.value, text))
            {
                let here = version.value.to_string();
                let here = (version.span(), here.as_str());
                found.push(Otherwise::field("Cilium".to_owned(), "version", here, (*place, text)));
            }
        }
        found.extend(placeholders::otherwise(&self.network, there));
        found
    }

    /// That an object is neither written nor there.
    fn forgotten(&self, one: &Beside) -> Option<Diagnostic> {
        if one.is_there || !OWN.contains(&one.said.kind.kind.as_str()) {
            return None;
        }
        let own = name(&one.said);
        let place = self.place(&one.said, name_of(self.written(&one.said)?))?;
        let found = finding(&one.said).label(place, "no file of the output holds it, and none of the repository");
        let mut former = self.orphans.iter().filter(|(other, _)| other.kind == own.kind);
        let found = match (former.next(), former.next()) {
            (Some((other, place)), None) => found.label(*place, format!("`{other}` has a file and is not said")),
            _ => found,
        };
        Some(found.help(format!("name a file for it in `output`: `file \"…\" holds {own};`")))
    }

    /// That what is live says something else.
    fn otherwise(&self, one: &Beside, around: &Around<'_>, sources: &mut Sources) -> Option<Diagnostic> {
        let value = self.written(&one.said)?;
        // What the source itself says is where somebody has changed it.
        let is_written = |field: &Field| {
            let place = at(value, &field.path, Side::To);
            place.and_then(|value| self.origin(&one.said, value)).is_some_and(|it| it.reason == Reason::Written)
        };
        let mut first = None;
        for live in &one.live {
            let said = Documents { all: vec![live.said.clone()], ..Documents::default() };
            let before = Documents { all: vec![live.document.clone()], ..Documents::default() };
            let difference = Difference::between(&before, &said, &|_| Fate::Stays, &Facts::default());
            let change = difference.changes.into_iter().find(|change| change.what == What::Changed);
            let comparison = change.and_then(|change| change.comparison);
            let is_told = |field: &&Field| match one.said.kind.is_object() {
                true => is_told(field),
                // Of a chart hnet derives more than anybody asked for.
                false => is_written(field),
            };
            let differing = || comparison.iter().flat_map(|found| found.differing());
            let is_known = |field: &&Field| !is_unknown(field, differing());
            let fields: Vec<Field> = differing().filter(is_told).filter(is_known).cloned().collect();
            // Whoever applies it a second time may say something else.
            if fields.is_empty() {
                return None;
            }
            first.get_or_insert((live, fields));
        }
        let (live, fields) = first?;
        let field = fields.iter().find(|field| is_written(field)).or(fields.first())?;
        let documents = [&live.document, &live.said];
        let [mut from, to] = sides(documents, field);
        // A member of a list that is another is one that goes and one that comes.
        let instead = fields.iter().find(|other| is_instead(other, field));
        if let Some(other) = instead {
            from = sides(documents, other)[0].take();
        }
        let more = match fields.len() - 1 - usize::from(instead.is_some()) {
            0 => String::new(),
            1 => ", and another field differs".to_owned(),
            count => format!(", and {} differ", counted(count, "other field")),
        };
        let path = match (instead, field.path.0.split_last()) {
            (_, None) => "all of it".to_owned(),
            (None, Some(_)) => format!("`{}`", field.path),
            (Some(_), Some((_, list))) => format!("`{}`", Path(list.to_vec())),
        };
        let here = match &to {
            Some(to) if instead.is_some() => format!("{path} has {to} here{more}"),
            Some(to) => format!("{path} is {to} here{more}"),
            None => format!("{path} is not said here{more}"),
        };
        let there = match &from {
            Some(from) => format!("the cluster gets {from}"),
            None => "the cluster gets it without that".to_owned(),
        };
        let exact = at(value, &field.path, Side::To).filter(|_| is_written(field));
        let span = self.place(&one.said, exact.or_else(|| name_of(value)))?;
        let exact = at(&live.value, &instead.unwrap_or(field).path, Side::From).map(|value| value.span);
        let place = exact.filter(|span| is_line(around.files, *span)).or_else(|| Some(name_of(&live.value)?.span));
        // A part that is made has no place of its own.
        let place = place.filter(|span| !around.files.text(*span).is_empty()).unwrap_or(live.span);
        let place = placed_in(place, around, sources);
        Some(finding(&one.said).label(span, here).label(place, there).help(BOTH))
    }

    /// What stands of an object in the file that it would be written into.
    fn written(&self, said: &Document) -> Option<&Value> {
        // Of charts the name is not that of the file.
        self.files.get(&said.file)?.roots.get(&said.line)
    }

    /// What a part of an object is written because of.
    fn origin(&self, said: &Document, value: &Value) -> Option<Origin> {
        let made = self.files.get(&said.file)?;
        made.file.origin(made.source.line(value.span.range().start))
    }

    /// Where the source says a part of an object, or the object.
    fn place(&self, said: &Document, value: Option<&Value>) -> Option<Span> {
        let exact = value.and_then(|value| self.origin(said, value));
        let origin = exact.or_else(|| self.files.get(&said.file)?.file.origin(said.line))?;
        Some(origin.span)
    }
}

fn finding(said: &Document) -> Diagnostic {
    let what = if said.kind.is_object() { said.named() } else { "the values of Cilium".to_owned() };
    Diagnostic::new(&codes::WRITTEN_NOWHERE, format!("nothing writes what is said of {what}"))
}

/// Whether what the cluster gets in a field is known only as a symbol, and the source may say what that stands for.
fn is_unknown<'f>(field: &Field, mut differing: impl Iterator<Item = &'f Field>) -> bool {
    let is_symbolic = |value: &hnet_compare::Value| {
        let text = value.line();
        text.contains("${") || text.contains("{{")
    };
    let may_be = |from: &Option<hnet_compare::Value>, to: &Option<hnet_compare::Value>| {
        from.as_ref().is_some_and(is_symbolic) && to.as_ref().is_some_and(|to| !is_symbolic(to))
    };
    may_be(&field.from, &field.to)
        || differing.any(|other| {
            is_instead(field, other) && may_be(&field.from, &other.to)
                || is_instead(other, field) && may_be(&other.from, &field.to)
        })
}

/// Whether one member of a list goes where another comes.
fn is_instead(gone: &Field, new: &Field) -> bool {
    let is_member = |field: &Field| matches!(field.path.0.last(), Some(Step::Member { .. }));
    let list = |field: &Field| field.path.0.split_last().map(|(_, list)| list.to_vec());
    let is_pair = gone.to.is_none() && new.from.is_none() && is_member(gone) && is_member(new);
    is_pair && list(gone) == list(new)
}

/// Whether a field that differs is told: labels and annotations may come from whoever applies the object.
fn is_told(field: &Field) -> bool {
    let keys = field.path.keys();
    field.to.is_some() || !matches!(keys.as_slice(), ["metadata", "labels" | "annotations", ..])
}

/// How the output names an object.
fn name(document: &Document) -> ObjectName {
    let text = |keys: &[&str]| document.value.at(keys).and_then(hnet_compare::Value::as_str).map(str::to_owned);
    ObjectName {
        kind: document.kind.kind.clone(),
        namespace: text(&["metadata", "namespace"]),
        name: text(&["metadata", "name"]).unwrap_or_default(),
    }
}

fn name_of(value: &Value) -> Option<&Value> {
    value.at(&["metadata", "name"])
}

/// Which of two documents a way leads into.
#[derive(Clone, Copy)]
enum Side {
    From,
    To,
}

/// The part of a document that a way leads to.
fn at<'v>(value: &'v Value, path: &Path, side: Side) -> Option<&'v Value> {
    path.0.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Member { from, to, .. } => {
            let at = match side {
                Side::From => from,
                Side::To => to,
            };
            value.items().get((*at)?)
        }
    })
}

fn is_line(files: &Sources, span: Span) -> bool {
    let text = files.text(span);
    !text.is_empty() && !text.contains('\n')
}

/// A place of the repository's as one of the sources, with its secrets hidden: at most what is on its first line.
fn placed_in(span: Span, around: &Around<'_>, sources: &mut Sources) -> Span {
    let source = around.files.get(span.file);
    let path = (around.called)(source.path());
    let file = sources.find(&path).unwrap_or_else(|| {
        let file = sources.add(source.at(path));
        for hidden in hnet_secrets::hidden(source.text()) {
            sources.hide(Span::new(file, hidden.start, hidden.end));
        }
        file
    });
    let length = source.text().get(span.range()).map_or(0, |text| text.find('\n').unwrap_or(text.len()));
    let start = span.range().start;
    Span::new(file, start, start + length)
}
