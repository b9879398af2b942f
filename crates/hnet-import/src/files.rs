//! The files of an import, each read once.

use hnet_diagnostics::{FileId, Source, Sources};
use hnet_yaml::{Text, Value, Yaml};
use indexmap::IndexMap;
use smol_str::SmolStr;

/// Files with what they hold as YAML.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// Their texts, by which places are named.
    pub(crate) sources: Sources,
    read: Vec<(String, FileId, Yaml)>,
}

impl Files {
    /// Reads files, each with its path.
    pub(crate) fn new(files: Vec<(String, String)>) -> Files {
        let mut all = Files::default();
        for (path, text) in files {
            let file = all.sources.add(Source::new(path.clone(), text));
            let yaml = hnet_yaml::parse(file, all.sources.get(file).text());
            all.read.push((path, file, yaml));
        }
        all
    }

    /// All files.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, FileId, &Yaml)> {
        self.read.iter().map(|(path, file, yaml)| (path.as_str(), *file, yaml))
    }

    /// The file under a path.
    pub(crate) fn get(&self, path: &str) -> Option<(&Yaml, Text)> {
        let (_, file, yaml) = self.read.iter().find(|(own, ..)| own == path)?;
        Some((yaml, Text::verbatim(self.sources.get(*file).text(), *file, 0)))
    }

    /// Puts in what a `talenv.yaml` beside a talconfig says in the clear. What is encrypted stays a placeholder.
    pub(crate) fn substitute(&self, talconfig: &str, value: &mut Value) {
        let folder = talconfig.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut known: IndexMap<&str, &str> = IndexMap::new();
        for name in ["talenv.yaml", "talenv.yml"] {
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let Some(root) = self.get(&path).and_then(|(yaml, _)| yaml.root()) else { continue };
            if root.get("sops").is_some() {
                continue;
            }
            let pairs =
                root.entries().into_iter().filter_map(|entry| Some((entry.key.as_str()?, entry.value.as_str()?)));
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
                    parts.push((at..at + length + 1, SmolStr::new(known)));
                }
            }
            if !parts.is_empty() {
                *text = text.replaced(&parts);
            }
        });
    }
}
