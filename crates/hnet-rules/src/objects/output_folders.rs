//! Where the files go: nothing that configures machines lies where Argo CD applies it, nothing is written twice, and
//! what is to go somewhere is there.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use hnet_diagnostics::{Diagnostic, Diagnostics, Origin, Reason, Span, codes};
use hnet_emit::{Context, OutputFile, Receiver, Where, jobs};
use hnet_model::{ArgoCd, Cluster, Flux, GitOps, Network, ObjectName, Output, Part, Pattern, Place, Tool};

use crate::facts::Facts;

/// Argo CD applies each folder in that of the manifests, so no configuration of machines lies there, since it would send
/// that to the API server, and nothing of another cluster.
pub(crate) fn synced_folders(facts: &Facts<'_>, out: &mut Diagnostics) {
    let context = Context { network: facts.network, sources: facts.sources };
    let clusters = &facts.network.clusters;
    let of_others: OnceCell<Vec<_>> = OnceCell::new();
    let of_others =
        || of_others.get_or_init(|| clusters.iter().map(|of| not_to_be_synced(&context, of, false)).collect());
    let mut reported = Vec::new();
    for (at, cluster) in clusters.iter().enumerate() {
        // Flux applies what the kustomization lists.
        let Some(gitops) = context.synced(cluster).filter(|gitops| gitops.argo_cd().is_some()) else { continue };
        let synced = context.synced_folders(cluster);
        let synced: Vec<&str> =
            synced.iter().map(|folder| folder.trim_end_matches('*').trim_end_matches('/')).collect();
        let own = not_to_be_synced(&context, cluster, true);
        let others = clusters.iter().enumerate().filter(|(of, _)| *of != at);
        let others = others.map(|(at, of)| (of, &of_others()[at]));
        for (of, folders) in [(cluster, &own)].into_iter().chain(others) {
            let is_own = of.span == cluster.span;
            for (folder, place) in folders {
                let Some(synced) = synced.iter().find(|synced| lies_in(folder, synced)) else { continue };
                // The one or the other is not where it is by default.
                let place = place.or_else(|| said(&context, cluster, Part::Infrastructure));
                let Some(place) = place.filter(|place| !reported.contains(place)) else { continue };
                reported.push(place);
                let (whose, what) = match is_own {
                    true => {
                        (String::new(), "what stands here configures machines and is no Kubernetes object".to_owned())
                    }
                    false => {
                        let whose = format!(" to cluster `{}`", cluster.name.value);
                        (whose, format!("what stands here is of cluster `{}`", of.name.value))
                    }
                };
                let title = format!("Argo CD would apply the folder `{folder}`{whose}");
                out.report(
                    Diagnostic::new(&codes::PART_IN_SYNCED_FOLDER, title)
                        .label(place, what)
                        .label(gitops.span, format!("it syncs every folder in `{synced}`"))
                        .help(format!("choose a folder outside of `{synced}`")),
                );
            }
        }
    }
}

/// Where the source says the place of a part of a cluster.
fn said(context: &Context<'_>, cluster: &Cluster, part: Part) -> Option<Span> {
    let of_all = || context.network.output.place(part);
    Some(cluster.output.place(part).or_else(of_all)?.span())
}

/// Whether a folder is another or lies in it; the root is empty.
fn lies_in(folder: &str, other: &str) -> bool {
    let rest = folder.strip_prefix(other);
    rest.is_some_and(|rest| other.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

/// The folders of a cluster that nobody may apply to the cluster itself, or else to another, each with where it is said.
fn not_to_be_synced(context: &Context<'_>, cluster: &Cluster, is_own: bool) -> Vec<(String, Option<Span>)> {
    let of_objects = Part::ALL.iter().filter(|part| part.parent() == Some(Part::Infrastructure) && !is_own);
    let of_objects = of_objects.map(|part| (*part, Part::Infrastructure));
    let of_machines = machines(cluster).into_iter().filter(|_| !cluster.nodes.is_empty());
    let stand = if is_own { Vec::new() } else { context.folders_of_objects(cluster) };
    let folder = |part| {
        Some(match context.place(cluster, part)? {
            Where::Own(folder) | Where::Folder(folder) => folder,
            Where::Files(pattern) => pattern.folder().to_owned(),
        })
    };
    let is_there = |part: Part, folder: &str| {
        part.parent() != Some(Part::Infrastructure) || stand.iter().any(|stand| lies_in(stand, folder))
    };
    let found = of_machines.chain(of_objects).filter_map(|(part, holder)| {
        let folder = folder(part).filter(|folder| is_there(part, folder))?;
        Some((folder, said(context, cluster, part).or_else(|| said(context, cluster, holder))))
    });
    found.collect()
}

/// The parts of a cluster that configure machines, each with the part whose folder it lies in.
fn machines(cluster: &Cluster) -> Vec<(Part, Part)> {
    match cluster.talos() {
        Some(_) => vec![
            (Part::Talconfig, Part::Talos),
            (Part::Machines, Part::Talos),
            (Part::Topf, Part::Topf),
            (Part::Omni, Part::Omni),
            (Part::Tofu, Part::Tofu),
        ],
        None => vec![(Part::Machines, Part::Bootstrap)],
    }
}

/// A place for what only Argo CD is handed, where all is synced by Flux, and the other way round.
pub(crate) fn handed_to_nobody(facts: &Facts<'_>, out: &mut Diagnostics) {
    let Network { output, clusters, .. } = facts.network;
    let mut report = |part: Part, output: &Output, tools: &[&GitOps]| {
        let is_read = |gitops: &&GitOps| (part == Part::Flux) == gitops.flux().is_some();
        let (Some(first), Some(place)) = (tools.first(), output.place(part)) else { return };
        if place.value == Place::Off || tools.iter().any(is_read) {
            return;
        }
        out.report(
            Diagnostic::new(
                &codes::FIELD_WITHOUT_EFFECT,
                format!("`{}` has no effect with {}", part.word(), first.called()),
            )
            .label(place.span(), "nothing that is written goes there")
            .label(first.span, "this is who syncs the files")
            .help(format!("leave `{}` out", part.word())),
        );
    };
    for part in [Part::Argocd, Part::Flux] {
        let tools: Vec<&GitOps> = clusters.iter().filter_map(|cluster| cluster.gitops.as_ref()).collect();
        report(part, output, &tools);
        for cluster in clusters {
            report(part, &cluster.output, cluster.gitops.as_slice().iter().collect::<Vec<_>>().as_slice());
        }
    }
}

/// Where Argo CD or Flux is told nothing, what it would be told has no effect.
pub(crate) fn not_synced(facts: &Facts<'_>, out: &mut Diagnostics) {
    let context = Context { network: facts.network, sources: facts.sources };
    for cluster in &facts.network.clusters {
        let Some(gitops) = cluster.gitops.as_ref().filter(|_| context.synced(cluster).is_none()) else { continue };
        let written = |origin: Origin| (origin.reason == Reason::Written).then_some(origin.span);
        let (what, word, mut fields) = match &gitops.tool {
            Tool::ArgoCd(ArgoCd { repository: _, project }) => {
                ("the ApplicationSet", "argocd", vec![("project", written(project.origin))])
            }
            Tool::Flux(Flux { repository: _, source, interval, substitutes }) => {
                let first = substitutes.first().and_then(|first| written(first.origin));
                let fields = [("source", written(source.origin)), ("interval", written(interval.origin))];
                let fields = fields.into_iter().chain([("substitute-from", first)]).collect();
                ("the Kustomizations", "infrastructure", fields)
            }
        };
        fields.extend([
            ("revision", written(gitops.revision.origin)),
            ("path", written(gitops.path.origin)),
            ("namespace", written(gitops.namespace.origin)),
        ]);
        for (field, place) in fields.into_iter().filter_map(|(field, place)| Some((field, place?))) {
            out.report(
                Diagnostic::new(
                    &codes::FIELD_WITHOUT_EFFECT,
                    format!("`{field}` has no effect without {}'s part", gitops.called()),
                )
                .label(place, format!("{what} would say it, and `output` leaves that out"))
                .help(format!("leave `{field}` out, or let `output` write `{word}` and what it syncs")),
            );
        }
    }
}

/// What is said for all clusters, and each of them says itself.
pub(crate) fn said_by_each(facts: &Facts<'_>, out: &mut Diagnostics) {
    let Network { output, clusters, .. } = facts.network;
    if !facts.knows_all_written() {
        return;
    }
    let mut report = |what: String, place: Span, own: &[Option<Span>]| {
        let Some(own) = own.iter().copied().collect::<Option<Vec<Span>>>() else { return };
        let Some(first) = own.first() else { return };
        let diagnostic = Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("the place of {what} has no effect"))
            .label(place, "said for all clusters")
            .label(*first, if own.len() == 1 { "the cluster says its own" } else { "each cluster says its own" });
        out.report(diagnostic.help("leave one of the two out"));
    };
    for (part, place) in &output.places {
        let own: Vec<_> = clusters.iter().map(|it| it.output.place(*part).map(|place| place.span())).collect();
        report(format!("`{}`", part.word()), place.span(), &own);
    }
    for (object, place) in &output.objects {
        let own: Vec<_> = clusters.iter().map(|it| it.output.objects.get(object).map(|own| own.span())).collect();
        report(format!("`{object}`"), place.span(), &own);
    }
}

/// The applications that Argo CD makes of folders are called by them, and so are Flux's Kustomizations.
pub(crate) fn folders_of_one_name(facts: &Facts<'_>, out: &mut Diagnostics) {
    let context = Context { network: facts.network, sources: facts.sources };
    for cluster in &facts.network.clusters {
        let Some(gitops) = context.synced(cluster) else { continue };
        let mut named: BTreeMap<String, String> = BTreeMap::new();
        for (name, folder) in context.named_folders(cluster) {
            let Some(other) = named.get(&name) else {
                named.insert(name, folder);
                continue;
            };
            let is_said =
                |place: &Place| matches!(place, Place::Folder(it) if [&folder, other].contains(&&it.to_string()));
            let mut places = cluster.output.places.values().chain(facts.network.output.places.values());
            let Some(said) = places.find(|place| is_said(&place.value)) else { continue };
            out.report(
                Diagnostic::new(
                    &codes::FOLDERS_OF_ONE_NAME,
                    format!("two folders that {} syncs are called `{name}`", gitops.called()),
                )
                .label(said.span(), format!("`{other}` and `{folder}` would be one application"))
                .label(gitops.span, "it calls each by its folder's name")
                .help("call the folder otherwise"),
            );
        }
    }
}

/// The most objects that a message names.
const MOST_NAMED: usize = 3;

/// What comes out: how often each path, and the objects where some are to go elsewhere.
#[derive(Default)]
struct Written {
    paths: BTreeMap<String, usize>,
    /// Those of each cluster, by where that is said, each with whether it has a file.
    objects: BTreeMap<Span, BTreeMap<ObjectName, bool>>,
}

impl Receiver for Written {
    fn insert(&mut self, path: String, _: OutputFile) {
        *self.paths.entry(path).or_default() += 1;
    }

    fn placed(&mut self, cluster: &Cluster, object: ObjectName, has_file: bool) {
        self.objects.entry(cluster.span).or_default().insert(object, has_file);
    }
}

/// Two things that come out as one file, and files that are to hold what is not there.
pub(crate) fn files(facts: &Facts<'_>, out: &mut Diagnostics) {
    let Network { output, clusters, .. } = facts.network;
    let says_nothing = |output: &Output| output.places.is_empty() && output.objects.is_empty();
    if says_nothing(output) && clusters.iter().all(|cluster| says_nothing(&cluster.output)) {
        return;
    }
    let mut written = Written::default();
    jobs(facts.network, facts.sources).iter().for_each(|job| job.run(&mut written));
    twice(facts, &written.paths, out);
    but_for_case(facts, &written.paths, out);
    // What an object is called depends on much of its statement.
    if !facts.knows_all_written() {
        return;
    }
    let of_all: BTreeMap<&ObjectName, bool> =
        written.objects.values().flatten().map(|(object, has_file)| (object, *has_file)).collect();
    of_no_object(output, &of_all, out);
    for cluster in clusters {
        let of_it = written.objects.get(&cluster.span).into_iter().flatten();
        of_no_object(&cluster.output, &of_it.map(|(object, has_file)| (object, *has_file)).collect(), out);
    }
}

/// Files that are to hold what is not there.
fn of_no_object(output: &Output, written: &BTreeMap<&ObjectName, bool>, out: &mut Diagnostics) {
    for (object, place) in output.objects.iter().filter(|(object, _)| !written.contains_key(object)) {
        let of_kind = || written.iter().filter(|(near, _)| near.kind == object.kind);
        // One of those that have no file may be it by another name, or stay in a file of somebody else.
        let nowhere = of_kind().filter(|(near, has_file)| !**has_file && near.namespace == object.namespace);
        let nowhere: Vec<String> = nowhere.take(MOST_NAMED).map(|(near, _)| format!("`{near}`")).collect();
        let near = of_kind().find(|(near, _)| near.name == object.name).or_else(|| of_kind().next());
        let diagnostic = Diagnostic::new(&codes::PLACE_OF_NO_OBJECT, format!("nothing comes out as `{object}`"))
            .label(place.span(), "there is no such object to put there");
        out.report(match near {
            _ if !nowhere.is_empty() => {
                let have = if nowhere.len() == 1 { "has" } else { "have" };
                let names = nowhere.join(", ");
                diagnostic
                    .help(format!("put its new name here, or leave it out with its place; {names} {have} no file"))
            }
            Some((near, _)) => diagnostic.help(format!("`{near}` is one that is written")),
            None => diagnostic.help(format!("no object of kind `{}` is written: leave it out", object.kind)),
        });
    }
}

fn twice(facts: &Facts<'_>, paths: &BTreeMap<String, usize>, out: &mut Diagnostics) {
    for (path, count) in paths {
        let file =
            path.match_indices('/').map(|(end, _)| &path[..end]).find(|on_the_way| paths.contains_key(*on_the_way));
        if *count < 2 && file.is_none() {
            continue;
        }
        let mut places = leading_to(facts, path);
        places.extend(file.into_iter().flat_map(|path| leading_to(facts, path)));
        places.sort_unstable();
        places.dedup();
        let Some((first, others)) = places.split_first() else { continue };
        let title = match file {
            Some(file) => format!("`{file}` would be a file and a folder"),
            None => format!("{count} files would be `{path}`"),
        };
        let diagnostic = Diagnostic::new(&codes::ONE_FILE_TWICE, title).label(*first, "this leads there");
        let diagnostic = others.iter().fold(diagnostic, |diagnostic, place| diagnostic.label(*place, "so does this"));
        out.report(diagnostic.help("choose another place, or a variable that tells them apart"));
    }
}

/// Two files of which some file systems make one, since they do not tell capitals from small letters.
fn but_for_case(facts: &Facts<'_>, paths: &BTreeMap<String, usize>, out: &mut Diagnostics) {
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for path in paths.keys() {
        let lower = path.to_lowercase();
        // A file, or one that is called like a folder on the way to this.
        let other = {
            let on_the_way = lower.match_indices('/').filter(|(end, _)| !paths.contains_key(&path[..*end]));
            let mut met = on_the_way.map(|(end, _)| &lower[..end]).chain([lower.as_str()]);
            met.find_map(|met| folded.get(met).copied())
        };
        let Some(other) = other else {
            folded.insert(lower, path);
            continue;
        };
        let mut places = leading_to(facts, path);
        places.extend(leading_to(facts, other));
        places.sort_unstable();
        places.dedup();
        let Some((first, others)) = places.split_first() else { continue };
        let title = format!("`{other}` and `{path}` are one on macOS and Windows");
        let diagnostic = Diagnostic::new(&codes::ONE_FILE_TWICE, title).label(*first, "this leads there");
        let diagnostic = others.iter().fold(diagnostic, |diagnostic, place| diagnostic.label(*place, "so does this"));
        out.report(diagnostic.help("write the two with other letters, or in one way"));
    }
}

/// What of the source leads to a path.
fn leading_to(facts: &Facts<'_>, path: &str) -> Vec<Span> {
    let Network { output, clusters, .. } = facts.network;
    // Of several clusters each has a folder, which no pattern says.
    let of_cluster = |cluster: &Cluster| path.strip_prefix(cluster.name.value.as_str())?.strip_prefix('/');
    let within = clusters.iter().filter(|_| clusters.len() > 1).find_map(of_cluster);
    let fits = |pattern: &Pattern| [Some(path), within].into_iter().flatten().any(|path| pattern.fits(path));
    let is_there = |place: &Place| match place {
        Place::Off => false,
        Place::Files(pattern) => fits(pattern),
        Place::Folder(folder) => {
            let start = format!("{folder}/");
            [Some(path), within].into_iter().flatten().any(|path| path.starts_with(&start))
        }
    };
    let all = clusters.iter().map(|cluster| &cluster.output).chain([output]);
    let of_one = |output: &Output| -> Vec<Span> {
        let places = output.places.values().filter(|place| is_there(&place.value)).map(|place| place.span());
        places.chain(output.objects.values().filter(|file| fits(&file.value)).map(|file| file.span())).collect()
    };
    all.flat_map(of_one).collect()
}
