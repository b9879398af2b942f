//! What kustomizations generate: config maps, secrets, and the charts that they inflate.
//!
//! Names stay as they are written: the hash behind them says nothing, and references follow it.

use hnet_diagnostics::{FileId, Span};
use hnet_yaml::{Map, Style, Text, Value, ValueKind};

use super::patch::{field, set, set_value};
use super::{Builder, CHART};
use crate::document::{Document, Step};
use crate::paths;

impl Builder<'_, '_> {
    /// Makes the config maps and secrets of a kustomization, of which secrets have only keys.
    pub(super) fn generate(&mut self, value: &Value, folder: &str, file: FileId, documents: &mut Vec<Document>) {
        for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
            for generator in value.items_of(key) {
                let Some(name) = generator.get("name") else { continue };
                let mut data = Map::new();
                self.collect(generator, folder, &mut data);
                if kind == "Secret" {
                    for field in data.values_mut() {
                        field.value = Value::of(
                            ValueKind::Scalar(Text::at("", field.value.span), Style::Plain),
                            field.value.span,
                        );
                    }
                }
                let same = |document: &&mut Document| {
                    document.kind() == kind && document.name() == name.as_str().unwrap_or_default()
                };
                let merges =
                    generator.get("behavior").and_then(Value::as_str).is_some_and(|behavior| behavior != "create");
                if let Some(own) = documents.iter_mut().find(same).filter(|_| merges) {
                    for (key, field) in data {
                        set_value(&mut own.value, &["data", &key], field.value);
                    }
                    own.because(Step::Generator, name.span);
                    continue;
                }
                let mut made = Value::of(ValueKind::Map(Map::new()), name.span);
                set(&mut made, &["apiVersion"], "v1", name.span);
                set(&mut made, &["kind"], kind, name.span);
                set_value(&mut made, &["metadata", "name"], name.clone());
                if let Some(namespace) = generator.get("namespace") {
                    set_value(&mut made, &["metadata", "namespace"], namespace.clone());
                }
                set_value(&mut made, &["data"], Value::of(ValueKind::Map(data), generator.span));
                let mut document = Document::written(made, file, 0);
                document.because(Step::Generator, name.span);
                documents.push(document);
            }
        }
    }

    /// The keys of a generator and what they hold.
    fn collect(&mut self, generator: &Value, folder: &str, data: &mut Map) {
        for item in generator.items_of("files") {
            let Some(text) = item.as_str() else { continue };
            let (key, path) = text.split_once('=').unwrap_or((paths::name(text), text));
            let path_value = Value::text_at(path, item.span);
            let Some(path) = self.local(&path_value, folder) else { continue };
            let Some((id, text)) = self.files.text(&path) else { continue };
            self.read_as_text(id, self.files.get(&path).map_or(0, |file| file.documents.len()));
            let text = Text::verbatim(text, id, 0);
            let value = Value::of(ValueKind::Scalar(text.clone(), Style::Literal), text.span());
            data.insert(key.into(), field(key, item.span, value));
        }
        for item in generator.items_of("literals") {
            let Some((key, value)) = item.as_str().and_then(|text| text.split_once('=')) else { continue };
            data.insert(key.into(), field(key, item.span, Value::text_at(value.trim_matches(['"', '\'']), item.span)));
        }
        let several = generator.items_of("envs");
        for item in several.iter().chain(generator.get("env")) {
            let Some(path) = self.local(item, folder) else { continue };
            let Some((id, text)) = self.files.text(&path) else { continue };
            self.read_as_text(id, self.files.get(&path).map_or(0, |file| file.documents.len()));
            let mut at = 0;
            for line in text.split_inclusive('\n') {
                let start = at;
                at += line.len();
                let Some((key, value)) = line.trim_end().split_once('=').filter(|_| !line.starts_with('#')) else {
                    continue;
                };
                let span = Span::new(id, start, start + line.trim_end().len());
                data.insert(key.trim().into(), field(key.trim(), span, Value::text_at(value, span)));
            }
        }
    }

    /// The charts of a kustomization, each as an object of its own, so that it gets the namespace that they get.
    pub(super) fn charts(&mut self, value: &Value, folder: &str, file: FileId, documents: &mut Vec<Document>) {
        for chart in value.items_of("helmCharts") {
            let Some(name) = chart.get("name") else { continue };
            let mut made = Value::of(ValueKind::Map(Map::new()), chart.span);
            set(&mut made, &["apiVersion"], "kustomize.config.k8s.io/v1beta1", name.span);
            set(&mut made, &["kind"], CHART, name.span);
            set_value(&mut made, &["metadata", "name"], chart.get("releaseName").unwrap_or(name).clone());
            if let Some(namespace) = chart.get("namespace") {
                set_value(&mut made, &["metadata", "namespace"], namespace.clone());
            }
            set_value(&mut made, &["spec"], chart.clone());
            let more = chart.items_of("additionalValuesFiles");
            let mut values = Vec::new();
            for item in chart.get("valuesFile").into_iter().chain(more) {
                let Some(path) = self.local(item, folder) else { continue };
                let Some(file) = self.files.get(&path) else { continue };
                self.read_as_yaml(file);
                self.must_be_yaml(file, item.span);
                values.extend(file.documents.first().cloned());
            }
            set_value(&mut made, &["values"], Value::of(ValueKind::List(values), chart.span));
            let mut document = Document::written(made, file, 0);
            document.because(Step::Generator, chart.span);
            documents.push(document);
        }
    }
}
