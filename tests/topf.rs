//! What topf and Omni make of what hnet writes for them, and of the machines' own patches: the same, of every case and example.
//! It is long, since what lays the files of all forms is the same.

use std::collections::BTreeMap;
use std::fs;

use hnet::{Input, Options};
use hnet_compare::files::{Document, Documents, schematic_of};
use hnet_compare::{Facts, Kind, Value, compare, lay_over};
use hnet_diagnostics::Traced;
use hnet_emit::{Context, Outputs};
use hnet_manifests::talos::topf_templates::{actions, meaning};
use hnet_model::{Cluster, Network, Part, Pattern, Place};
use hnet_testing::{files, projects, root, run_all};

/// What topf writes for all machines first, so that a patch that takes something away has something to take.
const GENERATED: &str = "
machine:
  type: worker
  install: {wipe: false}
  kubelet: {disableManifestsDirectory: true}
  nodeLabels: {node.kubernetes.io/exclude-from-external-load-balancers: ''}
cluster:
  apiServer: {certSANs: [generated], admissionControl: [{name: PodSecurity}]}
  discovery: {enabled: true}
---
apiVersion: v1alpha1
kind: KubeFlannelCNIConfig
---
apiVersion: v1alpha1
kind: DiscoveryServiceConfig
name: default
endpoint: https://discovery.talos.dev/
";

type Configuration = Vec<(Kind, String, Value)>;

/// The documents of a file with what each is known by; a template's with placeholders for what topf fills in.
fn documents(path: &str, text: &str) -> Configuration {
    if let Some(path) = path.strip_suffix(".tpl") {
        let (mut filled, mut at) = (String::new(), 0);
        for (range, action) in actions(text).expect("each action is closed") {
            filled.push_str(&text[at..range.start]);
            let meant = meaning(action, &|name| format!("${{{name}}}"), &str::to_owned);
            filled.push_str(&meant.unwrap_or_else(|| panic!("{path}: {action}")));
            at = range.end;
        }
        return documents(path, &(filled + &text[at..]));
    }
    let read = Documents::read([(path, text)]);
    assert!(read.unread.is_empty(), "{path}: {:?}", read.unread);
    let known = |Document { kind, value, .. }: Document| {
        let name = value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = if value.get("kind").is_some() { kind } else { Kind::machine() };
        (kind, name, value)
    };
    read.all.into_iter().map(known).collect()
}

/// Lays documents over a configuration, one after the other.
fn lay(configuration: &mut Configuration, patches: Configuration) {
    for (kind, name, patch) in patches {
        let known = configuration.iter().position(|(of, called, _)| (of, called) == (&kind, &name));
        let laid = lay_over(&kind, known.map_or(&Value::Map(Vec::new()), |at| &configuration[at].2), &patch);
        match (known, laid) {
            (Some(at), Some(laid)) => configuration[at].2 = laid,
            (Some(at), None) => _ = configuration.remove(at),
            (None, Some(laid)) => configuration.push((kind, name, laid)),
            (None, None) => {}
        }
    }
}

/// The installer's image of a machine, where `topf.yaml` says what is in it.
fn image(topf: &Value, node: &Value, file: &dyn Fn(&str) -> Value) -> Option<String> {
    let field = |key: &str| node.get(key).or_else(|| topf.get(key)).and_then(Value::as_str);
    let schematic = match field("schematicId")? {
        id if id.starts_with('@') => schematic_of(&file(&id[1..])).and_then(|own| own.id()).expect("it is known"),
        id => id.to_owned(),
    };
    let is_secure = node.get("secureboot").or_else(|| topf.get("secureboot")) == Some(&Value::Bool(true));
    let factory = field("factory").unwrap_or("factory.talos.dev");
    let platform = field("platform").unwrap_or("metal");
    let secure = if is_secure { "-secureboot" } else { "" };
    Some(format!("{factory}/{platform}-installer{secure}/{schematic}:v{}", said(topf, "talosVersion")))
}

/// A field as a text, however it is written.
fn said(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::Text(text) | Value::Number(text)) => text.clone(),
        other => panic!("`{key}` is {other:?}"),
    }
}

/// What topf makes of a folder, by machine.
fn of_topf(outputs: &Outputs, folder: &str) -> BTreeMap<String, Configuration> {
    let text = |path: &str| outputs.files[path].text();
    let path = format!("{folder}/topf.yaml");
    let (_, _, topf) = documents(&path, text(&path)).remove(0);
    let Some(Value::List(nodes)) = topf.get("nodes") else { panic!("{path} has no nodes") };
    let has_documents = said(&topf, "talosVersion").split('.').nth(1).is_some_and(|minor| minor >= "14");
    let mut all = BTreeMap::new();
    for node in nodes {
        let (host, role) = (said(node, "host"), said(node, "role"));
        let mut configuration = documents("generated.yaml", GENERATED);
        if let Some(image) = image(&topf, node, &|name| documents(name, text(&format!("{folder}/{name}"))).remove(0).2)
        {
            let patch = match has_documents {
                true => {
                    format!("apiVersion: v1alpha1\nkind: UnattendedInstallConfig\ninstaller: {{image: '{image}'}}\n")
                }
                false => format!("machine: {{install: {{image: '{image}'}}}}\n"),
            };
            lay(&mut configuration, documents("image.yaml", &patch));
        }
        for below in [format!("{folder}/all/"), format!("{folder}/{role}/"), format!("{folder}/node/{host}/")] {
            let paths = outputs.files.keys().filter(|path| path.starts_with(&below));
            paths.for_each(|path| lay(&mut configuration, documents(path, text(path))));
        }
        all.insert(host, configuration);
    }
    all
}

/// What differs between two configurations.
fn differing(of_machine: &Configuration, of_topf: &Configuration) -> Vec<String> {
    let mut found = Vec::new();
    for (kind, name, value) in of_machine {
        match of_topf.iter().find(|(of, called, _)| (of, called) == (kind, name)) {
            None => found.push(format!("{} {name} is missing", kind.kind)),
            Some((_, _, other)) => {
                let compared = compare(kind, value, other, &Facts::default());
                let fields: Vec<String> = compared.differing().map(|field| format!("{field:?}")).collect();
                if !fields.is_empty() {
                    found.push(format!("{} {name}: {}", kind.kind, fields.join("; ")));
                }
            }
        }
    }
    let is_more = |(kind, name, _): &&(Kind, String, Value)| {
        of_machine.iter().all(|(of, called, _)| (of, called) != (kind, name))
    };
    found.extend(of_topf.iter().filter(is_more).map(|(kind, name, _)| format!("{} {name} is more", kind.kind)));
    found
}

/// What is built of a network for topf, and the machines' own patches, both in folders of these names.
fn asked(network: &Network) -> Network {
    let mut asked = Network { output: hnet_model::Output::default(), ..network.clone() };
    for cluster in &mut asked.clusters {
        cluster.output = hnet_model::Output::default();
        for (part, folder) in [(Part::Topf, "topf"), (Part::Machines, "patches"), (Part::Omni, "omni")] {
            let place = Place::Folder(Pattern::plain(folder).expect("a folder"));
            cluster.output.places.insert(part, Traced::written(place, cluster.span));
        }
    }
    asked
}

/// Each cluster alone, since each says the same folders.
fn alone(network: &Network) -> impl Iterator<Item = Network> + '_ {
    let has_machines = |cluster: &&Cluster| cluster.talos().is_some() && !cluster.nodes.is_empty();
    let clusters = network.clusters.iter().filter(has_machines);
    clusters.map(|cluster| Network { clusters: vec![cluster.clone()], ..network.clone() })
}

/// The faults of one source.
fn faults(input: Input) -> Vec<String> {
    let compilation = hnet::compile(input, &Options::default());
    let Some(network) = compilation.network else { return Vec::new() };
    let mut found = Vec::new();
    for alone in alone(&asked(&network)) {
        let cluster = &alone.clusters[0];
        let outputs = hnet_emit::emit(&alone, &compilation.sources);
        assert_eq!(
            Context { network: &alone, sources: &compilation.sources }.topf(cluster).as_deref(),
            Some("topf/topf.yaml")
        );
        let made = of_topf(&outputs, "topf");
        for node in &cluster.nodes {
            let path = format!("patches/{}.yaml", node.name.value);
            let mut machine = documents("generated.yaml", GENERATED);
            lay(&mut machine, documents(&path, outputs.files[&path].text()));
            let of_topf = &made[&node.name.value.to_string()];
            found.extend(differing(&machine, of_topf).into_iter().map(|fault| format!("{path}: {fault}")));
        }
    }
    found
}

/// What Talos takes in no form that hnet writes, which an import lists.
const LISTED: [&str; 1] = ["`stableHostname`"];

/// What Omni makes of its template, by machine.
fn of_omni(outputs: &Outputs) -> BTreeMap<String, Configuration> {
    let path = "omni/cluster-template.yaml";
    let all: Vec<Value> = documents(path, outputs.files[path].text()).into_iter().map(|(_, _, value)| value).collect();
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let of_kind = |kind: &'static str| all.iter().filter(move |value| text(value, "kind") == kind);
    let items = |value: &Value, key: &str| value.get(key).map_or(&[][..], Value::items).to_vec();
    let mut made = BTreeMap::new();
    for group in of_kind("ControlPlane").chain(of_kind("Workers")) {
        for id in items(group, "machines") {
            let machine = of_kind("Machine").find(|machine| machine.get("name") == Some(&id)).expect("each is listed");
            let mut configuration = documents("generated.yaml", GENERATED);
            for patch in of_kind("Cluster").chain([group, machine]).flat_map(|whole| items(whole, "patches")) {
                let value = patch.get("inline").expect("each is here").clone();
                let kind = match text(&value, "kind") {
                    kind if kind.is_empty() => Kind::machine(),
                    kind => Kind::new("talos", &kind),
                };
                lay(&mut configuration, vec![(kind, text(&value, "name"), value)]);
            }
            made.insert(id.as_str().expect("it is a text").to_owned(), configuration);
        }
    }
    made
}

/// What of a machine Omni decides: how Talos is installed.
fn without_installation(configuration: &mut Configuration) {
    configuration.retain(|(kind, ..)| kind.kind != "UnattendedInstallConfig");
    let install = ["disk", "image", "extraKernelArgs"].map(|key| format!("{key}: {{$patch: delete}}")).join(", ");
    lay(configuration, documents("install.yaml", &format!("machine: {{install: {{{install}}}}}")));
}

/// What Omni makes of machines that is not what they are told.
fn faults_of_omni(input: Input) -> Vec<String> {
    let compilation = hnet::compile(input, &Options::default());
    let Some(network) = compilation.network else { return Vec::new() };
    let mut found = Vec::new();
    for mut alone in alone(&asked(&network)) {
        for (at, node) in alone.clusters[0].nodes.iter_mut().enumerate() {
            node.uuid = Some(Traced::written(format!("00000000-0000-0000-0000-{at:012}"), node.span));
        }
        let outputs = hnet_emit::emit(&alone, &compilation.sources);
        let made = of_omni(&outputs);
        for node in &alone.clusters[0].nodes {
            let path = format!("patches/{}.yaml", node.name.value);
            let mut machine = documents("generated.yaml", GENERATED);
            lay(&mut machine, documents(&path, outputs.files[&path].text()));
            let mut of_omni = made[&node.uuid.as_ref().expect("it was given one").value].clone();
            [&mut machine, &mut of_omni].into_iter().for_each(without_installation);
            found.extend(differing(&machine, &of_omni).into_iter().map(|fault| format!("{path}: {fault}")));
        }
    }
    found
}

#[test]
fn omni_makes_of_its_template_what_the_machines_are_told() {
    of_all(&faults_of_omni);
}

/// What the folders of one source become that are built, imported and built again.
fn faults_of_import(input: Input) -> Vec<String> {
    let compilation = hnet::compile(input, &Options::default());
    let Some(network) = compilation.network else { return Vec::new() };
    let mut found = Vec::new();
    for alone in alone(&asked(&network)) {
        let outputs = hnet_emit::emit(&alone, &compilation.sources);
        let of_topf = |(path, file): (&String, &hnet_emit::OutputFile)| {
            path.starts_with("topf/").then(|| (path.clone(), file.text().to_owned()))
        };
        let files: Vec<(String, String)> = outputs.files.iter().filter_map(of_topf).collect();
        let imported = hnet_import::import(files);
        let again = hnet::compile(Input::one("network.hnet", imported.text.clone()), &Options::default());
        let stops = again.diagnostics.iter().filter(|one| one.severity.stops());
        found.extend(stops.map(|one| format!("{}: {}\n{}", one.code.number, one.title, imported.text)));
        let (unread, listed): (Vec<_>, Vec<_>) =
            imported.report.unread.iter().partition(|one| !LISTED.iter().any(|known| one.why.contains(known)));
        found.extend(unread.iter().map(|one| format!("not read: {}", one.why)));
        // What an import lists a build does not say.
        if !listed.is_empty() {
            continue;
        }
        let Some(network) = again.network else { continue };
        let again = hnet_emit::emit(&asked(&network), &again.sources);
        let is_so = |(was, is): (&[Option<Value>; 3], &[Option<Value>; 3])| {
            // Words say where a machine is reached whose patches alone said it.
            was[..2] == is[..2] && (was[2].is_none() || was[2] == is[2])
        };
        let (was, is) = (nodes(&outputs), nodes(&again));
        if was.len() != is.len() || !was.iter().zip(&is).all(is_so) {
            found.push(format!("{was:?} became {is:?}"));
        }
        let (mut before, mut after) = (self::of_topf(&outputs, "topf"), self::of_topf(&again, "topf"));
        in_one_form(&mut before, &mut after);
        for (name, machine) in &before {
            match after.get(name) {
                None => found.push(format!("{name} is missing\n{}", imported.text)),
                Some(again) => {
                    found.extend(differing(machine, again).into_iter().map(|fault| format!("{name}: {fault}")));
                }
            }
        }
    }
    found
}

/// The machines that `topf.yaml` lists, each with its role and where it is reached.
fn nodes(outputs: &Outputs) -> Vec<[Option<Value>; 3]> {
    let (_, _, topf) = documents("topf.yaml", outputs.files["topf/topf.yaml"].text()).remove(0);
    let field = |node: &Value| ["host", "role", "ip"].map(|key| node.get(key).cloned());
    topf.get("nodes").map_or(&[][..], Value::items).iter().map(field).collect()
}

/// Puts those machines of two sides into one form that are the same in it.
fn in_one_form(before: &mut BTreeMap<String, Configuration>, after: &mut BTreeMap<String, Configuration>) {
    let together = |all: &mut BTreeMap<String, Configuration>| {
        let document = |host: &str, (kind, name, value): (Kind, String, Value)| {
            let name = if name.is_empty() { host.to_owned() } else { format!("{host}/{name}") };
            Document { file: host.to_owned(), line: 1, kind, namespace: String::new(), name, value }
        };
        let of_host = |(host, own): (String, Configuration)| {
            own.into_iter().map(move |it| document(&host, it)).collect::<Vec<_>>()
        };
        Documents { all: std::mem::take(all).into_iter().flat_map(of_host).collect(), ..Documents::default() }
    };
    let (mut some, mut others) = (together(before), together(after));
    hnet_compare::files::in_one_form(&mut some, &mut others);
    for (documents, all) in [(some, before), (others, after)] {
        for Document { kind, name, value, .. } in documents.all {
            let (host, own) = name.split_once('/').unwrap_or((&name, ""));
            all.entry(host.to_owned()).or_default().push((kind, own.to_owned(), value));
        }
    }
}

/// The faults of all cases and examples.
fn of_all(faults: &dyn Fn(Input) -> Vec<String>) {
    let mut pages = files(&root().join("tests/cases"), ".md");
    pages.extend(files(&root().join("examples"), "/network.hnet"));
    run_all(&pages, |path| {
        let text = fs::read_to_string(path).expect("the page was listed just now");
        let all = match path.extension().is_some_and(|extension| extension == "md") {
            true => projects(&text),
            false => vec![(1, Input::one("network.hnet", text))],
        };
        let of_one = |(line, input)| {
            let place = format!("{}:{line}", path.display());
            faults(input).into_iter().map(move |fault| format!("{place}: {fault}"))
        };
        all.into_iter().flat_map(of_one).collect()
    });
}

#[test]
fn topf_makes_of_its_folder_what_the_machines_are_told() {
    of_all(&faults);
}

#[test]
fn an_imported_folder_builds_the_same_machines() {
    of_all(&faults_of_import);
}

/// The version of Talos, the patches of the cluster and of its machine, and what the machine is told then: a kind, a path and
/// its value.
type SaidAgain = (&'static str, &'static [&'static str], &'static [&'static str], &'static [Told]);
type Told = (&'static str, &'static str, &'static str);

/// Sources in which patches take something away and say it again.
const SAID_AGAIN: &[SaidAgain] = &[
    (
        "1.13.2",
        &["machine: {nodeLabels: {$patch: delete}, sysctls: {$patch: delete}}", "machine: {sysctls: {a.b: '1'}}"],
        &["machine: {nodeLabels: {c.d/e: '2'}}"],
        &[("", "machine nodeLabels", "{c.d/e: '2'}"), ("", "machine sysctls", "{a.b: '1'}")],
    ),
    (
        "1.13.2",
        &[
            "cluster: {apiServer: {admissionControl: {$patch: delete}}}",
            "cluster: {apiServer: {admissionControl: [{name: PodSecurity, configuration: {a: b}}]}}",
        ],
        &[],
        &[("", "cluster apiServer admissionControl", "[{name: PodSecurity, configuration: {a: b}}]")],
    ),
    // What is said and taken away is not there, and what is taken away twice goes once.
    (
        "1.13.2",
        &["machine: {nodeLabels: {$patch: delete}}", "machine: {nodeLabels: {a: b, c: d}}"],
        &[
            "machine: {nodeLabels: {a: {$patch: delete}}}",
            "machine: {sysctls: {a.b: '1'}}",
            "machine: {nodeLabels: {e: f}}",
        ],
        &[("", "machine nodeLabels", "{c: d, e: f}")],
    ),
    (
        "1.13.2",
        &["machine: {nodeLabels: {$patch: delete}}", "machine: {nodeLabels: {a: b}}"],
        &["machine: {nodeLabels: {$patch: delete}}"],
        &[("", "machine nodeLabels", "null")],
    ),
    (
        "1.13.2",
        &["apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: data\n$patch: delete"],
        &[
            "apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: data\nprovisioning: {diskSelector: {match: '!system_disk'}, minSize: 1GiB}",
        ],
        &[("UserVolumeConfig", "provisioning minSize", "1GiB")],
    ),
    (
        "1.13.2",
        &[
            "apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: docker.io\nendpoints: [{url: 'https://a'}]",
            "apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: docker.io\nendpoints: {$patch: delete}",
        ],
        &["apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: docker.io\nendpoints: [{url: 'https://b'}]"],
        &[("RegistryMirrorConfig", "endpoints", "[{url: 'https://b'}]")],
    ),
    (
        "1.14.0",
        &["apiVersion: v1alpha1\nkind: KubeNodeConfig\nlabels: {$patch: delete}"],
        &["apiVersion: v1alpha1\nkind: KubeNodeConfig\nlabels: {c.d/e: '2'}"],
        &[("KubeNodeConfig", "labels", "{c.d/e: '2'}")],
    ),
    (
        "1.14.0",
        &["apiVersion: v1alpha1\nkind: KubeFlannelCNIConfig\n$patch: delete"],
        &["apiVersion: v1alpha1\nkind: KubeFlannelCNIConfig\nbackendMTU: 1400"],
        &[("KubeFlannelCNIConfig", "backendMTU", "1400"), ("KubeFlannelCNIConfig", "backendType", "null")],
    ),
];

/// What each document begins with, where patches take something away that Talos generates.
const BEFORE: &str = "
apiVersion: v1alpha1
kind: KubeNodeConfig
labels: {node.kubernetes.io/exclude-from-external-load-balancers: ''}
---
apiVersion: v1alpha1
kind: KubeFlannelCNIConfig
backendType: vxlan
---
machine: {nodeLabels: {node.kubernetes.io/exclude-from-external-load-balancers: ''}}
cluster: {apiServer: {admissionControl: [{name: PodSecurity, configuration: {c: d}}]}}
";

/// What says one document twice in a file Talos refuses, but after one that only takes away: then nothing is left of it.
fn said_twice(configuration: &Configuration) -> Vec<String> {
    let only_goes = |value: &Value| {
        fn all_goes(value: &Value) -> bool {
            value.get("$patch").is_some()
                || (!value.entries().is_empty() && value.entries().iter().all(|(_, it)| all_goes(it)))
        }
        value.get("$patch").is_some() || (value.get("kind").is_none() && all_goes(value))
    };
    let known =
        |(kind, name, value): &(Kind, String, Value)| (!only_goes(value)).then(|| format!("{} {name}", kind.kind));
    let mut all: Vec<String> = configuration.iter().filter_map(known).collect();
    all.sort();
    all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect()
}

/// Mappings in which something stands beside what takes them away.
fn beside(value: &Value, is_document: bool) -> usize {
    let own = value.get("$patch").is_some() && !is_document && value.entries().len() > 1;
    let inner = value.entries().iter().map(|(_, it)| it).chain(value.items());
    usize::from(own) + inner.map(|it| beside(it, false)).sum::<usize>()
}

#[test]
fn what_is_taken_away_and_said_again_is_said_in_every_form() {
    let mut found = Vec::new();
    for (talos, of_cluster, of_node, told) in SAID_AGAIN {
        let patches = |all: &[&str]| -> String {
            let patch = |text: &&str| format!("patch \"\"\"\n      {}\n    \"\"\";", text.replace('\n', "\n      "));
            all.iter().map(patch).collect::<Vec<_>>().join("\n    ")
        };
        let source = format!(
            "network home <\n  subnet lan 192.168.10.0/24 < router edge; >\n  router edge < address lan[1]; >\n  \
             cluster home <\n    talos {talos};\n    {}\n  >\n  node cp-1 <\n    address lan[11]; mac 02:00:5e:00:00:11; disk /dev/sda;\n    \
             uuid 6ff42ae2-765d-4adf-8112-31c55c1551e1;\n    {}\n  >\n>\n",
            patches(of_cluster),
            patches(of_node)
        );
        let compilation = hnet::compile(Input::one("network.hnet", source.clone()), &Options::default());
        let Some(network) = compilation.network else { panic!("{source}: {:?}", compilation.diagnostics) };
        let mut network = asked(&network);
        let place = Place::Folder(Pattern::plain("talhelper").expect("a folder"));
        let span = network.clusters[0].span;
        network.clusters[0].output.places.insert(Part::Talconfig, Traced::written(place, span));
        let outputs = hnet_emit::emit(&network, &compilation.sources);
        let files = outputs.files.iter().filter(|(path, _)| path.starts_with("topf/") || path.starts_with("patches/"));
        let files: Vec<(&String, Configuration)> =
            files.map(|(path, file)| (path, documents(path, file.text()))).collect();
        for (path, all) in &files {
            found.extend(said_twice(all).into_iter().map(|what| format!("{path} says {what} twice")));
            let is_beside = all.iter().any(|(.., value)| beside(value, true) > 0);
            found.extend(is_beside.then(|| format!("{path}: something stands beside what goes by\n{source}")));
        }
        let before = || documents("before.yaml", BEFORE);
        let mut of_machine = before();
        lay(&mut of_machine, documents("cp-1.yaml", outputs.files["patches/cp-1.yaml"].text()));
        let mut of_topf = before();
        for below in ["topf/all/", "topf/control-plane/", "topf/node/cp-1/"] {
            let of_folder = files.iter().filter(|(path, _)| path.starts_with(below));
            of_folder.for_each(|(_, patches)| lay(&mut of_topf, patches.clone()));
        }
        let as_document = |value: Value| {
            let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let kind = if text("kind").is_empty() { Kind::machine() } else { Kind::new("talos", &text("kind")) };
            (kind, text("name"), value)
        };
        let mut of_omni = before();
        for (.., whole) in documents("template.yaml", outputs.files["omni/cluster-template.yaml"].text()) {
            let patches = whole.get("patches").map_or(&[][..], Value::items);
            let inline = patches.iter().filter_map(|patch| patch.get("inline").cloned());
            inline.for_each(|patch| lay(&mut of_omni, vec![as_document(patch)]));
        }
        let path = outputs.files.keys().find(|path| path.starts_with("talhelper/")).expect("it is asked for");
        let (.., talconfig) = documents(path, outputs.files[path].text()).remove(0);
        let node = talconfig.get("nodes").expect("it has machines").items()[0].clone();
        let group = talconfig.get("controlPlane").cloned().unwrap_or_default();
        let mut of_talconfig = before();
        // A group's patches come first where a machine has some, and all others' last.
        for patches in [&group, &node, &talconfig].map(|level| level.get("patches").cloned().unwrap_or_default()) {
            for patch in patches.items() {
                let text = patch.as_str().expect("it is a text").replace("$$", "$");
                lay(&mut of_talconfig, documents("patch.yaml", &text));
            }
        }
        for (form, made) in [("machine", of_machine), ("topf", of_topf), ("omni", of_omni), ("talconfig", of_talconfig)]
        {
            for (kind, path, expected) in *told {
                let path: Vec<&str> = path.split(' ').collect();
                let is_meant = |(own, ..): &&(Kind, String, Value)| match *kind {
                    "" => *own == Kind::machine(),
                    kind => own.kind == kind,
                };
                let is =
                    made.iter().find(is_meant).and_then(|(.., value)| value.at(&path).cloned()).unwrap_or_default();
                let (.., expected) = documents("expected.yaml", &format!("is: {expected}")).remove(0);
                if Some(&is) != expected.get("is") {
                    found.push(format!("{form} is told {is:?} instead of {expected:?} at {path:?} by\n{source}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
