//! What is wrong with a talconfig and its patches as they stand: what no statement says, and one look is enough for.

use hnet_diagnostics::{Diagnostic, Severity, Sources, Span, codes};
use hnet_repository::{Repository, TalosForm};
use hnet_yaml::{Style, Value};
use ipnet::IpNet;

/// Prefixes of a machine's configuration, by the keys that lead to them.
const PREFIXES: [&[&str]; 5] = [
    &["machine", "kubelet", "nodeIP", "validSubnets"],
    &["cluster", "etcd", "advertisedSubnets"],
    &["cluster", "etcd", "listenSubnets"],
    &["cluster", "network", "podSubnets"],
    &["cluster", "network", "serviceSubnets"],
];

/// The keys of a selector of the disk that Talos is installed on.
const DISK: [&str; 9] = ["size", "name", "model", "serial", "modalias", "uuid", "wwid", "type", "busPath"];

/// Keys of a talconfig that are true or false.
const FLAGS: [&str; 13] = [
    "allowSchedulingOnControlPlanes",
    "allowSchedulingOnMasters",
    "controlPlane",
    "dhcp",
    "disableSearchDomain",
    "ignore",
    "ignoreHostname",
    "noSchematicValidate",
    "overrideExtraManifests",
    "overrideMachineCertSANs",
    "overridePatches",
    "secureboot",
    "useUKI",
];

/// What to do with a key of which it is not known what is meant.
const LOOK_UP: &str = "leave it out, or look it up in talhelper's documentation";

/// Whether a finding knows what a key that is not read is meant for, which is then nothing secret.
pub(crate) fn knows_what_is_meant(finding: &Diagnostic) -> bool {
    // Of a patch's key it says which one it may be, and that may be one of a secret.
    finding.title.starts_with(NOT_READ) && finding.help.as_deref() != Some(LOOK_UP)
}

/// How it begins to say that talhelper does not read a key.
const NOT_READ: &str = "talhelper reads no key";

/// That talhelper does not read a key: one of the whole file, or of a machine or another part of it.
pub(crate) fn not_read(place: Span, is_of_file: bool, sources: &Sources) -> Diagnostic {
    let title = format!("{NOT_READ} `{}` here", sources.text(place));
    let is_it = |meant: &&Meant| meant.key == sources.text(place) && meant.is_of_file == is_of_file;
    let meant = MEANT.iter().find(is_it).map(|meant| meant.help);
    let finding = Diagnostic::new(&codes::UNKNOWN_TALOS_KEY, title)
        .label(place, "this has no effect")
        .help(meant.unwrap_or(LOOK_UP));
    Diagnostic { severity: Severity::Warning, ..finding }
}

/// A key that people write, and what talhelper reads for it.
struct Meant {
    key: &'static str,
    /// Whether it is one of the whole file, and not of a machine.
    is_of_file: bool,
    help: &'static str,
}

const MEANT: [Meant; 2] = [
    Meant { key: "dnsDomain", is_of_file: true, help: "talhelper calls it `domain`" },
    Meant {
        key: "worker",
        is_of_file: false,
        help: "leave it out: a machine is a worker unless it says `controlPlane: true`",
    },
];

/// A key of an image that talhelper reads elsewhere.
fn misplaced(place: Span, sources: &Sources) -> Diagnostic {
    let key = sources.text(place);
    let finding = not_read(place, false, sources);
    match key {
        "extraKernelArgs" | "meta" | "systemExtensions" => {
            finding.help(format!("move it into `customization` of the `schematic`, where talhelper reads `{key}`"))
        }
        "nodeLabels" | "nodeAnnotations" | "nodeTaints" | "kernelModules" | "patches" => {
            finding.help(format!("move it out of the `schematic`: `{key}` stands beside it"))
        }
        _ => finding,
    }
}

/// Keys of a disk's selector that talhelper does not read, and what is left of it then.
fn disks(machine: &Value, found: &mut Vec<Diagnostic>, sources: &Sources) {
    let Some(selector) = machine.get("installDiskSelector") else { return };
    let unknown = || selector.fields().filter(|field| !DISK.contains(&field.key.as_str()));
    let is_empty = selector.fields().next().is_some() && unknown().count() == selector.fields().count();
    found.extend(unknown().map(|field| {
        let mut finding = not_read(field.key.span(), false, sources);
        if is_empty {
            finding.labels[0].text = "this is not read, and the selector is empty without it".to_owned();
            finding.help = Some(format!("select the disk by one of {}", hnet_diagnostics::quoted(DISK, ", ")));
        }
        finding
    }));
}

/// Keys of a whole talconfig that look as if talhelper read them.
const OF_NOTHING: [&str; 2] = ["client", "schematic"];

/// Texts where talhelper reads true or false.
fn flags(value: &Value, found: &mut Vec<Diagnostic>) {
    for field in value.fields().filter(|field| FLAGS.contains(&&*field.key)) {
        let Some((text, style)) = field.value.scalar() else { continue };
        if style == Style::Plain || text.contains("${") {
            continue;
        }
        let finding = Diagnostic::new(
            &codes::UNKNOWN_TALOS_KEY,
            format!("`{}` is a text, and not true or false", field.key.as_str()),
        );
        found.push(crate::error(finding.label(field.value.written(), "talhelper refuses a text here").help(format!(
            "write `{}: {}`, without quotes",
            field.key.as_str(),
            text.trim()
        ))));
    }
}

/// The parts of an image that talhelper hands on.
const SCHEMATIC: [&str; 5] = ["bootloader", "customization", "id", "overlay", "owner"];

/// An address of IPv6 in a URL stands in brackets.
fn endpoint(value: &Value) -> Option<Diagnostic> {
    let text = value.as_str()?;
    let host = text.split_once("://")?.1.split('/').next()?;
    let (address, port) = host.rsplit_once(':')?;
    let is_bare = address.contains(':') && address.parse::<std::net::Ipv6Addr>().is_ok() && port.parse::<u16>().is_ok();
    is_bare.then(|| {
        crate::error(
            Diagnostic::new(&codes::NOT_A_URL, format!("`{text}` is no URL"))
                .label(value.written(), "where the address ends and the port begins is not said")
                .help(format!("write `{}`", text.replace(host, &format!("[{address}]:{port}")))),
        )
    })
}

/// The talconfigs that are applied, and the patches that they name.
pub(crate) fn check(repository: &Repository, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let talconfigs = repository.talos.iter().filter(|own| own.form == TalosForm::Talhelper && own.is_preferred);
    for talconfig in talconfigs {
        let file = repository.files.iter().find(|file| file.id == talconfig.file);
        let Some(value) = file.and_then(|file| file.documents.get(talconfig.index as usize)) else { continue };
        let groups = ["controlPlane", "worker"].into_iter().filter_map(|key| value.get(key));
        for machine in groups.chain(value.items_of("nodes")) {
            disks(machine, &mut found, sources);
            let of_image = machine.get("schematic").into_iter().flat_map(Value::fields);
            let unknown = of_image.filter(|field| !SCHEMATIC.contains(&field.key.as_str()));
            found.extend(unknown.map(|field| misplaced(field.key.span(), sources)));
            flags(machine, &mut found);
            machine.items_of("networkInterfaces").iter().for_each(|link| flags(link, &mut found));
            machine.items_of("networkInterfaces").iter().for_each(|link| bond(link, &mut found));
            bonds(&inline(machine, &mut found), &mut found);
            found.extend(machine.items_of("patches").iter().filter_map(|text| named(text, repository, sources)));
        }
        let of_nothing = value.fields().filter(|field| OF_NOTHING.contains(&field.key.as_str()));
        found.extend(of_nothing.map(|field| not_read(field.key.span(), true, sources)));
        flags(value, &mut found);
        crate::slips::check(value, &mut found);
        bonds(&inline(value, &mut found), &mut found);
        found.extend(value.get("endpoint").and_then(endpoint));
        found.extend(value.items_of("patches").iter().filter_map(|text| named(text, repository, sources)));
        for name in hnet_import::named(sources.get(talconfig.file).text()) {
            let Some(path) = hnet_language::include::resolve(&talconfig.path, &name) else { continue };
            let Some(file) = repository.files.iter().find(|file| file.path == path) else { continue };
            file.documents.iter().for_each(|document| patch(document, &mut found));
            bonds(&file.documents, &mut found);
            let refused = file.refused_filled(sources.get(file.id).text());
            found.extend(refused.map(|problem| {
                crate::error(crate::broken::no_yaml(problem, &path)).help("talhelper makes no machine with it")
            }));
        }
    }
    // Of the other forms only what one look shows.
    let others = [TalosForm::Jinja, TalosForm::Topf, TalosForm::Machine];
    for source in repository.talos.iter().filter(|own| others.contains(&own.form) && own.is_preferred) {
        let file = repository.files.iter().find(|file| file.id == source.file);
        file.and_then(|file| file.documents.get(source.index as usize))
            .into_iter()
            .for_each(|own| patch(own, &mut found));
    }
    found
}

/// A patch that a talconfig names and that is not there: talhelper looks from the folder in which it is called, which is
/// one on the way to the talconfig.
fn named(text: &Value, repository: &Repository, sources: &Sources) -> Option<Diagnostic> {
    let path = text.as_str()?.strip_prefix('@').filter(|path| !path.contains(['$', '{']))?;
    let from = sources.get(text.span.file).path();
    let mut ways =
        std::iter::successors(Some(from), |from| from.rsplit_once('/').map(|(folder, _)| folder)).chain([""]);
    let is_there = |from: &str| {
        let found = hnet_language::include::resolve(from, path);
        found.is_none_or(|path| sources.find(&path).is_some() || repository.elsewhere.may_hold(&path))
    };
    if ways.any(is_there) {
        return None;
    }
    let finding = Diagnostic::new(&codes::PATH_NOT_THERE, format!("`{path}` is not in the repository"))
        .label(text.span, "talhelper makes no machine without it");
    let help = match crate::repository::meant(path, text.span, sources) {
        Some(near) => format!("did you mean `@{near}`?"),
        None => "correct the path, add what it names, or leave it out".to_owned(),
    };
    Some(crate::error(finding.help(help)))
}

/// The documents of the patches that stand in the talconfig.
fn inline(of: &Value, found: &mut Vec<Diagnostic>) -> Vec<Value> {
    let texts = of.items_of("patches").iter().filter_map(Value::text).filter(|text| !text.starts_with('@'));
    let mut documents = Vec::new();
    for text in texts {
        let yaml = text.yaml();
        documents.extend(yaml.documents().filter_map(|document| document.root).map(hnet_yaml::Node::value));
    }
    documents.iter().for_each(|document| patch(document, found));
    documents
}

fn patch(document: &Value, found: &mut Vec<Diagnostic>) {
    for path in PREFIXES {
        document.at(path).into_iter().flat_map(Value::items).for_each(|prefix| host_bits(prefix, found));
    }
    let links = document.at(&["machine", "network", "interfaces"]);
    links.into_iter().flat_map(Value::items).for_each(|link| bond(link, found));
}

/// A prefix is not written by one of its addresses.
fn host_bits(prefix: &Value, found: &mut Vec<Diagnostic>) {
    let Some(text) = prefix.as_str() else { return };
    let Ok(net) = text.trim_start_matches('!').parse::<IpNet>() else { return };
    if net.trunc() == net {
        return;
    }
    let finding = Diagnostic::new(&codes::HOST_BITS, format!("`{text}` has host bits set"))
        .label(prefix.written(), format!("Talos reads it as {}", net.trunc()))
        .help("write the prefix that it is read as, or the one that was meant");
    found.push(Diagnostic { severity: Severity::Warning, ..finding });
}

/// The members of a bond that documents name are not found by a MAC that changes.
fn bonds(documents: &[Value], found: &mut Vec<Diagnostic>) {
    let of_kind = |kind: &'static str| documents.iter().filter(move |one| one.str_at(&["kind"]) == Some(kind));
    let keeps = |bond: &Value| bond.get("failOverMac").is_some_and(|mac| mac.as_str() != Some("none"));
    let mut seen = std::collections::BTreeSet::new();
    for bond in of_kind("BondConfig").filter(|bond| bond.items_of("links").len() > 1 && !keeps(bond)) {
        let names: Vec<&str> = bond.items_of("links").iter().filter_map(Value::as_str).collect();
        for alias in
            of_kind("LinkAliasConfig").filter(|alias| alias.str_at(&["name"]).is_some_and(|own| names.contains(&own)))
        {
            let Some(expression) = alias.at(&["selector", "match"]) else { continue };
            let text = expression.as_str().unwrap_or_default();
            let is_one =
                text.contains("mac(link.hardware_addr)") && !text.contains('*') && !text.contains("permanent_addr");
            if is_one && seen.insert(expression.span) {
                found.push(
                    Diagnostic::new(&codes::BOND_MEMBER_BY_CHANGING_MAC, CHANGING_MAC)
                        .label(expression.written(), "once it is a member it has the bond's MAC")
                        .help("select it by `mac(link.permanent_addr)`"),
                );
            }
        }
    }
}

const CHANGING_MAC: &str = "a bond's member is found by a MAC that changes";

/// A member of a bond is not found by a MAC that changes.
fn bond(link: &Value, found: &mut Vec<Diagnostic>) {
    let Some(bond) = link.get("bond") else { return };
    let selectors = || bond.items_of("deviceSelectors").iter();
    // A pattern may fit the bond's MAC as well.
    let is_one = |text: &&Value| text.as_str().is_some_and(|text| !text.contains('*'));
    // A bond has the MAC of its first member, so that the only one keeps its own, and so do all where it says so.
    let finds_one = |selector: &&Value| {
        ["hardwareAddr", "permanentAddr", "busPath"].iter().any(|key| selector.get(key).as_ref().is_some_and(is_one))
    };
    let keeps = bond.get("failOverMac").is_some_and(|mac| mac.as_str() != Some("none"));
    if keeps || selectors().filter(finds_one).count() < 2 {
        return;
    }
    for mac in selectors().filter_map(|selector| selector.get("hardwareAddr")).filter(is_one) {
        found.push(
            Diagnostic::new(&codes::BOND_MEMBER_BY_CHANGING_MAC, CHANGING_MAC)
                .label(mac.written(), "once it is a member it has the bond's MAC")
                .help("select it by `permanentAddr`"),
        );
    }
}
