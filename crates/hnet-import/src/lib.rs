//! What exists, in the words of the language: documents to statements.
//!
//! A lift makes statements of the tree whose words carry the places of the YAML that they came from, so that names, rules
//! and messages need nothing new. It says as much as it can in words, and takes what it says out of the documents; what is
//! left of them goes to `patch` and `manifest`. The checker is asked, and what it refuses is said as YAML or is listed. So
//! a lift can be modest and loses nothing that is not listed.
//!
//! Knows no disk. One file stands for each emitter of `hnet-emit` and is called as it is, so that the two are read side by
//! side; [`LIFTS`] is their table. Start at [`import`].

mod about;
mod arrange;
mod assemble;
mod balanced;
mod cilium;
mod cloudflared;
mod clusters;
mod comments;
mod coredns;
mod elsewhere;
mod external_dns;
pub mod facts;
mod files;
mod gateway;
mod gitops;
mod in_place;
mod kubernetes;
mod left;
mod make;
mod manifests;
mod objects;
mod observing;
mod parts;
mod placeholders;
mod publishers;
mod rebuilt;
mod report;
mod say;
mod settle;
mod take;
mod talos;
mod there;
mod told;
mod uninvited;
mod wires;
mod write;

use hnet_diagnostics::{Source, Sources};
use hnet_syntax::tree::Tree;
use indexmap::{IndexMap, IndexSet};

use assemble::{Draft, Whole};
use clusters::{Gathered, Place};
use files::Files;
use gateway::Names;
use in_place::Stands;
pub use in_place::{NotInPlace, Stays};
use kubernetes::Content;
use observing::Observed;
pub use observing::{NotObserving, Observing};
pub use parts::cut;
use placeholders::Variables;
pub use rebuilt::is_applied;
pub use report::{CommentCount, Fields, Report, Unread};
use say::Piece;
use take::Said;
use talos::{Cluster, Form, Talconfig};
use wires::Wires;

/// How an emitter's files are read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lift {
    /// By statements of these words.
    Words(&'static [&'static str]),
    /// Not: why there is nothing to read.
    None(&'static str),
}

/// Why a part of the output that says the network in other words is not read back.
const TOLD: Lift = Lift::None("it tells people what the other files say");

/// For each emitter and component of `hnet-emit`, by its name, how what it writes is read back.
#[rustfmt::skip]
pub const LIFTS: &[(&str, Lift)] = &[
    ("talos", Lift::Words(&["cluster", "node", "profile", "subnet", "router"])),
    ("namespaces", Lift::None("a namespace that exists is somebody's: hnet refers to it and owns none")),
    ("cilium", Lift::Words(&["cilium", "pool", "policy", "bgp"])),
    ("coredns", Lift::Words(&["existing", "dns"])),
    ("gateway", Lift::Words(&["gateway", "envoy", "route", "certificate", "certificate-issuer", "service", "host"])),
    ("cloudflared", Lift::Words(&["existing", "tunnel"])),
    ("external-dns", Lift::Words(&["external-dns", "records"])),
    ("manifests", Lift::Words(&["manifest"])),
    ("docs", TOLD),
    ("topology", TOLD),
    ("traffic", TOLD),
    ("addresses", TOLD),
    ("flow", TOLD),
    ("routers", Lift::None("a router's own configuration is of many forms, and says more than BGP")),
    ("bootstrap", TOLD),
    ("networking", Lift::None("it lists the folders beside it")),
    ("gitops", Lift::None("it syncs the folders beside it, and the repository says its own")),
];

/// What the values of Cilium's chart are counted under.
const VALUES: &str = "Cilium values";

/// What exists, as a source.
#[derive(Debug)]
pub struct Imported {
    /// The files, by which the places in the tree and the report are named.
    pub sources: Sources,
    /// The statements, whose words carry the places of what they came from.
    pub tree: Tree,
    /// The source, formatted.
    pub text: String,
    /// What came of it.
    pub report: Report,
    stands: Vec<Stands>,
    observed: Vec<Observed>,
}

impl Imported {
    /// The source with the `output` by which a build writes each file where it is, and what becomes of each file.
    ///
    /// # Errors
    /// Where nothing can be built in place.
    pub fn in_place(&self) -> Result<(String, Vec<(String, Stays)>), NotInPlace> {
        let (tree, files) = in_place::output(&self.tree, &self.sources, &self.stands)?;
        Ok((hnet_syntax::print(&tree), files))
    }

    /// The files of the source, itself first, as it lies in the root of the repository: it observes what else its clusters
    /// get. Without anything to observe they are as they are.
    ///
    /// # Errors
    /// Where something of what there is would stop a build.
    pub fn observing(&self, files: Vec<(String, String)>) -> Result<Observing, NotObserving> {
        observing::with_observe(files, &self.observed, &self.sources)
    }
}

/// Makes a source of the files of a repository, with paths from its root. It never fails: what cannot be read is listed.
///
/// What is taken is what GitOps applies, by cluster; without roots all that is there.
#[must_use]
pub fn import(files: Vec<(String, String)>) -> Imported {
    import_for(files, Place::Elsewhere)
}

/// The same for a source that is built in place: what a kustomization adds to the objects of a file, it goes on adding.
#[must_use]
pub fn import_in_place(files: Vec<(String, String)>) -> Imported {
    import_for(files, Place::InPlace)
}

fn import_for(files: Vec<(String, String)>, place: Place) -> Imported {
    let mut sources = Sources::new();
    for (path, text) in files {
        sources.add(Source::new(path, text));
    }
    let repository = hnet_repository::read(&sources);
    let files = Files(&sources);
    let mut report = Report::default();
    for problem in repository.files.iter().filter(|file| !file.is_template).flat_map(|file| &file.problems) {
        if problem.trouble.loses_text() {
            report.unread(problem.span, problem.trouble.to_string());
        }
    }
    let talconfigs = Talconfig::find(files, &repository);
    let gathered = clusters::gather(&repository, &talconfigs, &sources, place, &mut report);
    let mut draft = drafted(gathered, &talconfigs, &sources, &mut report);
    let own = sources.iter().filter(|(_, source)| hnet_repository::is_own(source.text()));
    draft.own = own.map(|(_, source)| source.path().to_owned()).collect();
    let stands = draft.clusters.iter().map(|cluster| stands(cluster, &talconfigs, &sources)).collect();
    let observed = observing::of(&draft, &repository, !report.observed.is_empty());
    let mut tree = settle::settle(&mut draft, &sources, &mut report);
    left::say_own(&repository, &draft, &sources, &mut report);
    let mut written = comments::Written::of(files, &draft, &talconfigs, std::mem::take(&mut report.of_patches));
    written.place(&mut tree, &sources);
    let tree = arrange::arranged(tree, &sources, &mut report);
    written.count(&tree, &mut report);
    for piece in draft.pieces().filter(|piece| piece.fields > 0) {
        let count = report.of("talconfig");
        if piece.said.keyword.text == "patch" { count.raw += piece.fields } else { count.typed += piece.fields }
    }
    for content in draft.clusters.iter().flat_map(|cluster| &cluster.contents) {
        let count = report.of(&content.kind);
        // What somebody else says stays there, and is no YAML of the source.
        *(if content.is_there { &mut count.unread } else { &mut count.raw }) += content.laid;
        if content.is_raw { count.raw += content.piece.fields } else { count.typed += content.piece.fields }
    }
    if let Some(form) = talconfigs.first().and_then(Talconfig::form)
        && talconfigs.iter().all(|own| own.form() == Some(form))
    {
        // They are counted alike, and it is no talconfig that is read.
        let counts = std::mem::take(&mut report.fields).into_iter();
        let name = |kind: String| if kind == "talconfig" { form.name().to_owned() } else { kind };
        report.fields = counts.map(|(kind, count)| (name(kind), count)).collect();
    }
    report.unread.sort_by_key(|unread| unread.span);
    report.lost.sort_by_key(|lost| lost.span);
    let text = hnet_syntax::print(&tree);
    Imported { sources, tree, text, report, stands, observed }
}

/// Where what is imported of a cluster stands.
fn stands(cluster: &Whole, talconfigs: &[Talconfig<'_>], sources: &Sources) -> Stands {
    let own = cluster.talconfig.and_then(|at| talconfigs.get(at));
    let others = own.and_then(|own| {
        // Each whole configuration is one, and each patch; the patches of other forms are of the file that names them.
        let beside = own.files_beside().iter().filter(|_| own.form() == Some(Form::Machines));
        let paths = beside.map(|file| sources.get(*file).path()).chain([own.path()]);
        own.form().map(|form| paths.map(|path| (form, path.to_owned())).collect())
    });
    Stands {
        name: cluster.own.name.clone(),
        talconfig: own.filter(|own| own.form().is_none()).map(|own| own.path().to_owned()),
        others: others.unwrap_or_default(),
        values: cluster.release.as_ref().map(|release| release.values.span),
        objects: cluster.objects.iter().map(|object| (object.key(), object.path.clone())).collect(),
    }
}

/// The clusters as statements, before the checker has seen them.
fn drafted(gathered: Vec<Gathered<'_>>, talconfigs: &[Talconfig<'_>], sources: &Sources, report: &mut Report) -> Draft {
    let mut draft = Draft::default();
    let mut wires = Wires::default();
    // The subnets follow from all clusters, and what is said by them from all subnets.
    let mut clusters: Vec<(Whole, Gathered<'_>)> = Vec::new();
    let is_named = gathered.iter().any(|one| one.talconfig.is_some() || !one.name.is_empty());
    for gathered in gathered {
        let talconfig = gathered.talconfig.and_then(|at| talconfigs.get(at));
        let besides = talos::Besides { cilium: gathered.release.is_some(), dns: false };
        let own = talconfig.map(|talconfig| talos::lift(talconfig, besides, &mut wires, report));
        let is_said = own.is_some() || gathered.k3s.is_some();
        let k3s = gathered.k3s.as_ref().map(|k3s| Piece::new(say::said("k3s", k3s), 0));
        let unsaid = || Cluster {
            name: talos::sound(&gathered.name),
            span: gathered.span,
            pieces: k3s.into_iter().collect(),
            ..Cluster::default()
        };
        clusters.push((Whole { own: own.unwrap_or_else(unsaid), is_said, ..Whole::default() }, gathered));
    }
    let is_only = clusters.len() == 1;
    let (mut known, taken) = with_addresses(&clusters, &wires);
    let mut hosts: IndexMap<Vec<String>, Piece> = IndexMap::new();
    for (mut cluster, gathered) in clusters {
        let release = gathered.release.as_ref().map(|release| Content::helping(release.statement(), VALUES));
        cluster.contents.extend(release);
        let monitoring = gathered.release.as_ref().and_then(cilium::monitoring);
        cluster.contents.extend(monitoring.map(|monitoring| Content::helping(monitoring, VALUES)));
        if gathered.talconfig.is_none()
            && let Some(pods) = gathered.release.as_ref().and_then(cilium::pods)
        {
            cluster.own.pieces.push(Piece::new(pods, 0));
            cluster.is_said = true;
        }
        let balancer = cluster.own.balancer.take();
        balancer.into_iter().for_each(|own| put_balancer(&own, &wires, &mut known, &mut hosts));
        let mut names = Names::of(&gathered.objects);
        known.extend(names.gateways.values().cloned());
        names.services.leave_out(|address| taken.contains(address) || taken.contains(&wires.said(address)));
        let releases = || gathered.all.into_iter().flat_map(|all| &all.releases);
        let prefix = publishers::prefix_of_records(releases());
        let documents = gathered.all.into_iter().flat_map(|all| &all.documents);
        let contents = kubernetes::contents(&gathered.objects, &names, &wires, &prefix, report);
        cluster.contents.extend(contents);
        cluster.contents.extend(publishers::publishers(releases(), documents));
        let of_hosts = balanced::hosts(&gathered.objects, &names, &wires, &mut known, &mut hosts, report);
        cluster.contents.extend(of_hosts);
        cluster.root = gathered.all.map(|all| all.root.clone());
        elsewhere::list(&gathered.objects, gathered.all, report);
        if let Some(all) = gathered.all {
            cluster.variables = Variables::of(all, sources);
            cluster.contents.extend(balanced::services(all, &cluster.contents, &names, &wires));
            let dns = coredns::dns(all, gathered.k3s.is_some(), &wires, report);
            cluster.contents.extend(dns.filter(|_| cluster.own.leaves_dns()));
            cluster.contents.extend(cloudflared::tunnels(all, &names, report));
            let folder = Some(cluster.own.name.as_str()).filter(|_| !is_only);
            if let Some((gitops, object)) = gitops::of(all, folder, sources) {
                gitops::without_waves(&mut cluster.contents);
                cluster.contents.push(Content::helping(gitops, "ApplicationSet"));
                cluster.gitops = Some(object);
            }
        }
        (cluster.objects, cluster.release, cluster.talconfig) =
            (gathered.objects, gathered.release, gathered.talconfig);
        let own = &mut cluster.own;
        if is_only && is_named {
            (draft.name, draft.span) = (own.name.clone(), own.span);
        }
        // Two of one name are told apart, since each has a folder of its name.
        let taken = |name: &str| draft.clusters.iter().any(|other| other.own.name == name);
        let numbered = (2..).map(|number| format!("{}-{number}", own.name));
        let name = std::iter::once(own.name.clone()).chain(numbered).find(|name| !taken(name));
        own.name = name.unwrap_or_default();
        draft.clusters.push(cluster);
    }
    draft.hosts = hosts.into_values().collect();
    draft.hosts.first_mut().into_iter().for_each(|first| first.said.blank_before = true);
    draft.wires = wires;
    draft
}

/// Says that the address of an endpoint is a host's, so that no machine shares it.
fn put_balancer(own: &Said, wires: &Wires, known: &mut IndexSet<String>, hosts: &mut IndexMap<Vec<String>, Piece>) {
    let address = wires.said(&own.text);
    let mut of_routers = IndexSet::new();
    for router in wires.statements().into_iter().filter(|said| said.keyword.text == "router") {
        balanced::values(router.statements(), &mut of_routers);
    }
    if of_routers.contains(&address) {
        return;
    }
    let numbered = (2..).map(|number| format!("api-{number}"));
    let name = std::iter::once("api".to_owned()).chain(numbered).find(|name| !known.contains(name));
    if let (Some(name), false) = (name, hosts.contains_key(std::slice::from_ref(&address))) {
        let held = [say::field("address", &address, own.span)];
        let note = say::note("No machine carries it: the API is balanced by something else.", own.span);
        let host = say::field("host", &name, own.span).holding(held).under([note]);
        known.insert(name);
        hosts.insert(vec![address], Piece::new(host, 0));
    }
}

/// The names of machines and routers, and what is said of their addresses.
fn with_addresses(clusters: &[(Whole, Gathered<'_>)], wires: &Wires) -> (IndexSet<String>, IndexSet<String>) {
    let (mut names, mut addresses) = (IndexSet::new(), IndexSet::new());
    for cluster in clusters.iter().map(|(whole, _)| &whole.own) {
        names.extend(cluster.machines.iter().map(|machine| machine.name.clone()));
        let of_machines = cluster.machines.iter().flat_map(|machine| &machine.pieces);
        let pieces = cluster.pieces.iter().chain(cluster.groups.iter().flatten()).chain(of_machines);
        balanced::values(pieces.map(|piece| &piece.said), &mut addresses);
    }
    let routers = wires.statements().into_iter().filter(|said| said.keyword.text == "router");
    for router in routers {
        names.extend(router.arguments.first().map(|name| name.value.text.to_string()));
        balanced::values(router.statements(), &mut addresses);
    }
    (names, addresses)
}

/// The files that a text names beside itself, by paths from its folder: the patches of a talconfig, and what talhelper
/// substitutes in it.
#[must_use]
pub fn named(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    sources.add(Source::new("talconfig.yaml", text));
    let repository = hnet_repository::read(&sources);
    let mut named: Vec<String> = Vec::new();
    for file in &repository.files {
        named.extend(talos::named_by_omni(&file.documents).map(|path| path.trim_start_matches("./").to_owned()));
    }
    for talconfig in Talconfig::find(Files(&sources), &repository) {
        named.push("talenv.yaml".to_owned());
        talconfig.value.leaves(&mut |_, leaf| {
            let path = leaf.text().and_then(|text| text.strip_prefix('@'));
            named.extend(path.map(|path| path.strip_prefix("./").unwrap_or(path).to_owned()));
        });
    }
    named
}

#[cfg(test)]
mod tests {
    use hnet_check::VOCABULARY;

    use super::{LIFTS, Lift};

    /// Whoever adds an emitter says how what it writes is read back, or why it is not.
    #[test]
    fn each_emitter_has_a_lift_or_says_why_not() {
        let emitters = hnet_emit::EMITTERS.iter().map(|emitter| emitter.name);
        let mut written: Vec<&str> = emitters.chain(hnet_emit::component_folders()).collect();
        let mut lifted: Vec<&str> = LIFTS.iter().map(|(name, _)| *name).collect();
        written.sort_unstable();
        lifted.sort_unstable();
        assert_eq!(written, lifted);
        for (name, lift) in LIFTS {
            match lift {
                Lift::Words(words) => assert!(words.iter().all(|word| VOCABULARY.is_word(word)), "{name}"),
                Lift::None(why) => assert!(!why.is_empty(), "{name}"),
            }
        }
    }
}
