//! Which objects a patch is for.

use hnet_yaml::Value;
use regex_lite::Regex;

use crate::document::{Document, is_cluster_scoped};

/// The namespace that kustomize takes an object for that says none.
const DEFAULT: &str = "default";

/// What a patch, or a target of one, asks of an object. What is not asked is not there.
#[derive(Default)]
pub(crate) struct Selector {
    group: Option<Pattern>,
    version: Option<Pattern>,
    kind: Option<Pattern>,
    name: Option<Pattern>,
    namespace: Option<Pattern>,
    labels: Option<String>,
    annotations: Option<String>,
}

/// A text, or a regular expression that fits the whole.
struct Pattern {
    text: String,
    regex: Option<Regex>,
}

impl Pattern {
    fn of(text: &str) -> Pattern {
        let is_word = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/'));
        let regex = (!is_word).then(|| Regex::new(&format!("^(?:{text})$")).ok()).flatten();
        Pattern { text: text.to_owned(), regex }
    }

    fn fits(&self, text: &str) -> bool {
        text == self.text || self.regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl Selector {
    /// The `target` of a patch.
    pub(crate) fn of(target: &Value) -> Selector {
        let pattern = |key| target.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(Pattern::of);
        let text = |key| target.get(key).and_then(Value::as_str).map(str::to_owned);
        Selector {
            group: pattern("group"),
            version: pattern("version"),
            kind: pattern("kind"),
            name: pattern("name"),
            namespace: pattern("namespace"),
            labels: text("labelSelector"),
            annotations: text("annotationSelector"),
        }
    }

    /// A patch without a target: it names the object that it is for, as a whole. One that says no namespace is for an
    /// object that says none, or did before a kustomization gave it one.
    pub(crate) fn named_by(patch: &Value) -> Selector {
        let exact = |text: &str| Pattern { text: text.to_owned(), regex: None };
        let version = patch.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        let is_wide = patch.str_at(&["kind"]).is_some_and(is_cluster_scoped);
        let namespace = patch.str_at(&["metadata", "namespace"]).or(Some(DEFAULT)).filter(|_| !is_wide);
        Selector {
            group: Some(exact(version.split_once('/').map_or("", |(group, _)| group))),
            version: (!version.is_empty()).then(|| exact(version.rsplit('/').next().unwrap_or_default())),
            kind: patch.get("kind").and_then(Value::as_str).map(exact),
            name: patch.str_at(&["metadata", "name"]).map(exact),
            namespace: namespace.map(exact),
            ..Selector::default()
        }
    }

    pub(crate) fn fits(&self, document: &Document) -> bool {
        let asks = |pattern: &Option<Pattern>, text: &str| pattern.as_ref().is_none_or(|pattern| pattern.fits(text));
        let version = document.value.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        let version = version.rsplit_once('/').map_or(version, |(_, version)| version);
        asks(&self.group, document.group())
            && asks(&self.version, version)
            && asks(&self.kind, document.kind())
            && asks(&self.name, document.name())
            && (asks(&self.namespace, document.namespace.as_deref().unwrap_or(DEFAULT))
                || asks(&self.namespace, document.said.as_deref().unwrap_or(DEFAULT)))
            && self.labels.as_ref().is_none_or(|asked| has_all(document, "labels", asked))
            && self.annotations.as_ref().is_none_or(|asked| has_all(document, "annotations", asked))
    }
}

/// Whether labels or annotations are as a selector asks: `a=b,c!=d,e,!f,g in (h, i)`.
fn has_all(document: &Document, field: &str, selector: &str) -> bool {
    let label = |key: &str| document.value.str_at(&["metadata", field, key.trim()]);
    let mut asked = selector;
    while !asked.trim().is_empty() {
        // A comma within parentheses is none between terms.
        let mut depth = 0;
        let ends = |c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == ',' && depth == 0
        };
        let end = asked.find(ends).unwrap_or(asked.len());
        let term = asked[..end].trim();
        asked = asked.get(end + 1..).unwrap_or_default();
        let members = |list: &str, value: Option<&str>| {
            list.trim().trim_matches(['(', ')']).split(',').any(|member| Some(member.trim()) == value)
        };
        let holds = if let Some((key, list)) = term.split_once(" notin ") {
            !members(list, label(key))
        } else if let Some((key, list)) = term.split_once(" in ") {
            members(list, label(key))
        } else if let Some((key, value)) = term.split_once("!=") {
            label(key) != Some(value.trim())
        } else if let Some((key, value)) = term.split_once('=') {
            label(key) == Some(value.trim_start_matches('=').trim())
        } else if let Some(key) = term.strip_prefix('!') {
            label(key).is_none()
        } else {
            label(term).is_some()
        };
        if !holds {
            return false;
        }
    }
    true
}
