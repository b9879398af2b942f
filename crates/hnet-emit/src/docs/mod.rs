//! `docs/network.md`: the network's own documentation, with its names and addresses.
//!
//! Each part of the document is a module: [`topology`] the pictures, [`addresses`] the address plan,
//! [`components`] what runs and the ways in, [`flows`] how requests travel, [`runbook`] what to do when
//! they do not. All text goes through [`crate::markdown`], which escapes it. Start at [`emit`].

mod addresses;
mod components;
mod flows;
mod runbook;
#[cfg(test)]
mod tests;
mod topology;

use hnet_model::{Cluster, Distribution, Network, Origin, Part, Reason, Role};

use crate::markdown::{Document, Inline, code, joined, literal, text};
use crate::{Context, Outputs};

/// What every part of the document is given.
pub(crate) struct Page<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) network: &'a Network,
    pub(crate) cluster: &'a Cluster,
    /// The origin of what every such document says.
    pub(crate) shape: Origin,
}

impl Page<'_> {
    /// The folder of a part of the output, as the document names it; none where it is left out.
    pub(crate) fn folder(&self, part: Part) -> Option<String> {
        self.context.folder(self.cluster, part)
    }

    /// The path of a picture from the document's own folder. Several clusters share the pictures.
    pub(crate) fn picture(&self, view: hnet_draw::View) -> String {
        let file = format!("{}.svg", view.name());
        match (self.network.clusters.len(), self.context.folder(self.cluster, Part::Docs)) {
            (0 | 1, _) | (_, None) => file,
            (_, Some(own)) => {
                let up = "../".repeat(own.split('/').count());
                crate::pictures::path(self.network, view).map_or(file, |path| format!("{up}{path}"))
            }
        }
    }

    /// The path of a file in the output, as the document names it.
    pub(crate) fn path(&self, part: Part, file: &str) -> Option<Inline> {
        self.context.path(self.cluster, part, file).map(code)
    }
}

/// Writes the document of each cluster.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut Outputs) {
    for cluster in &context.network.clusters {
        let Some(path) = context.path(cluster, Part::Docs, "network.md") else { continue };
        let shape = Origin::derived(cluster.span, Reason::Shape);
        let page = Page { context, network: context.network, cluster, shape };
        let mut document = Document::new(&context.header());
        overview(&page, &mut document);
        topology::write(&page, &mut document);
        management(&page, &mut document);
        addresses::write(&page, &mut document);
        components::write(&page, &mut document);
        flows::write(&page, &mut document);
        runbook::write(&page, &mut document);
        outputs.insert(path, document.finish());
    }
}

/// The distribution with its version, as people say it.
pub(crate) fn distribution(cluster: &Cluster) -> String {
    match &cluster.distribution {
        Distribution::Talos(version) => format!("Talos {}", version.value),
        Distribution::K3s(Some(version)) => format!("k3s {}", version.value),
        Distribution::K3s(None) => "k3s".to_owned(),
    }
}

fn overview(page: &Page<'_>, document: &mut Document) {
    let (network, cluster) = (page.network, page.cluster);
    document.heading(1, &literal("Network ").and(text(&network.name.value)), network.name.origin);
    document.doc(network.doc.as_deref(), Origin::written(network.span));
    if network.clusters.len() > 1 {
        document.paragraph(
            &literal("This page is about the cluster ").and(code(&cluster.name.value)).and(literal(".")),
            cluster.name.origin,
        );
    }
    document.doc(cluster.doc.as_deref(), Origin::written(cluster.span));
    let (control_planes, workers) = (cluster.control_planes().count(), cluster.workers().count());
    let counted = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let machines = match workers {
        0 => counted(control_planes, "control plane"),
        _ => format!("{}, {}", counted(control_planes, "control plane"), counted(workers, "worker")),
    };
    let version = cluster.talos().map_or(cluster.kubernetes.origin, |version| version.origin);
    let prefixes = |prefixes: &[hnet_model::Traced<hnet_model::IpNet>]| {
        joined(prefixes.iter().map(|prefix| code(prefix.value)), ", ")
    };
    let mut rows = vec![
        (
            vec![
                literal("Cluster"),
                code(&cluster.name.value).and(literal(": ")).and(text(format!(
                    "{}, Kubernetes {}",
                    distribution(cluster),
                    cluster.kubernetes.value
                ))),
            ],
            version,
        ),
        (vec![literal("Machines"), text(machines)], cluster.nodes.first().map_or(page.shape, |node| node.role.origin)),
        (
            vec![
                literal("Kubernetes API"),
                code(cluster.endpoint.value.url()).and(match &cluster.virtual_ip {
                    Some(_) => literal(", a virtual IP of the control planes"),
                    None => Inline::default(),
                }),
            ],
            cluster.endpoint.origin,
        ),
        (
            vec![literal("Pods"), prefixes(&cluster.pods)],
            cluster.pods.first().map_or(page.shape, |prefix| prefix.origin),
        ),
        (
            vec![literal("Services"), prefixes(&cluster.services_prefixes)],
            cluster.services_prefixes.first().map_or(page.shape, |prefix| prefix.origin),
        ),
        (
            vec![
                literal("Cluster DNS"),
                code(cluster.dns_address.value).and(literal(" for ")).and(code(&cluster.dns_domain.value)),
            ],
            cluster.dns_address.origin,
        ),
    ];
    if let Some(domain) = &network.domain {
        rows.push((vec![literal("Domain"), code(&domain.value)], domain.origin));
    }
    for gateway in &cluster.gateways {
        let addresses = joined(gateway.addresses.iter().map(|address| code(&address.value)), ", ");
        let at = if addresses.is_empty() { Inline::default() } else { literal(" at ").and(addresses) };
        rows.push((
            vec![literal("Way in"), literal("gateway ").and(code(&gateway.name.value)).and(at)],
            gateway.name.origin,
        ));
    }
    for tunnel in &cluster.tunnels {
        let names = joined(tunnel.publish.iter().map(|publish| code(&publish.hostname.value)), ", ");
        rows.push((
            vec![
                literal("Way in"),
                literal("Cloudflare tunnel ").and(code(&tunnel.name.value)).and(literal(" for ")).and(names),
            ],
            tunnel.name.origin,
        ));
    }
    document.heading(2, &literal("Overview"), page.shape);
    document.table(&["", ""], &rows);
}

/// Who changes what, and where it stands.
fn management(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    document.heading(2, &literal("How it is managed"), page.shape);
    let mut items = vec![(
        literal("This network is written down in one source, and all files below are built from it. ")
            .and(literal("**Change the source and build again; edit neither the files nor the cluster.**")),
        Origin::derived(page.network.span, Reason::Shape),
    )];
    if let Some(version) = cluster.talos() {
        items.push((
            literal("The machines' network is part of their Talos configuration (")
                .and(page.path(Part::Talos, "talconfig.yaml").unwrap_or_else(|| literal("not written here")))
                .and(literal(", or the same as patches) and is applied with `talosctl`. There is no SSH.")),
            version.origin,
        ));
    } else if let Some(folder) = page.folder(Part::Bootstrap) {
        items.push((
            literal("Each machine's k3s reads its file of ")
                .and(code(format!("{folder}/k3s/")))
                .and(literal(" as `/etc/rancher/k3s/config.yaml`.")),
            page.shape,
        ));
    }
    if let Some(gitops) = &cluster.gitops {
        items.push((
            literal("Argo CD syncs everything in the cluster from ")
                .and(code(&gitops.repository.value))
                .and(literal(", revision "))
                .and(code(&gitops.revision.value))
                .and(literal(". It reverts what is changed by hand.")),
            gitops.repository.origin,
        ));
    }
    if let Some(path) = page.path(Part::Bootstrap, "README.md") {
        items.push((literal("A new cluster starts with ").and(path).and(literal(".")), page.shape));
    }
    document.list(false, &items);
    let mut files: Vec<(String, &str, Origin)> = Vec::new();
    if let (Some(folder), Some(version)) = (page.folder(Part::Talos), cluster.talos()) {
        files.push((format!("{folder}/talconfig.yaml"), "for talhelper", version.origin));
        files.push((format!("{folder}/machines/"), "the same as patches for talosctl, topf and Omni", version.origin));
    }
    if let Some(folder) = page.folder(Part::Infrastructure) {
        let mut below = |name: &str, what, origin| files.push((format!("{folder}/{name}"), what, origin));
        if let Some(cilium) = &cluster.cilium {
            below("cilium/", "Helm chart and values, address pools, L2 policies", Origin::written(cilium.span));
        }
        if let Some(dns) = &cluster.dns {
            below("coredns/", "cluster DNS", Origin::written(dns.span));
        }
        if let Some(gateway) = cluster.gateways.first() {
            below("gateway/", "Gateways, routes, certificates", Origin::written(gateway.span));
        }
        if let Some(tunnel) = cluster.tunnels.first() {
            below("cloudflared/", "Cloudflare tunnels", Origin::written(tunnel.span));
        }
        below("kustomization.yaml", "all of these", page.shape);
    }
    if let (Some(folder), Some(gitops)) = (page.folder(Part::Argocd), &cluster.gitops) {
        files.push((format!("{folder}/networking.yaml"), "what Argo CD syncs", Origin::written(gitops.span)));
    }
    if let Some(folder) = page.folder(Part::Bootstrap) {
        files.push((format!("{folder}/"), "what must stand before GitOps can run", page.shape));
    }
    let rows: Vec<_> = files.into_iter().map(|(path, what, origin)| (vec![code(path), text(what)], origin)).collect();
    document.table(&["File", "Holds"], &rows);
}

/// A role as people say it.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::ControlPlane => "control plane",
        Role::Worker => "worker",
    }
}
