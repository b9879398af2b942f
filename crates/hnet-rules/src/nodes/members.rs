//! Links of which others are made, and links that Linux does not make. Start at [`members`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_manifests::versions::talos::{Shape, Topic};
use hnet_model::{Cluster, Interface, LinkRef, Links, Made, MadeKind, Node, Setting, Version};
use indexmap::IndexMap;

use crate::facts::Facts;
use crate::facts::inventory::link_called;

/// A link is a member of one other link, which has the addresses.
pub(crate) fn members(facts: &Facts<'_>, out: &mut Diagnostics) {
    for node in facts.nodes() {
        let links = Links::of(node);
        of_two(node, &links, out);
        let members = of_others(node, &links);
        for link in node.links() {
            let own = link.addresses().first().map(|address| address.span());
            let asks = link.dhcp().then(|| link.vlan.map_or(link.interface.dhcp.span(), |vlan| vlan.dhcp.span()));
            let Some(place) = own.or(asks) else { continue };
            let Some((made, member)) = members.get(&link.talos_name()) else { continue };
            out.report(
                Diagnostic::new(
                    &codes::MEMBER_WITH_ADDRESS,
                    format!("{} has an address of its own", link_called(link)),
                )
                .label(place, if own.is_some() { "this address" } else { "DHCP gives it one" })
                .label(*member, format!("it is a member of `{}`", made.name.value))
                .help(format!("say it in `{}`, which is what sends and answers", made.name.value)),
            );
        }
    }
}

/// What Talos calls the members of a node's links, each with the first that is made of it, and where that is said.
fn of_others<'a>(node: &'a Node, links: &Links<'_>) -> IndexMap<String, (&'a Interface, Span)> {
    let mut all = IndexMap::new();
    for (interface, made) in made(node) {
        for member in &made.members {
            all.entry(links.talos_name_of(&member.value)).or_insert((interface, member.span()));
        }
    }
    all
}

fn made(node: &Node) -> impl Iterator<Item = (&Interface, &Made)> {
    node.interfaces.iter().filter_map(|interface| Some((interface, interface.made.as_ref()?)))
}

fn of_two(node: &Node, links: &Links<'_>, out: &mut Diagnostics) {
    let mut first: IndexMap<String, (Span, &str)> = IndexMap::new();
    for (interface, made) in made(node) {
        for member in &made.members {
            let name = links.talos_name_of(&member.value);
            let own = interface.name.value.as_str();
            let Some((place, other)) = claim(&mut first, name, (member.span(), own)) else { continue };
            out.report(
                Diagnostic::new(&codes::MEMBER_OF_TWO, format!("`{}` is a member twice", member.value))
                    .label(member.span(), format!("of `{own}` here"))
                    .label(*place, format!("and of `{other}` here"))
                    .help("a link is a part of one other: leave one of the two out"),
            );
        }
    }
}

/// Linux makes no link of a name that is too long, and no bond whose settings contradict each other.
pub(crate) fn refused(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (cluster, node) in facts.network.clusters.iter().flat_map(|one| one.nodes.iter().map(move |node| (one, node))) {
        circles(facts, node, out);
        for (interface, made) in made(node).filter(|(interface, _)| facts.whole(interface.span)) {
            let name = LinkRef { interface, vlan: None }.talos_name();
            if let Some((title, label, help)) = bad_name(&name) {
                let finding = Diagnostic::new(&codes::LINK_REFUSED, format!("`{name}` is {title}"));
                out.report(finding.label(interface.selector.span(), label).help(help));
            }
            settings(cluster, made, out);
            // A profile that is lost may say it.
            let is_bond = matches!(made.kind, MadeKind::Bond(_)) && facts.whole(node.span);
            for (word, is_said, help) in [
                ("members", !made.members.is_empty(), "write which links it is made of: `members eth0, eth1;`"),
                (
                    "mode",
                    made.setting("mode").is_some(),
                    "write how it works: `mode 802.3ad;` or `mode active-backup;`",
                ),
            ] {
                if is_bond && !is_said {
                    out.report(
                        Diagnostic::new(&codes::MISSING_FIELD, format!("a `bond` has no `{word}`"))
                            .label(interface.span, format!("`{word}` is missing"))
                            .help(help),
                    );
                }
            }
        }
    }
}

/// What is wrong with the name of a link that is made. (Linux, `net/core/dev.c`, `dev_valid_name`.)
fn bad_name(name: &str) -> Option<(&'static str, String, &'static str)> {
    if name.len() > 15 {
        let help = "Linux takes 15 characters: write a shorter name";
        return Some(("too long for a link", format!("{} characters", name.len()), help));
    }
    if name == "lo" {
        return Some(("there already", "every machine has this link".to_owned(), "write another name: `dummy0`"));
    }
    let is_wrong = |one: char| one.is_whitespace() || matches!(one, '/' | ':');
    let is_path = name.is_empty() || name == "." || name == ".." || name.contains(is_wrong);
    is_path.then(|| {
        (
            "no name of a link",
            "Linux makes no such link".to_owned(),
            "leave out blanks, `/` and `:`: `kernel-name br_lan`",
        )
    })
}

/// Links of a node that are made of each other.
fn circles(facts: &Facts<'_>, node: &Node, out: &mut Diagnostics) {
    let links = Links::of(node);
    let mut above: IndexMap<&str, (&Interface, Span)> = IndexMap::new();
    for (interface, made) in made(node) {
        for member in &made.members {
            let Some(link) = links.member(&member.value) else { continue };
            above.entry(link.interface.name.value.as_str()).or_insert((interface, member.span()));
        }
    }
    let mut seen: IndexMap<&str, usize> = IndexMap::new();
    for (walk, (mut name, _)) in made(node).map(|(interface, _)| (interface.name.value.as_str(), interface)).enumerate()
    {
        while !seen.contains_key(name) {
            seen.insert(name, walk);
            let Some((next, place)) = above.get(name) else { break };
            let own = next.name.value.as_str();
            if seen.get(own) == Some(&walk) && facts.whole(next.span) {
                out.report(
                    Diagnostic::new(&codes::LINK_REFUSED, format!("`{own}` is made of itself"))
                        .label(*place, if own == name { "this is it" } else { "this is made of it in turn" })
                        .label(next.name.span(), "it is named here")
                        .help("leave this member out"),
                );
            }
            name = own;
        }
    }
}

/// In which modes Talos takes what before 1.12 is a field of a bond, and from which number on it looks.
/// (siderolabs/talos v1.11.6, `v1alpha1_validation.go`, `checkBond`.)
const MODES: [(&str, &[&str], u32); 7] = [
    ("arp-interval", &["balance-rr", "active-backup", "balance-xor", "broadcast"], 1),
    ("arp-validate", &["balance-rr", "active-backup", "balance-xor", "broadcast"], 0),
    ("primary", &["active-backup", "balance-tlb", "balance-alb"], 0),
    ("packets-per-slave", &["balance-rr"], 2),
    ("tlb-dynamic-lb", &["balance-tlb", "balance-alb"], 1),
    ("ad-actor-sys-prio", &["802.3ad"], 1),
    ("ad-user-port-key", &["802.3ad"], 1),
];

/// The same of what only documents say. (Linux, `drivers/net/bonding/bond_options.c`, `unsuppmodes`, where all of these are;
/// Talos leaves what a mode does not know to it.)
const MODES_OF_DOCUMENTS: [(&str, &[&str], u32); 2] = [
    ("ad-lacp-active", &["802.3ad"], 0),
    ("missed-max", &["balance-rr", "active-backup", "balance-xor", "broadcast"], 1),
];

fn settings(cluster: &Cluster, made: &Made, out: &mut Diagnostics) {
    let mut refuse = |word: &str, title: String, label: &str, other: Option<(&str, String)>, help: &str| {
        let Some(own) = made.setting(word) else { return };
        let finding = Diagnostic::new(&codes::LINK_REFUSED, title).label(own.span(), label);
        let other = other.and_then(|(word, label)| Some((made.setting(word)?.span(), label)));
        let finding = match other {
            Some((place, label)) => finding.label(place, label),
            None => finding,
        };
        out.report(finding.help(help));
    };
    let number = |word: &str| match made.setting(word).map(|said| &said.value) {
        Some(Setting::Number(number)) => *number,
        _ => 0,
    };
    let mode = made.setting("mode").map(|mode| mode.value.to_string());
    let is_field = |version: &Version| Topic::Links.shape(version.minor()) == Shape::Field;
    if cluster.talos().is_some_and(|talos| !is_field(&talos.value)) {
        for (word, modes, least) in MODES.iter().chain(&MODES_OF_DOCUMENTS) {
            let says_something = match made.setting(word).map(|said| &said.value) {
                Some(Setting::Number(number)) => number >= least,
                Some(Setting::Text(text)) => text != "none",
                _ => true,
            };
            let Some(mode) = mode.as_deref().filter(|mode| says_something && !modes.contains(mode)) else { continue };
            refuse(
                word,
                format!("`{word}` of a bond says nothing in this mode"),
                "Linux does not know it there",
                Some(("mode", format!("this is `{mode}`"))),
                "leave it out, or write another `mode`",
            );
        }
    }
    let talos = cluster.talos().filter(|talos| is_field(&talos.value));
    if let Some(talos) = talos {
        let version = &talos.value;
        let no_place = "raise the version to `talos 1.12`, or leave it out";
        refuse("arp-ip-targets", format!("Talos {version} refuses `arp-ip-targets`"), "it asks none", None, no_place);
        let validate = made.setting("arp-validate").map(|said| said.value.to_string());
        if validate.is_some_and(|word| word.starts_with("filter")) {
            let title = format!("Talos {version} refuses to filter by ARP");
            refuse("arp-validate", title, "it does not know this", None, no_place);
        }
        for (word, modes, least) in MODES {
            let is_looked_at = match made.setting(word).map(|said| &said.value) {
                Some(Setting::Number(number)) => *number >= least,
                _ => true,
            };
            let Some(mode) = mode.as_deref().filter(|mode| is_looked_at && !modes.contains(mode)) else { continue };
            refuse(
                word,
                format!("Talos {version} refuses `{word}` in this mode"),
                "it says nothing here",
                Some(("mode", format!("this is `{mode}`"))),
                "leave it out, or write another `mode`",
            );
        }
    }
    if let Some(mode) = mode.filter(|mode| mode != "802.3ad") {
        refuse(
            "lacp-rate",
            "a bond without LACP has a rate of LACP".to_owned(),
            "only `mode 802.3ad` asks a partner",
            Some(("mode", format!("this is `{mode}`"))),
            "leave it out, or write `mode 802.3ad`",
        );
    }
    for word in ["updelay", "downdelay"] {
        let (delay, interval) = (number(word), number("miimon"));
        if delay > 0 && interval == 0 {
            refuse(
                word,
                format!("a bond has `{word}` and looks at no carrier"),
                "nothing starts this delay",
                None,
                "say how often members are looked at as well: `miimon 100`",
            );
        } else if talos.is_some() && delay > 0 && delay % interval != 0 {
            refuse(
                word,
                format!("`{word}` is no multiple of `miimon`"),
                "Talos takes multiples only",
                Some(("miimon", "of this".to_owned())),
                "write a multiple",
            );
        }
    }
}
