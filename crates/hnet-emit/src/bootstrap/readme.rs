//! The page with the commands that make a cluster out of machines, up to the point where Argo CD takes
//! over. Start at [`file`].

use hnet_manifests::prometheus;
use hnet_model::{Cluster, Distribution, Node, Origin, Part, Reason, Traced, Version, own};

use indexmap::IndexMap;

use super::{handover, images, needed};
use crate::component::{Apart, Steps};
use crate::components::Stand;
use crate::context::join;
use crate::markdown::Document;
use crate::markdown::shell::Commands;
use crate::networking::overall;
use crate::{Context, OutputFile, components, namespaces as owned, reach};

/// The page of a cluster.
pub(super) fn file(context: &Context<'_>, cluster: &Cluster) -> OutputFile {
    let shape = Origin::derived(cluster.span, Reason::Shape);
    let mut document = Document::new(&context.header());
    let name = &cluster.name;
    document.heading(1, name.origin).literal("From machines to the cluster ").text(name.value.as_str());
    // hnet knows where the files lie in the output, and not where the output lies.
    let folder = context.folder(cluster, Part::Bootstrap).unwrap_or_default();
    let up = vec![".."; folder.split('/').count()].join("/");
    let here =
        document.paragraph(shape).literal("These steps run once, from the folder with `.hnet-manifest`, in which ");
    here.literal("all files of hnet lie: ").code(&up).literal(" from here. ");
    if let Some(gitops) = context.synced(cluster) {
        document.literal("They take the files that ").literal(gitops.called());
        document.literal(" syncs afterwards, so nothing here has to be undone.");
    }
    needed::write(context, cluster, &mut document);
    let mut steps = Steps::new(document);
    match &cluster.distribution {
        Distribution::Talos(version) => talos(context, cluster, version, &mut steps),
        Distribution::K3s(version) => k3s(context, cluster, version.as_ref(), &mut steps),
    }
    in_cluster(context, cluster, shape, &mut steps);
    steps.finish()
}

/// What the commands of a cluster write beside the files of hnet. Those of several clusters run in one folder, so each has
/// its own: one that took the secrets of another would lock everybody out of it.
struct Written {
    /// The secrets of its machines, as talhelper keeps them.
    encrypted: String,
    /// The same as `talosctl` writes them.
    secrets: String,
    /// The folder of the machines' configuration.
    folder: String,
    /// How `kubectl` gets into it.
    kubeconfig: String,
    /// Whether the folder is another than the one that talhelper takes by itself.
    is_one_of_several: bool,
}

impl Written {
    fn of(context: &Context<'_>, cluster: &Cluster) -> Written {
        let is_one_of_several = context.network.clusters.len() > 1;
        let of = if is_one_of_several { format!("-{}", cluster.name.value) } else { String::new() };
        Written {
            encrypted: format!("talsecret{of}.sops.yaml"),
            secrets: format!("secrets{of}.yaml"),
            folder: format!("clusterconfig{of}"),
            kubeconfig: format!("kubeconfig{of}"),
            is_one_of_several,
        }
    }

    fn talosconfig(&self) -> String {
        format!("{}/talosconfig", self.folder)
    }
}

fn talos(context: &Context<'_>, cluster: &Cluster, version: &Traced<Version>, steps: &mut Steps) {
    let origin = version.origin;
    let Some(first) = cluster.control_planes().next() else { return };
    let (config, machines) = (context.talconfig(cluster), context.machines(cluster));
    let topf = context.topf(cluster);
    let (omni, tofu) = (context.omni(cluster), context.tofu(cluster));
    if [&config, &machines, &topf, &omni, &tofu].into_iter().all(Option::is_none) {
        return;
    }
    images::tell(context, cluster, steps);
    let document = steps.begin("Configure the machines", &[], origin);
    reach::say_names(&cluster.nodes, document);
    let is_with_omni_alone = [&config, &machines, &topf, &tofu].into_iter().all(Option::is_none);
    // Omni makes secrets and an image of its own, and starts etcd itself.
    if !is_with_omni_alone {
        document.paragraph(origin).literal("Where they run already, they keep the secrets that they have: ");
        document.literal(match (config.is_some() || machines.is_some(), topf.is_some()) {
            (false, true) => "give topf those before it makes new ones, and leave the next step out.",
            _ => "leave out what makes new ones, apply without `--insecure`, and leave the next step out.",
        });
        document.paragraph(origin).literal("Boot new machines from a Talos image. ");
    }
    let placeholders =
        crate::talos::Told::of(context.network, cluster).map(|told| told.placeholders()).unwrap_or_default();
    let names: Vec<&str> = placeholders.keys().map(String::as_str).collect();
    if let Some((_, origin)) = placeholders.first() {
        document.paragraph(*origin).literal("The values of ").codes(&names);
        document.literal(" are written nowhere.");
        if config.is_some() {
            document.literal(" talhelper takes them from ").code("talenv.sops.yaml").literal(".");
        }
        if machines.is_some() {
            document.literal(" For ").code("talosctl").literal(" they are variables of the shell, which ");
            document.code("envsubst").literal(" puts in; it is told their names, so that it leaves all else as it is.");
        }
        if topf.is_some() {
            document.literal(" topf takes them from its environment (").code("export NAME=…").literal(").");
        }
        if tofu.is_some() {
            document
                .literal(" OpenTofu takes them from ")
                .code("TF_VAR_NAME")
                .literal(", and keeps them in its state.");
        }
        document.literal(" ");
    }
    let written = Written::of(context, cluster);
    if let Some(config) = &config {
        let mut commands = Commands::default();
        let Written { encrypted, folder, .. } = &written;
        commands.run("talhelper gensecret > {}   # encrypt it before it is committed", &[encrypted], origin);
        let apply = if written.is_one_of_several {
            let generate = "talhelper genconfig --config-file {} --secret-file {} --out-dir {}";
            commands.run(generate, &[config, encrypted, folder], origin);
            "talhelper gencommand apply --config-file {} --out-dir {} --extra-flags=--insecure | bash"
        } else {
            commands.run("talhelper genconfig --config-file {} --secret-file {}", &[config, encrypted], origin);
            "talhelper gencommand apply --config-file {} --extra-flags=--insecure | bash"
        };
        commands.run(apply, &[config, folder], origin);
        document.literal("With talhelper:");
        document.commands(&commands);
    }
    if let Some(machines) = &machines {
        let with = WithTalosctl { machines, names: &names, is_second: config.is_some(), written: &written };
        with_talosctl(context, cluster, version, &with, document);
    }
    if let Some(topf) = &topf {
        let is_only = config.is_none() && machines.is_none();
        with_topf(topf, is_only, origin, &written, document);
    }
    if let Some(tofu) = &tofu {
        let is_only = [&config, &machines, &topf].into_iter().all(Option::is_none);
        with_tofu(tofu, is_only, origin, &written, document);
    }
    if let Some(omni) = &omni {
        with_omni(omni, cluster, is_with_omni_alone, &written, document);
    }
    // Omni starts etcd itself, and lets nobody in but by itself.
    if is_with_omni_alone {
        return;
    }

    let (host, origin) = (reach::host(first), first.name.origin);
    let mut commands = Commands::default();
    commands.run("export TALOSCONFIG=$PWD/{}", &[&written.talosconfig()], version.origin);
    commands.run("talosctl bootstrap --nodes {} --endpoints {}", &[&host, &host], origin);
    commands.run("talosctl kubeconfig --nodes {} --endpoints {}", &[&host, &host], origin);
    let document = steps.begin("Start etcd", &[], origin);
    document.paragraph(origin).literal("Once, on one control plane. ");
    if cluster.shared_address().is_some() {
        let said = "The virtual IP answers only afterwards, so `talosctl` uses the machine's own address.";
        document.literal(said);
    }
    let said = "Later shells need `TALOSCONFIG` too, unless you add the file to your own with `talosctl config merge`.";
    document.paragraph(version.origin).literal(said);
    document.commands(&commands);
}

/// How the machines are configured with topf, whose file this is. It makes the secrets beside it.
fn with_topf(path: &str, is_only: bool, origin: Origin, written: &Written, document: &mut Document) {
    let mut commands = Commands::default();
    commands.run("topf apply --topfconfig {}", &[path], origin);
    commands.run("mkdir -p {}", &[&written.folder], origin);
    commands.run("topf talosconfig --topfconfig {} > {}", &[path, &written.talosconfig()], origin);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    document
        .paragraph(origin)
        .literal(if is_only {
            "With topf, which asks before it makes "
        } else {
            "Or with topf, which asks before it makes "
        })
        .code(&join(folder, "secrets.yaml"))
        .literal(" (encrypt that before it is committed), and shows with `topf apply --dry-run` what would change:");
    document.commands(&commands);
}

/// How the machines are configured with OpenTofu, whose file this is.
fn with_tofu(path: &str, is_only: bool, origin: Origin, written: &Written, document: &mut Document) {
    let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let chdir = format!("-chdir={folder}");
    let mut commands = Commands::default();
    commands.run("tofu {} init", &[&chdir], origin);
    commands.run("tofu {} apply", &[&chdir], origin);
    commands.run("mkdir -p {}", &[&written.folder], origin);
    commands.run("tofu {} output -raw talosconfig > {}", &[&chdir, &written.talosconfig()], origin);
    document
        .paragraph(origin)
        .literal(if is_only { "With OpenTofu" } else { "Or with OpenTofu" })
        .literal(", whose state then holds the secrets of the cluster and must be kept as they are; ")
        .code("tofu plan")
        .literal(" shows what would change:");
    document.commands(&commands);
}

/// How the machines are configured with Omni, whose template this is.
fn with_omni(path: &str, cluster: &Cluster, is_only: bool, written: &Written, document: &mut Document) {
    let name = &cluster.name;
    let mut commands = Commands::default();
    commands.run("omnictl cluster template validate --file {}", &[path], name.origin);
    commands.run("omnictl cluster template sync --file {}", &[path], name.origin);
    commands.run("omnictl cluster template status --wait 0s --file {}", &[path], name.origin);
    commands.run("omnictl kubeconfig {} --cluster {}", &[&written.kubeconfig, name.value.as_str()], name.origin);
    if is_only {
        commands.run("export KUBECONFIG=$PWD/{}", &[&written.kubeconfig], name.origin);
    }
    document
        .paragraph(name.origin)
        .literal(if is_only { "With Omni" } else { "Or with Omni" })
        .literal(
            ", to which the machines must have come before (boot them from its own medium). It makes the secrets, the \
             endpoint and the installer, starts etcd, and shows with ",
        )
        .code("omnictl cluster template diff")
        .literal(" what would change:");
    document.commands(&commands);
}

/// What the commands without talhelper are made of.
struct WithTalosctl<'a> {
    /// Where the files of machines are.
    machines: &'a str,
    /// The names of the placeholders in them.
    names: &'a [&'a str],
    /// Whether there is another way.
    is_second: bool,
    written: &'a Written,
}

/// How the machines are configured without talhelper.
fn with_talosctl(
    context: &Context<'_>,
    cluster: &Cluster,
    version: &Traced<Version>,
    with: &WithTalosctl<'_>,
    document: &mut Document,
) {
    let WithTalosctl { machines, names, is_second, written } = *with;
    let origin = version.origin;
    let Some(first) = cluster.control_planes().next() else { return };
    let (release, kubernetes) = (crate::talos::release(&version.value), cluster.kubernetes.value.full());
    let mut commands = Commands::default();
    let Written { secrets, folder, .. } = written;
    commands.run("talosctl gen secrets --output-file {}", &[secrets], origin);
    commands.run(
        "talosctl gen config {} {} --with-secrets {} --talos-version {} --kubernetes-version {} --output {}",
        &[cluster.name.value.as_str(), &cluster.endpoint.value.url(), secrets, &release, &kubernetes, folder],
        cluster.endpoint.origin,
    );
    // talhelper writes both itself.
    let talosconfig = written.talosconfig();
    let mut words: Vec<String> = cluster.control_planes().map(reach::host).collect();
    words.extend(["--talosconfig".to_owned(), talosconfig.clone()]);
    commands.run_with_all("talosctl config endpoint {}", &words, first.name.origin);
    let node = "talosctl config node {} --talosconfig {}";
    commands.run(node, &[&reach::host(first), &talosconfig], first.name.origin);
    // One machine of each role shows how; a line for each of many would hide the rest.
    for (node, role) in
        std::iter::once((first, "controlplane")).chain(cluster.workers().next().map(|node| (node, "worker")))
    {
        let base = format!("{folder}/{role}.yaml");
        let Some(path) = context.machine(cluster, node.name.value.as_str()) else { continue };
        let generated = format!("{folder}/{}.yaml", node.name.value);
        let origin = node.name.origin;
        let filled = format!("{folder}/{}.patch.yaml", node.name.value);
        if !names.is_empty() {
            commands.fill(names, &path, &filled, origin);
        }
        let patch = format!("@{}", if names.is_empty() { &path } else { &filled });
        commands.run("talosctl machineconfig patch {} --patch {} --output {}", &[&base, &patch, &generated], origin);
        commands.run(
            "talosctl apply-config --insecure --nodes {} --file {}",
            &[&reach::host(node), &generated],
            origin,
        );
    }
    document.paragraph(origin).literal(if is_second { "Or with" } else { "With" }).literal(match names.is_empty() {
        true => " `talosctl` alone, the last two lines",
        false => " `talosctl` alone, the last three lines",
    });
    // Whoever repeats those of a worker for a control plane makes a worker of it.
    if cluster.workers().next().is_some() {
        document.literal(" for each worker of ").code(machines);
        document.literal(", and those before them in the same way for each control plane:");
    } else {
        document.literal(" for each machine of ").code(machines).literal(":");
    }
    document.commands(&commands);
}

fn k3s(context: &Context<'_>, cluster: &Cluster, version: Option<&Traced<Version>>, steps: &mut Steps) {
    let Some(first) = cluster.control_planes().next() else { return };
    if context.machines(cluster).is_none() {
        return;
    }
    let origin = version.map_or(first.name.origin, |version| version.origin);
    let wanted = version.map_or(&cluster.kubernetes.value, |version| &version.value);
    // A release of k3s is a Kubernetes release with a suffix; without it only the channel is known.
    let wanted = match wanted.patch {
        Some(_) if wanted.suffix.starts_with("+k3s") => format!("INSTALL_K3S_VERSION=v{}", wanted.full()),
        _ => format!("INSTALL_K3S_CHANNEL=v{}.{}", wanted.major, wanted.minor),
    };
    let install = |node: &Node, role: &str, token: &str, commands: &mut Commands| {
        let Some(file) = context.machine(cluster, node.name.value.as_str()) else { return };
        let destination = format!("{}:/tmp/k3s.yaml", reach::host_before_colon(node));
        commands.run("scp {} {}", &[&file, &destination], node.name.origin);
        let start = format!("curl -sfL https://get.k3s.io | {wanted} {token}sh -s - {role}");
        let remote = format!("sudo install -D /tmp/k3s.yaml /etc/rancher/k3s/config.yaml && {start}");
        commands.run("ssh {} {}", &[&reach::host(node), &remote], node.name.origin);
    };
    let kubeconfig = Written::of(context, cluster).kubeconfig;
    let mut commands = Commands::default();
    install(first, "server", "", &mut commands);
    // k3s writes its loopback address there: [::1] where services are IPv6 first, else 127.0.0.1.
    // (k3s, `pkg/daemons/config`, `Control.Loopback`.)
    let substitution = format!("s#https://.*:#https://{}:#", reach::host_before_colon(first));
    commands.run(
        "ssh {} 'sudo cat /etc/rancher/k3s/k3s.yaml' | sed {} > {}",
        &[&reach::host(first), &substitution, &kubeconfig],
        first.name.origin,
    );
    commands.run("export KUBECONFIG=$PWD/{}", &[&kubeconfig], first.name.origin);
    let said = "k3s reads its file when it starts.";
    let document = steps.begin("Start the first server", &[said], origin);
    reach::say_names(&cluster.nodes, document);
    document.commands(&commands);

    let others = cluster.control_planes().nth(1).map(|node| (node, "server"));
    let others: Vec<_> = others.into_iter().chain(cluster.workers().next().map(|node| (node, "agent"))).collect();
    if let [(node, _), ..] = others.as_slice() {
        let mut commands = Commands::default();
        others.iter().for_each(|(node, role)| install(node, role, "K3S_TOKEN=… ", &mut commands));
        let document = steps.begin("Join the other machines", &[], node.name.origin);
        document
            .paragraph(node.name.origin)
            .literal("In the same way for each of them; the token stands in ")
            .literal("`/var/lib/rancher/k3s/server/node-token` on the first server.");
        if !needed::endpoint_is_a_machine(cluster) {
            document
                .paragraph(cluster.endpoint.origin)
                .literal("They join at ")
                .code(&cluster.endpoint.value.url())
                .literal(", so that must lead to the first server by now.");
        }
        document.commands(&commands);
    }
}

fn in_cluster(context: &Context<'_>, cluster: &Cluster, shape: Origin, steps: &mut Steps) {
    for kinds in components::in_order().into_iter().filter_map(|component| component.kinds(cluster)) {
        let said: Vec<_> = kinds.said.into_iter().collect();
        steps.one(kinds.heading, &said, "kubectl apply --server-side -f {}", &[&kinds.url], kinds.origin);
    }
    let is_written = components::writes(context, cluster);
    if is_written {
        monitors(cluster, steps);
        namespaces(context, cluster, shape, steps);
        components::in_order().iter().for_each(|component| component.steps(context, cluster, steps));
    }
    if handover::to(context, cluster, steps) {
        return;
    }
    if is_written {
        rest(context, cluster, shape, steps);
    }
}

/// Makes the kinds of the monitors known. The operator that reads them needs a CNI, so it cannot bring them in time.
fn monitors(cluster: &Cluster, steps: &mut Steps) {
    let Some(monitoring) = &cluster.monitoring else { return };
    let origin = Origin::written(monitoring.span);
    let mut commands = Commands::default();
    for kind in prometheus::KINDS {
        commands.run("kubectl apply --server-side -f {}", &[&prometheus::definition(kind)], origin);
    }
    let before = match own(&cluster.cilium).next() {
        Some(_) => {
            "Before Cilium, whose chart has monitors, and before the operator, which cannot run without a network."
        }
        None => "Before the monitors; the operator that reads them may come later.",
    };
    steps.begin("Install the kinds of the monitors", &[before], origin).commands(&commands);
}

/// Makes the namespaces that hnet owns, since a secret may have to be put into one before anything is synced.
fn namespaces(context: &Context<'_>, cluster: &Cluster, shape: Origin, steps: &mut Steps) {
    let mut files: IndexMap<String, Origin> = IndexMap::new();
    for (of, name) in owned::namespaces(cluster).values() {
        if let Some(file) = owned::file(context, cluster, of, &name.value) {
            files.entry(file).or_insert(name.origin.because(Reason::NamespaceInUse));
        }
    }
    let mut commands = Commands::default();
    for (file, origin) in &files {
        commands.run("kubectl apply --server-side -f {}", &[file], *origin);
    }
    if !files.is_empty() {
        steps.begin("Make the namespaces", &[], shape).commands(&commands);
    }
}

/// Applies what nothing syncs, where there is any, and says what stands in files beside those of others and is applied with
/// those.
fn rest(context: &Context<'_>, cluster: &Cluster, shape: Origin, steps: &mut Steps) {
    let mut commands = Commands::default();
    let (own, beside): (Vec<Stand>, Vec<Stand>) =
        components::stands(context, cluster).into_iter().partition(|stand| stand.is_folder);
    let folders = match overall(context, cluster) {
        Some(folder) => vec![folder],
        None => own.into_iter().map(|stand| stand.path).collect(),
    };
    for folder in &folders {
        let command = match context.renders_cilium(cluster) {
            true => "kustomize build --enable-helm {} | kubectl apply --server-side -f -",
            false => "kubectl apply --server-side -k {}",
        };
        commands.run(command, &[folder_or_here(folder)], shape);
    }
    for Apart { prefix, holds } in components::apart(context, cluster) {
        let Some(folder) = context.folder(cluster, Part::Infrastructure) else { continue };
        let start = format!("{}/{prefix}", folder_or_here(&folder));
        let command = "for folder in {}*; do kubectl apply --server-side -k \"$folder\"; done";
        commands.run(command, &[&start], holds.origin);
    }
    if commands.lines().is_empty() && beside.is_empty() {
        return;
    }
    let document = steps.begin("Apply the rest", &[], shape);
    for Stand { path, holds, .. } in &beside {
        let Some(first) = holds.first() else { continue };
        let said = ", beside files of others, and applied with those: ";
        let paragraph = document.paragraph(first.origin).literal("In ").code(path).literal(said);
        for (at, thing) in holds.iter().enumerate() {
            paragraph.comma(at).literal(thing.what);
        }
        paragraph.literal(".");
    }
    if !commands.lines().is_empty() {
        document.commands(&commands);
    }
}

/// A folder as a command takes it.
fn folder_or_here(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}
