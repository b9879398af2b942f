//! Where what was imported stands: the `output` by which a build writes each file where it is.
//!
//! A file is hnet's only as a whole, so one that holds anything which is not written again stays its owner's, and nothing
//! is written for it. Start at [`output`].

use std::collections::{BTreeMap, BTreeSet};

use hnet::{Input, Options};
use hnet_compare::Facts;
use hnet_compare::files::{Difference, Fate, Meaning, What, in_one_form};
use hnet_diagnostics::{FileId, Sources, Span};
use hnet_model::placeholders::uses;
use hnet_model::{ObjectName, Pattern};
use hnet_repository::Change;
use hnet_syntax::tree::{End, Statement, Tree, Value};
use indexmap::{IndexMap, IndexSet};

use crate::objects::{self, Key, Object};
use crate::say;
use crate::settle::NAME;
use crate::talos::Form;

/// Where what was imported of a cluster stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stands {
    /// What the cluster is called in the source.
    pub(crate) name: String,
    /// The path of the talconfig.
    pub(crate) talconfig: Option<String>,
    /// The paths of what stands for the machines in another form, in whose place a build writes other files than people do.
    pub(crate) others: Vec<(Form, String)>,
    /// The values of Cilium's chart.
    pub(crate) values: Option<Span>,
    /// The paths of objects.
    pub(crate) objects: IndexMap<Key, String>,
}

/// What becomes of a file of which something was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stays {
    /// It is built where it is.
    Built(Meaning),
    /// It stays its owner's, since what would be built says something else.
    Differing(Meaning),
    /// It stays its owner's, for this reason.
    Holding(String),
}

/// Why nothing can be built in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotInPlace {
    /// The source does not build.
    DoesNotBuild,
}

/// Parts of the output whose objects hnet writes into one file of their own, by that file.
const PARTS: [(&str, &str); 11] = [
    ("gateways.yaml", "gateways"),
    ("envoy.yaml", "envoy"),
    ("routes.yaml", "routes"),
    ("issuers.yaml", "issuers"),
    ("certificates.yaml", "certificates"),
    ("backend-tls-policies.yaml", "backend-tls-policies"),
    ("ip-pool.yaml", "pools"),
    ("l2-policy.yaml", "l2-policies"),
    ("network-policies.yaml", "policies"),
    ("bgp.yaml", "bgp"),
    ("dns-endpoints.yaml", "records"),
];

/// The tree with the `output` that puts each file where it is, and what becomes of each. One that would say something
/// else stays as it is: a source that was just imported changes nothing.
///
/// # Errors
/// Where nothing can be built in place.
pub(crate) fn output(
    tree: &Tree,
    sources: &Sources,
    clusters: &[Stands],
) -> Result<(Tree, Vec<(String, Stays)>), NotInPlace> {
    let build = |tree: &Tree| {
        let compiled = hnet::compile(Input::one(NAME, hnet_syntax::print(tree)), &Options::default());
        let files = compiled.outputs.ok_or(NotInPlace::DoesNotBuild)?.files.into_iter();
        Ok(files.map(|(path, file)| (path, file.text().to_owned())).collect::<BTreeMap<String, String>>())
    };
    let built = build(tree)?;
    let written: Vec<IndexMap<Key, Object>> = clusters
        .iter()
        .map(|stands| {
            // Several clusters have a folder each.
            let is_its = |path: &str| match clusters {
                [_] => true,
                _ => path.strip_prefix(&stands.name).is_some_and(|rest| rest.starts_with('/')),
            };
            let of_it = built.iter().map(|(path, text)| (path.as_str(), text.as_str()));
            objects::written(of_it.filter(|(path, _)| is_its(path)))
        })
        .collect();
    let mut files = BTreeMap::new();
    of_several(sources, clusters, &written, &mut files);
    for (form, path) in clusters.iter().flat_map(|stands| stands.others.clone()) {
        files.insert(path, Stays::Holding(form.stays().to_owned()));
    }
    let placed: Vec<Placed<'_>> = clusters
        .iter()
        .zip(&written)
        .map(|(stands, written)| {
            let objects = whole(sources, stands, written, &mut files);
            Placed { sources, stands, written, objects }
        })
        .collect();
    let all = with_output(tree, &placed, &files);
    let built = build(&all)?;
    for (path, text) in &built {
        let Some(before) = sources.find(path) else { continue };
        let before = sources.get(before).text();
        let is_talconfig = clusters.iter().any(|stands| stands.talconfig.as_ref() == Some(path));
        // What its machines get is compared below, with the files that it names.
        let meaning = if is_talconfig { Meaning::got(before, 0) } else { Meaning::of(path, before, text) };
        // What talhelper fills in would be a value, and its file be read for nothing.
        let names = |text: &str| -> BTreeSet<String> { uses(text).map(|(_, name)| name.to_owned()).collect() };
        if is_talconfig && !names(&before.replace("$$", "")).is_subset(&names(text)) {
            let why = "it has variables that talhelper fills in, and hnet writes their values".to_owned();
            files.insert(path.clone(), Stays::Holding(why));
            continue;
        }
        let stays = match meaning {
            Meaning::Same { .. } => Stays::Built(meaning),
            Meaning::Differs(_) => Stays::Differing(meaning),
        };
        files.insert(path.clone(), stays);
    }
    let paths = clusters.iter().zip(&written).enumerate();
    let paths = paths
        .flat_map(|(at, (stands, written))| stands.paths(sources, written).into_iter().map(move |path| (path, at)));
    let cluster_of: BTreeMap<&str, usize> = paths.collect();
    got_otherwise(sources, clusters, &cluster_of, &built, &mut files);
    read_no_more(sources, clusters, &built, &mut files);
    let tree = with_output(tree, &placed, &files);
    Ok((tree, files.into_iter().collect()))
}

/// Leaves to their owners the files of which several clusters get something: each would write its own into them.
fn of_several(
    sources: &Sources,
    clusters: &[Stands],
    written: &[IndexMap<Key, Object>],
    files: &mut BTreeMap<String, Stays>,
) {
    let mut got: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (stands, written) in clusters.iter().zip(written) {
        let paths: BTreeSet<&str> = stands.paths(sources, written).into_iter().collect();
        paths.into_iter().for_each(|path| got.entry(path).or_default().push(&stands.name));
    }
    for (path, names) in got.into_iter().filter(|(_, names)| names.len() > 1) {
        let names = hnet_diagnostics::quoted(names, ", ");
        let why = format!("the clusters {names} get it, and hnet writes what each gets by itself");
        files.insert(path.to_owned(), Stays::Holding(why));
    }
}

/// The tree with the `output` that builds all files in place but those which stay as they are: beside the clusters what
/// goes for all, and in each of several what goes where.
fn with_output(tree: &Tree, placed: &[Placed<'_>], files: &BTreeMap<String, Stays>) -> Tree {
    let mut tree = tree.clone();
    let Some(network) = tree.statements.first_mut() else { return tree };
    let span = network.keyword.span;
    let mut fields = vec![say::field("folder", ".", span)];
    for part in ["talos", "infrastructure", "bootstrap", "docs"] {
        fields.push(say::field(part, "off", span));
    }
    if let End::Body(body) = &mut network.end {
        // What it says of the output already, that namespaces are somebody's, this says too.
        body.statements.retain(|statement| statement.keyword.text != "output");
        match placed {
            [only] => fields.extend(only.fields(files, span)),
            _ => {
                let said = body.statements.iter_mut().filter(|statement| statement.keyword.text == "cluster");
                for (cluster, own) in said.zip(placed) {
                    let own = own.fields(files, span);
                    if !own.is_empty() {
                        *cluster = cluster.clone().holding([Statement::new("output", span).apart().holding(own)]);
                    }
                }
            }
        }
    }
    *network = network.clone().holding([Statement::new("output", span).apart().holding(fields)]);
    tree
}

/// Leaves to their owners the files of which clusters would get something else, although they say the same: a patch is for
/// an object as it is written.
fn got_otherwise(
    sources: &Sources,
    clusters: &[Stands],
    cluster_of: &BTreeMap<&str, usize>,
    built: &BTreeMap<String, String>,
    files: &mut BTreeMap<String, Stays>,
) {
    let is_built = |path: &String| matches!(files.get(path), Some(Stays::Built(_)));
    let written: BTreeMap<String, &str> =
        built.iter().filter(|(path, _)| is_built(path)).map(|(path, text)| (path.clone(), text.as_str())).collect();
    let names: Vec<&str> = match clusters {
        [_] => vec![""],
        _ => clusters.iter().map(|stands| stands.name.as_str()).collect(),
    };
    let change = Change {
        there: sources,
        folder: "",
        written: &written,
        removed: &BTreeSet::new(),
        clusters: &names,
        cluster_of: &|path| if names.len() == 1 { Some(0) } else { cluster_of.get(path).copied() },
    };
    for mut side in change.sides().0 {
        in_one_form(&mut side.before, &mut side.after);
        let fate = |path: &str| if written.contains_key(path) { Fate::Rewritten } else { Fate::Stays };
        let difference = Difference::between(&side.before, &side.after, &fate, &Facts::default());
        let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for change in difference.changes.iter().filter(|change| change.what != What::Same) {
            let Some(document) = change.document() else { continue };
            lines.entry(&document.file).or_default().extend(change.told());
        }
        for (path, lines) in lines {
            if written.contains_key(path) {
                files.insert(path.to_owned(), Stays::Differing(Meaning::Differs(lines)));
            }
        }
        for one in side.repatched {
            files.insert(one.file, Stays::Holding(one.why));
        }
    }
}

/// Names the files that a talconfig reads now and its build does not, so that nobody goes on to change them.
fn read_no_more(
    sources: &Sources,
    clusters: &[Stands],
    built: &BTreeMap<String, String>,
    files: &mut BTreeMap<String, Stays>,
) {
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    for path in clusters.iter().filter_map(|stands| stands.talconfig.as_deref()) {
        let Some(text) = sources.find(path).map(|file| sources.get(file).text()) else { continue };
        let is_built = matches!(files.get(path), Some(Stays::Built(_)));
        let written = built.get(path).map(String::as_str).filter(|_| is_built);
        before.extend(named(sources, path, text));
        after.extend(named(sources, path, written.unwrap_or(text)));
    }
    for path in before.difference(&after) {
        let why = "no talconfig names it after the build, since the source says what it says".to_owned();
        files.entry(path.clone()).or_insert(Stays::Holding(why));
    }
}

/// The files that a talconfig reads: those of patches behind `@`, and those of documents by their paths.
fn named(sources: &Sources, talconfig: &str, text: &str) -> Vec<String> {
    let mut named = Vec::new();
    let Some(root) = hnet_yaml::parse(FileId::default(), text).root().map(|root| root.value()) else { return named };
    root.leaves(&mut |_, leaf| {
        let path = leaf.as_str().map(|text| text.strip_prefix('@').unwrap_or(text));
        let path =
            path.and_then(|path| hnet_language::include::resolve(talconfig, path.strip_prefix("./").unwrap_or(path)));
        named.extend(path.filter(|path| sources.find(path).is_some()));
    });
    named
}

/// What can be built where it is.
struct Placed<'a> {
    sources: &'a Sources,
    stands: &'a Stands,
    written: &'a IndexMap<Key, Object>,
    /// The objects whose files hnet writes as a whole, with their paths.
    objects: Vec<(&'a Object, String)>,
}

impl Stands {
    /// The files that hold something which is written again.
    fn paths<'s>(&'s self, sources: &'s Sources, written: &IndexMap<Key, Object>) -> Vec<&'s str> {
        let values = self.values.filter(|values| is_values_file(sources, *values));
        let values = values.map(|values| sources.get(values.file).path());
        let objects = self.objects.iter().filter(|(key, _)| written.contains_key(*key));
        let objects = objects.map(|(_, path)| path.as_str());
        self.talconfig.as_deref().into_iter().chain(values).chain(objects).collect()
    }
}

impl Placed<'_> {
    /// What `output` says so that all files are built in place but those which stay as they are.
    fn fields(&self, files: &BTreeMap<String, Stays>, span: Span) -> Vec<Statement> {
        let is_built = |path: &str| matches!(files.get(path), None | Some(Stays::Built(_))) && is_place(path);
        let mut fields = Vec::new();
        if let Some(path) = self.stands.talconfig.as_ref().filter(|path| is_built(path)) {
            fields.push(say::field("talconfig", path, span));
        }
        let values = self.stands.values.filter(|values| is_values_file(self.sources, *values));
        let values = values.map(|values| self.sources.get(values.file).path());
        fields.extend(values.filter(|path| is_built(path)).map(|path| say::field("cilium", path, span)));
        let objects: Vec<(&Object, &str)> = self
            .objects
            .iter()
            .map(|(object, path)| (*object, path.as_str()))
            .filter(|(_, path)| is_built(path))
            .collect();
        let paths: IndexMap<Key, &str> = objects.iter().map(|(object, path)| (object.key(), *path)).collect();
        let mut placed: IndexSet<Key> = IndexSet::new();
        for (file, part) in PARTS {
            let is_its = |object: &&Object| object.path.ends_with(&format!("/{file}"));
            let own: Vec<&Object> = self.written.values().filter(is_its).collect();
            if let Some(pattern) = common_pattern(&own, &paths) {
                fields.push(Statement::new(part, span).with(Value::string(&pattern, span)));
                placed.extend(own.into_iter().map(Object::key));
            }
        }
        let mut by_path: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for (object, path) in objects.into_iter().filter(|(object, _)| !placed.contains(&object.key())) {
            by_path.entry(path).or_default().push(Value::said(&name(object).to_string(), span));
        }
        for (path, named) in by_path {
            let holds = Statement::new("holds", span).with_list(named);
            fields.push(say::field("file", path, span).holding([holds]));
        }
        fields
    }
}

/// The objects that are written again and whose files hold nothing else, with their paths. The other files stay as they
/// are.
fn whole<'w>(
    sources: &Sources,
    stands: &Stands,
    written: &'w IndexMap<Key, Object>,
    files: &mut BTreeMap<String, Stays>,
) -> Vec<(&'w Object, String)> {
    let mut again: BTreeMap<&str, Vec<&'w Object>> = BTreeMap::new();
    for (key, path) in &stands.objects {
        if let Some(object) = written.get(key) {
            again.entry(path).or_default().push(object);
        }
    }
    let mut whole = Vec::new();
    for (path, objects) in again {
        if files.contains_key(path) {
            continue;
        }
        let others = others(sources, path, &objects);
        let why = match others.as_slice() {
            _ if !is_place(path) => "hnet writes no file of this name".to_owned(),
            [] => {
                whole.extend(objects.into_iter().map(|object| (object, path.to_owned())));
                continue;
            }
            others => format!("it holds {} as well, which hnet does not write", others.join(", ")),
        };
        files.insert(path.to_owned(), Stays::Holding(why));
    }
    whole
}

/// What a file holds beside objects that are written again.
fn others(sources: &Sources, path: &str, again: &[&Object]) -> Vec<String> {
    let Some(file) = sources.find(path) else { return vec!["nothing that can be read".to_owned()] };
    let yaml = hnet_yaml::parse(file, sources.get(file).text());
    let is_empty = |root: &hnet_yaml::Node<'_>| root.as_str().is_some_and(str::is_empty);
    let roots = yaml.documents().filter_map(|document| document.root).filter(|root| !is_empty(root));
    let is_again = |kind: &str, name: &str| again.iter().any(|object| object.kind == kind && object.name == name);
    let other = |root: hnet_yaml::Node<'_>| {
        let value = root.value();
        let text = |path: &[&str]| value.str_at(path).unwrap_or_default().to_owned();
        let (kind, name) = (text(&["kind"]), text(&["metadata", "name"]));
        (!is_again(&kind, &name))
            .then(|| if kind.is_empty() { "other YAML".to_owned() } else { format!("{kind} {name}") })
    };
    roots.filter_map(other).collect()
}

/// Whether hnet writes a file of this path.
fn is_place(path: &str) -> bool {
    Pattern::plain(path).is_some_and(|pattern| pattern.is_file()) && hnet_language::values::relative_path(path).is_ok()
}

/// Whether values are all that their file holds, so that it may be written anew.
fn is_values_file(sources: &Sources, values: Span) -> bool {
    let text = sources.get(values.file).text();
    let yaml = hnet_yaml::parse(values.file, text);
    yaml.documents().count() == 1 && yaml.root().is_some_and(|root| root.span() == values && root.get("kind").is_none())
}

/// The pattern that all objects of a part, of which there are several, follow by their namespaces and names.
fn common_pattern(objects: &[&Object], paths: &IndexMap<Key, &str>) -> Option<String> {
    let pattern = |object: &&Object| {
        let path = paths.get(&object.key())?;
        let part = |part: &str| match part {
            part if part == object.name => "{name}".to_owned(),
            part if Some(part) == object.namespace.as_deref() => "{namespace}".to_owned(),
            part => part.to_owned(),
        };
        Some(path.split('/').map(part).collect::<Vec<_>>().join("/"))
    };
    let (first, rest) = objects.split_first()?;
    let common = pattern(first)?;
    let is_common = !rest.is_empty() && rest.iter().all(|object| pattern(object).as_ref() == Some(&common));
    (is_common && hnet_language::values::place(&common).is_ok()).then_some(common)
}

/// The name of an object in the output.
fn name(object: &Object) -> ObjectName {
    let namespace = object.value.str_at(&["metadata", "namespace"]).map(str::to_owned);
    ObjectName { kind: object.kind.clone(), namespace, name: object.name.clone() }
}
