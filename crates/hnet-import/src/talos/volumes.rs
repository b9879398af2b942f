//! What patches say of disks, in words of `machine`: volumes by their documents, how those of Talos's own are encrypted by
//! the core document, and disks that are parted. What says more than words do, or a secret, stays as it is. Start at
//! [`Taken::take`].

use hnet_diagnostics::Span;
use hnet_language::values;
use hnet_manifests::versions::selectors;
use hnet_model::VolumeKind;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;
use indexmap::IndexMap;

use super::machine::{members, says_directive};
use super::patches::Patch;
use crate::make::{list_of, map_of, plain, put};
use crate::say;
use crate::take::{Said, is_empty, leaves, scalar, take, take_bool, take_if, take_text, take_texts};

/// Where the core document says how a volume of Talos's own is encrypted.
const ENCRYPTION: [&str; 2] = ["machine", "systemDiskEncryption"];

/// The volumes that it says it of, by its keys.
const ENCRYPTED: [(&str, &str); 2] = [("state", "STATE"), ("ephemeral", "EPHEMERAL")];

/// The volumes of Talos's own.
const OF_TALOS: [&str; 7] = ["EPHEMERAL", "STATE", "IMAGECACHE", "ETCD", "CRI", "KUBELET", "LOG"];

const CIPHERS: [&str; 3] = ["aes-xts-plain64", "xchacha12,aes-adiantum-plain64", "xchacha20,aes-adiantum-plain64"];
const OPTIONS: [&str; 3] = ["no_read_workqueue", "no_write_workqueue", "same_cpu_crypt"];
const TYPES: [&str; 3] = ["partition", "disk", "directory"];
const FILESYSTEMS: [&str; 3] = ["xfs", "ext4", "btrfs"];

/// What was taken out of patches.
#[derive(Default)]
pub(super) struct Taken {
    /// Documents of volumes, by kind and name: what all of one say, and how it was said.
    volumes: IndexMap<(VolumeKind, String), Value>,
    documents: Vec<Value>,
    encryption: Vec<(&'static str, Value)>,
    disks: Vec<Value>,
}

impl Taken {
    /// Takes out of patches what words say.
    pub(super) fn take(patches: &mut [Patch]) -> Taken {
        let mut taken = Taken::default();
        let mut refused: Vec<(VolumeKind, String)> = Vec::new();
        let mut all: IndexMap<(VolumeKind, String), Value> = IndexMap::new();
        for Patch { value, .. } in patches.iter().filter(|patch| patch.value.as_map().is_some()) {
            for (key, document) in volumes_of(value) {
                match all.get_mut(&key) {
                    _ if says_directive(&document) => refused.push(key),
                    Some(before) => super::documents::lay(before, &document),
                    None => _ = all.insert(key, document),
                }
            }
        }
        all.retain(|key, document| !refused.contains(key) && volume(key.0, document).is_some());
        for Patch { value, .. } in patches.iter_mut().filter(|patch| patch.value.as_map().is_some()) {
            if key_of(value).is_some_and(|key| all.contains_key(&key)) {
                let mut document = value.clone();
                let keys: Vec<String> = value.fields().map(|field| field.key.to_string()).collect();
                let is_said = |key: &&String| !matches!(key.as_str(), "apiVersion" | "kind");
                keys.iter().filter(is_said).for_each(|key| _ = take(value, &[key]));
                document.comments = None;
                taken.documents.push(document);
                continue;
            }
            if value.get("kind").is_some() {
                continue;
            }
            for (key, name) in ENCRYPTED {
                if all.contains_key(&(VolumeKind::System, name.to_owned()))
                    && let Some(field) = take(value, &[ENCRYPTION[0], ENCRYPTION[1], key])
                {
                    taken.encryption.push((key, field.value));
                }
            }
            let disks = take_if(value, &["machine", "disks"], |list| {
                members(list, |disk| parted(disk).is_some()).filter(|_| !says_directive(list))
            });
            taken.disks.extend(disks.into_iter().flat_map(|(disks, _)| disks));
        }
        taken.volumes = all;
        taken
    }

    /// All of it in words.
    pub(super) fn statements(&self) -> Vec<Statement> {
        let volumes = self.volumes.iter().filter_map(|((kind, _), document)| volume(*kind, document));
        volumes.chain(self.disks.iter().filter_map(parted)).collect()
    }

    /// What of it is a part of the core document.
    pub(super) fn put_into(&self, core: &mut Value) {
        for (key, encryption) in &self.encryption {
            put(core, &[ENCRYPTION[0], ENCRYPTION[1], key], encryption.clone());
        }
        if let Some(first) = self.disks.first() {
            put(core, &["machine", "disks"], list_of(self.disks.clone(), first.span));
        }
    }

    /// What of it are documents, and how many fields these say.
    pub(super) fn documents(self) -> (Vec<Value>, usize) {
        let fields = self.documents.iter().map(|document| leaves(document).saturating_sub(2)).sum();
        (self.documents, fields)
    }
}

/// The volume that a document is about.
fn key_of(document: &Value) -> Option<(VolumeKind, String)> {
    let kind = document.str_at(&["kind"])?;
    let (kind, _) = VolumeKind::WORDS.into_iter().find(|(_, known)| *known == kind)?;
    Some((kind, document.str_at(&["name"])?.to_owned()))
}

/// What a document says of volumes, each as its own document would.
fn volumes_of(document: &Value) -> Vec<((VolumeKind, String), Value)> {
    if document.get("kind").is_some() {
        return key_of(document).map(|key| (key, document.clone())).into_iter().collect();
    }
    let encrypted = ENCRYPTED.into_iter().filter_map(|(key, name)| {
        let encryption = document.at(&[ENCRYPTION[0], ENCRYPTION[1], key])?;
        let span = encryption.span;
        let own = map_of([("name", plain(name, span)), ("encryption", encryption.clone())], span);
        Some(((VolumeKind::System, name.to_owned()), own))
    });
    encrypted.collect()
}

/// Fields of a value, taken out one by one as statements; what is left says more than words do.
struct Fields {
    left: Value,
    said: Vec<Statement>,
    is_known: bool,
}

impl Fields {
    fn of(value: &Value) -> Fields {
        Fields { left: value.clone(), said: Vec::new(), is_known: true }
    }

    /// A text of which a word can be made.
    fn text(&mut self, path: &[&str], word: &str, is_it: impl Fn(&str) -> bool) {
        let Some(text) = take_text(&mut self.left, path) else { return };
        self.is_known &= is_it(&text.text);
        let value = Word::said(&text.text, text.span);
        self.said.push(Statement::new(word, text.span).with(value).under(say::comments(text.comments.as_deref())));
    }

    /// A truth value, or its opposite.
    fn flag(&mut self, path: &[&str], word: &str, means: bool) {
        let Some((on, said)) = take_bool(&mut self.left, path) else { return };
        let comments = say::comments(said.comments.as_deref());
        self.said.push(say::flag(word, on == means, said.span).under(comments));
    }

    /// A list of texts of which words can be made.
    fn list(&mut self, path: &[&str], word: &str, is_it: impl Fn(&str) -> bool) {
        let Some(all) = take_texts(&mut self.left, path) else { return };
        self.is_known &= !all.is_empty() && all.iter().all(|one| is_it(&one.text));
        if let Some(first) = all.first() {
            self.said.push(say::list(word, first.span, all.iter().map(|one| (one.text.clone(), one.span))));
        }
    }

    /// The statements, where nothing is left.
    fn whole(self) -> Option<Vec<Statement>> {
        (self.is_known && is_empty(&self.left)).then_some(self.said)
    }
}

/// A volume in words; none of one that says more.
fn volume(kind: VolumeKind, document: &Value) -> Option<Statement> {
    let mut fields = Fields::of(document);
    ["apiVersion", "kind"].iter().for_each(|key| _ = take(&mut fields.left, &[key]));
    let name = take_text(&mut fields.left, &["name"])?;
    let is_name = |text: &str| {
        let is_sound = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_sound && !text.is_empty() && text.len() <= 34
    };
    if !(if kind == VolumeKind::System { OF_TALOS.contains(&name.text.as_str()) } else { is_name(&name.text) }) {
        return None;
    }
    if kind == VolumeKind::User {
        fields.text(&["volumeType"], "type", |kind| TYPES.contains(&kind));
    }
    if kind == VolumeKind::Existing {
        fields.text(&["discovery", "volumeSelector", "match"], "found-by", |text| {
            selectors::refused(text, true).is_none()
        });
        fields.flag(&["mount", "readOnly"], "read-only", true);
    } else {
        let is_disk = |text: &str| selectors::refused(text, false).is_none() && !text.starts_with('/');
        fields.text(&["provisioning", "diskSelector", "match"], "disk", is_disk);
        fields.text(&["provisioning", "minSize"], "min-size", |size| values::size(size).is_ok());
        fields.text(&["provisioning", "maxSize"], "max-size", |size| values::size_or_share(size).is_ok());
        fields.flag(&["provisioning", "grow"], "grow", true);
    }
    if let Some(encryption) = take(&mut fields.left, &["encryption"]) {
        fields.said.push(encrypted(&encryption.value)?);
    }
    if kind == VolumeKind::User {
        fields.text(&["filesystem", "type"], "filesystem", |kind| FILESYSTEMS.contains(&kind));
        fields.flag(&["filesystem", "projectQuotaSupport"], "project-quota", true);
    }
    if !matches!(kind, VolumeKind::Raw | VolumeKind::Swap) {
        fields.flag(&["mount", "disableAccessTime"], "access-time", false);
        fields.flag(&["mount", "secure"], "secure", true);
    }
    let statement = Statement::new(kind.word(), name.span).with(Word::said(&name.text, name.span));
    let said = fields.whole()?;
    // One of which nothing is said is what Talos makes anyhow.
    (!said.is_empty()).then(|| statement.holding(said))
}

/// How a volume is encrypted; none where a key is a passphrase in the clear.
fn encrypted(value: &Value) -> Option<Statement> {
    let mut fields = Fields::of(value);
    take_text(&mut fields.left, &["provider"]).filter(|provider| provider.text == "luks2")?;
    let keys = take(&mut fields.left, &["keys"])?;
    let keys: Option<Vec<Statement>> = keys.value.as_list()?.iter().map(key).collect();
    fields.said.extend(keys.filter(|keys| !keys.is_empty())?);
    fields.text(&["cipher"], "cipher", |cipher| CIPHERS.contains(&cipher));
    fields.text(&["keySize"], "key-size", |size| is_number(size, 1..=65_536));
    fields.text(&["blockSize"], "block-size", |size| is_number(size, 512..=65_536));
    fields.list(&["options"], "options", |option| OPTIONS.contains(&option));
    Some(Statement::new("encryption", value.span).holding(fields.whole()?))
}

fn is_number(text: &str, range: std::ops::RangeInclusive<u64>) -> bool {
    values::integer(text, range).is_ok()
}

/// A key.
fn key(value: &Value) -> Option<Statement> {
    let mut fields = Fields::of(value);
    let slot = take_text(&mut fields.left, &["slot"]).filter(|slot| is_number(&slot.text, 0..=31))?;
    let mut is_made = false;
    if let Some(own) = take_empty(&mut fields.left, "nodeID") {
        is_made = true;
        fields.said.push(Statement::new("node-id", own));
    }
    if let Some(tpm) = take(&mut fields.left, &["tpm"]) {
        tpm.value.as_map()?;
        is_made = true;
        let mut own = Fields::of(&tpm.value);
        own.flag(&["checkSecurebootStatusOnEnroll"], "check-secure-boot", true);
        own.list(&["options", "pcrs"], "pcrs", |pcr| is_number(pcr, 0..=23));
        let (said, statement) = (own.whole()?, Statement::new("tpm", tpm.value.span));
        fields.said.push(if said.is_empty() { statement } else { statement.holding(said) });
    }
    for (path, word) in [(["kms", "endpoint"], "kms"), (["static", "passphrase"], "static")] {
        is_made |= fields.left.at(&path).is_some();
        fields.text(&path, word, |text| word == "kms" || is_placeholder(text));
    }
    fields.flag(&["lockToState"], "lock-to-state", true);
    let statement = Statement::new("key", slot.span).with(Word::said(&slot.text, slot.span));
    fields.whole().filter(|_| is_made).map(|said| statement.holding(said))
}

/// Takes out a map that says nothing.
fn take_empty(value: &mut Value, key: &str) -> Option<Span> {
    take_if(value, &[key], |own| own.as_map().filter(|map| map.is_empty()).map(|_| own.span)).map(|(span, _)| span)
}

fn is_placeholder(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// A disk that is parted by hand.
fn parted(value: &Value) -> Option<Statement> {
    let is_path = |text: &Said| values::system_path(&text.text).is_ok();
    let knows = |value: &Value, keys: &[&str]| value.fields().all(|field| keys.contains(&&*field.key));
    let device = value.get("device").and_then(scalar).filter(is_path)?;
    if !knows(value, &["device", "partitions"]) {
        return None;
    }
    let partition = |own: &Value| {
        let path = own.get("mountpoint").and_then(scalar).filter(is_path)?;
        let statement = Statement::new("partition", path.span).with(Word::said(&path.text, path.span));
        if !knows(own, &["mountpoint", "size"]) {
            return None;
        }
        Some(match own.get("size") {
            None => statement,
            Some(size) => {
                let size = scalar(size).filter(|size| values::size(&size.text).is_ok())?;
                statement.holding([say::said("size", &size)])
            }
        })
    };
    let partitions: Option<Vec<Statement>> = value.items_of("partitions").iter().map(partition).collect();
    let partitions = partitions?;
    let disk = Statement::new("disk", device.span).with(Word::said(&device.text, device.span));
    Some(if partitions.is_empty() { disk } else { disk.holding(partitions) })
}
