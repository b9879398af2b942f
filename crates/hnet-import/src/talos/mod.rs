//! A talconfig with its patches, or a folder of topf's, as a cluster with its nodes. The other way is `hnet-emit/src/talos/`.
//!
//! [`Talconfig::find`] knows a file by what it holds. [`cluster::lift`] says what all machines share, [`node`] a machine,
//! [`link`] one of its interfaces; what of it no word says goes to `patch`, and what talhelper alone reads is listed.

mod cluster;
mod control_plane;
mod devices;
mod documents;
mod endpoint;
mod firewall;
mod generated;
mod host_services;
mod image;
mod kubelet;
mod laid;
mod link;
mod machine;
mod made;
mod node;
mod omni;
mod patches;
mod restored;
mod services;
mod settings;
mod shared;
mod topf;
mod veil;
mod volumes;
mod whole;
mod wireguard;

use hnet_diagnostics::{FileId, Span};
use hnet_manifests::versions::talos::minor;
use hnet_model::LINK_WORDS;
use hnet_repository::{Repository, TalosForm};
use hnet_syntax::tree::{Comment, Statement};
use hnet_yaml::{Reader, Text, Value, Yaml};

use self::veil::Veil;
use crate::files::Files;
use crate::report::Report;
use crate::say::Piece;
use crate::take::{Said, leaves};

pub(crate) use cluster::{Besides, lift, sound};
pub(crate) use laid::Form;
pub(crate) use node::{NO_DISK, UNKNOWN_DISK};
pub(crate) use omni::named as named_by_omni;
pub(crate) use restored::{Original, restore};

/// The Talos version of a talconfig that does not say its own in the clear: the newest that still reads every field of
/// the core document beside what hnet writes.
const GUESSED: (u32, u32) = (1, 13);

/// A talconfig among the files.
pub(crate) struct Talconfig<'f> {
    files: Files<'f>,
    path: &'f str,
    /// What it says, its anchors and merges resolved.
    pub(crate) value: Value,
    /// The Talos version, as far as it is known.
    version: Option<(u32, u32)>,
    /// Whether it is judged as it is, and nothing is built of it.
    pub(crate) is_judged: bool,
    /// Where it is the form that files of another form have here: what else was read there.
    laid: Option<laid::Read>,
    /// What stands for the secrets in it.
    veil: Veil,
}

impl<'f> Talconfig<'f> {
    /// The talconfigs of a repository that are applied.
    pub(crate) fn find(files: Files<'f>, repository: &'f Repository) -> Vec<Talconfig<'f>> {
        let mut found = Vec::new();
        for (path, read) in whole::find(files, repository) {
            found.push(Talconfig::laid(files, path, read));
        }
        for source in repository.talos.iter().filter(|source| source.is_preferred) {
            let file = repository.files.iter().find(|file| file.id == source.file && !file.is_template);
            let document = || file.and_then(|file| file.documents.get(source.index as usize));
            let read = match source.form {
                TalosForm::Talhelper => {
                    let Some(mut value) = document().cloned() else { continue };
                    files.substitute(&source.path, &mut value);
                    if value.items_of("nodes").iter().any(|node| node.get("hostname").is_some()) {
                        let version = value.str_at(&["talosVersion"]).and_then(minor);
                        let path = &source.path;
                        let veil = Veil::of(&[&value]);
                        let value = veil.laid(&value);
                        found.push(Talconfig { files, path, value, version, is_judged: false, laid: None, veil });
                    }
                    None
                }
                TalosForm::Topf if source.path.rsplit('/').next() == Some("topf.yaml") => {
                    document().and_then(|topf| topf::read(files, &source.path, topf))
                }
                TalosForm::Omni if document().is_some_and(|own| own.str_at(&["kind"]) == Some("Cluster")) => {
                    file.and_then(|file| omni::read(files, &source.path, &file.documents))
                }
                _ => None,
            };
            found.extend(read.map(|read| Talconfig::laid(files, &source.path, read)));
        }
        found
    }

    /// What another form says of machines.
    fn laid(files: Files<'f>, path: &'f str, mut read: laid::Read) -> Talconfig<'f> {
        let version = read.value.str_at(&["talosVersion"]).and_then(minor);
        let veil = Veil::of(&[&read.value, &read.whole]);
        (read.value, read.whole) = (veil.laid(&read.value), veil.laid(&read.whole));
        Talconfig { files, path, value: read.value.clone(), version, is_judged: false, laid: Some(read), veil }
    }

    /// What stands under a path in the form of a talconfig, whatever form the file has, to be judged.
    pub(crate) fn of(files: Files<'f>, path: &'f str, value: Value) -> Talconfig<'f> {
        let version = value.str_at(&["talosVersion"]).and_then(minor);
        Talconfig { files, path, value, version, is_judged: true, laid: None, veil: Veil::default() }
    }

    /// What it is, where it is no talconfig.
    pub(crate) fn form(&self) -> Option<Form> {
        self.laid.as_ref().map(|laid| laid.form)
    }

    /// The files that were read with that of its path, where it is no talconfig.
    pub(crate) fn files_beside(&self) -> &[FileId] {
        self.laid.as_ref().map_or(&[], |laid| &laid.files)
    }

    /// Whether its patches are documents, laid in stages.
    fn is_laid(&self) -> bool {
        self.laid.is_some()
    }

    /// The path of its file.
    pub(crate) fn path(&self) -> &str {
        self.path
    }

    /// Whether Talos has a document for each topic of networking.
    pub(crate) fn has_documents(&self) -> bool {
        self.talos() >= (1, 12)
    }

    /// The Talos version, or the one that is taken for it.
    fn talos(&self) -> (u32, u32) {
        self.version.unwrap_or(GUESSED)
    }

    /// The documents in a list of patches, of texts and of files; none where one of them cannot be read, or is operations.
    pub(crate) fn documents(&self, list: &Value) -> Option<Vec<Value>> {
        let mut report = Report::default();
        let patches = patches::read(self, list, &mut report);
        let is_known = report.unread.is_empty() && patches.iter().all(|patch| patch.value.as_list().is_none());
        is_known.then(|| patches.into_iter().map(|patch| patch.value).collect())
    }

    /// A file that it names.
    fn beside(&self, path: &str) -> Option<(Yaml, Text)> {
        self.file(&self.path_of(path)?)
    }

    /// A file by its path.
    fn file(&self, path: &str) -> Option<(Yaml, Text)> {
        let file = self.files.get(path)?;
        Some(if self.is_judged { file } else { self.veil.file(file) })
    }

    /// The path of a file that it names.
    fn path_of(&self, path: &str) -> Option<String> {
        hnet_language::include::resolve(self.path, path.strip_prefix("./").unwrap_or(path))
    }
}

/// A cluster as it is going to be said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cluster {
    /// What it is called.
    pub(crate) name: String,
    /// Where that stands.
    pub(crate) span: Span,
    /// What is said about it.
    pub(crate) comments: Vec<Comment>,
    /// What its statement holds.
    pub(crate) pieces: Vec<Piece>,
    /// What all control planes, and all workers, are told besides.
    pub(crate) groups: [Vec<Piece>; 2],
    /// Its machines.
    pub(crate) machines: Vec<Machine>,
    /// The address of its endpoint, where no machine carries it.
    pub(crate) balancer: Option<Said>,
    /// What it was, where that is no talconfig.
    pub(crate) form: Option<Form>,
    /// Whether a build may write that form again.
    pub(crate) is_writable: bool,
    /// The file that it was, as long as nothing that a build would change of it was laid over the words.
    pub(crate) original: Option<Original>,
}

impl Cluster {
    /// The names of the links of its machines, which are told apart by them in patterns.
    pub(crate) fn links(&self) -> Vec<String> {
        let pieces = self.machines.iter().flat_map(|machine| &machine.pieces);
        let links = pieces.filter(|piece| LINK_WORDS.contains(&&*piece.said.keyword.text));
        links.filter_map(|piece| Some(piece.said.arguments.first()?.value.text.to_string())).collect()
    }

    /// Whether cluster DNS may be another one than Talos's own: where its machines are known, they are told to run none.
    pub(crate) fn leaves_dns(&self) -> bool {
        let of_machines = self.machines.iter().flat_map(|machine| &machine.pieces);
        let patches = self.pieces.iter().chain(self.groups.iter().flatten()).chain(of_machines);
        let says = |piece: &Piece| {
            piece.said.keyword.text == CORE_DNS
                || piece.said.arguments.iter().any(|argument| argument.value.text.contains("coreDNS:"))
        };
        self.machines.is_empty() || patches.into_iter().any(says)
    }

    /// Takes out the disks that nobody says, which Omni selects.
    pub(crate) fn leave_disks_to_omni(&mut self) {
        let is_unknown = |said: &Statement| {
            said.keyword.text == "disk" && said.arguments.iter().any(|argument| argument.value.text == UNKNOWN_DISK)
        };
        self.machines.iter_mut().for_each(|machine| machine.pieces.retain(|piece| !is_unknown(&piece.said)));
    }

    /// Takes out the patches that only switch Talos's own cluster DNS off, where `dns` says so. How many fields those were.
    pub(crate) fn leave_dns_to_words(&mut self) -> usize {
        let of_machines = self.machines.iter_mut().map(|machine| &mut machine.pieces);
        let mut fields = 0;
        for pieces in of_machines.chain(&mut self.groups).chain([&mut self.pieces]) {
            pieces.retain(|piece| {
                let is_it = switches_dns_off(&piece.said);
                fields += if is_it { piece.fields } else { 0 };
                !is_it
            });
        }
        fields
    }
}

/// The word by which a cluster says whether Talos installs CoreDNS.
const CORE_DNS: &str = "core-dns";

/// Whether a statement is a word or a patch that switches Talos's own cluster DNS off, and nothing else.
fn switches_dns_off(said: &Statement) -> bool {
    let [patch] = said.arguments.as_slice() else { return false };
    if said.keyword.text == CORE_DNS {
        return patch.value.text == "off";
    }
    let yaml = hnet_yaml::parse(FileId(0), &patch.value.text);
    let mut documents = yaml.documents().filter_map(|document| document.root);
    let (Some(root), None) = (documents.next(), documents.next()) else { return false };
    let value = root.value();
    let is_off = value.at(&["cluster", "coreDNS", "disabled"]).and_then(|off| off.as_bool(Reader::Talos)) == Some(true);
    said.keyword.text == "patch" && is_off && leaves(&value) == 1
}

/// Whether pieces of a machine say an address of it, and so the subnet that it is in.
pub(crate) fn say_address(pieces: &[Piece]) -> bool {
    fn says(statement: &Statement) -> bool {
        let is_it = |word: &str| matches!(word, "address" | "reserved");
        is_it(&statement.keyword.text)
            || statement.arguments.iter().any(|argument| is_it(&argument.value.text))
            || statement.statements().iter().any(says)
    }
    pieces.iter().any(|piece| piece.said.keyword.text != "patch" && says(&piece.said))
}

impl Machine {
    /// The host name that a build gives it: what its statement says, else its name.
    pub(crate) fn built_hostname(&self) -> &str {
        let said = self.pieces.iter().find(|piece| piece.said.keyword.text == "hostname");
        let said = said.and_then(|piece| piece.said.arguments.first()).map(|argument| argument.value.text.as_str());
        said.filter(|said| *said != "off").unwrap_or(&self.name)
    }

    /// Whether its statement says an address.
    pub(crate) fn says_address(&self) -> bool {
        say_address(&self.pieces)
    }
}

/// A machine as it is going to be said.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// What it is called.
    pub(crate) name: String,
    /// Its host name as the file says it.
    pub(crate) hostname: String,
    /// Where that stands.
    pub(crate) span: Span,
    /// What is said about it.
    pub(crate) comments: Vec<Comment>,
    /// Whether it is a worker.
    pub(crate) is_worker: bool,
    /// Where talosctl reaches it.
    pub(crate) reached_at: Vec<Said>,
    /// What its statement holds.
    pub(crate) pieces: Vec<Piece>,
}
