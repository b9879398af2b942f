//! `docs/network.md`: the network's own documentation, with its names and addresses.
//!
//! Each part of the document is a module: [`topology`] the pictures, [`addresses`] the address plan, [`firewall`] what reaches the machines,
//! [`components`] what runs and the ways in, [`policies`] who may talk to whom, [`flows`] how requests travel, [`runbook`] what to do when
//! they do not. All text goes through [`crate::markdown`], which escapes it. Start at [`emit`].

mod addresses;
mod components;
mod firewall;
mod flows;
mod policies;
mod records;
mod runbook;
#[cfg(test)]
mod tests;
mod topology;

use hnet_model::{Allowed, Cluster, Distribution, Network, Origin, Part, Reason, Role};

use crate::component::{Apart, Thing};
use crate::components::{self as rows, Stand};
use crate::context::join;
use crate::markdown::Document;
use crate::networking::{handed_over, overall};
use crate::{Context, Receiver};
use hnet_diagnostics::counted;

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

    /// The path of a file in the output, as the document names it; none where it is left out.
    pub(crate) fn path(&self, part: Part, file: &str) -> Option<String> {
        self.context.path(self.cluster, part, file)
    }
}

/// Writes the document of each cluster.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for cluster in &context.network.clusters {
        let Some(path) = context.path(cluster, Part::Docs, "network.md") else { continue };
        let shape = Origin::derived(cluster.span, Reason::Shape);
        let page = Page { context, network: context.network, cluster, shape };
        let mut document = Document::new(&context.header());
        overview(&page, &mut document);
        topology::write(&page, &mut document);
        management(&page, &mut document);
        addresses::write(&page, &mut document);
        firewall::write(&page, &mut document);
        components::write(&page, &mut document);
        records::write(&page, &mut document);
        policies::write(&page, &mut document);
        flows::write(&page, &mut document);
        runbook::write(&page, &mut document);
        allowed(&page, &mut document);
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
    document.heading(1, network.name.origin).literal("Network ").text(network.name.value.as_str());
    document.doc(network.doc.as_deref(), Origin::written(network.span));
    if network.clusters.len() > 1 {
        let about = document.paragraph(cluster.name.origin);
        about.literal("This page is about the cluster ").code(cluster.name.value.as_str()).literal(".");
    }
    document.doc(cluster.doc.as_deref(), Origin::written(cluster.span));
    document.heading(2, page.shape).literal("Overview");
    document.table(&["", ""]);
    let version = cluster.talos().map_or(cluster.kubernetes.origin, |version| version.origin);
    let row = fact(document, "Cluster", version).code(cluster.name.value.as_str());
    let mut runs = Vec::new();
    if cluster.talos().is_none_or(|version| cluster.tells(version.origin)) {
        runs.push(distribution(cluster));
    }
    if cluster.tells(cluster.kubernetes.origin) {
        runs.push(format!("Kubernetes {}", cluster.kubernetes.value));
    }
    if !runs.is_empty() {
        row.literal(": ").text(&runs.join(", "));
    }
    if let Some(first) = cluster.nodes.first() {
        let mut machines = counted(cluster.control_planes().count(), "control plane");
        let workers = cluster.workers().count();
        if workers > 0 {
            machines = format!("{machines}, {}", counted(workers, "worker"));
        }
        fact(document, "Machines", first.role.origin).text(&machines);
    }
    if cluster.tells(cluster.endpoint.origin) {
        let api = fact(document, "Kubernetes API", cluster.endpoint.origin).code(&cluster.endpoint.value.url());
        if cluster.shared_address().is_some() {
            api.literal(", a virtual IP of the control planes");
        } else if cluster.address_from_elsewhere().is_some() {
            api.literal(", where something else must answer: a load balancer or a virtual IP");
        }
    }
    for (name, prefixes) in [("Pods", &cluster.pods), ("Services", &cluster.services_prefixes)] {
        let origin = prefixes.first().map_or(page.shape, |prefix| prefix.origin);
        if cluster.tells(origin) {
            fact(document, name, origin).codes(prefixes.iter().map(|prefix| prefix.value));
        }
    }
    if cluster.tells(cluster.dns_address.origin) || cluster.tells(cluster.dns_domain.origin) {
        fact(document, "Cluster DNS", cluster.dns_address.origin)
            .code_of(&cluster.dns_address.value)
            .literal(" for ")
            .code(cluster.dns_domain.value.as_str());
    }
    if let Some(domain) = &network.domain {
        fact(document, "Domain", domain.origin).code(domain.value.as_str());
    }
    for gateway in &cluster.gateways {
        let way = fact(document, "Way in", gateway.name.origin).literal("gateway ").code(gateway.name.value.as_str());
        if !gateway.addresses.is_empty() {
            way.literal(" at ").codes(gateway.addresses.iter().map(|address| &address.value));
        }
    }
    for tunnel in &cluster.tunnels {
        fact(document, "Way in", tunnel.name.origin)
            .literal("Cloudflare tunnel ")
            .code(tunnel.name.value.as_str())
            .literal(" for ")
            .codes(tunnel.publish.iter().map(|publish| &publish.hostname.value));
    }
}

/// A row of the overview, up to its second cell.
fn fact<'a>(document: &'a mut Document, name: &'static str, origin: Origin) -> &'a mut Document {
    document.row(origin).cell().literal(name).cell()
}

/// Who changes what, and where it stands.
fn management(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    document.heading(2, page.shape).literal("How it is managed");
    document.list(false);
    document
        .item(Origin::derived(page.network.span, Reason::Shape))
        .literal("This network is written down in one source, and all files below are built from it. ")
        .literal("**Change the source and build again; edit neither the files nor the cluster.**");
    if let Some(version) = cluster.talos().filter(|_| !cluster.nodes.is_empty()) {
        document.item(version.origin).literal("The machines' network is part of their Talos configuration (");
        let (topf, omni) = (page.context.topf(cluster), page.context.omni(cluster));
        let tofu = page.context.tofu(cluster);
        let all =
            [page.context.talconfig(cluster), page.context.machines(cluster), topf.clone(), omni.clone(), tofu.clone()];
        let mut forms = all.iter().flatten();
        match (forms.next(), forms.next()) {
            (Some(path), None) => document.code(path),
            (Some(path), Some(_)) if all[0].is_some() && [&topf, &omni, &tofu].iter().all(|form| form.is_none()) => {
                document.code(path).literal(", or the same as patches")
            }
            (Some(path), Some(_)) => document.code(path).literal(", or the same in another form"),
            (None, _) => document.literal("not written here"),
        };
        let applied = [
            (all[..2].iter().any(Option::is_some) || [&topf, &omni, &tofu].iter().all(|form| form.is_none()))
                .then_some("`talosctl`"),
            topf.map(|_| "`topf`"),
            omni.map(|_| "`omnictl`"),
            tofu.map(|_| "`tofu`"),
        ];
        document.literal(") and is applied with ");
        for (at, program) in applied.into_iter().flatten().enumerate() {
            document.literal(if at > 0 { " or " } else { "" }).literal(program);
        }
        document.literal(". There is no SSH.");
    } else if let Some(files) = page.context.machines(cluster).filter(|_| !cluster.nodes.is_empty()) {
        document
            .item(page.shape)
            .literal("Each machine's k3s reads its file of ")
            .code(&files)
            .literal(" as `/etc/rancher/k3s/config.yaml`.");
    }
    if let Some(gitops) = page.context.synced(cluster) {
        let origin = gitops.repository().map_or(Origin::written(gitops.span), |repository| repository.origin);
        let item = document.item(origin).literal(gitops.called()).literal(" syncs everything in the cluster from ");
        match (gitops.repository(), gitops.flux()) {
            (None, Some(flux)) => item.code_of(&flux.source.value),
            (repository, _) => {
                item.codes(repository.map(|repository| &repository.value));
                item.literal(", revision ").code(&gitops.revision.value)
            }
        };
        item.literal(". It reverts what is changed by hand.");
    }
    if let Some(path) = page.path(Part::Bootstrap, "README.md") {
        document.item(page.shape).literal("A new cluster starts with ").code(&path).literal(".");
    }
    document.paragraph(page.shape).literal("Paths start at the folder with `.hnet-manifest`, which hnet writes to.");
    document.table(&["File", "Holds"]);
    if let Some(version) = cluster.talos().filter(|_| !cluster.nodes.is_empty()) {
        if let Some(path) = page.context.talconfig(cluster) {
            file(document, &path, version.origin).literal("for talhelper");
        }
        if let Some(files) = page.context.machines(cluster) {
            file(document, &files, version.origin).literal("the same as patches for talosctl, topf and Omni");
        }
        if let Some(path) = page.context.topf(cluster) {
            file(document, &path, version.origin).literal("with the folders beside it, for topf");
        }
        if let Some(path) = page.context.tofu(cluster) {
            file(document, &path, version.origin).literal("the machines for OpenTofu, with their patches");
        }
        if let Some(path) = page.context.omni(cluster) {
            file(document, &path, version.origin).literal("the same as a cluster template for Omni");
        }
    }
    for Stand { path, is_folder, holds } in rows::stands(page.context, cluster) {
        let path = if is_folder { format!("{path}/") } else { path };
        let row = file(document, &path, holds[0].origin);
        for (at, thing) in holds.iter().enumerate() {
            row.comma(at).literal(thing.what);
        }
    }
    if let Some(folder) = page.folder(Part::Infrastructure) {
        for Apart { prefix, holds: Thing { what, origin, .. } } in rows::apart(page.context, cluster) {
            file(document, &join(&folder, &format!("{prefix}*/")), origin).literal(what);
        }
    }
    if let Some(folder) = overall(page.context, cluster) {
        file(document, &join(&folder, "kustomization.yaml"), page.shape).literal("all of these");
    }
    if let (Some(path), Some(gitops)) = (handed_over(page.context, cluster), page.context.synced(cluster)) {
        file(document, &path, Origin::written(gitops.span)).literal("what ").literal(gitops.called()).literal(" syncs");
    }
    for (path, router) in crate::routers::files(page.network) {
        let origin = Origin::written(router.span);
        file(document, &path, origin)
            .literal("what router ")
            .code(router.name.value.as_str())
            .literal(" is told of BGP");
    }
    if let Some(folder) = page.folder(Part::Bootstrap) {
        file(document, &format!("{folder}/"), page.shape).literal(match cluster.gitops {
            Some(_) => "what must stand before GitOps can run",
            None => "how the machines become the cluster",
        });
    }
}

/// What was found and is meant, so that a reader of the network knows what its owner knew.
fn allowed(page: &Page<'_>, document: &mut Document) {
    if page.network.allowed.is_empty() {
        return;
    }
    document.heading(2, page.shape).literal("Allowed findings");
    document.table(&["Finding", "", "Allowed because"]);
    for Allowed { code, finding, reason, span } in &page.network.allowed {
        document.row(Origin::written(*span)).cell().code(code).cell().message(finding).cell().message(reason);
    }
}

/// The row of a file or folder, up to the cell of what it holds.
fn file<'a>(document: &'a mut Document, path: &str, origin: Origin) -> &'a mut Document {
    document.row(origin).cell().code(path).cell()
}

/// A role as people say it.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::ControlPlane => "control plane",
        Role::Worker => "worker",
    }
}
