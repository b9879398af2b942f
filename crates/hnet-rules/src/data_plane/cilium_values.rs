//! Helm values for Cilium: keys that the chart reads, and none that says otherwise than the network.
//!
//! The chart takes any key and ignores what it does not read, so a slip has no effect and no message.
//! Start at [`helm_values`]; the keys stand in `hnet_manifests::versions::cilium_values`.

use std::cell::{LazyCell, OnceCell};

use hnet_diagnostics::{Diagnostic, Diagnostics, Sources, Span, codes, nearest, quoted};
use hnet_manifests::versions::cilium;
use hnet_manifests::versions::cilium_values::{JsonType, KEYS, Key, Keys, REMOVED};
use hnet_model::{Cilium, Cluster, Owned as _, RawYaml};
use indexmap::IndexMap;
use serde_yaml::{Mapping, Value};

use super::cilium_owned::{CONTRADICTING, OWNED, contradicts, derived};
use crate::facts::Facts;
use crate::facts::yaml_place::KeyPlaces;

/// Each value must be read by the chart and agree with the network.
pub(crate) fn helm_values(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(cilium) = &cluster.cilium else { continue };
        for values in &cilium.values {
            let mut path = Vec::new();
            let is_a_source = facts.is_a_source();
            let (sources, places, paths) = (facts.sources, OnceCell::new(), OnceCell::new());
            let mut check = Check { cluster, cilium, values, sources, is_a_source, places, paths, out };
            check.walk(&values.value, Some(KEYS), &mut path);
        }
    }
}

struct Check<'a, 'out> {
    cluster: &'a Cluster,
    cilium: &'a Cilium,
    values: &'a RawYaml,
    sources: &'a Sources,
    is_a_source: bool,
    /// Where the keys stand, once that was asked.
    places: OnceCell<KeyPlaces<'a>>,
    /// The paths at which the chart of this version reads values, by their last name, once that was asked.
    paths: OnceCell<IndexMap<&'static str, Vec<String>>>,
    out: &'out mut Diagnostics,
}

impl<'a> Check<'a, '_> {
    /// Visits a mapping: `known` are the keys that the chart reads there, none where it takes any.
    fn walk(&mut self, value: &'a Value, known: Option<Keys>, path: &mut Vec<&'a str>) {
        let Some(mapping) = value.as_mapping() else {
            if path.is_empty() && !value.is_null() {
                self.report(
                    Diagnostic::new(&codes::HELM_VALUES_REFUSED, "Helm values are not a mapping")
                        .label(self.values.span, "no keys stand here")
                        .help("write `key: value` lines"),
                );
            }
            return;
        };
        // How many keys with dots lead to a place or through it. The chart has no deeper places than are counted.
        let dotted = LazyCell::new(|| {
            let mut dotted: IndexMap<&str, usize> = IndexMap::new();
            for key in mapping.keys().filter_map(Value::as_str).filter(|key| key.contains('.')) {
                let ends = key.match_indices('.').map(|(at, _)| at).chain([key.len()]);
                for end in ends.take(DEEPEST) {
                    *dotted.entry(&key[..end]).or_default() += 1;
                }
            }
            dotted
        });
        let has_several = |place: &str| dotted.get(place).is_some_and(|several| *several > 1);
        for (key, value) in mapping {
            let Some(key) = key.as_str() else { continue };
            path.push(key);
            let whole = path.join(".");
            if let Some((_, since)) = REMOVED.iter().find(|(removed, _)| *removed == whole) {
                self.report(
                    Diagnostic::new(&codes::HELM_VALUES_REFUSED, format!("the chart refuses `{whole}`"))
                        .label(self.place(&whole), format!("this key was removed in {since}"))
                        .help("leave the key out"),
                );
            } else if let Some(finding) = self.unread(path, known, mapping, &has_several) {
                self.report(finding);
            } else {
                let found = known.and_then(|known| known.get(key));
                // What Helm refuses is refused, whatever is allowed, so it is said before what the network decides.
                let is_known = cilium::row(self.cilium.version.value.minor()).is_some();
                if !(is_known && self.is_of_wrong_type(&whole, value, found)) {
                    self.check_owned(&whole, value);
                }
                let below = found.filter(|key| !key.open && !key.below.is_empty());
                self.walk(value, below.map(|key| key.below), path);
            }
            path.pop();
        }
    }

    /// A key that the chart of this version does not read. `has_several` says whether several keys with dots beside it lead
    /// to a place or through it.
    fn unread(
        &self,
        path: &[&'a str],
        known: Option<Keys>,
        beside: &Mapping,
        has_several: &dyn Fn(&str) -> bool,
    ) -> Option<Diagnostic> {
        let (key, whole) = (*path.last()?, &path.join("."));
        let version = self.cilium.version.value.minor();
        let known = known.filter(|_| cilium::row(version).is_some())?;
        let found = known.get(key);
        if found.is_some_and(|found| found.read_by(version)) {
            return None;
        }
        let finding = Diagnostic::new(&codes::UNKNOWN_HELM_VALUE, format!("the chart reads no value `{whole}`"))
            .label(self.place_at(path.iter().copied()), "this has no effect")
            .label(self.cilium.version.span(), "the chart of this version");
        if found.is_some() {
            return Some(finding.help("another version of Cilium reads it: leave it out for this one"));
        }
        // Helm's command line parts names at dots, and its files do not.
        let parts: Vec<&str> = key.split('.').collect();
        if parts.len() > 1 && reads(known, &parts, version) {
            let title = format!("`{key}` is one key, which nothing reads");
            return Some(Diagnostic { title, ..finding }.help(undotted(whole, &parts, beside, has_several)));
        }
        let readable = known.iter().filter(|(_, found)| found.read_by(version)).map(|(name, _)| name);
        Some(match nearest(key, readable) {
            Some(meant) => {
                let meant = format!("{}{meant}", whole.strip_suffix(key).unwrap_or_default());
                finding.help(self.help(&[&meant], beside.get(key)))
            }
            None => match self.elsewhere(key, whole, version).as_slice() {
                [] => finding.help("leave it out, or look it up in the chart's values"),
                all => finding.help(self.help(all, beside.get(key))),
            },
        })
    }

    /// What to do with a value that the chart reads at one of these paths.
    fn help(&self, meant: &[&str], value: Option<&Value>) -> String {
        let missing: Vec<&str> = meant.iter().copied().filter(|path| self.there(path).is_none()).collect();
        if !missing.is_empty() {
            let asked = format!("did you mean {}?", quoted(missing.iter().copied(), " or "));
            return with_budget(asked, &missing, value, None);
        }
        let there = || meant.iter().filter_map(|path| Some((*path, self.there(path)?)));
        let same = there().find(|(_, there)| Some(*there) == value);
        match same.or_else(|| there().next().filter(|_| meant.len() == 1)) {
            Some((path, there)) => already(path, value, there),
            None => format!(
                "{} are there and say something else: say at one of them what is meant, and leave this out",
                quoted(meant.iter().copied(), " and ")
            ),
        }
    }

    /// What values of the network say at a path, the last where several do.
    fn there(&self, path: &str) -> Option<&Value> {
        let at = |values: &'a RawYaml| path.split('.').try_fold(&values.value, |value, key| value.get(key));
        self.cilium.values.iter().rev().find_map(at)
    }

    /// A value that hnet derives from the network must not say something else.
    fn check_owned(&mut self, path: &str, value: &Value) {
        // Of one that exists the values are what says how it is set.
        let is_a_source = self.is_a_source && self.cilium.is_own();
        if !is_a_source && !CONTRADICTING.contains(&path) {
            return;
        }
        let written = scalar(value);
        if written.as_ref().is_some_and(|written| written.contains("${")) {
            return;
        }
        // Without a value the chart's own holds for all that stands below.
        let below = |owned: &&&str| owned.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
        let emptied = || OWNED.iter().filter(below).find_map(|owned| derived(self.cluster, self.cilium, owned));
        let derived = match value {
            Value::Null => derived(self.cluster, self.cilium, path).or_else(emptied),
            _ => derived(self.cluster, self.cilium, path),
        };
        let Some(derived) = derived else { return };
        if written.as_ref().is_some_and(|written| derived.0.contains(written)) {
            return;
        }
        self.report(contradicts((path, written), self.place(path), derived, "value"));
    }

    /// Whether a value is of none of the types that the chart's schema gives it, so that Helm refuses all of the values.
    fn is_of_wrong_type(&mut self, path: &str, value: &Value, key: Option<Key>) -> bool {
        let types = key.map(|key| key.types()).unwrap_or_default();
        let written = scalar(value);
        // Nothing at all stands for the chart's own value, and what a placeholder will be is not known.
        if types.is_empty() || value.is_null() || written.as_ref().is_some_and(|written| written.contains("${")) {
            return false;
        }
        if types.iter().any(|wanted| is_of(value, *wanted)) {
            return false;
        }
        let called: Vec<&str> = types.iter().map(|wanted| wanted.called()).collect();
        let found = match (value, written) {
            (Value::String(_), Some(written)) => format!("the text `{written}`"),
            (_, Some(written)) => format!("`{written}`"),
            (Value::Sequence(_), None) => "a list".to_owned(),
            (_, None) => "a mapping".to_owned(),
        };
        let called = called.join(" or ");
        self.report(
            Diagnostic::new(&codes::HELM_VALUE_OF_WRONG_TYPE, format!("`{path}` is not {found}"))
                .label(self.place(path), format!("Helm takes {called} here, and refuses all values otherwise"))
                .label(self.cilium.version.span(), "the chart of this version")
                .help(format!("write {called}")),
        );
        true
    }

    /// Where a key stands.
    fn place(&self, path: &str) -> Span {
        self.place_at(path.split('.'))
    }

    fn place_at<'p>(&self, path: impl IntoIterator<Item = &'p str>) -> Span {
        self.places.get_or_init(|| KeyPlaces::of(self.sources, self.values.span)).place(path)
    }

    /// Where else the chart of a version reads a value of this name.
    fn elsewhere(&self, name: &str, whole: &str, version: (u32, u32)) -> Vec<&str> {
        let paths = self.paths.get_or_init(|| paths(version)).get(name);
        let all = || paths.into_iter().flatten().map(String::as_str);
        if all().count() <= MOST_MEANT {
            return all().collect();
        }
        // Of many that which is nearest: below what it stands below.
        let parent = whole.strip_suffix(name).unwrap_or_default();
        let near: Vec<&str> = all().filter(|other| !parent.is_empty() && other.starts_with(parent)).collect();
        if near.len() > MOST_MEANT { Vec::new() } else { near }
    }

    fn report(&mut self, finding: Diagnostic) {
        self.out.report(finding);
    }
}

/// So many places of a name are offered: what stands at more, such as `enabled`, says nothing of what was meant.
const MOST_MEANT: usize = 2;

/// The paths of all values that the chart of a version reads, by their last name. What stands below one of the same name is
/// no other place.
fn paths(version: (u32, u32)) -> IndexMap<&'static str, Vec<String>> {
    fn walk(
        known: Keys,
        version: (u32, u32),
        path: &mut Vec<&'static str>,
        found: &mut IndexMap<&'static str, Vec<String>>,
    ) {
        for (own, key) in known.iter().filter(|(_, key)| key.read_by(version)) {
            let is_below_its_own = path.contains(&own);
            path.push(own);
            if !is_below_its_own {
                found.entry(own).or_default().push(path.join("."));
            }
            if !key.open {
                walk(key.below, version, path, found);
            }
            path.pop();
        }
    }
    let mut found = IndexMap::new();
    walk(KEYS, version, &mut Vec::new(), &mut found);
    found
}

/// So many parts of a key with dots are looked at together.
const DEEPEST: usize = 16;

/// What to do with a value that the chart reads at a path, where something is there. Nothing that is said may be lost.
fn already(path: &str, value: Option<&Value>, there: &Value) -> String {
    match value {
        Some(value) if value == there => format!("leave it out: `{path}` is there already"),
        Some(Value::Mapping(_)) if there.is_mapping() => {
            with_budget(format!("put what it holds below `{path}`, which is there"), &[path], value, Some(there))
        }
        _ => format!("`{path}` is there and says something else: say there what is meant, and leave this out"),
    }
}

/// A help, and what a value needs besides at these paths, where it is a budget of pods. `there` is what it is put beside.
fn with_budget(help: String, paths: &[&str], value: Option<&Value>, there: Option<&Value>) -> String {
    let says = |key: &str, value: Option<&Value>| value.and_then(|value| value.get(key)).cloned();
    let is_budget = paths.iter().all(|path| path.rsplit('.').next() == Some("podDisruptionBudget"));
    let has_least = says("minAvailable", value).is_some_and(|least| !least.is_null());
    // The chart's own `maxUnavailable: 1` would stand beside it, and Kubernetes takes one of the two.
    let has_own = says("maxUnavailable", value).or_else(|| says("maxUnavailable", there)).is_none();
    if !(is_budget && has_least && has_own) {
        return help;
    }
    let stop = if help.ends_with('?') { "" } else { "." };
    format!(
        "{help}{stop} Beside `minAvailable` it needs `maxUnavailable: null`: the chart's own is 1, and Kubernetes refuses \
         both"
    )
}

/// How the value of a key with dots is written, beside the keys that are there: none may stand twice. `whole` is its path,
/// and `parts` are those of the key.
fn undotted(whole: &str, parts: &[&str], beside: &Mapping, has_several: &dyn Fn(&str) -> bool) -> String {
    let nested = |parts: &[&str]| format!("{}: …{}", parts.join(": {"), "}".repeat(parts.len() - 1));
    let value = beside.get(parts.join("."));
    // As deep as there is something already.
    let (mut there, mut depth, mut last) = (Some(beside), 0, None);
    while let Some(value) = there.and_then(|mapping| mapping.get(*parts.get(depth)?)) {
        (there, depth, last) = (value.as_mapping(), depth + 1, Some(value));
    }
    let named = |depth: usize| {
        let parent = whole.strip_suffix(&parts.join(".")).unwrap_or_default();
        format!("{parent}{}", parts[..depth].join("."))
    };
    if let Some(last) = last.filter(|_| depth == parts.len()) {
        return already(whole, value, last);
    }
    // As deep as others lead, which are to stand below the same key.
    let several = (depth + 1..parts.len()).rev().find(|end| has_several(&parts[..*end].join(".")));
    let help = match (several, depth) {
        (Some(1), _) => format!("write `{}` below one key `{}` for all that it holds", nested(&parts[1..]), named(1)),
        (Some(end), _) => format!(
            "write `{}` below one `{}` for all that it holds, each key below the one before it",
            nested(&parts[end..]),
            named(end)
        ),
        (None, 0) => format!("write `{}`, each key below the one before it", nested(parts)),
        (None, _) => format!("put `{}` below `{}`, which is there", nested(&parts[depth..]), named(depth)),
    };
    with_budget(help, &[whole], value, None)
}

/// Whether the chart of a version reads a value at the end of a path.
fn reads(known: Keys, path: &[&str], version: (u32, u32)) -> bool {
    let Some((key, rest)) = path.split_first() else { return true };
    let found = known.get(key).filter(|found| found.read_by(version));
    found.is_some_and(|found| rest.is_empty() || found.open || reads(found.below, rest, version))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::String(value) => Some(value.clone()),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

/// Whether a value is of a type, as JSON Schema counts.
fn is_of(value: &Value, wanted: JsonType) -> bool {
    match wanted {
        JsonType::Boolean => value.is_bool(),
        JsonType::Integer => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|it| it.fract() == 0.0),
        JsonType::Number => value.is_number(),
        JsonType::String => value.is_string(),
        JsonType::Array => value.is_sequence(),
        JsonType::Object => value.is_mapping(),
    }
}
