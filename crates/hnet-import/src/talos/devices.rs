//! Links that patches of a talconfig say, put into the devices of its machines as Talos lays them: devices of the core
//! document into those of the same name or selector, documents by their kind and name. What is about several machines is
//! said by each of them, or by none: then it stays a patch. Start at [`gather`].

use std::collections::BTreeSet;

use hnet_repository::is_control_plane;
use hnet_yaml::{Reader, Value};

use super::documents::{self, Devices, lay, link_of};
use super::link::{DOCUMENTS, SELECTORS, is_said_in_words};
use super::machine::says_directive;
use super::patches::Patch;
use super::{Machine, Talconfig};
use crate::make::{list_of, map_of, nested, put};
use crate::take::{leaves, take};
use hnet_model::LINK_WORDS;

const INTERFACES: [&str; 3] = ["machine", "network", "interfaces"];

/// The patches of a talconfig.
pub(super) struct Levels<'p> {
    /// Of all machines.
    pub(super) all: &'p mut [Patch],
    /// Of the control planes and the workers.
    pub(super) groups: &'p mut [Vec<Patch>; 2],
    /// Of each machine.
    pub(super) nodes: &'p mut [Vec<Patch>],
}

/// Which patches one belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    All,
    Group(usize),
    Node(usize),
}

/// A patch by its level and number.
type Place = (Level, usize);

impl Levels<'_> {
    fn get(&self, level: Level) -> &[Patch] {
        match level {
            Level::All => self.all,
            Level::Group(at) => &self.groups[at],
            Level::Node(at) => &self.nodes[at],
        }
    }

    fn get_mut(&mut self, level: Level) -> &mut [Patch] {
        match level {
            Level::All => self.all,
            Level::Group(at) => &mut self.groups[at],
            Level::Node(at) => &mut self.nodes[at],
        }
    }

    /// The patches of a machine in the order in which talhelper lays them, or other programs.
    fn of(&self, at: usize, group: usize, is_laid: bool) -> impl Iterator<Item = (Place, &Patch)> {
        let levels = match is_laid {
            true => [Level::All, Level::Group(group), Level::Node(at)],
            false => [Level::Group(group), Level::Node(at), Level::All],
        };
        levels.into_iter().flat_map(move |level| {
            self.get(level).iter().enumerate().map(move |(number, patch)| ((level, number), patch))
        })
    }

    /// Whether something says more of links than is known here: operations, and what is told to go.
    fn are_known(&self) -> bool {
        let groups = self.groups.iter().flatten();
        let patches = self.all.iter().chain(groups).chain(self.nodes.iter().flatten());
        let is_known = |patch: &Patch| {
            let is_of_links = |operation: &Value| {
                operation.str_at(&["path"]).is_some_and(|path| path.starts_with("/machine/network/interfaces"))
            };
            let goes = |path: &[&str]| patch.value.at(path).is_some_and(|own| own.get("$patch").is_some());
            !patch.value.items().iter().any(is_of_links)
                && !(1..INTERFACES.len()).any(|length| goes(&INTERFACES[..length]))
                && !patch.value.at(&INTERFACES).is_some_and(says_directive)
        };
        patches.into_iter().all(is_known)
    }
}

/// Puts what patches say of links into the devices of the machines and takes it out of the patches. How many fields of
/// each machine an earlier one says as well, since a patch of several machines says them once.
pub(super) fn gather(file: &Talconfig<'_>, machines: &mut [Value], mut levels: Levels<'_>) -> Vec<usize> {
    let overrides = |machine: &Value| machine.get("overridePatches").is_some();
    let nothing = vec![0; machines.len()];
    if file.is_judged || machines.iter().any(overrides) || !levels.are_known() {
        return nothing;
    }
    let groups: Vec<usize> = machines.iter().map(|machine| usize::from(!is_control_plane(machine))).collect();
    let is_shared = |level: Level| match level {
        Level::All => groups.len() > 1,
        Level::Group(group) => groups.iter().filter(|own| **own == group).count() > 1,
        Level::Node(_) => false,
    };
    let mut refused = Refused::default();
    // What one machine cannot say no machine does, and what goes with that may be more.
    let made: Vec<Vec<Value>> = loop {
        let before = refused.count();
        let mut made = Vec::new();
        for (at, machine) in machines.iter().enumerate() {
            let patches: Vec<(Place, &Patch)> = levels.of(at, groups[at], file.is_laid()).collect();
            let base = machine.items_of("networkInterfaces");
            for ((level, _), patch) in &patches {
                if is_shared(*level) {
                    refused.shared_addresses(&patch.value);
                }
            }
            made.push(refused.devices(base, &patches, file.has_documents()));
        }
        if refused.count() == before {
            break made;
        }
    };
    let mut taken: BTreeSet<Place> = BTreeSet::new();
    let mut repeated = nothing;
    for (at, (machine, devices)) in machines.iter_mut().zip(made).enumerate() {
        let places: Vec<(Place, usize)> = levels
            .of(at, groups[at], file.is_laid())
            .map(|(place, patch)| (place, refused.taken(&patch.value, file.has_documents())))
            .filter(|(_, fields)| *fields > 0)
            .collect();
        if places.is_empty() {
            continue;
        }
        for (place, fields) in places {
            if !taken.insert(place) {
                repeated[at] += fields;
            }
        }
        let list = list_of(devices, machine.span);
        match machine.get_mut("networkInterfaces") {
            Some(own) => own.kind = list.kind,
            None => put(machine, &["networkInterfaces"], list),
        }
    }
    for (level, number) in taken {
        refused.take_out(&mut levels.get_mut(level)[number].value, file.has_documents());
    }
    repeated
}

/// A machine of which the links count only those fields that no machine before it says by the same patch.
pub(super) fn counted_once(mut machine: Machine, mut repeated: usize) -> Machine {
    for piece in machine.pieces.iter_mut().filter(|piece| LINK_WORDS.contains(&&*piece.said.keyword.text)) {
        let less = piece.fields.min(repeated);
        piece.fields -= less;
        repeated -= less;
    }
    machine
}

/// What stays in patches.
#[derive(Default)]
struct Refused {
    /// Devices, by what they are found by.
    devices: BTreeSet<String>,
    /// Links of documents, by their names.
    links: BTreeSet<String>,
}

impl Refused {
    fn count(&self) -> usize {
        self.devices.len() + self.links.len()
    }

    /// The devices of a machine with what its patches say.
    fn devices(&mut self, base: &[Value], patches: &[(Place, &Patch)], has_documents: bool) -> Vec<Value> {
        let mut all = base.to_vec();
        let mut touched: Vec<usize> = Vec::new();
        let typed: Vec<&Value> =
            patches.iter().map(|(_, patch)| &patch.value).filter(|value| link_of(value).is_some()).collect();
        for device in patches.iter().flat_map(|(_, patch)| devices_of(&patch.value)) {
            let Some(key) = key(device).filter(|key| !self.devices.contains(key)) else { continue };
            let at = all.iter().position(|own| self::key(own).as_ref() == Some(&key));
            let is_base = at.is_some_and(|at| at < base.len());
            // Beside documents Talos merges what both say by itself, and nobody says which card a selector finds.
            let is_in_documents = || {
                let name = device.str_at(&["interface"]);
                typed.iter().any(|document| link_of(document) == name)
                    || base.iter().any(|own| own.get("deviceSelector").is_some())
                        && name.is_some_and(|name| name != "lo")
            };
            if has_documents && (is_base || is_in_documents() || !is_one(device)) {
                self.devices.insert(key);
                continue;
            }
            match at {
                Some(at) => lay(&mut all[at], device),
                None => all.push(device.clone()),
            }
            touched.push(at.unwrap_or(all.len() - 1));
        }
        for at in touched {
            if !is_said_in_words(&all[at], has_documents && at < base.len()) {
                self.devices.extend(key(&all[at]));
            }
        }
        if !has_documents {
            return all;
        }
        for device in all.iter_mut().skip(base.len()) {
            let patch = nested(&INTERFACES, list_of(vec![device.clone()], device.span));
            let span = device.span;
            put(device, &[DOCUMENTS], list_of(vec![patch], span));
        }
        let Devices { all, refused } = documents::devices(&all, &typed, &self.links);
        self.links.extend(refused);
        all
    }

    /// Refuses what gives several machines the same addresses.
    fn shared_addresses(&mut self, patch: &Value) {
        let has = |link: &Value| !link.items_of("addresses").is_empty();
        for device in devices_of(patch) {
            if has(device) || device.items_of("vlans").iter().any(has) {
                self.devices.extend(key(device));
            }
        }
        if has(patch) {
            self.links.extend(link_of(patch).map(str::to_owned));
        }
    }

    fn takes(&self, device: &Value) -> bool {
        key(device).is_some_and(|key| !self.devices.contains(&key))
    }

    fn takes_document(&self, value: &Value, has_documents: bool) -> bool {
        has_documents && link_of(value).is_some_and(|link| !self.links.contains(link))
    }

    /// How many fields of a patch devices say.
    fn taken(&self, patch: &Value, has_documents: bool) -> usize {
        if self.takes_document(patch, has_documents) {
            return leaves(patch);
        }
        devices_of(patch).iter().filter(|device| self.takes(device)).map(leaves).sum()
    }

    /// Leaves in a patch what devices do not say.
    fn take_out(&self, patch: &mut Value, has_documents: bool) {
        if self.takes_document(patch, has_documents) {
            *patch = map_of([], patch.span);
            return;
        }
        let left: Vec<Value> = devices_of(patch).iter().filter(|device| !self.takes(device)).cloned().collect();
        if let Some(field) = take(patch, &INTERFACES)
            && !left.is_empty()
        {
            put(patch, &INTERFACES, list_of(left, field.value.span));
        }
    }
}

/// The devices of a patch of the core document.
fn devices_of(patch: &Value) -> &[Value] {
    let core = if patch.get("kind").is_none() { patch.at(&INTERFACES) } else { None };
    core.map_or(&[], Value::items)
}

/// What a device is found by: its name, or else its selector.
fn key(device: &Value) -> Option<String> {
    match (device.str_at(&["interface"]), device.get("deviceSelector")) {
        (Some(name), None) => Some(name.to_owned()),
        (None, Some(selector)) => Some(hnet_compare::Value::of(selector, Reader::Talos).line()),
        _ => None,
    }
}

/// Whether a device is one link: called by its name, or selected by what no two cards have.
fn is_one(device: &Value) -> bool {
    let Some(selector) = device.get("deviceSelector") else { return true };
    let is_unique = |key: &str| matches!(key, "hardwareAddr" | "permanentAddr" | "busPath");
    let is_known = |key: &str| SELECTORS.iter().any(|(known, _)| *known == key);
    selector.fields().all(|field| is_known(&field.key))
        && selector
            .fields()
            .any(|field| is_unique(&field.key) && field.value.as_str().is_some_and(|text| !text.contains('*')))
}
