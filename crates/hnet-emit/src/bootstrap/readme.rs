//! The page with the commands that make a cluster out of machines, up to the point where Argo CD takes
//! over. Start at [`file`].

use hnet_model::{Cluster, Distribution, Node, Origin, Part, Reason, Traced};

use crate::markdown::{Document, Inline, code, literal, shell_word, text};
use crate::{Context, OutputFile};

/// Steps that are numbered as they are written.
struct Steps {
    document: Document,
    done: usize,
}

/// The page of a cluster.
pub(super) fn file(context: &Context<'_>, cluster: &Cluster) -> OutputFile {
    let shape = Origin::derived(cluster.span, Reason::Shape);
    let mut document = Document::new(&context.header());
    document.heading(1, &literal("From machines to the cluster ").and(text(&cluster.name.value)), cluster.name.origin);
    document.paragraph(
        &literal("These steps run once, from the root of this repository. ")
            .and(literal("They take the files that Argo CD syncs afterwards, so nothing here has to be undone.")),
        shape,
    );
    needed(cluster, &mut document);
    let mut steps = Steps { document, done: 0 };
    match &cluster.distribution {
        Distribution::Talos(version) => talos(context, cluster, version, &mut steps),
        Distribution::K3s(version) => k3s(context, cluster, version.as_ref(), &mut steps),
    }
    in_cluster(context, cluster, shape, &mut steps);
    steps.document.finish()
}

impl Steps {
    fn step(&mut self, heading: Inline, said: &[Inline], commands: &[Traced<String>], origin: Origin) {
        self.done += 1;
        self.document.heading(2, &text(format!("{} – ", self.done)).and(heading), origin);
        for paragraph in said {
            self.document.paragraph(paragraph, origin);
        }
        self.document.code("bash", commands);
    }
}

/// A command by its words, each quoted where a shell needs it.
fn run(words: &[&str], origin: Origin) -> Traced<String> {
    let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
    Traced::new(words.join(" "), origin)
}

/// A command whose output another one takes.
fn piped(words: &[&str], into: &'static str, origin: Origin) -> Traced<String> {
    run(words, origin).map(|line| format!("{line} | {into}"))
}

/// Shell of our own: no text from elsewhere.
fn shell(line: &'static str, origin: Origin) -> Traced<String> {
    Traced::new(line.to_owned(), origin)
}

/// What somebody else installs, and these files need.
fn needed(cluster: &Cluster, document: &mut Document) {
    let mut items = Vec::new();
    if let Some(certificate) = cluster.certificates.iter().find(|certificate| certificate.issuer.is_some()) {
        let issuers = cluster.issuers.iter().map(|issuer| code(&issuer.name.value));
        items.push((
            literal("cert-manager, with the issuer ").and(crate::markdown::joined(issuers, ", ")),
            Origin::written(certificate.span),
        ));
    }
    if let Some(credentials) = cluster.tunnels.iter().find_map(|tunnel| tunnel.credentials.as_ref()) {
        let stores = cluster.secret_stores.iter().map(|store| code(&store.name.value));
        items.push((
            literal("External Secrets, with the secret store ").and(crate::markdown::joined(stores, ", ")),
            credentials.origin,
        ));
    }
    if let Some(monitoring) = &cluster.monitoring {
        items.push((
            literal("the Prometheus operator, whose CRDs Cilium's chart and the monitors need"),
            Origin::written(monitoring.span),
        ));
    }
    if let Some((_, origin)) = items.first() {
        document.paragraph(&literal("These files expect, from elsewhere:"), *origin);
        document.list(false, &items);
    }
}

fn address(node: &Node) -> String {
    node.address.as_ref().map_or_else(|| node.name.value.to_string(), |address| address.value.address().to_string())
}

fn talos(context: &Context<'_>, cluster: &Cluster, version: &Traced<hnet_model::Version>, steps: &mut Steps) {
    let origin = version.origin;
    let Some(folder) = context.folder(cluster, Part::Talos) else { return };
    let Some(first) = cluster.control_planes().next() else { return };
    let config = format!("{folder}/talconfig.yaml");
    let host = address(first);
    let release = crate::talos::release(&version.value);
    let patch = |node: &Node| format!("@{folder}/machines/{}.yaml", node.name.value);
    let generated = |node: &Node| format!("clusterconfig/{}.yaml", node.name.value);
    steps.step(
        literal("Configure the machines"),
        &[literal("Boot the machines from a Talos image. With talhelper:")],
        &[
            shell("talhelper gensecret > talsecret.sops.yaml   # encrypt it before it is committed", origin),
            run(&["talhelper", "genconfig", "--config-file", &config, "--secret-file", "talsecret.sops.yaml"], origin),
            piped(
                &["talhelper", "gencommand", "apply", "--config-file", &config, "--extra-flags=--insecure"],
                "bash",
                origin,
            ),
        ],
        origin,
    );
    let endpoint = cluster.endpoint.value.url();
    let kubernetes = cluster.kubernetes.value.full();
    let name = cluster.name.value.as_str();
    let mut commands = vec![
        run(&["talosctl", "gen", "secrets", "--output-file", "secrets.yaml"], origin),
        run(
            &[
                &["talosctl", "gen", "config", name, &endpoint][..],
                &["--with-secrets", "secrets.yaml", "--talos-version", &release],
                &["--kubernetes-version", &kubernetes, "--output", "clusterconfig"],
            ]
            .concat(),
            cluster.endpoint.origin,
        ),
    ];
    // One machine of each role shows how; a line for each of many would hide the rest.
    for (node, role) in
        std::iter::once((first, "controlplane")).chain(cluster.workers().next().map(|node| (node, "worker")))
    {
        let base = format!("clusterconfig/{role}.yaml");
        let (patch, generated, host) = (patch(node), generated(node), address(node));
        let made = ["talosctl", "machineconfig", "patch", &base, "--patch", &patch, "--output", &generated];
        commands.push(run(&made, node.name.origin));
        let applied = ["talosctl", "apply-config", "--insecure", "--nodes", &host, "--file", &generated];
        commands.push(run(&applied, node.name.origin));
    }
    steps.document.paragraph(
        &literal("Or with `talosctl` alone, the last two lines for each machine of ")
            .and(code(format!("{folder}/machines/")))
            .and(literal(":")),
        origin,
    );
    steps.document.code("bash", &commands);
    steps.step(
        literal("Start etcd"),
        &[literal("Once, on one control plane. The virtual IP answers only afterwards, so `talosctl` uses the machine's own address.")],
        &[
            shell("export TALOSCONFIG=clusterconfig/talosconfig", origin),
            run(&["talosctl", "bootstrap", "--nodes", &host, "--endpoints", &host], first.name.origin),
            run(&["talosctl", "kubeconfig", "--nodes", &host, "--endpoints", &host], first.name.origin),
        ],
        first.name.origin,
    );
}

fn k3s(context: &Context<'_>, cluster: &Cluster, version: Option<&Traced<hnet_model::Version>>, steps: &mut Steps) {
    let Some(folder) = context.folder(cluster, Part::Bootstrap) else { return };
    let Some(first) = cluster.control_planes().next() else { return };
    let origin = version.map_or(first.name.origin, |version| version.origin);
    let wanted = version.map_or(&cluster.kubernetes.value, |version| &version.value);
    // A release of k3s is a Kubernetes release with a suffix; without it only the channel is known.
    let wanted = match wanted.patch {
        Some(_) if wanted.suffix.starts_with("+k3s") => format!("INSTALL_K3S_VERSION=v{}", wanted.full()),
        _ => format!("INSTALL_K3S_CHANNEL=v{}.{}", wanted.major, wanted.minor),
    };
    let install = |node: &Node, role: &str, token: &str| {
        let file = format!("{folder}/k3s/{}.yaml", node.name.value);
        let destination = format!("{}:/tmp/k3s.yaml", address(node));
        let start = format!("curl -sfL https://get.k3s.io | {wanted} {token}sh -s - {role}");
        let remote = format!("sudo install -D /tmp/k3s.yaml /etc/rancher/k3s/config.yaml && {start}");
        [run(&["scp", &file, &destination], node.name.origin), run(&["ssh", &address(node), &remote], node.name.origin)]
    };
    let host = address(first);
    let read = ["ssh", &host, "sudo cat /etc/rancher/k3s/k3s.yaml"];
    let reach = format!("sed {} > kubeconfig", shell_word(&format!("s/127.0.0.1/{host}/")));
    let mut commands = install(first, "server", "").to_vec();
    commands.push(run(&read, first.name.origin).map(|line| format!("{line} | {reach}")));
    commands.push(shell("export KUBECONFIG=$PWD/kubeconfig", first.name.origin));
    let note = literal("k3s reads its file when it starts.");
    steps.step(literal("Start the first server"), &[note], &commands, origin);
    let others = cluster.control_planes().nth(1).map(|node| (node, "server"));
    let others: Vec<_> = others.into_iter().chain(cluster.workers().next().map(|node| (node, "agent"))).collect();
    if let [(node, _), ..] = others.as_slice() {
        let commands: Vec<_> = others.iter().flat_map(|(node, role)| install(node, role, "K3S_TOKEN=… ")).collect();
        let note = literal("In the same way for each of them; the token stands in ")
            .and(code("/var/lib/rancher/k3s/server/node-token"))
            .and(literal(" on the first server."));
        steps.step(literal("Join the other machines"), &[note], &commands, node.name.origin);
    }
}

fn in_cluster(context: &Context<'_>, cluster: &Cluster, shape: Origin, steps: &mut Steps) {
    if let Some(api) = &cluster.gateway_api {
        let channel = if api.experimental.value { "experimental" } else { "standard" };
        let url = format!(
            "https://github.com/kubernetes-sigs/gateway-api/releases/download/v{}/{channel}-install.yaml",
            api.version.value.full()
        );
        steps.step(
            literal("Install the kinds of the Gateway API"),
            &[literal("Before Cilium, which looks for them when it starts.")],
            &[run(&["kubectl", "apply", "--server-side", "-f", &url], api.version.origin)],
            api.version.origin,
        );
    }
    if let Some(path) =
        context.path(cluster, Part::Bootstrap, "namespaces.yaml").filter(|_| !super::namespaces(cluster).is_empty())
    {
        let commands = [run(&["kubectl", "apply", "--server-side", "-f", &path], shape)];
        steps.step(literal("Make the namespaces"), &[], &commands, shape);
    }
    let folder = context.folder(cluster, Part::Infrastructure);
    if let (Some(cilium), Some(folder)) = (&cluster.cilium, &folder) {
        let origin = cilium.version.origin;
        let values = format!("{folder}/cilium/values.yaml");
        let version = cilium.version.value.full();
        let mut said = vec![literal("With the values that Argo CD uses, so that it finds nothing to change.")];
        if cluster.talos().is_some() {
            said.push(literal("Do not wait: Talos restarts a node that has no CNI after about ten minutes."));
        }
        let commands = [
            run(
                &[
                    &["helm", "upgrade", "--install", "cilium", "cilium", "--repo", "https://helm.cilium.io/"][..],
                    &["--version", &version, "--namespace", "kube-system", "--values", &values],
                ]
                .concat(),
                origin,
            ),
            run(&["kubectl", "-n", "kube-system", "rollout", "status", "daemonset/cilium"], origin),
        ];
        steps.step(literal("Install Cilium"), &said, &commands, origin);
    }
    if let (Some(dns), Some(folder), Some(_)) = (&cluster.dns, &folder, cluster.talos()) {
        let origin = Origin::written(dns.span);
        let commands = [run(&["kubectl", "apply", "--server-side", "-k", &format!("{folder}/coredns")], origin)];
        let said = [literal("Talos does not run it here, and Argo CD needs names to reach Git.")];
        steps.step(literal("Start CoreDNS"), &said, &commands, origin);
    }
    if let (Some(gitops), Some(path)) = (&cluster.gitops, context.path(cluster, Part::Argocd, "networking.yaml")) {
        let origin = Origin::written(gitops.span);
        let said =
            [literal("Cilium is a Helm chart in a kustomization, which Argo CD renders only with `--enable-helm`. ")
                .and(literal("Where Argo CD runs already, see that its option is set."))];
        let namespace = gitops.namespace.value.as_str();
        let repository = ["--repo", "https://argoproj.github.io/argo-helm"];
        let option = ["--set-string", r"configs.cm.kustomize\.buildOptions=--enable-helm"];
        let commands = [
            run(
                &[
                    &["helm", "upgrade", "--install", "argocd", "argo-cd"][..],
                    &repository,
                    &["--namespace", namespace],
                    &option,
                ]
                .concat(),
                gitops.namespace.origin,
            ),
            run(&["kubectl", "apply", "-f", &path], origin),
        ];
        steps.step(literal("Hand over to Argo CD"), &said, &commands, origin);
    } else if let Some(folder) = &folder {
        let words = ["kustomize", "build", "--enable-helm", folder];
        let line = piped(&words, "kubectl apply --server-side -f -", shape);
        steps.step(literal("Apply the rest"), &[], &[line], shape);
    }
}
