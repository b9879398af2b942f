//! `output`: where the files go.

use std::collections::BTreeMap;

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{FilesOrOff, FolderOrOff, List, One, OutputFolder, statement};
use hnet_model::{ObjectName, Output, Part, Pattern, Place, Traced};

statement! {
    /// Where the files go: `output < docs off; infrastructure kubernetes/networking; >`
    ///
    /// A part has a folder of hnet's own, or is `off`, or goes into files beside those of others:
    /// `routes "kubernetes/apps/{namespace}/{name}/app/httproute.yaml";`. Beside such files hnet writes no
    /// kustomization, and what stands there else stays. Objects that fall into one file stand in it one after the other.
    ///
    /// The variables are `{namespace}`, `{name}` and `{kind}` of an object, `{node}` and `{cluster}`. Paths start at the
    /// output's folder; with several clusters those without `{cluster}` start at the folder of each. A cluster says in an
    /// `output` of its own where its files go, and then paths start at the output's folder.
    OutputStatement = "output" Unnamed () [idle] {
        /// The folder of the whole output, from that of the source; `.` is the very folder of the source. A build with
        /// `-o` writes elsewhere.
        "folder" folder: One<OutputFolder>;
        /// The folder of the Talos configuration, or `off`.
        "talos" talos: One<FolderOrOff> [default "talos"];
        /// talhelper's talconfig.
        "talconfig" talconfig: One<FilesOrOff> [default "in `talos`"];
        /// What each machine is told: patches for `talosctl`, on k3s its configuration.
        "machines" machines: One<FilesOrOff> [default "in `talos`, on k3s in `bootstrap`"];
        /// The folder of a `topf.yaml` and of its patches, by all machines, role and machine, for topf.
        "topf" topf: One<FolderOrOff> [default "off"];
        /// The folder of a `cluster-template.yaml` for Omni, which knows machines by the `uuid` of their nodes. It makes the
        /// secrets, the endpoint and the installer itself, which of an image is told its extensions and kernel arguments.
        "omni" omni: One<FolderOrOff> [default "off"];
        /// The folder of a `talos.tf` for OpenTofu, which lays the machines' patches over what its provider `siderolabs/talos`
        /// generates.
        "tofu" tofu: One<FolderOrOff> [default "off"];
        /// The folder of the Kubernetes manifests, or `off`.
        "infrastructure" infrastructure: One<FolderOrOff> [default "infrastructure/networking"];
        /// Namespaces.
        "namespaces" namespaces: One<FilesOrOff> [default "in `infrastructure`"];
        /// Cilium's chart with its values; in a file its values alone.
        "cilium" cilium: One<FilesOrOff> [default "in `infrastructure`"];
        /// Pools of load-balancer addresses.
        "pools" pools: One<FilesOrOff> [default "in `infrastructure`"];
        /// L2 announcement policies.
        "l2-policies" l2_policies: One<FilesOrOff> [default "in `infrastructure`"];
        /// Who may talk to whom.
        "policies" policies: One<FilesOrOff> [default "in `infrastructure`"];
        /// Who speaks BGP with routers, and what is told them.
        "bgp" bgp: One<FilesOrOff> [default "in `infrastructure`"];
        /// Cluster DNS.
        "coredns" coredns: One<FilesOrOff> [default "in `infrastructure`"];
        /// Gateways.
        "gateways" gateways: One<FilesOrOff> [default "in `infrastructure`"];
        /// What Envoy Gateway is told: its proxies and its policies.
        "envoy" envoy: One<FilesOrOff> [default "in `infrastructure`"];
        /// Routes.
        "routes" routes: One<FilesOrOff> [default "in `infrastructure`"];
        /// Services outside the cluster, with their endpoints.
        "services" services: One<FilesOrOff> [default "in `infrastructure`"];
        /// Names that external-dns publishes.
        "records" records: One<FilesOrOff> [default "in `infrastructure`"];
        /// Who issues certificates.
        "issuers" issuers: One<FilesOrOff> [default "in `infrastructure`"];
        /// Certificates.
        "certificates" certificates: One<FilesOrOff> [default "in `infrastructure`"];
        /// What allows references between namespaces.
        "reference-grants" reference_grants: One<FilesOrOff> [default "in `infrastructure`"];
        /// How gateways speak TLS to services.
        "backend-tls-policies" backend_tls_policies: One<FilesOrOff> [default "in `infrastructure`"];
        /// What runs tunnels.
        "cloudflared" cloudflared: One<FilesOrOff> [default "in `infrastructure`"];
        /// What fetches secrets from their stores.
        "external-secrets" external_secrets: One<FilesOrOff> [default "in `infrastructure`"];
        /// What Prometheus scrapes.
        "monitors" monitors: One<FilesOrOff> [default "in `infrastructure`"];
        /// Objects that the source writes out.
        "manifests" manifests: One<FilesOrOff> [default "in `infrastructure`"];
        /// Argo CD's ApplicationSet.
        "argocd" argocd: One<FilesOrOff> [default "argocd"];
        /// Flux's Kustomization over all that it syncs. A Flux that syncs the folder of the manifests already needs none.
        "flux" flux: One<FilesOrOff> [default "flux"];
        /// The folder of what must stand before GitOps can run, or `off`.
        "bootstrap" bootstrap: One<FolderOrOff> [default "bootstrap"];
        /// The folder of what routers are told, for each that says its `system`, or `off`.
        "routers" routers: One<FolderOrOff> [default "routers"];
        /// The folder of the documentation, or `off`.
        "docs" docs: One<FolderOrOff> [default "docs"];
        /// A file with objects of its own choice.
        "file" file: Vec<FileStatement>;
    }
}

statement! {
    /// A file for objects that no pattern leads there: `file "apps/network/envoy.yaml" holds Gateway/network/internal;`
    FileStatement = "file" Unnamed (
        /// The file.
        path: One<Pattern> [required],
    ) {
        /// The objects, each by its kind, its namespace where it has one, and its name.
        "holds" holds: List<ObjectName> [required];
    }
}

impl OutputStatement {
    /// What a cluster says of its own files.
    pub(crate) fn lower_for_one(self, out: &mut Diagnostics) -> Output {
        let mut output = self.lower(out);
        let folder = output.folder.take().map(|folder| ("folder", folder.span()));
        let of_all = [("docs", Part::Docs), ("routers", Part::Routers)];
        let of_all = of_all.map(|(word, part)| Some((word, output.places.remove(&part)?.span())));
        for (word, span) in folder.into_iter().chain(of_all.into_iter().flatten()) {
            let title = format!("`{word}` cannot stand in the `output` of a cluster");
            let diagnostic = Diagnostic::new(&codes::MISPLACED_KEYWORD, title);
            out.report(
                diagnostic.label(span, "all clusters have one").help("move it to an `output` beside the clusters"),
            );
        }
        output
    }

    pub(crate) fn lower(self, out: &mut Diagnostics) -> Output {
        let Self {
            head: _,
            folder,
            talos,
            talconfig,
            machines,
            topf,
            omni,
            tofu,
            infrastructure,
            namespaces,
            cilium,
            pools,
            l2_policies,
            policies,
            bgp,
            coredns,
            gateways,
            envoy,
            routes,
            services,
            records,
            issuers,
            certificates,
            reference_grants,
            backend_tls_policies,
            cloudflared,
            external_secrets,
            monitors,
            manifests,
            argocd,
            flux,
            bootstrap,
            routers,
            docs,
            file,
        } = self;
        let folders = [
            (Part::Talos, talos),
            (Part::Topf, topf),
            (Part::Omni, omni),
            (Part::Tofu, tofu),
            (Part::Infrastructure, infrastructure),
            (Part::Bootstrap, bootstrap),
            (Part::Routers, routers),
            (Part::Docs, docs),
        ];
        let files = [
            (Part::Talconfig, talconfig),
            (Part::Machines, machines),
            (Part::Namespaces, namespaces),
            (Part::Cilium, cilium),
            (Part::Pools, pools),
            (Part::L2Policies, l2_policies),
            (Part::Policies, policies),
            (Part::Bgp, bgp),
            (Part::CoreDns, coredns),
            (Part::Gateways, gateways),
            (Part::Envoy, envoy),
            (Part::Routes, routes),
            (Part::Services, services),
            (Part::Records, records),
            (Part::Issuers, issuers),
            (Part::Certificates, certificates),
            (Part::ReferenceGrants, reference_grants),
            (Part::BackendTlsPolicies, backend_tls_policies),
            (Part::Cloudflared, cloudflared),
            (Part::ExternalSecrets, external_secrets),
            (Part::Monitors, monitors),
            (Part::Manifests, manifests),
            (Part::Argocd, argocd),
            (Part::Flux, flux),
        ];
        let folders = folders.into_iter().map(|(part, said)| (part, said.map(|said| said.map(|FolderOrOff(it)| it))));
        let files = files.into_iter().map(|(part, said)| (part, said.map(|said| said.map(|FilesOrOff(it)| it))));
        let said = folders.chain(files).filter_map(|(part, said)| Some((part, said?)));
        Output {
            folder: folder.map(|folder| folder.map(|OutputFolder(folder)| folder)),
            places: said.filter(|(part, place)| has_its_variables(*part, place, out)).collect(),
            objects: objects(file, out),
        }
    }
}

/// Whether the part has the variables of its place; those that it has not are reported.
fn has_its_variables(part: Part, place: &Traced<Place>, out: &mut Diagnostics) -> bool {
    let (Place::Files(pattern) | Place::Folder(pattern)) = &place.value else { return true };
    let known = part.variables();
    // A folder takes the cluster's name, but for that of pictures which all clusters share.
    let of_folder = matches!(place.value, Place::Folder(_)) && part != Part::Docs;
    let is_known = |variable| known.contains(&variable) || of_folder && variable == hnet_model::Variable::Cluster;
    let Some(unknown) = pattern.variables().find(|variable| !is_known(*variable)) else { return true };
    let words: Vec<String> = known.iter().map(|variable| format!("`{{{}}}`", variable.word())).collect();
    let title = format!("`{{{}}}` is not known of `{}`", unknown.word(), part.word());
    let diagnostic = Diagnostic::new(&codes::NOT_A_PATTERN, title).label(place.span(), "no one value stands for this");
    out.report(match words.as_slice() {
        [] => diagnostic.help("write it without variables"),
        words => diagnostic.help(format!("known of each of them is {}", words.join(", "))),
    });
    false
}

/// The files of named objects; an object has one place.
fn objects(files: Vec<FileStatement>, out: &mut Diagnostics) -> BTreeMap<ObjectName, Traced<Pattern>> {
    let mut places: BTreeMap<ObjectName, Traced<Pattern>> = BTreeMap::new();
    let mut named = BTreeMap::new();
    for FileStatement { head: _, path, holds } in files {
        let Some(path) = path else { continue };
        for object in holds.0 {
            if let Some(first) = named.get(&object.value) {
                let title = format!("`{}` stands in two files", object.value);
                let diagnostic =
                    Diagnostic::new(&codes::OBJECT_PLACED_TWICE, title).label(object.span(), "it has a place already");
                out.report(diagnostic.label(*first, "the first one").help("keep one of the two"));
                continue;
            }
            named.insert(object.value.clone(), object.span());
            places.insert(object.value.clone(), Traced::new(path.value.clone(), object.origin));
        }
    }
    places
}
