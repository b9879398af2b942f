//! A folder for topf: `topf.yaml`, and patches that it lays over each other, those of all machines, of a role, of a machine.
//!
//! All is known but for the placeholders of the source, so only what holds one is a template ([`templates`]). What topf makes
//! of `topf.yaml` itself, the installer's image, no patch says again. Start at [`emit`].

use std::net::IpAddr;

use hnet_manifests::talos::topf::{FACTORY, Installer, Node as TopfNode, PLATFORM, Topf};
use hnet_model::{Node as ModelNode, Origin, Reason, Role, Traced};
use indexmap::IndexMap;

use super::levels::{self, Level, identity};
use super::machines::{documents, single_dollars};
use super::plan::Plan;
use super::schematics::{self, Schematic};
use super::talconfig::address_of_patches;
use super::templates;
use crate::context::join;
use crate::kubernetes::text;
use crate::yaml::{Node, Value};
use crate::{Context, OutputFile, Receiver};

/// Writes the files of a cluster into a folder.
pub(super) fn emit(context: &Context<'_>, plan: &Plan<'_>, folder: &str, outputs: &mut dyn Receiver) {
    let nodes = &plan.cluster.nodes;
    let mut streams: Vec<(Role, Vec<Node>)> =
        nodes.iter().map(|node| (node.role.value, documents(plan, node))).collect();
    let (mut file, schematics) = whole(context, plan, &mut streams);
    schematics.iter().for_each(|own| own.write(context, folder, outputs));
    single_dollars(&mut file);
    outputs.insert(join(folder, "topf.yaml"), file);
    for (level, files) in levels::levels(&streams) {
        let below = match level {
            Level::All => "all".to_owned(),
            Level::Role(role) => folder_of(role).to_owned(),
            Level::Machine(at) => format!("node/{}", nodes[at].name.value),
        };
        for (name, documents) in files {
            // In a template topf looks nothing up.
            let is_split = documents.iter().any(templates::is_looked_up);
            let has_placeholder = |document: &Node| !templates::placeholders([document]).is_empty();
            let is_template = documents.iter().any(has_placeholder);
            let (filled, plain): (Vec<Node>, Vec<Node>) =
                documents.into_iter().partition(|document| is_template && (!is_split || has_placeholder(document)));
            if !filled.is_empty() {
                outputs.insert(join(folder, &format!("{below}/{name}.tpl")), templates::file(context, &filled));
            }
            if !plain.is_empty() {
                let mut file = OutputFile::with_header(&context.header());
                plain.iter().for_each(|document| file.document(document));
                single_dollars(&mut file);
                outputs.insert(join(folder, &format!("{below}/{name}")), file);
            }
        }
    }
}

/// What topf calls a role, and the folder of its patches.
fn folder_of(role: Role) -> &'static str {
    match role {
        Role::ControlPlane => "control-plane",
        Role::Worker => "worker",
    }
}

/// The placeholders in `topf.yaml`, which topf fills in nowhere.
pub(super) fn unfilled(context: &Context<'_>, plan: &Plan<'_>) -> IndexMap<String, Origin> {
    let documents = plan.cluster.nodes.iter().map(|node| (node.role.value, documents(plan, node)));
    let (file, _) = whole(context, plan, &mut documents.collect::<Vec<_>>());
    let mut found = IndexMap::new();
    for (text, origin) in file.text().lines().zip(file.origins()) {
        templates::note(text, *origin, &mut found);
    }
    found
}

/// `topf.yaml`, with what it names that is in images. What it says is taken out of the documents of the machines.
fn whole(context: &Context<'_>, plan: &Plan<'_>, streams: &mut [(Role, Vec<Node>)]) -> (OutputFile, Vec<Schematic>) {
    let release = super::release(&plan.version.value);
    let images: Vec<Option<Image>> = streams.iter_mut().map(|(_, documents)| take_image(documents, &release)).collect();
    let mut schematics = schematics::of(plan.cluster);
    schematics.retain(|own| images.iter().flatten().any(|image| image.schematic == own.id));
    let cluster = plan.cluster;
    let origin = Origin::written(cluster.span);
    let talos_origin = match plan.version.value.patch {
        Some(_) => plan.version.origin,
        None => plan.version.origin.because(Reason::NewestSupported),
    };
    let shared = Shared::of(&images);
    let node = |(node, image): (&ModelNode, &Option<Image>)| {
        let said = TopfNode {
            host: text(&node.name),
            ip: address(plan, node),
            role: node.role.as_ref().map(|role| folder_of(*role)),
            installer: image.as_ref().map(|image| image.installer(&shared, false, &schematics)).unwrap_or_default(),
        };
        Traced::written(said, node.span)
    };
    let first = images.first().and_then(Option::as_ref);
    let said = Topf {
        cluster_name: text(&cluster.name),
        cluster_endpoint: cluster.endpoint.as_ref().map(hnet_model::Endpoint::url),
        kubernetes_version: cluster.kubernetes.as_ref().map(hnet_model::Version::full),
        talos_version: Traced::new(release.trim_start_matches('v').to_owned(), talos_origin),
        installer: first.map(|image| image.installer(&shared, true, &schematics)).unwrap_or_default(),
        nodes: cluster.nodes.iter().zip(&images).map(node).collect(),
    };
    (OutputFile::with_value(&context.header(), &said, origin), schematics)
}

/// Where topf reaches a machine, where that is an address; it looks for others by their names.
fn address(plan: &Plan<'_>, node: &ModelNode) -> Option<Traced<String>> {
    let said = match (node.reached_at.as_slice(), &node.address) {
        ([first, ..], _) => first.clone(),
        ([], Some(address)) => Traced::new(address.value.address().to_string(), address.origin),
        ([], None) => address_of_patches(plan, node)?,
    };
    said.value.parse::<IpAddr>().is_ok().then_some(said)
}

/// An image of a factory, from which topf makes the same text.
#[derive(Clone, Debug, PartialEq)]
struct Image {
    schematic: String,
    factory: String,
    platform: String,
    is_secure_boot: bool,
    origin: Origin,
}

/// What is the same of the images of all machines; nothing unless each has one.
#[derive(Default)]
struct Shared {
    schematic: bool,
    factory: bool,
    platform: bool,
    secure_boot: bool,
}

impl Shared {
    fn of(images: &[Option<Image>]) -> Shared {
        let all: Option<Vec<&Image>> = images.iter().map(Option::as_ref).collect();
        let Some(all) = all.filter(|all| !all.is_empty()) else { return Shared::default() };
        Shared {
            schematic: all.iter().all(|image| image.schematic == all[0].schematic),
            factory: all.iter().all(|image| image.factory == all[0].factory),
            platform: all.iter().all(|image| image.platform == all[0].platform),
            secure_boot: all.iter().all(|image| image.is_secure_boot == all[0].is_secure_boot),
        }
    }
}

impl Image {
    /// Reads `factory/platform-installer/schematic:release`; none where topf would write another text.
    fn of(image: &Node, release: &str) -> Option<Image> {
        let Value::Text(text) = &image.value else { return None };
        let (name, tag) = text.rsplit_once(':')?;
        let (rest, schematic) = name.rsplit_once('/')?;
        let (factory, installer) = rest.rsplit_once('/')?;
        let secure = installer.strip_suffix("-installer-secureboot");
        let platform = secure.or_else(|| installer.strip_suffix("-installer"))?;
        let is_hash = schematic.len() == HASH && schematic.bytes().all(|sign| sign.is_ascii_hexdigit());
        let is_sound = tag == release && is_hash && !factory.is_empty() && !platform.is_empty();
        is_sound.then(|| Image {
            schematic: schematic.to_owned(),
            factory: factory.to_owned(),
            platform: platform.to_owned(),
            is_secure_boot: secure.is_some(),
            origin: image.origin,
        })
    }

    /// What is said of it: what all machines share, or the rest.
    fn installer(&self, shared: &Shared, is_shared: bool, schematics: &[Schematic]) -> Installer {
        let file = schematics.iter().find(|own| own.id == self.schematic).map(|own| format!("@{}", own.file));
        let text = |is_it: bool, value: &str, default: &str| {
            (is_it == is_shared && value != default).then(|| Traced::new(value.to_owned(), self.origin))
        };
        Installer {
            schematic_id: text(shared.schematic, file.as_deref().unwrap_or(&self.schematic), ""),
            factory: text(shared.factory, &self.factory, FACTORY),
            platform: text(shared.platform, &self.platform, PLATFORM),
            secureboot: (shared.secure_boot == is_shared && self.is_secure_boot)
                .then(|| Traced::new(true, self.origin)),
        }
    }
}

/// The length of a schematic's hash in hexadecimal.
const HASH: usize = 64;

/// Takes the installer's image out of a machine's documents, where `topf.yaml` says it, and what is empty without it.
fn take_image(documents: &mut Vec<Node>, release: &str) -> Option<Image> {
    for (at, document) in documents.iter_mut().enumerate() {
        let path: &[&str] = match identity(document).0 {
            None => &["machine", "install"],
            Some("UnattendedInstallConfig") => &["installer"],
            Some(_) => continue,
        };
        let Some(image) = document.at_mut(path).and_then(|install| Image::of(install.get("image")?, release)) else {
            continue;
        };
        let mut taken = "image";
        for depth in (0..=path.len()).rev() {
            let Some(around) = document.at_mut(&path[..depth]) else { break };
            around.remove(taken);
            if !is_bare(around) {
                break;
            }
            taken = depth.checked_sub(1).map_or("", |last| path[last]);
        }
        if is_bare(document) {
            documents.remove(at);
        }
        return Some(image);
    }
    None
}

/// Whether nothing but the kind of a document is left.
fn is_bare(document: &Node) -> bool {
    let Value::Mapping(entries) = &document.value else { return false };
    entries.iter().all(|(key, _)| matches!(key.as_str(), "kind" | "apiVersion"))
}
