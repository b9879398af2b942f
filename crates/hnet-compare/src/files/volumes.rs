//! Volumes of machines that would be encrypted otherwise than what is in them.
//!
//! Talos encrypts a volume only while it is empty, and opens it with the keys that it is told. (siderolabs/docs,
//! `configure-your-talos-cluster/storage-and-disk-management/disk-encryption.mdx`.) Start at [`of_volumes`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::counted;

use super::both::Both;
use super::documents::{Document, Documents};
use super::hurt::Harm;
use super::on_disk::{ENCRYPTED, VOLUME};
use crate::Value;

/// The kinds of documents that say how a volume is encrypted whose content nobody wants to lose.
const KINDS: [&str; 3] = [VOLUME, "UserVolumeConfig", "RawVolumeConfig"];

/// The ways in which a key is made or kept.
const METHODS: [&str; 4] = ["static", "nodeID", "kms", "tpm"];

/// What becomes of a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Becomes {
    Encrypted,
    Plain,
    Otherwise,
}

impl Becomes {
    fn message(self, of: &str) -> String {
        match self {
            Becomes::Encrypted => {
                format!("{of} would be encrypted and is not: Talos encrypts only what is empty, so it has to be wiped")
            }
            Becomes::Plain => {
                format!("{of} would no longer be encrypted, and what is there is: it does not open until it is wiped")
            }
            Becomes::Otherwise => {
                format!("{of} would have other keys alone: what is there no longer opens")
            }
        }
    }

    fn help(self) -> &'static str {
        match self {
            Becomes::Encrypted | Becomes::Plain => {
                "keep it as it is, or wipe it one machine after the other: `talosctl apply-config --mode=staged`, then \
                 `talosctl reset` of this volume before it boots again"
            }
            Becomes::Otherwise => {
                "add the new key in a slot of its own first, and take the old one out when all machines have it"
            }
        }
    }
}

/// The kind of a volume's document, and its name.
type Volume<'d> = (&'d str, &'d str);

/// The name of a machine, and its file.
type Machine<'d> = (&'d str, &'d str);

/// What would hurt of how volumes are encrypted, of machines that are on both sides.
pub(super) fn of_volumes(both: &Both<'_>, before: &Documents, after: &Documents, harms: &mut Vec<Harm>) {
    let [old, new] = [before, after].map(by_machine);
    let mut found: BTreeMap<(&str, &str, Becomes), Vec<Machine<'_>>> = BTreeMap::new();
    for (name, files) in both.surest() {
        let (Some(old), Some(new)) = (old.get(&(files[0], name)), new.get(&(files[1], name))) else { continue };
        let among = new.first().map_or(files[1], |document| document.among());
        let [old, new] = [old, new].map(|documents| volumes(documents));
        let all: BTreeSet<&Volume<'_>> = old.keys().chain(new.keys()).collect();
        for volume in all {
            // The volumes of Talos are there whether something is said of them or not; others may be new, or stay as they are.
            let is_of_talos = ENCRYPTED.iter().any(|(_, own)| *volume == (VOLUME, *own));
            let sides = [&old, &new].map(|side| side.get(volume));
            if !is_of_talos && sides.contains(&None) {
                continue;
            }
            let sides = sides.map(|side| side.copied().flatten());
            if let Some(becomes) = becomes(sides) {
                found.entry((among, volume.1, becomes)).or_default().push((name, files[1]));
            }
        }
    }
    for ((_, volume, becomes), machines) in found {
        let (name, file) = machines[0];
        let more = match machines.len() {
            1 => String::new(),
            count => format!(" and {}", counted(count - 1, "other machine")),
        };
        let of = format!("`{volume}` of `{name}`{more}");
        harms.push(Harm { file: file.to_owned(), message: becomes.message(&of), help: becomes.help().to_owned() });
    }
}

/// The documents of machines, by their files and names.
fn by_machine(documents: &Documents) -> BTreeMap<(&str, &str), Vec<&Document>> {
    let mut all: BTreeMap<(&str, &str), Vec<&Document>> = BTreeMap::new();
    for document in &documents.all {
        if let Some(name) = document.machine() {
            all.entry((&document.file, name)).or_default().push(document);
        }
    }
    all
}

/// The volumes of a machine of which something is said, with how they are encrypted.
fn volumes<'d>(documents: &[&'d Document]) -> BTreeMap<Volume<'d>, Option<&'d Value>> {
    let mut all = BTreeMap::new();
    for document in documents {
        let kind = document.kind.kind.as_str();
        if let (Some((_, name)), true) = (document.name.split_once('/'), KINDS.contains(&kind)) {
            all.insert((kind, name), document.value.get("encryption"));
        }
    }
    for (path, name) in ENCRYPTED {
        // A document that says it goes before the field.
        let field = documents.iter().find_map(|document| document.value.at(path));
        let said = all.entry((VOLUME, name)).or_default();
        *said = said.or(field);
    }
    all
}

/// What becomes of a volume that is encrypted so, and would be so; none where nothing is lost, or it is not known.
fn becomes([from, to]: [Option<&Value>; 2]) -> Option<Becomes> {
    let keys = |encryption: &Value| {
        let keys = encryption.get("keys").map_or(&[][..], Value::items).iter();
        let methods = keys.flat_map(|key| METHODS.into_iter().filter(|method| key.get(method).is_some()));
        methods.collect::<BTreeSet<_>>()
    };
    match (from.map(keys), to.map(keys)) {
        (None, Some(keys)) if !keys.is_empty() => Some(Becomes::Encrypted),
        (Some(keys), None) if !keys.is_empty() => Some(Becomes::Plain),
        (Some(old), Some(new)) if !old.is_empty() && !new.is_empty() => {
            // Which of two keys of one method opens it depends on what this does not know.
            old.is_disjoint(&new).then_some(Becomes::Otherwise)
        }
        _ => None,
    }
}
