//! Every field of the vocabulary does something: set, changed or left out in a network where it may stand, it changes
//! what is written, or it is said that it has no effect. A field that is dropped without a word fails here.
//!
//! The network is `fields.hnet`; what a field is set to follows from its type, or stands in [`VALUES`].

use std::collections::BTreeMap;
use std::fs;

use hnet::{Input, Options};
use hnet_check::VOCABULARY;
use hnet_diagnostics::{Diagnostics, FileId, Severity};
use hnet_language::{Field, Kind, Naming, Shape, Type};
use hnet_syntax::tree::{End, Statement};
use hnet_testing::root;

/// What a field is set to where the examples of its type do not fit the network: the keywords that lead to it, then the
/// text of the statement.
const VALUES: &[(&str, &str)] = &[
    ("router address", "address lan[1], iot[3];"),
    ("cluster firewall machines", "machines lan, iot;"),
    ("cluster dns-address", "dns-address 10.43.0.53;"),
    ("cluster dns-domain", "dns-domain cluster.home;"),
    ("cluster api-server audit-policy", "audit-policy \"\"\"\nrules: []\n\"\"\";"),
    ("cluster scheduler config", "config \"\"\"\nprofiles: []\n\"\"\";"),
    ("output file", "file apps/web.yaml < holds HTTPRoute/media/app; >"),
    ("cluster output file", "file apps/web.yaml < holds HTTPRoute/media/app; >"),
    ("manifest", "manifest \"\"\"\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: some\n\"\"\";"),
    ("node like", "like machine, racked;"),
    ("gitops source", "source Bucket/home;"),
    ("gitops substitute-from", "substitute-from Secret/values;"),
    ("node interface address", "address lan[15];"),
    ("node interface vlan virtual-ip", "virtual-ip iot[10];"),
    ("node bond vlan virtual-ip", "virtual-ip iot[10];"),
    ("node bridge vlan virtual-ip", "virtual-ip iot[10];"),
    ("node dummy vlan virtual-ip", "virtual-ip iot[10];"),
    ("node wireguard kernel-name", "kernel-name wg_home;"),
    ("cilium mtu", "mtu 1450;"),
    ("cilium values", "values \"\"\"\noperator:\n  replicas: 1\n\"\"\";"),
    ("service ports", "ports 443, 8443;"),
    ("pool namespaces", "namespaces gateway-system, media;"),
    ("route path", "path /app;"),
];

/// What a `static-pod` is set to.
const STATIC_POD: &str = "static-pod \"\"\"\napiVersion: v1\nkind: Pod\nmetadata:\n  name: some\n\"\"\";";

/// What a `patch` of objects is set to.
const PATCH: &str = "patch \"\"\"\nmetadata:\n  annotations:\n    example.com/note: some\n\"\"\";";

/// Fields that change no file of this network, and why that is right.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("output folder", "whoever writes the files reads it, and no file says it"),
    ("output file holds", "it says what the file holds, and `output file` is tried with it"),
    ("node uuid", "Omni alone reads it"),
    ("cluster output folder", "it is refused there: all clusters have one folder"),
    ("cluster output routers", "it is refused there: a router may speak with several clusters"),
    ("cluster output docs", "it is refused there: all clusters have one documentation"),
    ("cluster output file holds", "it says what the file holds, and `cluster output file` is tried with it"),
    ("cluster machine volume access-time", "it is refused there: Talos has a place for it from 1.14 on"),
    ("node machine volume access-time", "it is refused there: Talos has a place for it from 1.14 on"),
    ("node bond arp-interval", "it is refused there: its mode does not know it"),
    ("node bond packets-per-slave", "it is refused there: its mode does not know it"),
    ("node bond tlb-dynamic-lb", "it is refused there: its mode does not know it"),
    ("node bond missed-max", "it is refused there: its mode does not know it"),
    ("node bond primary", "it is refused there: Talos has a place for it up to 1.11"),
    ("observe", "it reads files of the repository, which are others' and which this network has none of"),
];

/// The codes that say of a field that it has no effect, and that what it says is only read by another distribution.
const WITHOUT_EFFECT: [&str; 8] = ["HN122", "HN456", "HN536", "HN554", "HN624", "HN450", "HN452", "HN453"];

/// What comes of a source.
struct Made {
    /// The files, where nothing stops the build.
    files: Option<BTreeMap<String, String>>,
    /// The findings that stop it.
    stops: Vec<String>,
    /// Whether one says that something has no effect.
    says_no_effect: bool,
    /// All that is said but notes.
    said: Vec<String>,
}

fn made(text: &str) -> Made {
    let made = hnet::compile(Input::one("network.hnet", text), &Options::default());
    let stops = made.diagnostics.iter().filter(|one| one.severity.stops());
    let said = made.diagnostics.iter().filter(|one| one.severity != Severity::Note);
    Made {
        said: said.map(|one| format!("{} {}", one.code.number, one.title)).collect(),
        stops: stops.map(|one| format!("{} {}", one.code.number, one.title)).collect(),
        says_no_effect: made
            .diagnostics
            .iter()
            .any(|one| one.severity != Severity::Note && WITHOUT_EFFECT.contains(&one.code.number)),
        files: made
            .outputs
            .map(|outputs| outputs.files.iter().map(|(path, file)| (path.clone(), file.text().to_owned())).collect()),
    }
}

/// The statements to which the keywords lead, each below the one before; those first that say something in a field.
fn find<'t>(statements: &'t [Statement], path: &[&str], field: &str) -> Vec<&'t Statement> {
    let mut found = Vec::new();
    all(statements, path, &mut found);
    found.sort_by_key(|one| !says(one, field));
    found
}

fn says(statement: &Statement, field: &str) -> bool {
    statement.statements().iter().any(|nested| nested.keyword.text == field)
}

fn all<'t>(statements: &'t [Statement], path: &[&str], into: &mut Vec<&'t Statement>) {
    let Some((first, rest)) = path.split_first() else { return };
    for statement in statements.iter().filter(|statement| statement.keyword.text == *first) {
        match rest {
            [] => into.push(statement),
            rest => all(statement.statements(), rest, into),
        }
    }
}

/// The values that a field of a type may be set to.
fn values(kind: Type, all: &[Statement]) -> Vec<String> {
    match kind {
        Type::OneOf(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Type::Plain { examples, .. } | Type::Address { examples, .. } | Type::Document { examples, .. } => {
            examples.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        }
        Type::Reference { keywords, .. } => {
            let named = all.iter().filter(|one| keywords.contains(&one.keyword.text.as_str()));
            named.filter_map(|one| Some(one.arguments.first()?.value.text.to_string())).collect()
        }
    }
}

/// The text with a statement in the body of another, or in place of what that says in this field.
fn with(text: &str, statement: &Statement, field: &Field, said: &str) -> String {
    let own = statement.statements().iter().find(|nested| nested.keyword.text == field.keyword);
    match (own, &statement.end) {
        (Some(own), _) => [&text[..own.span.range().start], said, &text[own.span.range().end..]].concat(),
        (None, End::Body(body)) => {
            let inside = body.open.range().end;
            [&text[..inside], " ", said, &text[inside..]].concat()
        }
        (None, End::Semicolon(end)) => {
            let end = end.range();
            [&text[..end.start], " < ", said, " >", &text[end.end..]].concat()
        }
        (None, End::Missing(_)) => unreachable!("the network is sound"),
    }
}

/// What stands in `fields.hnet` of who syncs it, and the same of another, which reads other fields.
const ARGO_CD: &str = "gitops argocd < repository https://github.com/me/home-ops.git; >";
const FLUX: &str = "gitops flux < repository https://github.com/me/home-ops.git; >";

fn text() -> String {
    fs::read_to_string(root().join("tests/fields.hnet")).expect("the network is there")
}

#[test]
fn every_field_has_an_effect_or_is_said_to_have_none() {
    let faults = faults(&text(), |_, _| true);
    assert!(faults.is_empty(), "{} fields\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn so_do_those_that_flux_reads() {
    let text = text();
    assert!(text.contains(ARGO_CD));
    let faults = faults(&text.replace(ARGO_CD, FLUX), |path, field| {
        path.contains(&"gitops") || matches!(field, "argocd" | "flux" | "infrastructure")
    });
    assert!(faults.is_empty(), "{} fields\n{}", faults.len(), faults.join("\n"));
}

/// The fields of a network that are dropped without a word, of those that are wanted by what leads to them.
fn faults(text: &str, is_wanted: impl Fn(&[&str], &str) -> bool) -> Vec<String> {
    let tree = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tree;
    let network = tree.statements.first().expect("the network is one statement");
    let base = made(text);
    assert!(base.files.is_some() && !base.says_no_effect, "the network itself is sound: {:?}", base.stops);
    let mut faults = Vec::new();
    let mut fields: Vec<(Vec<&str>, &'static Kind, &'static Field)> = Vec::new();
    for kind in VOCABULARY.kinds() {
        kind.walk(&mut |path, kind| fields.extend(kind.fields.iter().map(|field| (path.to_vec(), kind, field))));
    }
    assert!(fields.len() > 200, "the vocabulary is walked");
    for (path, kind, field) in fields {
        // What exists is referred to and never written.
        if path.contains(&"existing") || field.keyword == "existing" || kind.keyword == "profile" {
            continue;
        }
        if !is_wanted(&path, field.keyword) {
            continue;
        }
        let called = [&path[1..], &[field.keyword]].concat().join(" ");
        let statements = match &path[1..] {
            [] => vec![network],
            rest => find(network.statements(), rest, field.keyword),
        };
        let is_excepted = EXCEPTIONS.iter().any(|(name, _)| *name == called);
        if statements.is_empty() && !is_excepted {
            faults.push(format!("{called}: the network has no such statement"));
            continue;
        }
        let table = VALUES.iter().find(|(name, _)| *name == called).map(|(_, said)| *said);
        let table = table.or((field.keyword == "patch").then_some(PATCH));
        let table = table.or((field.keyword == "static-pod").then_some(STATIC_POD));
        let said: Vec<String> = match (table, field.shape) {
            (Some(said), _) => vec![said.to_owned()],
            (None, Shape::Flag) => ["on", "off"].map(|said| format!("{} {said};", field.keyword)).to_vec(),
            (None, Shape::One(kind) | Shape::List(kind)) => {
                values(kind, network.statements()).iter().map(|said| format!("{} {said};", field.keyword)).collect()
            }
            (None, Shape::Statement(_) | Shape::Statements(_)) => Vec::new(),
        };
        let mut seen = Vec::new();
        let works = statements.iter().take(4).any(|statement| {
            let left_out = says(statement, field.keyword).then(String::new);
            said.iter().chain(&left_out).any(|said| {
                let changed = made(&with(text, statement, field, said));
                let differs = changed.files.is_some() && changed.files != base.files;
                // What is left out and must be there is missed.
                let is_missed = said.is_empty() && !changed.stops.is_empty();
                seen.push(format!("`{said}`: {:?}", changed.stops));
                differs || is_missed || changed.says_no_effect
            })
        });
        match (works, is_excepted) {
            (false, false) => faults.push(format!("{called}: {}", seen.join(", "))),
            (true, true) => faults.push(format!("{called}: is no exception, since it has an effect")),
            _ => {}
        }
    }
    faults
}

/// Statements that change no file where they say as little as they may, and why that is right.
const IDLE: &[(&str, &str)] = &[
    ("shared", "it lets pass what is refused without it, and the network has one"),
    ("bgp advertise", "the addresses that pools give are told anyway, and the network says less"),
    ("certificate-issuer", "others refer to it, and nothing does to a new one"),
];

/// A statement that says as little as it may, with the values of its types at a place.
fn smallest(kind: &Kind, at: usize, all: &[Statement]) -> Option<String> {
    let value = |field: &Field| -> Option<String> {
        match field.shape {
            Shape::One(kind) | Shape::List(kind) => {
                let values = values(kind, all);
                values.get(at.min(values.len().checked_sub(1)?)).cloned()
            }
            Shape::Flag => Some("on".to_owned()),
            Shape::Statement(_) | Shape::Statements(_) => None,
        }
    };
    let mut text = kind.keyword.to_owned();
    if kind.naming == Naming::Named {
        text.push_str(" some-new");
    }
    for field in kind.positional.iter().filter(|field| field.required) {
        text = format!("{text} {}", value(field)?);
    }
    let mut body = String::new();
    for field in kind.fields.iter().filter(|field| field.required) {
        body.push_str(&match field.shape.kind() {
            Some(nested) => smallest(nested, at, all)?,
            None => format!(" {} {};", field.keyword, value(field)?),
        });
    }
    Some(if body.is_empty() { format!("{text};") } else { format!("{text} < {body} >") })
}

/// The text without the statements of a keyword in the body of another.
fn without(text: &str, statement: &Statement, keyword: &str) -> String {
    let mut text = text.to_owned();
    for nested in statement.statements().iter().rev().filter(|nested| nested.keyword.text == keyword) {
        text.replace_range(nested.span.range(), "");
    }
    text
}

#[test]
fn every_statement_does_something_or_it_is_said_that_it_does_not() {
    let text = fs::read_to_string(root().join("tests/fields.hnet")).expect("the network is there");
    let tree = hnet_syntax::parse(FileId::default(), &text, &mut Diagnostics::new()).tree;
    let network = tree.statements.first().expect("the network is one statement");
    let mut statements: Vec<(Vec<&str>, &'static Kind)> = Vec::new();
    for kind in VOCABULARY.kinds() {
        kind.walk(&mut |path, kind| statements.push((path.to_vec(), kind)));
    }
    let mut faults = Vec::new();
    for (path, kind) in statements.iter().filter(|(path, _)| path.len() > 1) {
        if path.contains(&"existing") || path.contains(&"profile") {
            continue;
        }
        let called = path[1..].join(" ");
        let parents = match &path[1..path.len() - 1] {
            [] => vec![network],
            rest => find(network.statements(), rest, kind.keyword),
        };
        let mut tried = Vec::new();
        for parent in parents.iter().take(2) {
            let mut lacking = without(&text, parent, kind.keyword);
            let mut base = made(&lacking);
            if base.files.is_none() {
                // Others need one of these.
                lacking.clone_from(&text);
                base = made(&lacking);
            }
            // What is before the place stays where it is.
            let inside = match &parent.end {
                End::Body(body) => body.open.range().end,
                _ => continue,
            };
            for at in 0..3 {
                let Some(said) = smallest(kind, at, network.statements()) else { continue };
                if tried.iter().any(|(other, _)| *other == said) {
                    continue;
                }
                let changed = made(&[&lacking[..inside], " ", &said, &lacking[inside..]].concat());
                let is_idle = changed.files == base.files && changed.said == base.said;
                tried.push((said, is_idle));
            }
        }
        let idle: Vec<&String> = tried.iter().filter(|(_, is_idle)| *is_idle).map(|(said, _)| said).collect();
        let is_excepted = IDLE.iter().any(|(name, _)| *name == called);
        match (tried.is_empty(), idle.is_empty(), is_excepted) {
            (true, ..) => faults.push(format!("{called}: not tried")),
            (_, false, false) => faults.push(format!("{called}: {idle:?}")),
            (_, true, true) => faults.push(format!("{called}: is no exception, since it does something")),
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{} statements\n{}", faults.len(), faults.join("\n"));
}

/// What each part of an image is set to.
const OF_IMAGE: &[&str] = &[
    "factory factory.example.com;",
    "platform nocloud;",
    "arch arm64;",
    "secure-boot;",
    "uki;",
    "boot pxe;",
    "extensions siderolabs/iscsi-tools;",
    "kernel-arguments net.ifnames=0;",
    "overlay rpi_generic image siderolabs/sbc-raspberrypi;",
    "meta \"12=one\";",
];

/// Each output alone says each part of an image, or it is said that nothing does.
#[test]
fn every_part_of_an_image_is_written_or_it_is_said_that_it_is_not() {
    let mut image: Option<&'static Kind> = None;
    for kind in VOCABULARY.kinds() {
        kind.walk(&mut |path, kind| {
            if path.last() == Some(&"image") && path.contains(&"cluster") {
                image.get_or_insert(kind);
            }
        });
    }
    let all: Vec<&str> = image.expect("clusters have images").fields.iter().map(|field| field.keyword).collect();
    let word = |said: &str| said.trim_end_matches(';').split(' ').next().unwrap_or_default().to_owned();
    let missing: Vec<_> = all.iter().filter(|own| !OF_IMAGE.iter().any(|said| word(said) == **own)).collect();
    assert!(missing.is_empty(), "each part is tried: {missing:?}");
    let outputs = [
        ("topf talos; talconfig off; machines off;", false),
        ("omni talos; talconfig off; machines off;", true),
        ("tofu talos; talconfig off; machines off;", false),
        ("talconfig off;", false),
        ("machines off;", false),
    ];
    let mut faults = Vec::new();
    for (output, is_omni) in outputs {
        let network = |version: &str, image: &str| {
            format!(
                "network home <\n  subnet lan 192.168.10.0/24;\n  cluster home < talos {version}; endpoint lan[11]; {image} >\n  \
                 node cp-1 < uuid 27c16241-96bf-4f17-9579-ea3a6c4a3ca8; disk /dev/sda; interface lan0 < mac 02:00:5e:00:00:11; \
                 address lan[11]; > >\n  output < {output} docs off; bootstrap off; >\n>\n"
            )
        };
        let bare = |version: &str| made(&network(version, ""));
        let of = |version: &str, said: &str| made(&network(version, &format!("image < {said} >")));
        let told = |made: &Made| made.said.iter().any(|said| said.starts_with("HN456"));
        for said in OF_IMAGE {
            let (one, base) = (of("1.13", said), bare("1.13"));
            assert!(one.files.is_some(), "{said} {:?}", one.stops);
            if (one.files == base.files) != told(&one) {
                faults.push(format!("{output} {said}: {:?}", one.said));
            }
        }
        // An installer that is written.
        let (one, base) = (made(&network("1.13", "image example.com/installer;")), bare("1.13"));
        if (one.files == base.files) != told(&one) || told(&one) != is_omni {
            faults.push(format!("{output} an installer: {:?}", one.said));
        }
        // What is in the image alone, the machine of an older version is told as well.
        let (uki, plain) = (of("1.11", "uki; kernel-arguments a=b;"), of("1.11", "kernel-arguments a=b;"));
        if (uki.files == plain.files) != told(&uki) {
            faults.push(format!("{output} uki: {:?}", uki.said));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
