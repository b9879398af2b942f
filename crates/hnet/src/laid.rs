//! What stands in `patch` is a fact as well: an address that a gateway asks for, the parents of a route, the addresses of a
//! pool, what a certificate is for, the address and the ports of a Service.
//!
//! The objects of statements are read with their patches laid over them, by the reader of what exists. What of that has
//! its place in a patch stands in a copy of the statement, in the place of what the statement says. The copies are
//! checked and judged; written is the network of the words, over which the emitters lay the patches. Start at [`read`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_check::Checked;
use hnet_compare::Kind;
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Source, Sources, Span, codes};
use hnet_emit::overlay::{Written, kind_of, written};
use hnet_emit::yaml::{Node, Scalar, Value};
use hnet_manifests::versions::gateway_services::asks_by_annotation;
use hnet_model::{Cluster, Gateway, Name, Network, Overlay, Owner, RawYaml, Service, ServiceTarget, Traced};
use hnet_observe::{Beside, KnownGateway, NotThere};
use hnet_repository::Document;
use hnet_rules::Open;
use hnet_syntax::tree::{End, Statement, Tree};
use hnet_yaml::{Field, Style, Text};

use crate::observe::NOT_SAID;
use crate::theirs::Theirs;

/// The network as the patches leave it.
#[derive(Debug)]
pub(crate) struct Laid {
    trees: Vec<Tree>,
    /// The text of what nothing says.
    unsaid: FileId,
    /// The statements of whose patch something is not known.
    open: Vec<Span>,
    /// The gateways that routes name by a patch and the secrets that gateways present by one, and that are not there.
    pub(crate) not_there: NotThere,
}

/// What a certificate's object says, and the word for it.
const OF_CERTIFICATES: [(&[&str], &str); 2] = [(&["spec", "dnsNames"], "names"), (&["spec", "secretName"], "secret")];

/// A statement over whose object a patch is laid.
struct Patched<'n> {
    keyword: &'static str,
    name: &'n Traced<Name>,
    namespace: Option<&'n Traced<Name>>,
    overlay: &'n Overlay,
}

/// What the patches of a statement say.
#[derive(Default)]
struct Said {
    /// As far as there are words for it: fields of the statement.
    fields: Vec<Statement>,
    /// Where the patches stand.
    patches: Vec<Span>,
}

/// What patches refer to and nothing else says, by the statement that it is found beside.
type Others = BTreeMap<Span, Vec<Statement>>;

/// Reads what patches say; none where they say nothing that is a fact. Of one that is wrong as such, by what was found,
/// nothing is known.
pub(crate) fn read(trees: &[Tree], network: &Network, found: &Diagnostics, sources: &mut Sources) -> Option<Laid> {
    if network.clusters.iter().all(|cluster| patched(cluster).next().is_none()) {
        return None;
    }
    let written = written(network, sources);
    let mut objects: BTreeMap<Span, Vec<&Written>> = BTreeMap::new();
    for object in written.iter().filter(|object| object.is_main || is_service(object)) {
        object.statements.iter().for_each(|statement| objects.entry(*statement).or_default().push(object));
    }
    let unsaid = sources.add(Source::new("(not said)", NOT_SAID));
    let mut reading = Reading {
        unsaid: Span::new(unsaid, 0, NOT_SAID.len()),
        objects,
        wrong: places(found.iter().filter(|one| is_of_patches(one) && *one.code != codes::PATCH_CONTRADICTS)),
        said: BTreeMap::new(),
        others: Others::new(),
        open: BTreeSet::new(),
        not_there: NotThere::default(),
    };
    network.clusters.iter().for_each(|cluster| reading.cluster(cluster));
    let Reading { said, others, open, not_there, .. } = reading;
    if said.is_empty() && open.is_empty() && others.is_empty() {
        return None;
    }
    let mut trees = trees.to_vec();
    trees.iter_mut().for_each(|tree| lay(&mut tree.statements, &said, &others));
    Some(Laid { trees, unsaid, open: open.into_iter().collect(), not_there })
}

/// The places that findings speak of.
fn places<'d>(findings: impl Iterator<Item = &'d Diagnostic>) -> BTreeSet<Span> {
    findings.flat_map(|finding| &finding.labels).map(|label| label.span).collect()
}

/// The statements of a cluster that have a patch which may say a fact.
fn patched(cluster: &Cluster) -> impl Iterator<Item = Patched<'_>> {
    let own = |keyword, name, namespace, overlay| Patched { keyword, name, namespace, overlay };
    let gateways = cluster.gateways.iter().map(move |it| own("gateway", &it.name, Some(&it.namespace), &it.overlay));
    let routes = cluster.routes.iter().map(move |it| own("route", &it.name, Some(&it.namespace), &it.overlay));
    let certificates =
        cluster.certificates.iter().map(move |it| own("certificate", &it.name, Some(&it.namespace), &it.overlay));
    let issuers =
        cluster.issuers.iter().map(move |it| own("certificate-issuer", &it.name, it.namespace.as_ref(), &it.overlay));
    let pools = cluster.pools.iter().map(move |it| own("pool", &it.name, None, &it.overlay));
    let policies = cluster.policies.iter().map(move |it| own("policy", &it.name, it.namespace.as_ref(), &it.overlay));
    let is_written = |it: &&Service| matches!(it.target, ServiceTarget::Host { .. });
    let envoy = cluster.envoy.iter();
    let envoy = envoy.map(move |it| own(it.kind.keyword(), &it.name, Some(&it.namespace), &it.overlay));
    let services = cluster.services.iter().filter(is_written);
    let services = services.map(move |it| own(SERVICE, &it.name, Some(&it.namespace), &it.overlay));
    let tunnels = cluster.tunnels.iter().map(move |it| own(TUNNEL, &it.name, Some(&it.namespace), &it.overlay));
    let all = gateways
        .chain(routes)
        .chain(certificates)
        .chain(issuers)
        .chain(pools)
        .chain(policies)
        .chain(envoy)
        .chain(services)
        .chain(tunnels);
    all.filter(|one| !one.overlay.patches.is_empty() && one.overlay.owner == Owner::Hnet)
}

/// Statements that have a Service which hnet writes.
const SERVICE: &str = "service";
const TUNNEL: &str = "tunnel";

/// Whether an object is a Service, which several kinds of statements have beside others.
fn is_service(object: &Written) -> bool {
    kind_of(&object.object) == Kind::new("core", "Service")
}

struct Reading<'n> {
    unsaid: Span,
    /// The main objects over which something is laid, and Services, by their statements.
    objects: BTreeMap<Span, Vec<&'n Written>>,
    /// Where something is wrong with patches as such.
    wrong: BTreeSet<Span>,
    /// What the patches of a statement say, by the place of its name.
    said: BTreeMap<Span, Said>,
    others: Others,
    open: BTreeSet<Span>,
    not_there: NotThere,
}

impl Reading<'_> {
    /// Certificates first, which gateways name; then gateways, which routes name.
    fn cluster(&mut self, cluster: &Cluster) {
        let mut documents: BTreeMap<&str, Vec<(Patched<'_>, Document)>> = BTreeMap::new();
        for one in patched(cluster) {
            let is_wrong = |patch: &RawYaml| {
                let at = |place| Span { start: place, end: place, ..patch.span };
                self.wrong.range(at(patch.span.start)..=at(patch.span.end)).any(|place| holds(patch.span, *place))
            };
            if one.overlay.patches.iter().any(is_wrong) {
                self.open.insert(one.overlay.span);
                continue;
            }
            if let Some(document) = self.document(&one) {
                documents.entry(one.keyword).or_default().push((one, document));
            }
        }
        let mut beside = Beside::default();
        let secrets = cluster.certificates.iter().map(|own| {
            let key = (own.namespace.value.as_str().to_owned(), own.secret_name().value.to_owned());
            (key, own.name.value.as_str().to_owned())
        });
        beside.certificates = secrets.collect();
        beside.is_of_statements = true;
        for (certificate, document) in documents.remove("certificate").unwrap_or_default() {
            let fields: Vec<Statement> = OF_CERTIFICATES
                .iter()
                .filter_map(|(path, word)| hnet_observe::field(&document.value, path, word))
                .collect();
            let secret = document.value.str_at(&["spec", "secretName"]);
            if let (Some(secret), Some(namespace)) = (secret, certificate.namespace) {
                let key = (namespace.value.as_str().to_owned(), secret.to_owned());
                beside.certificates.insert(key, certificate.name.value.as_str().to_owned());
            }
            self.note(&certificate, fields);
        }
        let own = beside.certificates.values().cloned().collect();
        beside.names.insert("certificate", own);
        let gateways = documents.remove("gateway").unwrap_or_default();
        let is_laid: BTreeSet<Span> = gateways.iter().map(|(gateway, _)| gateway.name.span()).collect();
        let others = cluster.gateways.iter().filter(|own| !is_laid.contains(&own.name.span()));
        others.for_each(|gateway| beside.add(known(gateway)));
        self.facts(gateways, &mut beside);
        // Of a gateway of which something is not known the words hold.
        for gateway in cluster.gateways.iter().filter(|own| is_laid.contains(&own.name.span())) {
            if !beside.knows(gateway.namespace.value.as_str(), gateway.name.value.as_str()) {
                beside.add(known(gateway));
            }
        }
        for keyword in [SERVICE, TUNNEL] {
            self.services(cluster, documents.remove(keyword).unwrap_or_default());
        }
        for (_, rest) in documents {
            self.facts(rest, &mut beside);
        }
    }

    /// Notes what Services say with the patches that are laid over them, each as one that is there beside its statement,
    /// which has no words for addresses and several ports.
    fn services(&mut self, cluster: &Cluster, objects: Vec<(Patched<'_>, Document)>) {
        let mut beside = Beside::default();
        let labels = cluster.services.iter().filter_map(|own| Some(own.label.as_ref()?.value.to_string()));
        beside.names.insert(SERVICE, labels.collect());
        for (one, document) in objects {
            let object = hnet_repository::Cluster::of(vec![document], self.unsaid);
            let read = hnet_observe::observe(&object, &mut beside, self.unsaid);
            if !read.unknown.is_empty() {
                self.open.insert(one.overlay.span);
            }
            // Statements are told apart by where they begin, and what runs a tunnel has its name of the whole of one.
            let statements = read.statements.into_iter().map(|mut statement| {
                statement.keyword.span = one.name.span();
                statement.span = one.name.span();
                statement.arguments.iter_mut().take(1).for_each(|name| name.value.span = one.name.span());
                statement
            });
            self.others.entry(one.name.span()).or_default().extend(statements);
        }
    }

    /// Notes what objects say, with the patches that are laid over them.
    fn facts(&mut self, objects: Vec<(Patched<'_>, Document)>, beside: &mut Beside) {
        let (patched, documents): (Vec<Patched<'_>>, Vec<Document>) = objects.into_iter().unzip();
        let cluster = hnet_repository::Cluster::of(documents, self.unsaid);
        let read = hnet_observe::observe(&cluster, beside, self.unsaid);
        self.not_there.extend(read.not_there);
        let mut by_name: BTreeMap<Span, Statement> = BTreeMap::new();
        let mut pools: BTreeMap<String, Statement> = BTreeMap::new();
        for statement in read.statements {
            if statement.keyword.text == "certificate" {
                // A secret that a gateway presents, and that no certificate here fills.
                let beside = patched.first().map(|one| one.name.span());
                self.others.entry(beside.unwrap_or_default()).or_default().push(statement);
                continue;
            }
            let Some(name) = statement.arguments.first().map(|name| &name.value) else { continue };
            match statement.keyword.text.as_str() {
                "pool" => pools.insert(name.text.to_string(), statement),
                _ => by_name.insert(name.span, statement),
            };
        }
        for one in patched {
            let found = match one.keyword {
                // A pool's statement has the place of all that it says.
                "pool" => pools.remove(one.name.value.as_str()),
                _ => by_name.remove(&one.name.span()),
            };
            match found {
                Some(fact) => self.note(&one, fact.statements().to_vec()),
                None => {
                    self.open.insert(one.overlay.span);
                }
            }
        }
    }

    /// Notes those fields that a patch says, and those beside which it says some.
    fn note(&mut self, one: &Patched<'_>, fields: Vec<Statement>) {
        let patches: Vec<Span> = one.overlay.patches.iter().map(|patch| patch.span).collect();
        if fields.iter().any(|field| says(field, &patches)) {
            self.said.insert(one.name.span(), Said { fields, patches });
        }
    }

    /// The object of a statement as its patches leave it, where they leave it there.
    fn document(&self, one: &Patched<'_>) -> Option<Document> {
        let is_its = |object: &&&Written| if one.keyword == TUNNEL { is_service(object) } else { object.is_main };
        let mut objects = self.objects.get(&one.overlay.span)?.iter().filter(is_its);
        let (Some(object), None) = (objects.next(), objects.next()) else { return None };
        let mut laid: Option<Node> = None;
        for block in one.overlay.patches.iter().filter(|block| object.is_meant_by(block)) {
            let whole = Written { object: laid.unwrap_or_else(|| object.object.clone()), ..(*object).clone() };
            laid = Some(whole.with(block)?);
        }
        let mut document = Document::written(value(&laid?), FileId::default(), 0);
        if let Some(namespace) = one.namespace {
            document.namespace = Some(namespace.value.as_str().into());
        }
        Some(document)
    }
}

/// A gateway of the source as routes name it.
fn known(gateway: &Gateway) -> KnownGateway {
    let listeners = gateway.listeners.iter();
    KnownGateway {
        namespace: gateway.namespace.value.as_str().to_owned(),
        name: gateway.name.value.as_str().to_owned(),
        listeners: listeners.map(|it| (it.name.value.as_str().to_owned(), it.port.value.to_string())).collect(),
    }
}

/// A part of an object as what reads YAML sees it.
fn value(node: &Node) -> hnet_yaml::Value {
    let span = node.origin.span;
    let kind = match &node.value {
        Value::Mapping(entries) => {
            let fields = entries.iter().map(|(key, child)| {
                let key = Text::at(key.as_str(), child.origin.span);
                let field = Field { key, comments: None, merged: None, value: value(child) };
                (field.key.as_str().into(), field)
            });
            hnet_yaml::ValueKind::Map(fields.collect())
        }
        Value::Sequence(items) => hnet_yaml::ValueKind::List(items.iter().map(value).collect()),
        Value::Scalar(scalar) => {
            let text = if *scalar == Scalar::Null { "null".to_owned() } else { node.text() };
            hnet_yaml::ValueKind::Scalar(Text::at(text, span), Style::Plain)
        }
        Value::Text(_) | Value::Lines(_) => hnet_yaml::ValueKind::Scalar(Text::at(node.text(), span), Style::Double),
    };
    hnet_yaml::Value::of(kind, span)
}

/// Whether a place is within another.
fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// Whether a field says something that stands in one of the patches.
fn says(field: &Statement, patches: &[Span]) -> bool {
    let is_there = |span: Span| patches.iter().any(|patch| holds(*patch, span));
    is_there(field.keyword.span)
        || field.arguments.iter().any(|argument| is_there(argument.value.span))
        || field.statements().iter().any(|nested| says(nested, patches))
}

/// Puts what patches say into the statements of a body, and those below.
fn lay(statements: &mut Vec<Statement>, said: &BTreeMap<Span, Said>, others: &Others) {
    let mut added = Vec::new();
    for statement in statements.iter_mut() {
        let name = statement.arguments.first().map(|name| name.value.span).unwrap_or_default();
        if let Some(others) = others.get(&name) {
            added.push(Statement::new(hnet_check::EXISTING, statement.keyword.span).holding(others.iter().cloned()));
        }
        if let Some(said) = said.get(&name) {
            said.lay_over(statement);
        } else if let End::Body(body) = &mut statement.end {
            lay(&mut body.statements, said, others);
        }
    }
    statements.append(&mut added);
}

impl Said {
    fn lay_over(&self, own: &mut Statement) {
        let word = own.keyword.text.clone();
        let laid: Vec<&Statement> = self.fields.iter().filter(|field| says(field, &self.patches)).collect();
        let is_said = |wanted: &str| laid.iter().any(|field| field.keyword.text == wanted);
        let of_rules = if word == "route" { hnet_check::words_of_rules() } else { Vec::new() };
        if word == "route" && (is_said("rule") || is_said("to")) {
            // A rule of a patch takes the place of all that the route says of its rules.
            let rules = self.fields.iter().filter(|field| of_rules.contains(&field.keyword.text.as_str()));
            put(own, &of_rules, rules.cloned());
        }
        let listeners: Vec<&Statement> = self.fields.iter().filter(|field| field.keyword.text == LISTENER).collect();
        let has_own = own.statements().iter().any(|nested| nested.keyword.text == LISTENER);
        for field in laid {
            match field.keyword.text.as_str() {
                word if of_rules.contains(&word) => {}
                LISTENER if has_own => self.lay_listener(own, field),
                // What there is without words is the one that a gateway has by default.
                LISTENER => put(own, &[LISTENER], listeners.iter().map(|listener| (*listener).clone())),
                "service-annotations" => {
                    let texts = field.arguments.iter().map(|argument| &argument.value);
                    let added = texts.filter(|value| says(&Statement::new("", value.span), &self.patches));
                    let added: Vec<_> = added.filter(|value| !has_key(own, &value.text)).cloned().collect();
                    if let Some(first) = added.first() {
                        let field = Statement::new("service-annotations", first.span).with_list(added);
                        put(own, &[], [field]);
                    }
                }
                // An annotation asks for what the word says, and it is asked for as well.
                "address" if self.asks_by_annotation() => put(own, &[], [field.clone()]),
                "addresses" => put(own, &["addresses", "first-and-last"], [field.clone()]),
                word => put(own, &[word], [field.clone()]),
            }
        }
    }

    /// Whether these are of a gateway for whose addresses an annotation asks.
    fn asks_by_annotation(&self) -> bool {
        let class = self.fields.iter().find(|field| field.keyword.text == "class");
        class.and_then(|class| class.arguments.first()).is_some_and(|class| asks_by_annotation(&class.value.text))
    }

    fn lay_listener(&self, own: &mut Statement, field: &Statement) {
        let name = |listener: &Statement| listener.arguments.first().map(|name| name.value.text.clone());
        let End::Body(body) = &mut own.end else { return };
        let mut listeners = body.statements.iter_mut().filter(|nested| nested.keyword.text == LISTENER);
        match listeners.find(|listener| name(listener) == name(field)) {
            Some(listener) => {
                for part in field.statements().iter().filter(|part| says(part, &self.patches)) {
                    put(listener, &[part.keyword.text.as_str()], [part.clone()]);
                }
            }
            None => body.statements.push(field.clone()),
        }
    }
}

/// The word of a gateway's ports.
const LISTENER: &str = "listener";

/// Whether a statement says an annotation of that key itself.
fn has_key(statement: &Statement, pair: &str) -> bool {
    let key = pair.split_once('=').map_or(pair, |(key, _)| key);
    let is_it = |text: &str| text.split_once('=').is_some_and(|(own, _)| own == key);
    let own = statement.arguments.iter().chain(statement.statements().iter().flat_map(|nested| &nested.arguments));
    own.into_iter().any(|argument| is_it(&argument.value.text))
}

/// Puts fields into a statement in the place of those of some words, in its line and in its body.
fn put(statement: &mut Statement, words: &[&str], fields: impl IntoIterator<Item = Statement>) {
    // The word of a field, its value, and what commas add to that.
    let (mut is_taken, mut is_word) = (false, false);
    let mut at = 0;
    statement.arguments.retain(|argument| {
        at += 1;
        if argument.comma.is_none() && !std::mem::take(&mut is_word) {
            is_taken = at > 1 && words.contains(&argument.value.text.as_str());
            is_word = is_taken;
        }
        !is_taken
    });
    if let End::Body(body) = &mut statement.end {
        body.statements.retain(|nested| !words.contains(&nested.keyword.text.as_str()));
    }
    let whole = std::mem::replace(statement, Statement::new("", Span::default()));
    *statement = whole.holding(fields);
}

/// What is said of patches as such, which the words are judged by.
static OF_PATCHES: [&hnet_diagnostics::Code; 4] = [
    &codes::PATCH_OF_NO_OBJECT,
    &codes::PATCH_CONTRADICTS,
    &codes::PATCH_OF_WRONG_TYPE,
    &codes::PATCH_OF_UNKNOWN_FIELD,
];

fn is_of_patches(finding: &Diagnostic) -> bool {
    OF_PATCHES.contains(&finding.code)
}

/// Whether the words alone decide it: also where objects go, since no patch changes the name of one.
fn is_of_words(finding: &Diagnostic) -> bool {
    is_of_patches(finding) || *finding.code == codes::PLACE_OF_NO_OBJECT
}

impl Laid {
    /// Judges the network as the patches leave it. What was found of the words holds as far as it is about patches as
    /// such, or still holds; `open` says what may not be known.
    pub(crate) fn judge(&self, open: Open, theirs: &Theirs, sources: &Sources, of_words: Diagnostics) -> Diagnostics {
        let mut found = Diagnostics::new();
        let Checked { network, mut holes, .. } = hnet_check::check(&self.trees, sources, &mut found);
        let Some(network) = network else { return of_words };
        holes.extend(self.open.iter().copied());
        self.drop_unsaid(&mut found);
        // Said before the rules, some of which are silent where something is refused.
        let wrong: Vec<Diagnostic> = of_words.into_sorted().into_iter().filter(is_of_words).collect();
        let places: BTreeSet<Span> =
            wrong.iter().filter(|one| is_of_patches(one)).filter_map(Diagnostic::span).collect();
        wrong.iter().cloned().for_each(|one| {
            found.report(one);
        });
        theirs.judge(&network, &holes, open, sources, &mut found);
        self.drop_unsaid(&mut found);
        // The copies say with words what patches say, and are no measure of these. What a wrong part of a patch leads to is
        // that mistake.
        found.retain(|one| !is_of_words(one) && !one.labels.iter().any(|label| places.contains(&label.span)));
        wrong.into_iter().for_each(|one| {
            found.report(one);
        });
        found
    }

    fn drop_unsaid(&self, found: &mut Diagnostics) {
        found.retain(|finding| finding.labels.iter().all(|label| label.span.file != self.unsaid));
    }
}
