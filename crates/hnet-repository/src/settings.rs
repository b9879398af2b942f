//! What config maps and secrets define for `postBuild.substituteFrom`. Of a secret only the names are read.

use std::collections::BTreeMap;

use hnet_diagnostics::Span;
use hnet_yaml::Value;
use smol_str::SmolStr;

use crate::document::{Document, kind_of};
use crate::files::Files;
use crate::paths;
use crate::variables::{Variable, Variables};

/// The kinds that define variables.
const KINDS: [&str; 4] = ["ClusterExternalSecret", "ConfigMap", "ExternalSecret", "Secret"];

/// One config map or secret.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) variables: Variables,
    /// Whether it may define others as well.
    pub(crate) is_open: bool,
}

/// All config maps and secrets that may be substituted from, by name.
#[derive(Default)]
pub(crate) struct Settings {
    by_name: BTreeMap<(bool, SmolStr), Equal>,
}

/// Those of one name. A component brings one into each namespace that takes it in, and each Flux Kustomization asks for
/// one, so none is looked for among all.
#[derive(Clone, Default)]
struct Equal {
    all: Vec<Setting>,
    /// The first of each namespace.
    by_namespace: BTreeMap<SmolStr, usize>,
    /// The first below each folder, and that of each path.
    by_way: BTreeMap<String, usize>,
}

impl Equal {
    fn add(&mut self, setting: Setting, namespace: Option<&SmolStr>, path: &str) {
        let at = self.all.len();
        self.all.push(setting);
        if let Some(namespace) = namespace {
            self.by_namespace.entry(namespace.clone()).or_insert(at);
        }
        for way in paths::ways(path) {
            // What is above a folder that is known is known as well.
            if self.by_way.contains_key(way) {
                break;
            }
            self.by_way.insert(way.to_owned(), at);
        }
    }
}

impl Settings {
    /// What the files say, whether or not a cluster gets them.
    pub(crate) fn written(files: &Files<'_>) -> Settings {
        let mut settings = Settings::default();
        for file in files.all.values() {
            for (index, value) in file.documents.iter().enumerate().filter(|(_, value)| KINDS.contains(&kind_of(value)))
            {
                settings.add(&Document::written(value.clone(), file.id, index), &file.path);
            }
        }
        settings
    }

    /// What a cluster gets.
    pub(crate) fn of(documents: &[Document], files: &Files<'_>) -> Settings {
        let mut settings = Settings::default();
        for document in documents {
            settings.add(document, files.sources.get(document.file).path());
        }
        settings
    }

    /// These, and behind them those of others, for what these do not hold.
    pub(crate) fn or(mut self, others: &Settings) -> Settings {
        for (name, settings) in &others.by_name {
            self.by_name.entry(name.clone()).or_insert_with(|| settings.clone());
        }
        self
    }

    fn add(&mut self, document: &Document, path: &str) {
        let mut variables = Variables::new();
        let mut define = |name: &str, value: Option<&str>, span: Span| {
            variables.insert(name.into(), Variable::in_the_clear(name, value, span));
        };
        let (mut name, mut is_secret, mut is_open) = (document.name(), true, false);
        match document.kind() {
            "ConfigMap" => {
                is_secret = false;
                for field in document.value.get("data").into_iter().flat_map(Value::fields) {
                    let value = field.value.text().map(|text| text.as_str());
                    define(&field.key, value.filter(|value| !hnet_secrets::is_encrypted(value)), field.value.span);
                }
            }
            "Secret" => {
                for field in
                    ["data", "stringData"].iter().filter_map(|key| document.value.get(key)).flat_map(Value::fields)
                {
                    define(&field.key, None, field.key.span());
                }
            }
            "ExternalSecret" | "ClusterExternalSecret" => {
                name = document.value.str_at(&["spec", "target", "name"]).unwrap_or(name);
                let template = document.value.at(&["spec", "target", "template", "data"]);
                is_open = template.is_none() && document.value.at(&["spec", "dataFrom"]).is_some();
                for field in template.into_iter().flat_map(Value::fields) {
                    define(&field.key, None, field.key.span());
                }
                for item in document.value.at(&["spec", "data"]).map(Value::items).unwrap_or_default() {
                    if let Some(key) = item.get("secretKey") {
                        define(key.as_str().unwrap_or_default(), None, key.span);
                    }
                }
            }
            _ => return,
        }
        let equal = self.by_name.entry((is_secret, name.into())).or_default();
        equal.add(Setting { variables, is_open }, document.namespace.as_ref(), path);
    }

    /// A config map or secret: of those in the namespace, or else of those by that name the one
    /// whose file is nearest to a folder.
    pub(crate) fn find(&self, is_secret: bool, name: &str, namespace: Option<&str>, near: &str) -> Option<&Setting> {
        let found = self.by_name.get(&(is_secret, name.into()))?;
        let here = namespace.and_then(|namespace| found.by_namespace.get(namespace));
        let at = here.or_else(|| paths::ways(near).find_map(|way| found.by_way.get(way)))?;
        found.all.get(*at)
    }
}
