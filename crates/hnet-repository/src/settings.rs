//! What config maps and secrets define for `postBuild.substituteFrom`. Of a secret only the names are read.

use std::collections::BTreeMap;

use hnet_diagnostics::Span;
use hnet_yaml::Value;
use smol_str::SmolStr;

use crate::document::{Document, kind_of};
use crate::files::Files;
use crate::variables::{Variable, Variables};

/// The kinds that define variables.
const KINDS: [&str; 4] = ["ClusterExternalSecret", "ConfigMap", "ExternalSecret", "Secret"];

/// One config map or secret.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    namespace: Option<SmolStr>,
    path: String,
    pub(crate) variables: Variables,
    /// Whether it may define others as well.
    pub(crate) is_open: bool,
}

/// All config maps and secrets that may be substituted from, by name.
#[derive(Default)]
pub(crate) struct Settings {
    by_name: BTreeMap<(bool, SmolStr), Vec<Setting>>,
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
            variables.insert(name.into(), Variable { value: value.map(Into::into), span });
        };
        let (mut name, mut is_secret, mut is_open) = (document.name(), true, false);
        match document.kind() {
            "ConfigMap" => {
                is_secret = false;
                for field in document.value.get("data").into_iter().flat_map(Value::fields) {
                    let value = field.value.text().map(|text| text.as_str());
                    define(&field.key, value.filter(|_| !document.is_encrypted()), field.value.span);
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
        let setting = Setting { namespace: document.namespace.clone(), path: path.to_owned(), variables, is_open };
        self.by_name.entry((is_secret, name.into())).or_default().push(setting);
    }

    /// A config map or secret: of those in the namespace, or else of those by that name the one
    /// whose file is nearest to a folder.
    pub(crate) fn find(&self, is_secret: bool, name: &str, namespace: Option<&str>, near: &str) -> Option<&Setting> {
        let found = self.by_name.get(&(is_secret, name.into()))?;
        let here = found.iter().find(|setting| namespace.is_some() && setting.namespace.as_deref() == namespace);
        let shared =
            |setting: &&Setting| setting.path.split('/').zip(near.split('/')).take_while(|(a, b)| a == b).count();
        // Of equally near ones the first, which `max_by_key` would not take.
        here.or_else(|| found.iter().rev().max_by_key(shared))
    }
}
