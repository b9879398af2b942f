//! Where the files go: the parts of the output, and the places that the source gives them.
//!
//! A place is a [`Pattern`] of its source's own text and of variables. What stands for a variable becomes a plain piece
//! of one file name, so no name of an object leads out of the output's folder or makes a hidden file: only
//! [`Pattern::parse`] makes a pattern, and only [`Pattern::path`] a path of it. Start at [`Output`]. It is long,
//! since the table of parts stands beside what a place of one may be.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use hnet_diagnostics::Traced;

/// Declares the parts: each with its word, the part whose folder it lies in, and the variables of its files.
macro_rules! parts {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal, $parent:expr, [$($variable:ident),*];)+) => {
        /// A part of the output.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Part { $($(#[doc = $doc])+ $name,)+ }

        impl Part {
            /// All parts.
            pub const ALL: &'static [Part] = &[$(Part::$name),+];

            /// The word for it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Part::$name => $word,)+ }
            }

            /// The part in whose folder it lies unless the source says otherwise; none of one that holds others. On
            /// k3s the machines are in that of the bootstrap.
            #[must_use]
            pub fn parent(self) -> Option<Part> {
                match self { $(Part::$name => $parent,)+ }
            }

            /// The variables that the pattern of its files may have; none where it is a folder only.
            #[must_use]
            pub fn variables(self) -> &'static [Variable] {
                match self { $(Part::$name => &[$(Variable::$variable),*],)+ }
            }
        }
    };
}

parts! {
    /// Talos configuration.
    Talos = "talos", None, [];
    /// talhelper's talconfig.
    Talconfig = "talconfig", Some(Part::Talos), [Cluster];
    /// What each machine is told: patches for Talos, on k3s its configuration.
    Machines = "machines", Some(Part::Talos), [Node, Cluster];
    /// topf's `topf.yaml` with the folders of its patches.
    Topf = "topf", None, [];
    /// Omni's cluster template.
    Omni = "omni", None, [];
    /// The machines for OpenTofu's provider.
    Tofu = "tofu", None, [];
    /// Kubernetes manifests.
    Infrastructure = "infrastructure", None, [];
    /// Namespaces.
    Namespaces = "namespaces", Some(Part::Infrastructure), [Name, Kind, Cluster];
    /// Cilium's chart with its values.
    Cilium = "cilium", Some(Part::Infrastructure), [Cluster];
    /// Pools of load-balancer addresses.
    Pools = "pools", Some(Part::Infrastructure), [Name, Kind, Cluster];
    /// What announces the addresses on the LAN.
    L2Policies = "l2-policies", Some(Part::Infrastructure), [Name, Kind, Cluster];
    /// Who may talk to whom.
    Policies = "policies", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// Who speaks BGP with routers, and what is told them.
    Bgp = "bgp", Some(Part::Infrastructure), [Name, Kind, Cluster];
    /// Cluster DNS.
    CoreDns = "coredns", Some(Part::Infrastructure), [Name, Kind, Cluster];
    /// Gateways.
    Gateways = "gateways", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// What Envoy Gateway is told.
    Envoy = "envoy", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// Routes.
    Routes = "routes", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// Services outside the cluster, with their endpoints.
    Services = "services", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// Names that external-dns publishes.
    Records = "records", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// Who issues certificates.
    Issuers = "issuers", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// Certificates.
    Certificates = "certificates", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// What allows references between namespaces.
    ReferenceGrants = "reference-grants", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// How gateways speak TLS to services.
    BackendTlsPolicies = "backend-tls-policies", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// What runs tunnels.
    Cloudflared = "cloudflared", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// What fetches secrets from their stores.
    ExternalSecrets = "external-secrets", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// What Prometheus scrapes.
    Monitors = "monitors", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// Objects that the source writes out.
    Manifests = "manifests", Some(Part::Infrastructure), [Namespace, Name, Kind, Cluster];
    /// Argo CD's ApplicationSet.
    Argocd = "argocd", None, [Namespace, Name, Kind, Cluster];
    /// Flux's Kustomization over the manifests.
    Flux = "flux", None, [Namespace, Name, Kind, Cluster];
    /// What must stand before GitOps can run.
    Bootstrap = "bootstrap", None, [];
    /// What routers are told, for each that says what it runs.
    Routers = "routers", None, [];
    /// The documentation.
    Docs = "docs", None, [];
}

impl Part {
    /// The folder of a part that holds others, or stands for itself, unless the source says otherwise.
    #[must_use]
    pub fn default_folder(self) -> &'static str {
        match self {
            Part::Talos | Part::Topf | Part::Omni | Part::Tofu => "talos",
            Part::Argocd | Part::Flux | Part::Bootstrap | Part::Routers | Part::Docs => self.word(),
            _ => "infrastructure/networking",
        }
    }

    /// Whether it is written where the source says nothing of it. What is not is another form of what is.
    #[must_use]
    pub fn is_written_unasked(self) -> bool {
        !matches!(self, Part::Topf | Part::Omni | Part::Tofu)
    }

    /// Whether it is made of objects, several of which may stand in one file.
    #[must_use]
    pub fn is_of_objects(self) -> bool {
        self.variables().contains(&Variable::Kind)
    }
}

/// What a pattern says of the thing that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// The namespace of an object.
    Namespace,
    /// The name of an object.
    Name,
    /// The kind of an object, in lower case: `httproute`.
    Kind,
    /// The name of the cluster.
    Cluster,
    /// The name of a machine.
    Node,
}

impl Variable {
    const ALL: [Variable; 5] = [Variable::Namespace, Variable::Name, Variable::Kind, Variable::Cluster, Variable::Node];

    /// The word between the braces.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Variable::Namespace => "namespace",
            Variable::Name => "name",
            Variable::Kind => "kind",
            Variable::Cluster => "cluster",
            Variable::Node => "node",
        }
    }
}

/// A relative path in which variables may stand: `kubernetes/apps/{namespace}/{name}/app/httproute.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(Variable),
}

/// Why a text is no pattern, with the bytes that are wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// A brace without the other.
    Brace(Range<usize>),
    /// No variable is called this.
    Unknown(Range<usize>),
    /// A piece between slashes that is empty or starts with a dot.
    Hidden(Range<usize>),
    /// Its file name is that of a kustomization.
    Kustomization(Range<usize>),
}

/// What stands for the variables.
#[derive(Clone, Copy, Debug, Default)]
pub struct Values<'a> {
    /// For `{cluster}`.
    pub cluster: &'a str,
    /// For `{node}`.
    pub node: &'a str,
    /// For `{kind}`.
    pub kind: &'a str,
    /// For `{namespace}`; empty for an object that says none.
    pub namespace: &'a str,
    /// For `{name}`.
    pub name: &'a str,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Says what keeps the text from being one.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut pieces = Vec::new();
        let mut start = 0;
        while let Some(at) = text[start..].find(['{', '}']).map(|at| start + at) {
            let end = text[at..].find('}').map(|length| at + length);
            let Some(end) = end.filter(|end| *end > at && !text[at + 1..*end].contains('{')) else {
                return Err(PatternError::Brace(at..at + 1));
            };
            let word = &text[at + 1..end];
            let variable = Variable::ALL.into_iter().find(|variable| variable.word() == word);
            let variable = variable.ok_or(PatternError::Unknown(at..end + 1))?;
            if at > start {
                pieces.push(Piece::Text(text[start..at].to_owned()));
            }
            pieces.push(Piece::Variable(variable));
            start = end + 1;
        }
        if start < text.len() {
            pieces.push(Piece::Text(text[start..].to_owned()));
        }
        let mut start = 0;
        for part in text.split('/') {
            let range = start..start + part.len();
            if part.is_empty() || part.starts_with('.') || part.contains(['\\', ':']) {
                return Err(PatternError::Hidden(range));
            }
            start = range.end + 1;
        }
        let name = text.rsplit('/').next().unwrap_or_default();
        if is_kustomization(name) {
            return Err(PatternError::Kustomization(text.len() - name.len()..text.len()));
        }
        Ok(Pattern(pieces))
    }

    /// A path without variables, of names that are known to be sound.
    #[must_use]
    pub fn plain(path: &str) -> Option<Self> {
        Pattern::parse(path).ok().filter(|pattern| pattern.variables().next().is_none())
    }

    /// The variables in it.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Variable(variable) => Some(*variable),
        })
    }

    /// Whether it names a file of YAML, and not a folder.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self.0.last(), Some(Piece::Text(end)) if is_yaml(end))
    }

    /// The path for these values.
    #[must_use]
    pub fn path(&self, values: Values<'_>) -> String {
        let mut path = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => path.push_str(text),
                Piece::Variable(variable) => path.push_str(&plain(match variable {
                    Variable::Namespace if values.namespace.is_empty() => "default",
                    Variable::Namespace => values.namespace,
                    Variable::Name => values.name,
                    Variable::Kind => values.kind,
                    Variable::Cluster => values.cluster,
                    Variable::Node => values.node,
                })),
            }
        }
        // A name is a kustomization's only if a variable made it so.
        match path.rfind('.').filter(|_| is_kustomization(path.rsplit('/').next().unwrap_or_default())) {
            Some(end) => format!("{}_{}", &path[..end], &path[end..]),
            None => path,
        }
    }

    /// The same with the cluster's name in its place, for people.
    #[must_use]
    pub fn of_cluster(&self, cluster: &str) -> Pattern {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Variable(Variable::Cluster) => Piece::Text(plain(cluster)),
            other => other.clone(),
        });
        Pattern(pieces.collect())
    }

    /// The same in a folder.
    #[must_use]
    pub fn below(self, folder: &str) -> Pattern {
        let mut pieces = vec![Piece::Text(format!("{}/", plain(folder)))];
        pieces.extend(self.0);
        Pattern(pieces)
    }

    /// Whether a path may have come of it.
    #[must_use]
    pub fn fits(&self, path: &str) -> bool {
        fits(&self.0, path)
    }

    /// The folder that all its paths lie in, as far as it is known without values.
    #[must_use]
    pub fn folder(&self) -> &str {
        match self.0.first() {
            Some(Piece::Text(text)) => text.rsplit_once('/').map_or("", |(folder, _)| folder),
            _ => "",
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Variable(variable) => write!(f, "{{{}}}", variable.word()),
        })
    }
}

/// Whether a path may have come of these pieces. A variable stands for a piece of one file name.
fn fits(pieces: &[Piece], path: &str) -> bool {
    // The places in the path up to which the pieces so far may reach.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for piece in pieces {
        let mut next = vec![false; path.len() + 1];
        match piece {
            Piece::Text(text) => {
                for at in (0..=path.len()).filter(|at| reached[*at]) {
                    if path.as_bytes()[at..].starts_with(text.as_bytes()) {
                        next[at + text.len()] = true;
                    }
                }
            }
            Piece::Variable(_) => {
                let mut within = false;
                for (at, sign) in path.bytes().enumerate() {
                    within = (within || reached[at]) && sign != b'/';
                    next[at + 1] = within;
                }
            }
        }
        reached = next;
    }
    reached[path.len()]
}

/// A text as a piece of a file name: in lower case, of portable signs, with a letter or digit at both ends.
fn plain(text: &str) -> String {
    let sign = |sign: char| match sign.to_ascii_lowercase() {
        sign if sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_') => sign,
        _ => '-',
    };
    let text: String = text.chars().map(sign).collect();
    match text.trim_matches(['.', '-', '_']) {
        "" => "none".to_owned(),
        text => text.to_owned(),
    }
}

/// Whether a file of this name holds YAML.
#[must_use]
pub fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

/// Whether kustomize would take a file of this name for its own.
fn is_kustomization(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "kustomization" | "kustomization.yaml" | "kustomization.yml")
}

/// Where a part goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is left out.
    Off,
    /// Into a folder of hnet's own.
    Folder(Pattern),
    /// Into files beside those of others.
    Files(Pattern),
}

impl Place {
    /// The same with a pattern for another.
    #[must_use]
    pub fn map(&self, change: impl FnOnce(&Pattern) -> Pattern) -> Place {
        match self {
            Place::Off => Place::Off,
            Place::Folder(folder) => Place::Folder(change(folder)),
            Place::Files(pattern) => Place::Files(change(pattern)),
        }
    }
}

/// An object by its kind, its namespace and its name, as a source writes it: `HTTPRoute/media/jellyfin`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName {
    /// Its kind.
    pub kind: String,
    /// Its namespace; none where it says none.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{}/{namespace}/{}", self.kind, self.name),
            None => write!(f, "{}/{}", self.kind, self.name),
        }
    }
}

/// Where the files go, those of all clusters or of one. What one cluster says goes before what is said for all, and its
/// paths start at the output's folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// The folder of the output, from that of the source, unless whoever builds says another; empty for the source's own.
    /// No single cluster says it.
    pub folder: Option<Traced<String>>,
    /// Where the parts go of which the source says it.
    pub places: BTreeMap<Part, Traced<Place>>,
    /// Where single objects go, by their names.
    pub objects: BTreeMap<ObjectName, Traced<Pattern>>,
}

impl Output {
    /// What the source says of a part itself.
    #[must_use]
    pub fn place(&self, part: Part) -> Option<&Traced<Place>> {
        self.places.get(&part)
    }

    /// Whether objects are taken out of their components' folders, so that several components may write one file.
    #[must_use]
    pub fn moves_objects(&self) -> bool {
        let moves = |(part, place): (&Part, &Traced<Place>)| match place.value {
            Place::Off => false,
            Place::Folder(_) => part.parent() == Some(Part::Infrastructure),
            Place::Files(_) => part.is_of_objects() || *part == Part::Cilium,
        };
        !self.objects.is_empty() || self.places.iter().any(moves)
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, PatternError, Values};

    fn path(pattern: &str, name: &str) -> String {
        let pattern = Pattern::parse(pattern).expect("a pattern");
        let path = pattern.path(Values { name, kind: "HTTPRoute", ..Values::default() });
        assert!(pattern.fits(&path) || path.contains("kustomization_"), "{path} is no path of {pattern}");
        path
    }

    #[test]
    fn what_stands_for_a_variable_is_a_piece_of_one_file_name() {
        for (name, wanted) in [
            ("jellyfin", "a/jellyfin/b.yaml"),
            ("system:coredns", "a/system-coredns/b.yaml"),
            ("../../etc/passwd", "a/etc-passwd/b.yaml"),
            (".git", "a/git/b.yaml"),
            ("..", "a/none/b.yaml"),
            ("", "a/none/b.yaml"),
            ("${APP}", "a/app/b.yaml"),
            ("a\\b\n", "a/a-b/b.yaml"),
        ] {
            assert_eq!(path("a/{name}/b.yaml", name), wanted);
        }
        assert_eq!(path("{kind}-{name}.yaml", "x"), "httproute-x.yaml");
        assert_eq!(path("{namespace}/{name}.yaml", "x"), "default/x.yaml");
        assert_eq!(path("a/{name}.yaml", "kustomization"), "a/kustomization_.yaml");
        assert_eq!(path("a/{name}.yaml", "Kustomization"), "a/kustomization_.yaml");
    }

    #[test]
    fn a_pattern_names_no_hidden_file_and_no_kustomization() {
        let parse = Pattern::parse;
        for hidden in ["", "/a.yaml", "a//b.yaml", ".git/a.yaml", "a/../b.yaml", "a/.hnet-manifest", "a/"] {
            assert!(matches!(parse(hidden), Err(PatternError::Hidden(_))), "{hidden}");
        }
        assert_eq!(parse("a/kustomization.yaml"), Err(PatternError::Kustomization(2..20)));
        assert_eq!(parse("a/{app}.yaml"), Err(PatternError::Unknown(2..7)));
        for (wrong, at) in [("a/{name.yaml", 2), ("a/name}.yaml", 6), ("a/{{name}}", 2), ("a/{name}}", 8)] {
            assert_eq!(parse(wrong), Err(PatternError::Brace(at..at + 1)), "{wrong}");
        }
    }

    #[test]
    fn a_pattern_reads_back_and_knows_its_paths() {
        let text = "kubernetes/{namespace}/{name}/app/{kind}.yaml";
        let pattern = Pattern::parse(text).expect("a pattern");
        assert_eq!(pattern.to_string(), text);
        assert_eq!(pattern.folder(), "kubernetes");
        assert!(pattern.is_file());
        assert!(pattern.fits("kubernetes/media/jellyfin/app/httproute.yaml"));
        assert!(!pattern.fits("kubernetes/media/a/jellyfin/app/httproute.yaml"));
        assert!(!pattern.fits("kubernetes/media/jellyfin/app/.yaml"));
    }
}
