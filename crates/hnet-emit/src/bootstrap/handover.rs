//! The last step: handing over to Argo CD or Flux. Start at [`to`].

use hnet_model::{Cluster, Flux, GitOps, Origin, Part, Tool, own};

use crate::Context;
use crate::component::Steps;
use crate::markdown::shell::Commands;
use crate::networking::handed_over;

/// Adds the step, where a tool syncs what is written, and says whether it did.
pub(super) fn to(context: &Context<'_>, cluster: &Cluster, steps: &mut Steps) -> bool {
    let Some(gitops) = context.synced(cluster) else { return false };
    let path = handed_over(context, cluster);
    match (&gitops.tool, path) {
        (Tool::ArgoCd(_), Some(path)) => with_argo_cd(context, cluster, gitops, &path, steps),
        (Tool::ArgoCd(_), None) => return false,
        (Tool::Flux(flux), path) => with_flux(context, cluster, gitops, flux, path.as_deref(), steps),
    }
    true
}

/// Hands over to Argo CD.
fn with_argo_cd(context: &Context<'_>, cluster: &Cluster, gitops: &GitOps, path: &str, steps: &mut Steps) {
    let origin = Origin::written(gitops.span);
    let mut commands = Commands::default();
    let command = match context.renders_cilium(cluster) {
        true => {
            r"helm upgrade --install argocd argo-cd --repo https://argoproj.github.io/argo-helm --namespace {} --create-namespace --set-string 'configs.cm.kustomize\.buildOptions=--enable-helm'"
        }
        false => {
            "helm upgrade --install argocd argo-cd --repo https://argoproj.github.io/argo-helm --namespace {} --create-namespace"
        }
    };
    commands.run(command, &[gitops.namespace.value.as_str()], gitops.namespace.origin);
    commands.run("kubectl apply -f {}", &[path], origin);
    let document = steps.begin("Hand over to Argo CD", &[], origin);
    if let Some(cilium) = own(&cluster.cilium).next().filter(|_| context.renders_cilium(cluster)) {
        document
            .paragraph(Origin::written(cilium.span))
            .literal("Cilium is a Helm chart in a kustomization, which Argo CD renders only with `--enable-helm`. ")
            .literal("Where Argo CD runs already, see that its option is set.");
    }
    document.commands(&commands);
}

/// Hands over to Flux, which is installed where the source says the repository.
fn with_flux(
    context: &Context<'_>,
    cluster: &Cluster,
    gitops: &GitOps,
    flux: &Flux,
    path: Option<&str>,
    steps: &mut Steps,
) {
    let Flux { repository, source, interval, substitutes: _ } = flux;
    let origin = Origin::written(gitops.span);
    let mut commands = Commands::default();
    let namespace = gitops.namespace.value.as_str();
    if let Some(repository) = repository {
        commands.run("flux install --namespace {}", &[namespace], gitops.namespace.origin);
        let of_source = source.value.namespace.as_deref().unwrap_or(namespace);
        let (revision, every) = (&gitops.revision.value, interval.value.to_string());
        if source.value.kind == "GitRepository" {
            let words = [&source.value.name, of_source, &repository.value, revision, &every];
            let command = "flux create source git {} --namespace {} --url {} --branch {} --interval {}";
            commands.run(command, &words, repository.origin);
        }
    }
    if let Some(path) = path {
        commands.run("kubectl apply --server-side -f {}", &[path], origin);
    }
    let document = steps.begin("Hand over to Flux", &[], origin);
    if repository.is_some() {
        let said = "Where Flux runs already and has this source, only the last line is needed. A private repository needs \
                    `--secret-ref` or what your Git host wants.";
        document.paragraph(origin).literal(said);
    }
    let folder = context.folder(cluster, Part::Infrastructure).unwrap_or_default();
    document.paragraph(origin).literal(match path {
        Some(_) => "Where a Kustomization of yours applies ",
        None => "A Kustomization of yours applies ",
    });
    document.code(&folder).literal(match path {
        Some(_) => " already, leave the file out with `output < flux off; >`: two that own the same objects fight.",
        None => ", or a folder around it.",
    });
    document.commands(&commands);
}
