//! Replacements: a field of one object, written into fields of others.
//!
//! Those that take the whole field are done. Of those that take or write a part, what they write is not known.

use hnet_yaml::Value;

use super::patch::set_value;
use super::{Builder, Selector};
use crate::document::{Document, Step};
use crate::note::What;

impl Builder<'_, '_> {
    /// Does the replacements of a kustomization, in place or in the files that they name.
    pub(super) fn replace(&mut self, kustomization: &Value, folder: &str, documents: &mut [Document]) {
        for replacement in kustomization.items_of("replacements") {
            let Some(path) = replacement.get("path") else {
                self.replace_one(replacement, documents);
                continue;
            };
            let Some(file) = self.local(path, folder).and_then(|path| self.files.get(&path)) else { continue };
            self.read_as_yaml(file);
            for value in &file.documents {
                // A file holds one or a list of them.
                let several = value.as_list().unwrap_or(std::slice::from_ref(value));
                several.iter().for_each(|replacement| self.replace_one(replacement, documents));
            }
        }
    }

    fn replace_one(&mut self, replacement: &Value, documents: &mut [Document]) {
        let source = replacement.get("source");
        let is_part = |value: &Value| value.at(&["options", "delimiter"]).is_some();
        let found = source.filter(|source| !is_part(source)).and_then(|source| {
            let select = Selector::of(source);
            let document = documents.iter_mut().find(|document| select.fits(document))?;
            document.patched.push(source.span);
            let path = fields(source.get("fieldPath").and_then(Value::as_str).unwrap_or("metadata.name"))?;
            document.value.at(&path.iter().map(String::as_str).collect::<Vec<_>>()).cloned()
        });
        for target in replacement.items_of("targets") {
            let Some(select) = target.get("select") else { continue };
            let selector = Selector::of(select);
            let rejects: Vec<Selector> = target.items_of("reject").iter().map(Selector::of).collect();
            let creates = target.str_at(&["options", "create"]) == Some("true");
            let paths: Option<Vec<Vec<String>>> =
                target.items_of("fieldPaths").iter().map(|path| fields(path.as_str()?)).collect();
            let known = found.as_ref().zip(paths).filter(|_| !is_part(target));
            if known.is_none() {
                self.note(replacement.span, What::NotEvaluated("replacements".into()));
            }
            let is_target = |document: &&mut Document| {
                selector.fits(document) && !rejects.iter().any(|reject| reject.fits(document))
            };
            for document in documents.iter_mut().filter(is_target) {
                document.patched.push(replacement.span);
                let Some((value, paths)) = &known else {
                    document.is_replaced = true;
                    continue;
                };
                for path in paths {
                    let path: Vec<&str> = path.iter().map(String::as_str).collect();
                    if creates || document.value.at(&path).is_some() {
                        set_value(&mut document.value, &path, (*value).clone());
                        document.because(Step::Patch, replacement.span);
                    }
                }
                document.find_namespace();
            }
        }
    }
}

/// The keys of a path with dots, in which `\.` and `[…]` keep theirs; nothing for paths through lists.
fn fields(path: &str) -> Option<Vec<String>> {
    let (mut keys, mut key, mut chars, mut in_brackets) = (Vec::new(), String::new(), path.chars(), false);
    while let Some(c) = chars.next() {
        match c {
            '\\' => key.extend(chars.next()),
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            '.' if !in_brackets => keys.push(std::mem::take(&mut key)),
            c => key.push(c),
        }
    }
    keys.push(key);
    let is_list = |key: &String| key.is_empty() || key == "*" || key.contains('=') || key.parse::<usize>().is_ok();
    (!keys.iter().any(is_list)).then_some(keys)
}
