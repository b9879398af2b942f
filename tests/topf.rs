//! What topf makes of the folder that hnet writes for it, and of the machines' own patches: the same, of every case and example.
#![expect(clippy::disallowed_methods, reason = "a test reads the project's own files")]

use std::collections::BTreeMap;
use std::fs;

use hnet::{Input, Options};
use hnet_compare::files::{Document, Documents};
use hnet_compare::{Facts, Kind, Value, compare, lay_over};
use hnet_diagnostics::Traced;
use hnet_emit::{Context, Outputs};
use hnet_model::{Network, Part, Pattern, Place};
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

/// The documents of a file with what each is known by.
fn documents(path: &str, text: &str) -> Configuration {
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
fn image(topf: &Value, node: &Value) -> Option<String> {
    let field = |key: &str| node.get(key).or_else(|| topf.get(key)).and_then(Value::as_str);
    let schematic = field("schematicId")?;
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
        if let Some(image) = image(&topf, node) {
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
                let differing = compare(kind, value, other, &Facts::default()).counts().differing;
                if differing > 0 {
                    found.push(format!("{} {name}: {value:?} became {other:?}", kind.kind));
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

/// The faults of one source.
fn faults(input: Input) -> Vec<String> {
    let compilation = hnet::compile(input, &Options::default());
    let Some(network) = compilation.network else { return Vec::new() };
    let mut asked = Network { output: hnet_model::Output::default(), ..network };
    for cluster in &mut asked.clusters {
        cluster.output = hnet_model::Output::default();
        cluster.output.places.insert(
            Part::Topf,
            Traced::written(Place::Folder(Pattern::plain("topf").expect("a folder")), cluster.span),
        );
        cluster.output.places.insert(
            Part::Machines,
            Traced::written(Place::Folder(Pattern::plain("patches").expect("a folder")), cluster.span),
        );
    }
    let mut found = Vec::new();
    // Each cluster says the same folders.
    for cluster in asked.clusters.clone() {
        let alone = Network { clusters: vec![cluster.clone()], ..asked.clone() };
        if cluster.talos().is_none() || cluster.nodes.is_empty() {
            continue;
        }
        let outputs = hnet_emit::emit(&alone, &compilation.sources);
        assert_eq!(
            Context { network: &alone, sources: &compilation.sources }.topf(&cluster).as_deref(),
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

#[test]
fn topf_makes_of_its_folder_what_the_machines_are_told() {
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
