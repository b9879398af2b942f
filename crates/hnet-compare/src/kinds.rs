//! Which kind of document a comparison is about, and where in it.

use hnet_yaml::Reader;

use crate::schema::{self, Fields, KindFacts};

/// A kind of document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    /// The group of its API, without a version: `core`, `apps`, `gateway.networking.k8s.io`. Of what is no API object,
    /// who reads it: `talos`, `talhelper`, `helm`.
    pub group: String,
    /// The kind: `Service`, `LinkConfig`; the chart whose values they are.
    pub kind: String,
}

impl Kind {
    /// A kind of a group.
    #[must_use]
    pub fn new(group: &str, kind: &str) -> Kind {
        Kind { group: group.to_owned(), kind: kind.to_owned() }
    }

    /// The kind that a document with these two fields has. Talos writes its version where others write a group.
    #[must_use]
    pub fn of(api_version: &str, kind: &str) -> Kind {
        match api_version.split_once('/') {
            Some((group, _)) => Kind::new(group, kind),
            None if api_version == "v1alpha1" => Kind::new("talos", kind),
            None => Kind::new("core", kind),
        }
    }

    /// Talos' machine configuration, or a patch of it, which has no kind.
    #[must_use]
    pub fn machine() -> Kind {
        Kind::new("talos", "v1alpha1")
    }

    /// talhelper's file of a cluster.
    #[must_use]
    pub fn talconfig() -> Kind {
        Kind::new("talhelper", "talconfig")
    }

    /// hnet's file for OpenTofu.
    #[must_use]
    pub fn tofu() -> Kind {
        Kind::new("opentofu", "OpenTofu")
    }

    /// The values of a chart.
    #[must_use]
    pub fn values(chart: &str) -> Kind {
        Kind::new("helm", chart)
    }

    /// What the tables say of it.
    #[must_use]
    pub fn facts(&self) -> Option<&'static KindFacts> {
        schema::kind(&self.group, &self.kind)
    }

    /// Its fields.
    #[must_use]
    pub fn fields(&self) -> Option<Fields> {
        match (self.group.as_str(), self.kind.as_str()) {
            ("helm", "cilium") => Some(schema::cilium_values()),
            _ => self.facts().map(KindFacts::fields),
        }
    }

    /// Whether it is an object of Kubernetes' API.
    #[must_use]
    pub fn is_object(&self) -> bool {
        !matches!(self.group.as_str(), "talos" | "talhelper" | "helm" | "opentofu")
    }

    /// Whether it is a document of Talos, whose lists a patch appends to.
    #[must_use]
    pub fn is_talos(&self) -> bool {
        self.group == "talos"
    }

    /// Whether its objects lie in no namespace; not so where that is not known.
    #[must_use]
    pub fn is_cluster_wide(&self) -> bool {
        self.facts().is_some_and(|facts| !facts.is_namespaced)
    }

    /// The program that reads it.
    #[must_use]
    pub fn reader(&self) -> Reader {
        match self.group.as_str() {
            "talos" | "talhelper" => Reader::Talos,
            "helm" => Reader::Helm,
            _ => Reader::ApiServer,
        }
    }
}

/// Where rows of a table hold: kinds, and the end of a path. `*` holds for all kinds; an empty path is the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The kinds, with spaces between.
    pub(crate) kinds: &'static str,
    /// The last keys of the path, with dots between; members of lists have none.
    pub(crate) path: &'static str,
}

impl Place {
    /// Whether it is of this kind.
    pub(crate) fn is_of(&self, kind: &Kind) -> bool {
        self.kinds == "*" || self.kinds.split(' ').any(|name| name == kind.kind || name == kind.group)
    }

    /// Whether it is that of this path of this kind.
    pub(crate) fn holds(&self, kind: &Kind, path: &[&str]) -> bool {
        if self.path.is_empty() {
            return path.is_empty() && self.is_of(kind);
        }
        let mut keys = path.iter().rev();
        self.path.rsplit('.').all(|key| keys.next() == Some(&key)) && self.is_of(kind)
    }
}
