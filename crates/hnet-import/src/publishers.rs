//! Who publishes names: the releases of external-dns's chart and Deployments of it, which stay whose they are. (Decisions 28 and 48.)
//!
//! What an argument says that has no words may leave names out, so its sources are then not said, and rules believe nothing
//! of what it reads. Start at [`publishers`].

use std::collections::BTreeSet;

use hnet_diagnostics::Span;
use hnet_manifests::versions::external_dns::{self, DEFAULT_SOURCES, WEBHOOKS, annotation_prefix, of_chart};
use hnet_model::{Name, Version};
use hnet_repository::{Document, Release};
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::{Reader, Value};

use crate::kubernetes::Content;
use crate::say;
use crate::take::{Said, scalar, texts};

/// What they are counted under.
const KIND: &str = "external-dns";

/// Arguments that change nothing of which names are published, by what they begin with.
const IDLE: [&str; 16] = [
    "--cloudflare-dns-records-per-page",
    "--cloudflare-record-comment",
    "--crd-source-apiversion=externaldns.k8s.io/v1alpha1",
    "--crd-source-kind=DNSEndpoint",
    "--events",
    "--interval",
    "--log-",
    "--metrics-address",
    "--min-event-sync-interval",
    "--pihole-api-version",
    "--pihole-server",
    "--pihole-tls-skip-verify",
    "--rfc2136-",
    "--txt-encrypt-",
    "--webhook-provider-",
    "--ignore-ingress-tls-spec",
];

/// The external-dns of a cluster, as statements, of which hnet writes nothing: those that charts run, and those of whose
/// Deployments no more is known than that they are there.
pub(crate) fn publishers<'r>(
    releases: impl Iterator<Item = &'r Release>,
    documents: impl Iterator<Item = &'r Document>,
) -> Vec<Content> {
    let mut taken = BTreeSet::new();
    let mut free = |name: &str| {
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        std::iter::once(name.to_owned()).chain(numbered).find(|name| taken.insert(name.clone())).unwrap_or_default()
    };
    let mut all: Vec<Content> =
        releases.filter(|release| is_own(release)).map(|release| publisher(release, &free(&release.name))).collect();
    let deployed = documents.filter(|document| is_deployed(&document.value) && Name::new(document.name()).is_ok());
    all.extend(deployed.map(|document| {
        let said = say::field("external-dns", &free(document.name()), document.value.span);
        Content::helping(said.apart(), KIND)
    }));
    all
}

/// Whether an object runs external-dns: by the last part of the name of an image.
fn is_deployed(value: &Value) -> bool {
    let images = value.at(&["spec", "template", "spec"]).into_iter().flat_map(|pod| pod.items_of("containers"));
    let is_it = |image: &str| {
        let name = image.rsplit('/').next().unwrap_or_default();
        name.split([':', '@']).next() == Some("external-dns")
    };
    images.filter_map(|container| container.str_at(&["image"])).any(is_it)
}

fn is_own(release: &Release) -> bool {
    is_it(release) && Name::new(&release.name).is_ok()
}

fn is_it(release: &Release) -> bool {
    release.chart == "external-dns"
}

/// What the keys of properties of records begin with, by the same choice as where they are written.
pub(crate) fn prefix_of_records<'r>(releases: impl Iterator<Item = &'r Release>) -> String {
    let known: Vec<(bool, Option<bool>, Option<String>)> =
        releases.filter(|release| is_own(release)).map(known).collect();
    let each = known.iter().map(|(is_of_cloudflare, reads, prefix)| (*is_of_cloudflare, *reads, prefix.as_deref()));
    external_dns::prefix_of_records(each).to_owned()
}

/// What the statement of a release says of the prefix of records' properties.
fn known(release: &Release) -> (bool, Option<bool>, Option<String>) {
    if release.has_unknown_values {
        return (false, None, None);
    }
    let is_of_cloudflare = provider(&release.values).is_some_and(|provider| provider.text == external_dns::CLOUDFLARE);
    let sources = sources(release, &Arguments::of(&release.values));
    let reads = (!sources.is_empty()).then(|| sources.iter().any(|(source, _)| source == "crd"));
    let said = release.values.get("annotationPrefix").and_then(scalar).map(|prefix| prefix.text);
    let of_version = || Some(annotation_prefix(version(release)?.1).to_owned());
    (is_of_cloudflare, reads, said.filter(|prefix| !prefix.is_empty()).or_else(of_version))
}

/// What a release reads; none where that is not known, or it reads nothing.
fn sources(release: &Release, said: &Arguments) -> Vec<(String, Span)> {
    let values = &release.values;
    if !said.is_whole || leaves_out(values, "excludeDomains") || leaves_out(values, "namespaced") {
        return Vec::new();
    }
    match values.get("sources") {
        None => DEFAULT_SOURCES.map(|source| (source.to_owned(), release.place())).to_vec(),
        Some(own) => texts(own).unwrap_or_default().into_iter().map(|source| (source.text, source.span)).collect(),
    }
}

/// Whether values leave names out by a key.
fn leaves_out(values: &Value, key: &str) -> bool {
    let own = values.get(key).filter(|own| !crate::take::is_empty(own));
    own.is_some_and(|own| own.as_bool(Reader::ApiServer) != Some(false) && own.as_str() != Some(""))
}

/// The version that runs, as it is written and by its first two numbers: the tag of the image, or what the chart runs.
fn version(release: &Release) -> Option<(Said, (u32, u32))> {
    let read = |text: &str| hnet_language::values::version(text).ok();
    if let Some(tag) = release.values.at(&["image", "tag"]).and_then(scalar) {
        let text = tag.text.split('@').next().unwrap_or_default().trim_start_matches('v').to_owned();
        let minor = read(&text)?.minor();
        return Some((Said { text, ..tag }, minor));
    }
    let (text, span) = release.version.as_ref()?;
    let minor = of_chart(read(text.trim_start_matches('v'))?.minor())?;
    Some((Said { text: Version::of(minor.0, minor.1).to_string(), span: *span, comments: None }, minor))
}

fn publisher(release: &Release, name: &str) -> Content {
    let values = &release.values;
    let place = release.place();
    let text = |key: &str| values.get(key).and_then(scalar).filter(|said| !said.text.is_empty());
    let list = |key: &str| values.get(key).and_then(texts).unwrap_or_default();
    let mut fields: Vec<Statement> = Vec::new();
    let mut say =
        |word: &str, said: Option<Said>| fields.extend(said.map(|said| say::field(word, &said.text, said.span)));
    say("version", version(release).map(|(said, _)| said));
    say("annotation-prefix", text("annotationPrefix"));
    say("provider", provider(values));
    let said = Arguments::of(values);
    if let Some(place) = said.proxied {
        fields.push(Statement::new("proxied", place));
    }
    let sources = sources(release, &said);
    fields.extend(sources.first().map(|(_, span)| *span).map(|span| say::list("sources", span, sources)));
    let domains: Vec<_> =
        list("domainFilters").into_iter().map(|own| (own.text.trim_start_matches('.').to_owned(), own.span)).collect();
    fields.extend(domains.first().map(|(_, span)| *span).map(|span| say::list("domains", span, domains)));
    let filters = [
        ("gateway-labels", said.gateway_labels),
        ("label-filter", said.labels.or(text("labelFilter"))),
        ("annotation-filter", said.annotations.or(text("annotationFilter"))),
    ];
    fields.extend(said.gateway.map(|gateway| say::field("gateway", &gateway.text, gateway.span)));
    for (word, filter) in filters {
        fields.extend(filter.map(|filter| {
            Statement::new(word, filter.span).with_list(terms(&filter.text).map(|term| Word::said(term, filter.span)))
        }));
    }
    // An argument wins over a value; whose records are whose is then not known, so neither is what is deleted.
    let of_owners = ["--txt-", "--policy", "--registry", "--domain-filter"];
    let is_owned_otherwise = leaves_out(values, "txtSuffix")
        || arguments(values).iter().any(|one| of_owners.iter().any(|own| one.text.starts_with(own)));
    let mut say =
        |word: &str, said: Option<Said>| fields.extend(said.map(|said| say::field(word, &said.text, said.span)));
    for (word, key) in
        [("policy", "policy"), ("registry", "registry"), ("owner-id", "txtOwnerId"), ("txt-prefix", "txtPrefix")]
    {
        say(word, text(key).filter(|_| !is_owned_otherwise || word != "policy"));
    }
    if release.has_unknown_values {
        // That it is there is known, and nothing of what it does.
        fields.clear();
    }
    let count = fields.len();
    let said = say::field("external-dns", name, place).holding(fields).apart();
    let mut content = Content::helping(said, KIND);
    content.piece.fields = count;
    content
}

/// The terms of a selector, between which commas stand that are not within brackets.
fn terms(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = text.split(move |sign: char| {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        sign == ',' && depth == 0
    });
    parts.map(str::trim).filter(|term| !term.is_empty())
}

/// Where names are published; a webhook is called after what it speaks to.
fn provider(values: &Value) -> Option<Said> {
    let own = values.get("provider")?;
    let name = scalar(own).or_else(|| own.get("name").and_then(scalar))?;
    let image = own.at(&["webhook", "image", "repository"]).and_then(scalar).filter(|_| name.text == "webhook");
    let Some(image) = image else { return Some(name) };
    let found = WEBHOOKS.iter().find(|(part, _)| image.text.contains(part));
    Some(found.map_or(name, |(_, called)| Said { text: (*called).to_owned(), ..image }))
}

/// The arguments of the program, which are a list or a map by their names.
fn arguments(values: &Value) -> Vec<Said> {
    let Some(own) = values.get("extraArgs") else { return Vec::new() };
    if let Some(all) = texts(own) {
        return all;
    }
    let pair = |field: &hnet_yaml::Field| {
        let value = scalar(&field.value).map_or(String::new(), |said| format!("={}", said.text));
        Said { text: format!("--{}{value}", &*field.key), span: field.value.span, comments: None }
    };
    own.fields().map(pair).collect()
}

/// What arguments say.
struct Arguments {
    gateway: Option<Said>,
    gateway_labels: Option<Said>,
    labels: Option<Said>,
    annotations: Option<Said>,
    proxied: Option<hnet_diagnostics::Span>,
    /// Whether all has words, or changes no names.
    is_whole: bool,
}

impl Default for Arguments {
    fn default() -> Self {
        Arguments {
            gateway: None,
            gateway_labels: None,
            labels: None,
            annotations: None,
            proxied: None,
            is_whole: true,
        }
    }
}

impl Arguments {
    /// Those of values.
    fn of(values: &Value) -> Self {
        let mut said = Arguments::default();
        arguments(values).into_iter().for_each(|argument| said.read(argument));
        said
    }

    fn read(&mut self, argument: Said) {
        let (key, value) = argument.text.split_once('=').unwrap_or((&argument.text, ""));
        let said = || Some(Said { text: value.to_owned(), ..argument.clone() });
        match (key, value) {
            ("--gateway-name", name) if Name::new(name).is_ok() => self.gateway = said(),
            ("--gateway-label-filter", _) => self.gateway_labels = said(),
            ("--label-filter", _) => self.labels = said(),
            ("--annotation-filter", _) => self.annotations = said(),
            ("--cloudflare-proxied", "" | "true") => self.proxied = Some(argument.span),
            ("--cloudflare-proxied", "false") => {}
            _ => self.is_whole &= IDLE.iter().any(|idle| argument.text.starts_with(idle)),
        }
    }
}
