//! What the objects of a cluster say, as facts: statements that need not be the whole of an object.
//!
//! A lift says an object in words or not at all, since what it says is written again. A fact is only asked about, so here
//! a gateway is its addresses and listeners, a route its parents, names and conditions, wherever it stands: as an object
//! or in the values of a chart. What is not known is not said, and is listed with its cause; a list of which a member is
//! not known is not said either, since nothing can be said to be missing from it. Start at [`read`].

mod bgp;
mod charts;
mod gateways;
mod known;
mod not_there;
mod pools;
mod routes;
mod say;
mod services;

use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use hnet_diagnostics::Span;
use hnet_model::Name;
use hnet_repository::{Cluster, Document};
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;
use indexmap::{IndexMap, IndexSet};

pub use charts::filled;
use known::Known;
pub use not_there::{NoGateway, NoSecret, NotThere};

/// What of a cluster is known.
#[derive(Debug, Default)]
pub struct Facts {
    /// The statements.
    pub statements: Vec<Statement>,
    /// What is not known.
    pub unknown: Vec<Unknown>,
    /// What objects name and is not there, where it is seen what is meant.
    pub not_there: NotThere,
    /// How many gateways, routes, routes of charts, pools and certificates are known.
    pub counts: Counts,
    /// Whether all gateways of the cluster are known, and no chart may make one.
    pub has_all_gateways: bool,
    /// Whether all pools of the cluster are among the statements, and nothing else gives out addresses.
    pub has_all_pools: bool,
}

/// What is not known of a cluster, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What it is of.
    pub span: Span,
    /// Why it is not known, so that equal causes are equal texts.
    pub cause: String,
}

/// How much is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Gateways.
    pub gateways: usize,
    /// Routes that are objects.
    pub routes: usize,
    /// Routes in the values of charts.
    pub routes_of_charts: usize,
    /// Pools.
    pub pools: usize,
    /// Certificates.
    pub certificates: usize,
    /// Services that ask for an address.
    pub balanced: usize,
    /// Releases of Cilium.
    pub ciliums: usize,
}

/// Reads the objects of a cluster. What the statements say beyond the objects has the place `unsaid`: a finding that
/// rests on it rests on nothing.
#[must_use]
pub fn read(cluster: &Cluster, unsaid: Span) -> Facts {
    let mut reader = Reader::new(cluster, unsaid);
    reader.objects_of_the_network();
    reader.facts
}

/// Reads the objects of a cluster as what is there beside a source, to whose words they are added: services and what is
/// referred to by name as well. A statement has the name of its object, since objects are referred to by it; one whose
/// name is taken by another is left out. What a service is called in the source is the source's own. What is read stands
/// beside what is read next.
#[must_use]
pub fn observe(cluster: &Cluster, beside: &mut Beside, unsaid: Span) -> Facts {
    let before = beside.names.get(CERTIFICATE).map_or(0, IndexSet::len);
    // There may be as many clusters as there are names, so these are handed on and not copied.
    let beside_it = std::mem::take(beside);
    let mut reader = Reader { beside: beside_it, before, is_strict: true, ..Reader::new(cluster, unsaid) };
    reader.objects_of_the_network();
    reader.named();
    *beside = reader.beside;
    reader.facts
}

/// What stands beside the objects.
#[derive(Debug, Default)]
pub struct Beside {
    /// The names that are taken.
    pub names: Names,
    /// The gateways that routes may name, by namespace and name; none where something of one is not known.
    gateways: IndexMap<(String, String), Option<Gateway>>,
    /// What certificates are called in the statements, by the namespace and name of their secrets.
    pub certificates: IndexMap<(String, String), String>,
    /// Whether the objects are those of statements: what a gateway asks for is then known as if words said it.
    pub is_of_statements: bool,
    /// The names of those certificates of which it is known what they fill.
    placed: IndexSet<String>,
    /// Those of which no certificate is known.
    unfilled: IndexSet<(String, String)>,
}

impl Beside {
    /// Adds a gateway that routes may name.
    pub fn add(&mut self, gateway: KnownGateway) {
        let KnownGateway { namespace, name, listeners } = gateway;
        let known = Gateway { name: name.clone(), listeners, others: Vec::new(), is_issued: false };
        self.gateways.insert((namespace, name), Some(known));
    }

    /// Notes what a certificate is called that fills a secret, by the secret's namespace and name.
    pub fn note_certificate(&mut self, secret: (String, String), name: String) {
        self.placed.insert(name.clone());
        self.certificates.insert(secret, name);
    }

    /// Whether a gateway is known whole.
    #[must_use]
    pub fn knows(&self, namespace: &str, name: &str) -> bool {
        self.gateways.get(&(namespace.to_owned(), name.to_owned())).is_some_and(Option::is_some)
    }
}

/// A field with the text, or with the texts, that stand somewhere in an object; none where one is not known.
#[must_use]
pub fn field(object: &Value, path: &[&str], word: &str) -> Option<Statement> {
    let value = object.at(path)?;
    let all = value.as_list().unwrap_or_else(|| std::slice::from_ref(value));
    let texts: Option<Vec<Word>> = all.iter().map(|one| Some(Word::said(one.as_str()?, one.span))).collect();
    texts.filter(|texts| !texts.is_empty()).map(|texts| say::words(word, value.span, texts))
}

/// A gateway with the names of its listeners and their ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownGateway {
    /// Its namespace.
    pub namespace: String,
    /// Its name, which is that of its statement.
    pub name: String,
    /// The names of its listeners with their ports.
    pub listeners: Vec<(String, String)>,
}

/// Names that are taken, by the keywords of the statements that declare them. Those of routes stand behind their namespaces,
/// in which they are unique, and without one where it is not known.
pub type Names = IndexMap<&'static str, IndexSet<String>>;

/// How many names of a kind are compared in search of those that are meant by others. Behind the first hundreds that are not there
/// nobody reads what else might have been meant.
const COMPARED: usize = 1 << 18;

/// The keyword of routes.
pub const ROUTE: &str = "route";

/// The keyword of certificates.
pub(crate) const CERTIFICATE: &str = "certificate";

/// A gateway that routes may name.
#[derive(Debug)]
struct Gateway {
    /// What it is called in the statements.
    name: String,
    /// The names of its listeners with their ports.
    listeners: Vec<(String, String)>,
    /// The names of those that take no requests of HTTP.
    others: Vec<String>,
    /// Whether cert-manager makes the certificates of its listeners.
    is_issued: bool,
}

struct Reader<'c> {
    cluster: &'c Cluster,
    unsaid: Span,
    known: Rc<Known<'c>>,
    facts: Facts,
    /// What stands beside the objects, with what was read of them.
    beside: Beside,
    /// How many names of certificates were taken before, to whose objects no statement is added unless they are known to fill
    /// other secrets. They are the first.
    before: usize,
    /// The services that are known, by namespace and name.
    seen_services: IndexSet<(String, String)>,
    /// Whether a statement must have the name of its object.
    is_strict: bool,
    /// How many conditions are not known.
    unsaid_paths: Cell<usize>,
    /// How many names may still be compared.
    left: Cell<usize>,
    /// Where a gateway may be made that is not among the objects; none where that may be anywhere.
    makers: OnceCell<Option<BTreeSet<&'c str>>>,
}

impl<'c> Reader<'c> {
    fn new(cluster: &'c Cluster, unsaid: Span) -> Self {
        Reader {
            cluster,
            unsaid,
            known: Rc::new(Known::of(cluster)),
            facts: Facts::default(),
            beside: Beside::default(),
            before: 0,
            seen_services: IndexSet::new(),
            is_strict: false,
            unsaid_paths: Cell::new(0),
            left: Cell::new(COMPARED),
            makers: OnceCell::new(),
        }
    }

    /// What rules ask about.
    fn objects_of_the_network(&mut self) {
        self.certificates();
        self.gateways();
        self.routes();
        self.routes_of_charts();
        self.services();
        self.pools();
        self.bgp();
    }

    /// The objects of a kind whose text is known, each once: a base that is reached twice is one object there.
    fn objects(&mut self, group: &str, kind: &str) -> Vec<&'c Document> {
        let mut seen = IndexSet::new();
        let mut objects = Vec::new();
        for document in self.cluster.of_kind(group, kind) {
            if document.is_replaced {
                self.unknown(document.value.span, "a replacement of kustomize writes into it");
            } else if seen.insert((document.namespace.clone(), document.name().to_owned())) {
                objects.push(document);
            }
        }
        objects
    }

    fn unknown(&mut self, span: Span, cause: impl Into<String>) {
        self.facts.unknown.push(Unknown { span, cause: cause.into() });
    }

    /// The namespace of an object.
    fn namespace(&mut self, document: &Document) -> Option<String> {
        let namespace = document.namespace.as_deref().filter(|namespace| Name::new(namespace).is_ok());
        if namespace.is_none() {
            self.unknown(document.value.span, "its namespace is not said");
        }
        namespace.map(str::to_owned)
    }

    /// A name for a statement of a kind, of which each has its own.
    fn name(&mut self, kind: &'static str, name: &str, namespace: &str) -> Option<String> {
        let is_taken = self.beside.names.get(kind).is_some_and(|taken| taken.contains(name));
        if self.is_strict && is_taken {
            return None;
        }
        if self.is_strict && kind == ROUTE {
            Name::new(name).ok()?;
            return self
                .beside
                .names
                .entry(kind)
                .or_default()
                .insert(format!("{namespace}/{name}"))
                .then(|| name.to_owned());
        }
        self.label(kind, name, namespace)
    }

    /// A name for a statement of a kind that does not stand for its object.
    fn label(&mut self, kind: &'static str, name: &str, namespace: &str) -> Option<String> {
        Name::new(name).ok()?;
        let taken = self.beside.names.entry(kind).or_default();
        let with_namespace = format!("{name}-{namespace}");
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut candidates = [name.to_owned(), with_namespace].into_iter().chain(numbered);
        let found = candidates.find(|own| Name::new(own).is_ok() && !taken.contains(own))?;
        taken.insert(found.clone());
        Some(found)
    }

    /// Whether another name may be compared.
    fn may_compare(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    /// A statement of something that nothing says.
    fn unsaid(&self, word: &str, text: &str) -> Statement {
        say::field(word, text, self.unsaid)
    }
}
