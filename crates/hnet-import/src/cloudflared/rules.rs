//! The rules of a tunnel: which name goes where, and how the target is spoken to.
//!
//! The first rule that fits wins. hnet writes exact names before wildcards, so a rule that another hides is left out.

use std::fmt;

use hnet_diagnostics::Span;
use hnet_model::Name;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::{Reader, Value};

use super::stays;
use crate::report::Unread;
use crate::say;
use crate::take::{Said, scalar};

/// Ports at which a service that no statement names is taken to speak TLS.
const TLS_PORTS: [u16; 2] = [443, 8443];

/// What cloudflared is told of connections that it keeps, which says nothing of where requests go.
const OF_CONNECTIONS: [&str; 6] = [
    "keepAliveTimeout",
    "keepAliveConnections",
    "tcpKeepAlive",
    "noHappyEyeballs",
    "disableChunkedEncoding",
    "tlsTimeout",
];

/// What has words.
const WITH_WORDS: [&str; 4] = ["originServerName", "matchSNItoHost", "http2Origin", "connectTimeout"];

/// With more names the fields stand below them.
const MOST_IN_A_LINE: usize = 2;

/// A service that a rule leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) namespace: String,
    pub(crate) service: String,
    pub(crate) port: u16,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:{}", self.namespace, self.service, self.port)
    }
}

/// A rule as far as it says where requests go.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    hostname: Said,
    pub(crate) target: Target,
    place: Span,
    /// The name that is asked for over TLS: the request's where it is empty, and none without TLS.
    server_name: Option<String>,
    http2: bool,
    connect_timeout: Option<String>,
}

impl Rule {
    /// Whether two rules do the same with a request.
    fn does_as(&self, other: &Rule) -> bool {
        (&self.target, &self.server_name, self.http2, &self.connect_timeout)
            == (&other.target, &other.server_name, other.http2, &other.connect_timeout)
    }

    /// Whether two rules are one, wherever they are written.
    pub(crate) fn is(&self, other: &Rule) -> bool {
        self.hostname.text == other.hostname.text && self.does_as(other)
    }

    /// The name that it takes.
    pub(crate) fn name(&self) -> &str {
        &self.hostname.text
    }

    /// Whether it takes all requests of a name.
    fn takes(&self, name: &str) -> bool {
        match self.hostname.text.strip_prefix("*.") {
            Some(base) => name.strip_suffix(base).is_some_and(|rest| rest.ends_with('.')),
            None => self.hostname.text == name,
        }
    }
}

/// The rules of a configuration that words say, and what they do not say.
pub(super) fn all(config: &Value, namespace: &str) -> (Vec<Rule>, Vec<Unread>) {
    let shared = config.get("originRequest");
    let mut left: Vec<Unread> = Vec::new();
    let mut kept: Vec<Rule> = Vec::new();
    let rules = config.items_of("ingress");
    let last = rules.len().saturating_sub(1);
    for (at, rule) in rules.iter().enumerate() {
        if at == last && rule.get("hostname").is_none() {
            let answer = rule.str_at(&["service"]).unwrap_or_default();
            if answer != "http_status:404" {
                let why = format!("what no name takes is answered with `{answer}`, and by hnet with `http_status:404`");
                left.push(stays(rule.span, why));
            }
            continue;
        }
        let read = match self::rule(rule, shared, namespace) {
            Ok(read) => read,
            Err(why) => {
                left.push(why);
                continue;
            }
        };
        match kept.iter().find(|before| before.takes(&read.hostname.text)) {
            Some(before) if before.hostname.text == read.hostname.text || !before.does_as(&read) => {
                let why = format!(
                    "`{}` is never reached, since `{}` stands before it",
                    read.hostname.text, before.hostname.text
                );
                left.push(stays(rule.span, why));
            }
            _ => kept.push(read),
        }
    }
    for request in rules.iter().filter_map(|rule| rule.get("originRequest")).chain(shared) {
        for field in request.fields().filter(|field| OF_CONNECTIONS.contains(&field.key.as_str())) {
            let is_known = left.iter().any(|one| one.span == field.value.span);
            if !is_known {
                left.push(stays(field.value.span, format!("`{}` has no word", &*field.key)));
            }
        }
    }
    for field in config.fields().filter(|field| !["ingress", "originRequest", "tunnel"].contains(&field.key.as_str())) {
        left.push(stays(field.value.span, format!("`{}` is about the connector, which is not hnet's", &*field.key)));
    }
    (kept, left)
}

/// The rules of a configuration that hnet wrote.
pub(crate) fn read(config: &Value) -> Vec<Rule> {
    all(config, "").0
}

/// How many fields of a configuration some rules say.
pub(super) fn fields(config: &Value, kept: &[Rule]) -> usize {
    let with_words = |request: Option<&Value>| {
        let fields = request.into_iter().flat_map(Value::fields);
        fields.filter(|field| WITH_WORDS.contains(&field.key.as_str())).count()
    };
    let is_kept = |rule: &&Value| kept.iter().any(|own| own.place == rule.span);
    let rules = config.items_of("ingress");
    let own: usize = rules.iter().filter(is_kept).map(|rule| 2 + with_words(rule.get("originRequest"))).sum();
    let answers = rules.last().and_then(|last| last.str_at(&["service"])) == Some("http_status:404");
    own + usize::from(answers) + with_words(config.get("originRequest"))
}

/// A rule in words, or why it has none.
fn rule(rule: &Value, shared: Option<&Value>, namespace: &str) -> Result<Rule, Unread> {
    let hostname = rule.get("hostname").and_then(scalar).ok_or_else(|| stays(rule.span, "a rule without a name"))?;
    let of = |why: String| stays(rule.span, format!("`{}`: {why}", hostname.text));
    if let Some(other) =
        rule.fields().find(|field| !["hostname", "service", "originRequest"].contains(&field.key.as_str()))
    {
        return Err(of(format!("`{}` has no word", &*other.key)));
    }
    let service = rule.get("service").and_then(scalar).ok_or_else(|| of("it says no service".to_owned()))?;
    let (is_tls, host, target) = target(&service.text, namespace).map_err(of)?;
    // What a rule says goes before what all say.
    let request = |key: &str| {
        let own = rule.get("originRequest").and_then(|own| own.get(key));
        own.or_else(|| shared.and_then(|shared| shared.get(key)))
    };
    for field in rule.get("originRequest").into_iter().chain(shared).flat_map(Value::fields) {
        let is_known = WITH_WORDS.iter().chain(&OF_CONNECTIONS).any(|known| *known == &*field.key);
        let says_nothing = field.value.as_bool(Reader::Cloudflared) == Some(false);
        if !is_known && !says_nothing {
            return Err(of(format!("`{}` has no word", &*field.key)));
        }
    }
    let on = |key: &str| request(key).and_then(|on| on.as_bool(Reader::Cloudflared)) == Some(true);
    let asked = request("originServerName").and_then(Value::as_str).filter(|name| !name.is_empty());
    let is_wildcard = hostname.text.starts_with("*.");
    let server_name = match asked {
        _ if !is_tls => None,
        Some(name) => Some(name.to_owned()),
        None if on("matchSNItoHost") && is_wildcard => Some(String::new()),
        None if on("matchSNItoHost") => Some(hostname.text.clone()),
        // Without a word of it cloudflared asks for the name that it connects to.
        None => Some(host),
    };
    Ok(Rule {
        target,
        place: rule.span,
        server_name,
        http2: is_tls && on("http2Origin"),
        connect_timeout: request("connectTimeout").and_then(Value::as_str).map(str::to_owned),
        hostname,
    })
}

/// Whether TLS is spoken to a target, its host and which service that is, or why it is none.
fn target(url: &str, namespace: &str) -> Result<(bool, String, Target), String> {
    let (scheme, rest) = url.split_once("://").ok_or_else(|| format!("`{url}` is no service of the cluster"))?;
    let is_tls = match scheme {
        "https" => true,
        "http" => false,
        _ => return Err(format!("`{scheme}` has no word")),
    };
    // What stands before the sign is a login, which no message shows.
    if rest.contains('@') {
        return Err("a URL with a login has no word".to_owned());
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| format!("`{port}` is no port"))?),
        None => (rest, if is_tls { 443 } else { 80 }),
    };
    let elsewhere = || format!("`{host}` is no service of the cluster");
    let is_address = host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[');
    if is_address || rest.contains('/') {
        return Err(elsewhere());
    }
    let parts: Vec<&str> = host.split('.').collect();
    let (service, namespace) = match parts.as_slice() {
        [service] => (*service, namespace),
        [service, namespace] | [service, namespace, "svc"] | [service, namespace, "svc", "cluster", "local"] => {
            (*service, *namespace)
        }
        _ => return Err(elsewhere()),
    };
    if Name::new(service).is_err() || Name::new(namespace).is_err() {
        return Err(format!("`{host}` is no name of a service"));
    }
    let target = Target { namespace: namespace.to_owned(), service: service.to_owned(), port };
    Ok((is_tls, host.to_owned(), target))
}

/// Rules as statements; those that follow each other and do the same are one.
pub(super) fn publish(
    rules: &[Rule],
    named: &dyn Fn(&Target) -> Option<String>,
    listener: &dyn Fn(&Target) -> Option<String>,
) -> Vec<Statement> {
    let mut all: Vec<(Vec<&Said>, Vec<Statement>)> = Vec::new();
    let mut before: Option<Vec<String>> = None;
    for rule in rules {
        let fields = fields_of(rule, named, listener);
        let texts: Vec<String> = fields.iter().map(print).collect();
        match all.last_mut().filter(|_| before.as_ref() == Some(&texts)) {
            Some((names, _)) => names.push(&rule.hostname),
            None => all.push((vec![&rule.hostname], fields)),
        }
        before = Some(texts);
    }
    let statement = |(names, fields): (Vec<&Said>, Vec<Statement>)| {
        let said = names.iter().map(|name| (name.text.clone(), name.span));
        let list = say::list("publish", names[0].span, said);
        if names.len() > MOST_IN_A_LINE {
            return list.holding(fields);
        }
        fields.into_iter().fold(list, |list, field| {
            let word = Word::said(&field.keyword.text, field.keyword.span);
            field.arguments.into_iter().fold(list.with(word), |list, argument| list.with(argument.value))
        })
    };
    all.into_iter().map(statement).collect()
}

fn print(field: &Statement) -> String {
    let words = field.arguments.iter().map(|argument| argument.value.text.as_str());
    [field.keyword.text.as_str()].into_iter().chain(words).collect::<Vec<_>>().join(" ")
}

fn fields_of(
    rule: &Rule,
    named: &dyn Fn(&Target) -> Option<String>,
    listener: &dyn Fn(&Target) -> Option<String>,
) -> Vec<Statement> {
    let Rule { hostname, target, place, server_name, http2, connect_timeout } = rule;
    let (listener, named) = (listener(target), named(target));
    let to = listener.clone().or_else(|| named.clone()).unwrap_or_else(|| target.to_string());
    let mut fields = vec![say::field("to", &to, *place)];
    let is_default = |name: &&String| name.is_empty() || **name == hostname.text && !hostname.text.starts_with("*.");
    let said = server_name.as_ref().filter(|name| !is_default(name));
    if let Some(name) = said {
        fields.push(say::field("server-name", name, *place));
    } else if listener.is_none() {
        let taken = named.is_none() && TLS_PORTS.contains(&target.port);
        match server_name {
            Some(_) if !taken => fields.push(say::field("protocol", "https", *place)),
            None if taken => fields.push(say::field("protocol", "http", *place)),
            _ => {}
        }
    }
    // hnet speaks HTTP/2 to gateways.
    let default = listener.is_some() && server_name.is_some();
    if *http2 != default {
        fields.push(match http2 {
            true => say::field("http2", "on", *place),
            false => say::field("http2", "off", *place),
        });
    }
    fields.extend(connect_timeout.iter().map(|time| say::field("connect-timeout", time, *place)));
    fields
}
