//! The files of an import, of which some are named by others.

use hnet_diagnostics::Sources;
use hnet_yaml::{Text, Value, Yaml};
use indexmap::IndexMap;
use smol_str::SmolStr;

/// The files of an import.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Files<'s>(pub(crate) &'s Sources);

/// The folder of a path; the root is empty.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl Files<'_> {
    /// The file under a path: what it holds, and its text.
    pub(crate) fn get(self, path: &str) -> Option<(Yaml, Text)> {
        let file = self.0.find(path)?;
        let text = self.0.get(file).text();
        Some((hnet_yaml::parse(file, text), Text::verbatim(text, file, 0)))
    }

    /// Puts in what a `talenv.yaml` beside a talconfig says in the clear. What is encrypted stays a placeholder.
    pub(crate) fn substitute(self, talconfig: &str, value: &mut Value) {
        let folder = folder(talconfig);
        let mut known: IndexMap<String, SmolStr> = IndexMap::new();
        for name in ["talenv.yaml", "talenv.yml"] {
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let Some((yaml, _)) = self.get(&path) else { continue };
            let Some(root) = yaml.root().filter(|root| root.get("sops").is_none()) else { continue };
            let pairs = root.entries().into_iter().filter_map(|entry| {
                let (key, value) = (entry.key.as_str()?, entry.value.as_str()?);
                Some((key.to_owned(), SmolStr::new(value)))
            });
            known.extend(pairs);
        }
        if known.is_empty() {
            return;
        }
        value.scalars_mut(&mut |text, _| {
            let mut parts: Vec<(std::ops::Range<usize>, SmolStr)> = Vec::new();
            for (at, _) in text.match_indices("${") {
                let Some(length) = text[at..].find('}') else { break };
                if let Some(known) = known.get(&text[at + 2..at + length]) {
                    parts.push((at..at + length + 1, known.clone()));
                }
            }
            if !parts.is_empty() {
                *text = text.replaced(&parts);
            }
        });
    }
}
