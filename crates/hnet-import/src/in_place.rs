//! Where what was imported stands: the `output` by which a build writes each file where it is.
//!
//! A file is hnet's only as a whole, so one that holds anything which is not written again stays its owner's, and nothing
//! is written for it. Start at [`output`].

use std::collections::{BTreeMap, BTreeSet};

use hnet::{Input, Options};
use hnet_compare::Facts;
use hnet_compare::files::{Difference, Fate, Meaning, What};
use hnet_diagnostics::{Sources, Span};
use hnet_model::{ObjectName, Pattern};
use hnet_repository::Change;
use hnet_syntax::tree::{End, Statement, Tree, Value};
use indexmap::{IndexMap, IndexSet};

use crate::objects::{self, Key, Object};
use crate::say;
use crate::settle::NAME;

/// Where what was imported stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stands {
    /// How many clusters there are.
    pub(crate) clusters: usize,
    /// The path of the talconfig.
    pub(crate) talconfig: Option<String>,
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
    /// There is more than one cluster.
    SeveralClusters,
}

/// Parts of the output whose objects hnet writes into one file of their own, by that file.
const PARTS: [(&str, &str); 6] = [
    ("gateways.yaml", "gateways"),
    ("routes.yaml", "routes"),
    ("certificates.yaml", "certificates"),
    ("backend-tls-policies.yaml", "backend-tls-policies"),
    ("ip-pool.yaml", "pools"),
    ("l2-policy.yaml", "l2-policies"),
];

/// The tree with the `output` that puts each file where it is, and what becomes of each. One that would say something
/// else stays as it is: a source that was just imported changes nothing.
///
/// # Errors
/// Where nothing can be built in place.
pub(crate) fn output(
    tree: &Tree,
    sources: &Sources,
    stands: &Stands,
) -> Result<(Tree, Vec<(String, Stays)>), NotInPlace> {
    if stands.clusters > 1 {
        return Err(NotInPlace::SeveralClusters);
    }
    let build = |tree: &Tree| {
        let compiled = hnet::compile(Input::one(NAME, hnet_syntax::print(tree)), &Options::default());
        let files = compiled.outputs.ok_or(NotInPlace::DoesNotBuild)?.files.into_iter();
        Ok(files.map(|(path, file)| (path, file.text().to_owned())).collect::<BTreeMap<String, String>>())
    };
    let built = build(tree)?;
    let written = objects::written(built.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let mut files = BTreeMap::new();
    let placed = Placed { objects: whole(sources, stands, &written, &mut files), sources, stands, written: &written };
    let all = placed.tree(tree, &files);
    let built = build(&all)?;
    for (path, text) in &built {
        let Some(before) = sources.find(path) else { continue };
        let meaning = Meaning::of(path, sources.get(before).text(), text);
        let stays = match meaning {
            Meaning::Same { .. } => Stays::Built(meaning),
            Meaning::Differs(_) => Stays::Differing(meaning),
        };
        files.insert(path.clone(), stays);
    }
    got_otherwise(sources, &built, &mut files);
    let tree = placed.tree(tree, &files);
    Ok((tree, files.into_iter().collect()))
}

/// Leaves to their owners the files of which clusters would get something else, although they say the same: a patch is for
/// an object as it is written.
fn got_otherwise(sources: &Sources, built: &BTreeMap<String, String>, files: &mut BTreeMap<String, Stays>) {
    let is_built = |path: &String| matches!(files.get(path), Some(Stays::Built(_)));
    let written: BTreeMap<String, &str> =
        built.iter().filter(|(path, _)| is_built(path)).map(|(path, text)| (path.clone(), text.as_str())).collect();
    let change = Change {
        there: sources,
        folder: "",
        written: &written,
        removed: &BTreeSet::new(),
        clusters: &[""],
        cluster_of: &|_| Some(0),
    };
    for side in change.sides().0 {
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

/// What can be built where it is.
struct Placed<'a> {
    sources: &'a Sources,
    stands: &'a Stands,
    written: &'a IndexMap<Key, Object>,
    /// The objects whose files hnet writes as a whole, with their paths.
    objects: Vec<(&'a Object, String)>,
}

impl Placed<'_> {
    /// The tree with the `output` that builds all files in place but those which stay as they are.
    fn tree(&self, tree: &Tree, files: &BTreeMap<String, Stays>) -> Tree {
        let is_built = |path: &str| matches!(files.get(path), None | Some(Stays::Built(_))) && is_place(path);
        let span = tree.statements.first().map_or(Span::default(), |network| network.keyword.span);
        let mut fields = vec![say::field("folder", ".", span)];
        for part in ["talos", "infrastructure", "bootstrap", "docs"] {
            fields.push(say::field(part, "off", span));
        }
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
        let said = Statement::new("output", span).apart().holding(fields);
        let mut tree = tree.clone();
        if let Some(network) = tree.statements.first_mut() {
            // What it says of the output already, that namespaces are somebody's, this says too.
            if let End::Body(body) = &mut network.end {
                body.statements.retain(|statement| statement.keyword.text != "output");
            }
            *network = network.clone().holding([said]);
        }
        tree
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
