//! Which of the clusters a file of the output is of, by the places that the source says. Start at [`Owners::cluster_of`].

use std::collections::BTreeMap;

use hnet_model::{Output, Pattern, Place};

use crate::Context;
use crate::context::own_pattern;

/// The places of all clusters.
#[derive(Debug, Default)]
pub struct Owners {
    /// What the clusters are called.
    names: Vec<String>,
    /// Those that a cluster says for itself.
    for_one: Places,
    /// Those that are said for all.
    for_all: Places,
}

/// Places, each with the number of its cluster.
#[derive(Debug, Default)]
struct Places {
    /// Files of one path.
    files: BTreeMap<String, usize>,
    /// Those of a pattern.
    patterns: Vec<(Pattern, usize)>,
    folders: Vec<(String, usize)>,
}

impl Places {
    fn add(&mut self, output: &Output, cluster: usize, of_cluster: &dyn Fn(&Pattern) -> Pattern) {
        for place in output.places.values() {
            match place.value.map(of_cluster) {
                Place::Off => {}
                Place::Folder(folder) => self.folders.push((format!("{folder}/"), cluster)),
                Place::Files(pattern) => self.add_file(pattern, cluster),
            }
        }
        output.objects.values().for_each(|place| self.add_file(of_cluster(&place.value), cluster));
    }

    fn add_file(&mut self, pattern: Pattern, cluster: usize) {
        if pattern.variables().next().is_some() {
            self.patterns.push((pattern, cluster));
        } else {
            self.files.entry(pattern.to_string()).or_insert(cluster);
        }
    }

    /// The first of the clusters that has a place for a file.
    fn cluster_of(&self, path: &str) -> Option<usize> {
        let patterns = self.patterns.iter().filter(|(pattern, _)| pattern.fits(path)).map(|(_, cluster)| *cluster);
        let folders = self.folders.iter().filter(|(folder, _)| path.starts_with(folder)).map(|(_, cluster)| *cluster);
        patterns.chain(folders).chain(self.files.get(path).copied()).min()
    }
}

impl Owners {
    pub(crate) fn of(context: &Context<'_>) -> Self {
        let clusters = &context.network.clusters;
        let mut owners = Owners::default();
        for (at, cluster) in clusters.iter().enumerate() {
            owners.names.push(cluster.name.value.to_string());
            owners.for_one.add(&cluster.output, at, &|pattern| own_pattern(cluster, pattern));
            owners.for_all.add(&context.network.output, at, &|pattern| context.of_cluster(cluster, pattern));
        }
        owners
    }

    /// Which of the clusters a file of the output is of, by its number; none where that is of no single one. What a
    /// cluster says for itself goes before the folder that it has otherwise.
    #[must_use]
    pub fn cluster_of(&self, path: &str) -> Option<usize> {
        if self.names.len() == 1 {
            return Some(0);
        }
        let first = path.split('/').next().unwrap_or_default();
        let named = || self.names.iter().position(|name| name == first);
        self.for_one.cluster_of(path).or_else(named).or_else(|| self.for_all.cluster_of(path))
    }
}
