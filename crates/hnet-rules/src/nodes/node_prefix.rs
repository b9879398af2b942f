//! How long the pods' prefix of a node is: what words or a patch tell the controller manager, else that one's own choice.
//!
//! Start at [`node_prefix`].

use hnet_diagnostics::{Sources, Span};
use hnet_model::{Cluster, Family, RawYaml, Role};
use serde_yaml::Value;

use crate::facts::yaml_place::key_place;

/// The prefix that each node gets in a family.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct NodePrefix {
    /// Its length.
    pub(super) length: u8,
    /// Where the source says it.
    pub(super) said: Option<Span>,
}

/// The arguments that say the length, the one of the family first. Of one family the general one will do.
/// (kubernetes, `cmd/kube-controller-manager/app/core.go`, `setNodeCIDRMaskSizes`.)
fn flags(family: Family) -> [&'static str; 2] {
    match family {
        Family::V4 => ["node-cidr-mask-size-ipv4", "node-cidr-mask-size"],
        Family::V6 => ["node-cidr-mask-size-ipv6", "node-cidr-mask-size"],
    }
}

/// Where the controller manager's arguments stand: in the core document, and in that of its own.
const ARGUMENTS: &[&str] = &["cluster", "controllerManager", "extraArgs"];
const DOCUMENT: (&str, &[&str]) = ("KubeControllerManagerConfig", &["extraArgs"]);

/// What a list of patches says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Length(u8, Span),
    /// Something that is known on the machines only.
    Unknown,
}

/// The prefix of each node in a family; none where only the machines know it.
pub(super) fn node_prefix(sources: &Sources, cluster: &Cluster, family: Family) -> Option<NodePrefix> {
    let of_all = match said(sources, &cluster.patches, family) {
        Said::Nothing => in_words(cluster, family),
        own => own,
    };
    let managers = cluster.nodes.iter().filter(|node| node.role.value == Role::ControlPlane);
    let mut of_each = managers.map(|node| match said(sources, &node.patches, family) {
        Said::Nothing => of_all,
        own => own,
    });
    let length = |said: Said| match said {
        // What a k3s server is told is not in the source, and may say another length.
        Said::Nothing if cluster.talos().is_none() => None,
        Said::Nothing => Some(NodePrefix { length: if family == Family::V4 { 24 } else { 64 }, said: None }),
        Said::Length(length, place) => Some(NodePrefix { length, said: Some(place) }),
        Said::Unknown => None,
    };
    let first = length(of_each.next().unwrap_or(of_all))?;
    // Any of them may be the one that decides.
    of_each.all(|other| length(other).is_some_and(|other| other.length == first.length)).then_some(first)
}

/// What the arguments of `controller-manager` say.
fn in_words(cluster: &Cluster, family: Family) -> Said {
    let args = &cluster.control_plane.controller_manager;
    let of_flag = |flag: &str| args.iter().rev().find(|(key, _)| key.value == flag);
    match flags(family).into_iter().find_map(of_flag) {
        None => Said::Nothing,
        Some((key, text)) => match text.parse() {
            Ok(length) if length <= most(family) => Said::Length(length, key.span()),
            _ => Said::Unknown,
        },
    }
}

fn said(sources: &Sources, patches: &[RawYaml], family: Family) -> Said {
    let mut last = Said::Nothing;
    for patch in patches {
        let (kind, under) = match patch.value.get("kind").and_then(Value::as_str) {
            None => (None, ARGUMENTS),
            Some(kind) => (Some(kind), DOCUMENT.1),
        };
        if kind.is_some_and(|kind| kind != DOCUMENT.0) {
            continue;
        }
        for flag in flags(family) {
            let path: Vec<&str> = under.iter().copied().chain([flag]).collect();
            let found = path.iter().try_fold(&patch.value, |value, key| value.get(*key));
            let Some(value) = found else { continue };
            last = match length_of(value) {
                Some(length) if length <= most(family) => Said::Length(length, key_place(sources, patch.span, path)),
                _ => Said::Unknown,
            };
            break;
        }
    }
    last
}

fn most(family: Family) -> u8 {
    if family == Family::V4 { 32 } else { 128 }
}

/// A length as an argument, of several values the last.
fn length_of(value: &Value) -> Option<u8> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => u8::try_from(number.as_u64()?).ok(),
        Value::Sequence(values) => length_of(values.last()?),
        Value::Null | Value::Bool(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}
