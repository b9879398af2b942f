//! `talos/talconfig.yaml`, which talhelper reads: its own keys where it has one, patches in the shape of
//! the Talos version for the rest. Start at [`file`].

use std::collections::BTreeMap;

use hnet_manifests::talos::talhelper::{Node as TalhelperNode, TalConfig};
use hnet_manifests::talos::v1alpha1::Cni;
use hnet_manifests::versions::talos::{Shape, Topic};
use hnet_model::{Node as ModelNode, Origin, RawYaml, Reason, Role, Traced};

use super::plan::Plan;
use super::settings::{self, Settings};
use super::shape::{disk_fields, shape, taints_by_key, texts_by_key};
use crate::yaml::{self, Node, Value};
use crate::{Context, OutputFile};

/// The file of a cluster.
pub(super) fn file(context: &Context<'_>, plan: &Plan<'_>) -> OutputFile {
    let cluster = plan.cluster;
    let own_cni = cluster.cilium.as_ref().map(|cilium| Origin::derived(cilium.span, Reason::CiliumIsCni));
    let text = |values: &[Traced<hnet_model::IpNet>]| {
        values.iter().map(|value| value.as_ref().map(ToString::to_string)).collect()
    };
    let talos_origin = match plan.version.value.patch {
        Some(_) => plan.version.origin,
        None => plan.version.origin.because(Reason::NewestSupported),
    };
    let config = TalConfig {
        cluster_name: cluster.name.as_ref().map(ToString::to_string),
        talos_version: Traced::new(super::release(&plan.version.value), talos_origin),
        kubernetes_version: cluster.kubernetes.as_ref().map(|version| format!("v{}", version.full())),
        endpoint: cluster.endpoint.as_ref().map(hnet_model::Endpoint::url),
        domain: cluster.dns_domain.as_ref().map(ToString::to_string),
        cluster_pod_nets: text(&cluster.pods),
        cluster_svc_nets: text(&cluster.services_prefixes),
        cni_config: own_cni.map(|origin| Cni { name: Traced::new("none", origin) }),
        allow_scheduling_on_control_planes: cluster.schedule_on_control_planes,
        additional_api_server_cert_sans: cluster.certificate_names.clone(),
        nodes: cluster.nodes.iter().map(|node| Traced::written(entry(plan, node), node.span)).collect(),
    };
    let origin = Origin::written(cluster.span);
    let mut root = Node::of(&config, origin);
    if let Some(Node { value: Value::Sequence(entries), .. }) = root.at_mut(&["nodes"]) {
        for (entry, node) in entries.iter_mut().zip(&cluster.nodes) {
            let told = Settings {
                hostname: None,
                name_servers: Vec::new(),
                disk: None,
                image: None,
                ..settings::of_node(plan, node)
            };
            let told = if fits_devices(plan, node) { Settings { links: Vec::new(), ..told } } else { told };
            let told = if labels_by_key(plan) {
                Settings { labels: &[], annotations: &[], taints: &[], ..told }
            } else {
                told
            };
            patches(entry, plan, told, &node.patches, Origin::written(node.span));
        }
    }
    let told =
        Settings { schedulable: None, own_cni: None, certificate_names: &[], ..settings::of_control_planes(plan) };
    let mut group = Node::mapping(origin);
    patches(&mut group, plan, told, &[], origin);
    if group.get("patches").is_some() {
        root.set("controlPlane", group);
    }
    let told = Settings { network: None, own_cni: None, ..settings::of_all(plan) };
    patches(&mut root, plan, told, &cluster.patches, origin);
    double_dollars(&mut root);
    OutputFile::with_document(&context.header(), &root)
}

/// Whether talhelper's keys for labels, annotations and taints may be used: from 1.14 they collide with
/// the node's own document, because talhelper puts them into the core one.
fn labels_by_key(plan: &Plan<'_>) -> bool {
    Topic::Node.shape(plan.talos) == Shape::Field
}

/// Whether talhelper's `networkInterfaces` can say the node's links; else they are documents in patches.
fn fits_devices(plan: &Plan<'_>, node: &ModelNode) -> bool {
    Topic::Links.shape(plan.talos) == Shape::Field
        || super::links::of(plan, node).iter().all(super::links::Link::fits_device)
}

fn entry(plan: &Plan<'_>, node: &ModelNode) -> TalhelperNode {
    let (install_disk, install_disk_selector) = node.disk.as_ref().map(disk_fields).unwrap_or_default();
    let by_key = labels_by_key(plan);
    let texts = |pairs| if by_key { texts_by_key(pairs) } else { BTreeMap::new() };
    TalhelperNode {
        hostname: node.name.as_ref().map(ToString::to_string),
        // talosctl must not use the virtual IP, which needs etcd, so without an address it is the name.
        ip_address: match &node.address {
            Some(address) => Traced::new(address.value.address().to_string(), address.origin),
            None => node.name.as_ref().map(ToString::to_string),
        },
        control_plane: node.role.as_ref().map(|role| *role == Role::ControlPlane),
        install_disk,
        install_disk_selector,
        talos_image_url: node.image.clone(),
        node_labels: texts(&node.labels),
        node_annotations: texts(&node.annotations),
        node_taints: if by_key { taints_by_key(&node.taints) } else { BTreeMap::new() },
        nameservers: node.name_servers.iter().map(|server| server.as_ref().map(ToString::to_string)).collect(),
        network_interfaces: if fits_devices(plan, node) {
            super::links::of(plan, node).iter().map(super::links::Link::device).collect()
        } else {
            Vec::new()
        },
    }
}

/// Sets `patches` of a part of the file, where there are any: one text for each document, and the
/// user's after ours.
fn patches(part: &mut Node, plan: &Plan<'_>, told: Settings<'_>, users: &[RawYaml], origin: Origin) {
    let ours = shape(told, plan.talos, origin);
    let users = users.iter().map(|patch| Node::from_yaml(&patch.value, Origin::written(patch.span)));
    let texts: Vec<Node> = ours.into_iter().chain(users).map(|document| patch_text(&document)).collect();
    if let Some(first) = texts.first() {
        let origin = first.origin;
        part.set("patches", Node { origin, value: Value::Sequence(texts) });
    }
}

/// A document as a text in the file, each line with its own origin.
fn patch_text(document: &Node) -> Node {
    let (mut text, mut origins) = (String::new(), Vec::new());
    yaml::write(document, &mut text, &mut origins);
    let lines = text.lines().zip(origins).map(|(line, origin)| Traced::new(line.to_owned(), origin)).collect();
    Node { origin: document.origin, value: Value::Lines(lines) }
}

/// talhelper substitutes variables in the whole file, so a dollar sign stands for itself only when it is
/// doubled; `${NAME}` is what the source wants substituted.
fn double_dollars(node: &mut Node) {
    let double = |text: &str| {
        let mut out = String::with_capacity(text.len() + 1);
        for (at, character) in text.char_indices() {
            out.push(character);
            if character == '$' && !text[at + 1..].starts_with('{') {
                out.push('$');
            }
        }
        out
    };
    match &mut node.value {
        Value::Text(text) if text.contains('$') => *text = double(text),
        Value::Lines(lines) => {
            lines.iter_mut().filter(|line| line.value.contains('$')).for_each(|line| line.value = double(&line.value));
        }
        Value::Sequence(items) => items.iter_mut().for_each(double_dollars),
        Value::Mapping(entries) => entries.iter_mut().for_each(|(key, value)| {
            if key.contains('$') {
                *key = double(key);
            }
            double_dollars(value);
        }),
        _ => {}
    }
}
