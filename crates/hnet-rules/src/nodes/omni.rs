//! What Omni must be told of machines, and what it refuses, where a cluster template is written for it.

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_emit::{Context, Told};
use hnet_manifests::talos::omni::{REFUSED_FIELDS, REFUSED_KINDS, REFUSED_ROLE};
use hnet_manifests::versions::talos::{Shape, Topic};
use hnet_model::{Cluster, Disk, Node, Part, RawYaml};
use indexmap::IndexMap;

use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// The clusters of which a template is written, with the place where the source asks for it.
fn clusters<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (&'a Cluster, Span)> {
    let network = facts.network;
    let context = Context { network, sources: facts.sources };
    let said = move |cluster: &'a Cluster| {
        context.folder(cluster, Part::Omni)?;
        let place = cluster.output.place(Part::Omni).or_else(|| network.output.place(Part::Omni))?;
        Some((cluster, place.span()))
    };
    network.clusters.iter().filter(|cluster| cluster.talos().is_some()).filter_map(said)
}

/// Omni knows a machine by its UUID, and installs it on a disk that it is told by a path.
pub(crate) fn machines(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (cluster, asked) in clusters(facts) {
        let mut known: IndexMap<&str, &Node> = IndexMap::new();
        for node in cluster.nodes.iter().filter(|node| facts.whole(node.span)) {
            let name = &node.name.value;
            match &node.uuid {
                None => {
                    let title = format!("Omni does not know which machine `{name}` is");
                    out.report(
                        Diagnostic::new(&codes::NOT_FOR_OMNI, title)
                            .label(node.name.span(), "it has no `uuid`")
                            .label(asked, "a template for Omni is asked for here")
                            .help("add its `uuid`, as `omnictl get machines` lists it"),
                    );
                }
                Some(uuid) if uuid.value.contains("${") => {
                    out.report(
                        Diagnostic::new(&codes::NOT_FOR_OMNI, format!("the `uuid` of `{name}` is a placeholder"))
                            .label(uuid.span(), "nobody fills it in before Omni reads it")
                            .help("write the UUID itself, as `omnictl get machines` lists it"),
                    );
                }
                Some(uuid) => match known.get(uuid.value.as_str()) {
                    Some(other) => {
                        let first = other.uuid.as_ref().map_or(other.span, |uuid| uuid.span());
                        out.report(
                            Diagnostic::new(&codes::NOT_FOR_OMNI, format!("two nodes have the `uuid` {}", uuid.value))
                                .label(uuid.span(), "Omni takes a machine once")
                                .label(first, format!("`{}` has it", other.name.value))
                                .help("give each the UUID of its own mainboard"),
                        );
                    }
                    None => _ = known.insert(&uuid.value, node),
                },
            }
            let is_document =
                cluster.talos().is_some_and(|version| Topic::Install.shape(version.value.minor()) == Shape::Document);
            if let Some(disk) = node.disk.as_ref().filter(|disk| is_document && !matches!(disk.value, Disk::Path(_))) {
                out.report(
                    Diagnostic::new(&codes::NOT_FOR_OMNI, format!("Omni cannot be told the disk of `{name}`"))
                        .label(disk.span(), "from Talos 1.14 on a document finds it, which Omni refuses")
                        .help("write the path of the disk"),
                );
            }
        }
    }
}

/// Omni takes its template as it is: a placeholder in it would be the value itself, a passphrase above all.
pub(crate) fn placeholders(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (cluster, asked) in clusters(facts).filter(|(cluster, _)| facts.whole(cluster.span)) {
        let Some(told) = Told::of(facts.network, cluster) else { continue };
        for (name, origin) in told.placeholders() {
            out.report(
                Diagnostic::new(&codes::NOT_FOR_OMNI, format!("nobody fills in `${{{name}}}` for Omni"))
                    .label(origin.span, "machines would be told this text itself")
                    .label(asked, "a template for Omni is asked for here")
                    .help("write no template for Omni, or leave this to a patch that you give Omni apart from it"),
            );
        }
    }
}

/// topf fills in nothing in `topf.yaml`, and OpenTofu nothing outside of patches.
pub(crate) fn unfilled(facts: &Facts<'_>, out: &mut Diagnostics) {
    let context = Context { network: facts.network, sources: facts.sources };
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        for (file, part, name, origin) in hnet_emit::unfilled(&context, cluster) {
            let found = Diagnostic::new(&codes::NOT_FILLED_IN, format!("nobody fills in `${{{name}}}` in `{file}`"))
                .label(origin.span, "this text itself would be read there")
                .help(format!("say what it stands for: `placeholder {name} VALUE;`"));
            let asked = cluster.output.place(part).or_else(|| facts.network.output.place(part));
            out.report(match asked {
                Some(asked) => found.label(asked.span(), "the file is asked for here"),
                None => found,
            });
        }
    }
}

/// Omni decides some fields itself, and refuses a patch that says them.
pub(crate) fn refused(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (cluster, asked) in clusters(facts) {
        let access = cluster.control_plane.talos_api_access.iter();
        for role in access.flat_map(|access| &access.roles).filter(|role| role.value == REFUSED_ROLE) {
            out.report(
                Diagnostic::new(&codes::NOT_FOR_OMNI, format!("Omni gives nobody the role `{REFUSED_ROLE}`"))
                    .label(role.span(), "it refuses this")
                    .label(asked, "a template for Omni is asked for here")
                    .help("leave the role out: `os:operator`, `os:reader` and `os:etcd:backup` are taken"),
            );
        }
        for patch in cluster.patches.iter().chain(cluster.nodes.iter().flat_map(|node| &node.patches)) {
            let Some((said, place)) = refused_in(patch, facts) else { continue };
            out.report(
                Diagnostic::new(&codes::NOT_FOR_OMNI, format!("Omni refuses `{said}` in a patch"))
                    .label(place, "it decides this itself")
                    .label(asked, "a template for Omni is asked for here")
                    .help("leave it out, or write no template for Omni"),
            );
        }
    }
}

/// What Omni refuses of a patch, with its place.
fn refused_in(patch: &RawYaml, facts: &Facts<'_>) -> Option<(String, Span)> {
    if let Some(kind) = patch.value.get("kind").and_then(serde_yaml::Value::as_str) {
        let place = || key_place(facts.sources, patch.span, ["kind"]);
        return REFUSED_KINDS.contains(&kind).then(|| (kind.to_owned(), place()));
    }
    let is_there = |path: &&&[&str]| path.iter().try_fold(&patch.value, |value, key| value.get(*key)).is_some();
    let path = REFUSED_FIELDS.iter().find(is_there)?;
    Some((path.join("."), key_place(facts.sources, patch.span, path.iter().copied())))
}
