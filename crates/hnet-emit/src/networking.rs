//! The kustomization over all folders of a cluster's networking, and what Argo CD or Flux is told of them.

use hnet_manifests::argo_cd::{
    ApplicationSet, ApplicationSetSpec, ApplicationSpec, Automated, Backoff, Destination, Directory, Generator,
    GitGenerator, Retry, Source, SyncPolicy, Template, TemplateMetadata,
};
use hnet_manifests::kustomize::Kustomization;
use hnet_manifests::object::Manifest;
use hnet_model::{ArgoCd, Cluster, GitOps, ObjectName, Part, Tool, Traced};

use crate::component::{Apart, Thing};
use crate::components::{self, Stand};
use crate::context::{Where, join};
use crate::kubernetes::{metadata, shape};
use crate::overlay::Over;
use crate::place::{Pieces, Target};
use crate::{Context, OutputFile, Receiver, kustomizations};

/// The file that Argo CD or Flux is handed.
const NETWORKING: &str = "networking.yaml";

/// The emitter of what they are told.
pub(crate) const SYNCS: &str = "gitops";

/// The folder of the kustomization over all folders of a cluster's networking; none where it lists none.
pub(crate) fn overall(context: &Context<'_>, cluster: &Cluster) -> Option<String> {
    let folder = context.folder(cluster, Part::Infrastructure)?;
    components::stands(context, cluster).iter().any(|stand| stand.is_folder).then_some(folder)
}

/// Writes the kustomization over the folders of all components of which there is something.
pub(crate) fn emit_kustomization(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for cluster in &context.network.clusters {
        let Some(path) = overall(context, cluster) else { continue };
        let origin = shape(cluster.span);
        let stands = components::stands(context, cluster);
        let mut listed: Vec<String> = match cluster.flux() {
            Some(_) => kustomizations::syncs(context, cluster).into_iter().map(|sync| sync.file).collect(),
            None => stands.iter().filter(|stand| stand.is_folder).map(|stand| stand.path.clone()).collect(),
        };
        listed.dedup();
        let resources = listed.iter().map(|listed| Traced::new(relative(&path, listed), origin)).collect();
        let mut file = OutputFile::with_header(&context.header());
        for Apart { prefix, holds: Thing { what, origin, .. } } in components::apart(context, cluster) {
            let text = format!(
                "# The {what} in {prefix}* stand for themselves: kustomize takes too long over very many objects."
            );
            file.lines(&text, origin);
        }
        for Stand { path, holds, .. } in stands.iter().filter(|stand| !stand.is_folder) {
            let Some(first) = holds.first() else { continue };
            let what: Vec<&str> = holds.iter().map(|thing| thing.what).collect();
            file.lines(&format!("# In {path}, listed beside files of others: {}.", what.join(", ")), first.origin);
        }
        file.value(&Kustomization::of(resources), origin);
        outputs.insert(join(&path, "kustomization.yaml"), file);
    }
}

/// The path from one folder of the output to another.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    let path = up.chain(to[common..].iter().map(String::as_str)).collect::<Vec<_>>().join("/");
    if path.is_empty() { ".".to_owned() } else { path }
}

/// Writes what Argo CD or Flux is told.
pub(crate) fn emit_syncs(context: &Context<'_>, outputs: &mut dyn Receiver) {
    let mut pieces = Pieces::of_one(context, outputs);
    context.network.clusters.iter().for_each(|cluster| add_syncs(context, cluster, &mut pieces));
    pieces.finish();
}

/// Adds what Argo CD or Flux is told of a cluster.
pub(crate) fn add_syncs<'a>(context: &Context<'a>, cluster: &'a Cluster, pieces: &mut Pieces<'a>) {
    let Some(gitops) = context.synced(cluster) else { return };
    let (part, over, origin) = (part(gitops), Over::Main(&gitops.overlay), shape(gitops.span));
    // No kustomization lists it: it is what is handed to Argo CD or Flux.
    let place = context.path(cluster, part, NETWORKING);
    let place = place.map(|path| Target { shown: path.clone(), path, folder: None });
    let mut objects = pieces.objects(cluster, part, place);
    let name = name(context, cluster);
    match &gitops.tool {
        Tool::ArgoCd(argo) => {
            let set = application_set(cluster, gitops, argo, name, context.synced_folders(cluster));
            objects.add(&set, origin, over);
        }
        Tool::Flux(flux) => {
            if let Some(folder) = context.folder(cluster, Part::Infrastructure) {
                objects.add(&kustomizations::overall(gitops, flux, &name, &folder), origin, over);
            }
            let syncs = kustomizations::syncs(context, cluster);
            for syncs in syncs.chunk_by(|one, next| one.file == next.file) {
                let Some(path) = syncs.first().map(|sync| sync.file.clone()) else { continue };
                // The kustomization over all lists it.
                let place = Target { shown: path.clone(), path, folder: None };
                let mut objects = pieces.objects(cluster, Part::Infrastructure, Some(place));
                for sync in syncs {
                    objects.add(
                        &kustomizations::kustomization(gitops, flux, sync),
                        origin,
                        Over::Beside(&gitops.overlay),
                    );
                }
                pieces.insert(objects);
            }
        }
    }
    pieces.insert(objects);
}

/// The part of the output that is handed to who syncs the rest.
fn part(gitops: &GitOps) -> Part {
    match gitops.tool {
        Tool::ArgoCd(_) => Part::Argocd,
        Tool::Flux(_) => Part::Flux,
    }
}

/// What the object that is handed over is called, with which the names of what it makes start.
pub(crate) fn name(context: &Context<'_>, cluster: &Cluster) -> String {
    if context.network.clusters.len() > 1 {
        format!("{}-networking", cluster.name.value)
    } else {
        "networking".to_owned()
    }
}

/// The file that Argo CD or Flux is handed, where it is written.
pub(crate) fn handed_over(context: &Context<'_>, cluster: &Cluster) -> Option<String> {
    let gitops = context.synced(cluster)?;
    let part = part(gitops);
    let pattern = match context.place(cluster, part)? {
        Where::Files(pattern) => Some(pattern),
        Where::Own(_) | Where::Folder(_) => None,
    };
    let kind = match gitops.tool {
        Tool::ArgoCd(_) => "ApplicationSet",
        Tool::Flux(_) => "Kustomization",
    };
    let namespace = Some(gitops.namespace.value.to_string());
    let object = ObjectName { kind: kind.to_owned(), namespace, name: name(context, cluster) };
    let target = context.object(cluster, pattern.as_ref(), &object);
    target.map(|target| target.path).or_else(|| context.path(cluster, part, NETWORKING))
}

impl Context<'_> {
    /// What Argo CD or Flux is told of a cluster, where it is told anything. Flux reads what it is told beside the folders.
    #[must_use]
    pub fn synced<'c>(&self, cluster: &'c Cluster) -> Option<&'c GitOps> {
        let part = |gitops: &GitOps| gitops.flux().map_or(Part::Argocd, |_| Part::Infrastructure);
        let gitops = cluster.gitops.as_ref().filter(|gitops| self.place(cluster, part(gitops)).is_some())?;
        let stands = components::stands(self, cluster);
        let is_to_come = stands.is_empty() && self.folder(cluster, Part::Infrastructure).is_some();
        (is_to_come || stands.iter().any(|stand| stand.is_folder)).then_some(gitops)
    }

    /// The folders of a cluster that have a kustomization of hnet's.
    #[must_use]
    pub fn kustomized_folders(&self, cluster: &Cluster) -> Vec<String> {
        let stands = components::stands(self, cluster);
        stands.into_iter().filter(|stand| stand.is_folder).map(|stand| stand.path).collect()
    }

    /// The folders of a cluster each with what Argo CD or Flux calls what it makes of it.
    #[must_use]
    pub fn named_folders(&self, cluster: &Cluster) -> Vec<(String, String)> {
        match cluster.flux() {
            Some(_) => kustomizations::syncs(self, cluster).into_iter().map(|sync| (sync.name, sync.folder)).collect(),
            None => {
                let last = |folder: &String| folder.rsplit('/').next().unwrap_or_default().to_owned();
                self.kustomized_folders(cluster).into_iter().map(|folder| (last(&folder), folder)).collect()
            }
        }
    }

    /// The folders in which objects of a cluster stand.
    #[must_use]
    pub fn folders_of_objects(&self, cluster: &Cluster) -> Vec<String> {
        let stands = components::stands(self, cluster).into_iter();
        stands.map(|stand| if stand.is_folder { stand.path } else { parent(&stand.path).to_owned() }).collect()
    }

    /// The folders that Argo CD syncs: all in that of the manifests, and those that the source puts elsewhere.
    #[must_use]
    pub fn synced_folders(&self, cluster: &Cluster) -> Vec<String> {
        let manifests = self.folder(cluster, Part::Infrastructure);
        let is_within = |path: &String| manifests.as_deref().is_some_and(|folder| parent(path) == folder);
        let elsewhere = self.kustomized_folders(cluster).into_iter().filter(|path| !is_within(path));
        manifests.iter().map(|folder| join(folder, "*")).chain(elsewhere).collect()
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn application_set(
    cluster: &Cluster,
    gitops: &GitOps,
    argo: &ArgoCd,
    name: String,
    folders: Vec<String>,
) -> Manifest<ApplicationSetSpec> {
    let GitOps { tool: _, revision, path, namespace, overlay: _, span: _ } = gitops;
    let ArgoCd { repository, project } = argo;
    let directory =
        |folder: &String| Directory { path: path.as_ref().map(|path| join(path.trim_matches('/'), folder)) };
    let spec = ApplicationSetSpec {
        go_template: true,
        go_template_options: vec!["missingkey=error".to_owned()],
        generators: vec![Generator {
            git: GitGenerator {
                repository: repository.clone(),
                revision: revision.clone(),
                directories: folders.iter().map(directory).collect(),
            },
        }],
        template: Template {
            // The folders' names differ, and what stands before them differs from other ApplicationSets.
            metadata: TemplateMetadata { name: format!("{name}-{{{{.path.basename}}}}") },
            spec: ApplicationSpec {
                project: project.as_ref().map(ToString::to_string),
                source: Source {
                    repository: repository.clone(),
                    target_revision: revision.clone(),
                    path: "{{.path.path}}".to_owned(),
                },
                destination: Destination {
                    server: "https://kubernetes.default.svc".to_owned(),
                    namespace: "kube-system".to_owned(),
                },
                sync_policy: sync_policy(),
            },
        },
    };
    let metadata = metadata(Traced::new(name, shape(cluster.name.span())), namespace);
    Manifest::custom::<ApplicationSet>(metadata, spec)
}

fn sync_policy() -> SyncPolicy {
    let options = ["ServerSideApply=true", "SkipDryRunOnMissingResource=true"];
    SyncPolicy {
        automated: Automated { prune: true, self_heal: true },
        sync_options: options.map(str::to_owned).to_vec(),
        // Kinds appear when their controllers have started, so the first attempts may fail.
        retry: Retry {
            limit: 10,
            backoff: Backoff { duration: "10s".to_owned(), factor: 2, max_duration: "5m".to_owned() },
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_yaml::Value;

    use crate::samples::{Spans, emitted, homelab, on_k3s};

    fn read(network: &hnet_model::Network, path: &str) -> Value {
        let outputs = emitted(network);
        let file = outputs.files.get(path).unwrap_or_else(|| panic!("no {path} in {:?}", outputs.files.keys()));
        serde_yaml::from_str(file.text()).unwrap()
    }

    #[test]
    fn the_folders_are_listed_in_the_order_in_which_they_are_needed() {
        let kustomization = read(&homelab(), "infrastructure/networking/kustomization.yaml");
        let expected: Value = serde_yaml::from_str("[cilium, coredns, gateway, cloudflared]").unwrap();
        assert_eq!(kustomization["resources"], expected);
    }

    #[test]
    fn every_kustomization_lists_every_file_beside_it() {
        for network in [homelab(), on_k3s()] {
            let outputs = emitted(&network);
            let folders = outputs.files.keys().filter_map(|path| path.strip_suffix("/kustomization.yaml"));
            for folder in folders {
                let kustomization = read(&network, &format!("{folder}/kustomization.yaml"));
                let listed = kustomization["resources"].as_sequence().unwrap();
                let is_named = |name: &str| listed.contains(&name.into()) || name == "values.yaml";
                let beside = outputs.files.keys().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
                for name in beside.filter(|name| *name != "kustomization.yaml") {
                    assert!(is_named(name.split('/').next().unwrap()), "{folder} does not list {name}");
                }
            }
        }
    }

    #[test]
    fn argo_cd_syncs_the_folders_where_they_lie() {
        let mut network = homelab();
        let gitops = network.clusters[0].gitops.as_mut().unwrap();
        gitops.path.value = "clusters/home/".to_owned();
        let set = read(&network, "argocd/networking.yaml");
        let directory = &set["spec"]["generators"][0]["git"]["directories"][0]["path"];
        assert_eq!(directory, "clusters/home/infrastructure/networking/*");
        let spec = &set["spec"]["template"]["spec"];
        assert_eq!(spec["syncPolicy"]["automated"]["selfHeal"], true);
        assert_eq!(set["metadata"]["namespace"], "argocd");
    }

    #[test]
    fn several_clusters_have_folders_and_names_of_their_own() {
        let mut network = homelab();
        let mut second = on_k3s().clusters.remove(0);
        second.name = Spans::new().name("lab");
        network.clusters.push(second);
        let home = read(&network, "home/argocd/networking.yaml");
        let lab = read(&network, "lab/argocd/networking.yaml");
        assert_eq!(home["spec"]["template"]["metadata"]["name"], "home-networking-{{.path.basename}}");
        assert_eq!(lab["spec"]["template"]["metadata"]["name"], "lab-networking-{{.path.basename}}");
        let directory = &lab["spec"]["generators"][0]["git"]["directories"][0]["path"];
        assert_eq!(directory, "lab/infrastructure/networking/*");
        assert!(emitted(&network).files.contains_key("lab/infrastructure/networking/gateway/routes.yaml"));
    }

    #[test]
    fn without_argo_cd_nothing_speaks_of_it() {
        let mut network = homelab();
        network.clusters[0].gitops = None;
        let outputs = emitted(&network);
        let infrastructure = outputs.files.iter().filter(|(path, _)| path.starts_with("infrastructure/"));
        assert!(infrastructure.into_iter().all(|(_, file)| !file.text().contains("argo")));
        assert!(!outputs.files.keys().any(|path| path.starts_with("argocd/")));
    }
}
