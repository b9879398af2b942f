//! The kustomization over all folders of a cluster's networking, and the ApplicationSet that syncs each of them.

use hnet_manifests::argo_cd::{
    ApplicationSet, ApplicationSetSpec, ApplicationSpec, Automated, Backoff, Destination, Directory, Generator,
    GitGenerator, Retry, Source, SyncPolicy, Template, TemplateMetadata,
};
use hnet_manifests::kustomize::Kustomization;
use hnet_manifests::object::Manifest;
use hnet_model::{Cluster, GitOps, Part, Traced};

use crate::component::Apart;
use crate::components;
use crate::kubernetes::{Objects, metadata, shape};
use crate::overlay::Over;
use crate::{Context, OutputFile, Receiver};

/// The file that Argo CD is handed.
pub(crate) const NETWORKING: &str = "networking.yaml";

/// Writes the kustomization over the folders of all components of which there is something.
pub(crate) fn emit_kustomization(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for (cluster, path) in context.clusters(Part::Infrastructure) {
        let origin = shape(cluster.span);
        let listed = components::written(cluster).map(|(component, _)| component.folder().to_owned());
        let resources: Vec<_> = listed.map(|folder| Traced::new(folder, origin)).collect();
        if resources.is_empty() {
            continue;
        }
        let mut file = OutputFile::with_header(&context.header());
        for Apart { prefix, holds: (what, origin) } in components::apart(cluster) {
            let text = format!(
                "# The {what} in {prefix}* stand for themselves: kustomize takes too long over very many objects."
            );
            file.lines(&text, origin);
        }
        file.value(&Kustomization::of(resources), origin);
        outputs.insert(join(&path, "kustomization.yaml"), file);
    }
}

/// Writes what Argo CD is told.
pub(crate) fn emit_application_set(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for (cluster, path) in context.clusters(Part::Argocd) {
        let Some(gitops) = context.synced(cluster) else { continue };
        let Some(folder) = context.folder(cluster, Part::Infrastructure) else { continue };
        let name = if context.network.clusters.len() > 1 {
            format!("{}-networking", cluster.name.value)
        } else {
            "networking".to_owned()
        };
        let object = application_set(cluster, gitops, name, &folder);
        let mut objects = Objects::new(&context.header(), outputs);
        objects.add(&object, shape(gitops.span), Over::Main(&gitops.overlay));
        objects.hand_over(join(&path, NETWORKING), outputs);
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn application_set(cluster: &Cluster, gitops: &GitOps, name: String, folder: &str) -> Manifest<ApplicationSetSpec> {
    let GitOps { repository, revision, path, project, namespace, overlay: _, span: _ } = gitops;
    let path = path.as_ref().map(|path| join(&join(path.trim_matches('/'), folder), "*"));
    let spec = ApplicationSetSpec {
        go_template: true,
        go_template_options: vec!["missingkey=error".to_owned()],
        generators: vec![Generator {
            git: GitGenerator {
                repository: repository.clone(),
                revision: revision.clone(),
                directories: vec![Directory { path }],
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
