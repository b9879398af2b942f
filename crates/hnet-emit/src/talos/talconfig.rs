//! `talos/talconfig.yaml`, which talhelper reads: its own keys where it has one, patches in the shape of
//! the Talos version for the rest. Start at [`file`].

use hnet_manifests::talos::NodeMap;
use hnet_manifests::talos::talhelper::{Group, ImageFactory, Node as TalhelperNode, Patches, TalConfig};
use hnet_manifests::talos::v1alpha1::{Cni, DiskSelector};
use hnet_manifests::versions::talos::{Shape, Topic};
use hnet_model::{
    BundledCni, Hostname, IpNet, KubeletSettings, MachineSettings, Node as ModelNode, Origin, RawYaml, Reason, Role,
    TimeSettings, Traced,
};

use super::image::{self, Keys};
use super::links::Link;
use super::plan::Plan;
use super::settings::{self, Settings};
use super::shape::{disk_fields, shape, taints_by_key, texts_by_key};
use crate::kubernetes::text;
use crate::yaml::{Node, Value};
use crate::{Context, OutputFile};

/// The file of a cluster.
pub(super) fn file(context: &Context<'_>, plan: &Plan<'_>) -> OutputFile {
    let cluster = plan.cluster;
    let origin = Origin::written(cluster.span);
    let talos_origin = match plan.version.value.patch {
        Some(_) => plan.version.origin,
        None => plan.version.origin.because(Reason::NewestSupported),
    };
    let of_control_planes =
        Settings { schedulable: None, cni: None, certificate_names: &[], ..settings::of_control_planes(plan) };
    let without_disks = cluster.nodes.iter().all(|node| node.disk.is_none());
    let of_all = Settings { network: None, cni: None, ..settings::of_all(plan) };
    let for_all = patches(plan, &of_all, &[], false, origin);
    let users = patches(plan, &Settings::default(), &cluster.patches, without_disks, origin);
    let of_control_planes = patches(plan, &of_control_planes, &[], false, origin);
    // talhelper applies what is for all machines last. A machine's own patches lie over it, so where there are some each
    // group says it, whose patches come first. The user's come behind all of ours.
    let says_more = |node: &ModelNode| {
        !node.patches.is_empty()
            || node.machine != MachineSettings::default()
            || node.time != TimeSettings::default()
            || node.default_search.is_some()
            || KubeletSettings { node_subnets: None, ..node.kubelet.clone() } != KubeletSettings::default()
    };
    let (control_plane, worker, for_all) = match cluster.nodes.iter().any(says_more) {
        false => (of_control_planes, None, join(for_all.iter().chain(&users))),
        true => {
            let has_workers = cluster.nodes.iter().any(|node| node.role.value == Role::Worker);
            let worker = join(for_all.iter().chain(&users)).filter(|_| has_workers);
            (join(for_all.iter().chain(&of_control_planes).chain(&users)), worker, None)
        }
    };
    let factory = image::factory_of_all(&cluster.nodes);
    let config = TalConfig {
        cluster_name: text(&cluster.name),
        talos_version: Traced::new(super::release(&plan.version.value), talos_origin),
        kubernetes_version: cluster.kubernetes.as_ref().map(|version| format!("v{}", version.full())),
        endpoint: cluster.endpoint.as_ref().map(hnet_model::Endpoint::url),
        domain: text(&cluster.dns_domain),
        cluster_pod_nets: cluster.pods.iter().map(text).collect(),
        cluster_svc_nets: cluster.services_prefixes.iter().map(text).collect(),
        cni_config: settings::cni(cluster).map(|cni| Cni { name: cni.map(BundledCni::word) }),
        allow_scheduling_on_control_planes: cluster.schedule_on_control_planes,
        additional_api_server_cert_sans: cluster.certificate_names.clone(),
        nodes: cluster
            .nodes
            .iter()
            .map(|node| Traced::written(entry(plan, node, factory.as_ref()), node.span))
            .collect(),
        image_factory: factory.clone(),
        control_plane: control_plane.map(|patches| Group { patches }),
        worker: worker.map(|patches| Group { patches }),
        patches: for_all,
    };
    let mut file = OutputFile::with_value(&context.header(), &config, origin);
    double_dollars(&mut file);
    file
}

/// Whether talhelper's keys for labels, annotations and taints may be used: from 1.14 they collide with
/// the node's own document, because talhelper puts them into the core one.
fn labels_by_key(plan: &Plan<'_>) -> bool {
    Topic::Node.shape(plan.talos) == Shape::Field
}

fn entry(plan: &Plan<'_>, node: &ModelNode, factory: Option<&ImageFactory>) -> TalhelperNode {
    let mut told = settings::of_node(plan, node);
    // What talhelper has keys for. A link that they cannot say is a document in a patch, and with it all links.
    let links = std::mem::take(&mut told.links);
    let fit = Topic::Links.shape(plan.talos) == Shape::Field || links.iter().all(Link::fits_device);
    let of_statement = node.disk.as_ref().map(disk_fields);
    let (install_disk, install_disk_selector) = of_statement.unwrap_or_else(|| disk_of_patches(plan, node));
    let [mut node_labels, mut node_annotations, mut node_taints] = [(); 3].map(|()| NodeMap::new());
    if labels_by_key(plan) {
        (node_labels, node_annotations) = (texts_by_key(told.labels), texts_by_key(told.annotations));
        node_taints = taints_by_key(told.taints);
        (told.labels, told.annotations, told.taints) = (&[], &[], &[]);
    }
    let network_interfaces = match fit {
        true => links.iter().filter(|link| link.says_something()).map(Link::device).collect(),
        false => Vec::new(),
    };
    let nameservers = std::mem::take(&mut told.name_servers);
    let Keys { installer, schematic, unchecked, spec } =
        node.image.as_ref().map(|image| image::keys(image, factory)).unwrap_or_default();
    if schematic.is_some() {
        told.kernel_arguments = Vec::new();
    }
    let hostname = node.told_hostname().unwrap_or_else(|| text(&node.name));
    let told =
        Settings { hostname: None, disk: None, image: None, links: if fit { Vec::new() } else { links }, ..told };
    TalhelperNode {
        // talosctl must not use the virtual IP, which needs etcd, so without an address it is the name.
        ip_address: match (node.reached_at.as_slice(), &node.address) {
            ([first, ..], _) => {
                let all: Vec<&str> = node.reached_at.iter().map(|one| one.value.as_str()).collect();
                Traced::new(all.join(", "), first.origin)
            }
            ([], Some(address)) => Traced::new(address.value.address().to_string(), address.origin),
            ([], None) => address_of_patches(plan, node).unwrap_or_else(|| hostname.clone()),
        },
        hostname,
        ignore_hostname: match &node.hostname {
            Some(Traced { value: Hostname::Off, origin }) => Some(Traced::new(true, *origin)),
            _ => None,
        },
        control_plane: node.role.as_ref().map(|role| *role == Role::ControlPlane),
        install_disk,
        install_disk_selector,
        talos_image_url: installer,
        schematic,
        no_schematic_validate: unchecked,
        machine_spec: spec,
        node_labels,
        node_annotations,
        node_taints,
        nameservers,
        network_interfaces,
        patches: patches(plan, &told, &node.patches, node.disk.is_none(), Origin::written(node.span)),
    }
}

/// Patches one after the other.
fn join<'p>(all: impl Iterator<Item = &'p Patches>) -> Option<Patches> {
    all.cloned().reduce(|mut joined, more| {
        joined.value.extend(more.value);
        joined
    })
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Value::Mapping(entries) if entries.is_empty())
}

/// Takes the disk out of a patch, and what is empty without it.
fn take_disk(patch: &mut Node) -> bool {
    let Some(install) = patch.at_mut(&["machine", "install"]) else { return false };
    let found = ["disk", "diskSelector"].iter().any(|key| install.get(key).is_some());
    install.remove("disk");
    install.remove("diskSelector");
    for (path, key) in [(["machine"].as_slice(), "install"), (&[], "machine")] {
        if let Some(around) = patch.at_mut(path)
            && around.get(key).is_some_and(is_empty)
        {
            around.remove(key);
        }
    }
    found
}

/// The disk that patches say, the last of which wins: talhelper takes no machine without one in its own field, and then
/// not another in a patch.
fn disk_of_patches(plan: &Plan<'_>, node: &ModelNode) -> (Option<Traced<String>>, Option<Traced<DiskSelector>>) {
    for patch in plan.cluster.patches.iter().chain(&node.patches).rev() {
        let Some(install) = patch.value.get("machine").and_then(|machine| machine.get("install")) else { continue };
        let origin = Origin::written(patch.span);
        if let Some(disk) = install.get("disk").and_then(serde_yaml::Value::as_str) {
            return (Some(Traced::new(disk.to_owned(), origin)), None);
        }
        if let Some(fields) = install.get("diskSelector").and_then(serde_yaml::Value::as_mapping) {
            let field = |(key, value): (&serde_yaml::Value, &serde_yaml::Value)| {
                let value = Node::from_yaml(value, origin).text();
                Some((key.as_str()?.to_owned(), value))
            };
            return (None, Some(Traced::new(DiskSelector(fields.iter().filter_map(field).collect()), origin)));
        }
    }
    (None, None)
}

/// The address that patches of a machine give a link, where no statement says one: that beside the endpoint, else the only
/// one.
pub(super) fn address_of_patches(plan: &Plan<'_>, node: &ModelNode) -> Option<Traced<String>> {
    let mut all: Vec<(IpNet, Origin)> = Vec::new();
    for patch in &node.patches {
        let network = patch.value.get("machine").and_then(|machine| machine.get("network"));
        for device in network.into_iter().flat_map(|network| items(network, "interfaces")) {
            for link in items(device, "vlans").iter().chain([device]) {
                let nets = items(link, "addresses").iter().filter_map(|text| text.as_str()?.parse::<IpNet>().ok());
                all.extend(nets.map(|net| (net, Origin::written(patch.span))));
            }
        }
    }
    let endpoint = plan.cluster.said_endpoint();
    let beside = all.iter().find(|(net, _)| endpoint.is_some_and(|endpoint| net.contains(&endpoint)));
    let only = || if let [only] = all.as_slice() { Some(only) } else { None };
    beside.or_else(only).map(|(net, origin)| Traced::new(net.addr().to_string(), *origin))
}

/// The items of a list under a key; none where there is none.
fn items<'v>(value: &'v serde_yaml::Value, key: &str) -> &'v [serde_yaml::Value] {
    value.get(key).and_then(serde_yaml::Value::as_sequence).map_or(&[], Vec::as_slice)
}

/// The patches of a part of the file, where there are any: one text for each document, and the user's after ours.
/// Their list comes from the first.
fn patches(
    plan: &Plan<'_>,
    told: &Settings<'_>,
    users: &[RawYaml],
    without_disk: bool,
    origin: Origin,
) -> Option<Patches> {
    let mut texts = shape(told, plan.talos, origin).texts();
    for patch in users {
        let mut said = Node::from_raw(patch);
        if without_disk && take_disk(&mut said) && is_empty(&said) {
            continue;
        }
        texts.push(Traced::new(said.lines(), Origin::written(patch.span)));
    }
    let first = texts.first()?.origin;
    Some(Traced::new(texts, first))
}

/// talhelper substitutes variables in the whole file, so a dollar sign stands for itself only when it is
/// doubled; `${NAME}` is what the source wants substituted, and `$${NAME}` what it does not.
fn double_dollars(file: &mut OutputFile) {
    if file.text().contains('$') {
        let mut rest = file.text();
        let mut text = String::new();
        while let Some((before, after)) = rest.split_once('$') {
            let is_single = after.starts_with('{');
            rest = after.strip_prefix('$').filter(|after| after.starts_with('{')).unwrap_or(after);
            text.push_str(before);
            text.push_str(if is_single { "$" } else { "$$" });
        }
        text.push_str(rest);
        file.replace_within_lines(text);
    }
}
