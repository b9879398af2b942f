//! Who speaks BGP with routers: a cluster configuration with the sessions' settings and the advertisement that belong to it.

use std::net::IpAddr;

use hnet_diagnostics::Span;
use hnet_syntax::tree::Statement;
use hnet_yaml::{Reader, Value};
use indexmap::IndexSet;

use super::pools::nodes;
use crate::gateway::{head, pairs_of};
use crate::objects::Object;
use crate::say;
use crate::take::{Said, scalar, texts};

/// The kind that the statement is about.
pub(crate) const CLUSTER_CONFIG: &str = "CiliumBGPClusterConfig";
const PEER_CONFIG: &str = "CiliumBGPPeerConfig";
const ADVERTISEMENT: &str = "CiliumBGPAdvertisement";

/// A cluster configuration in words, and the objects that are said with it, or why it has none.
pub(crate) fn bgp(
    objects: &[Object],
    at: usize,
    done: &IndexSet<usize>,
) -> Result<(Statement, Vec<usize>), &'static str> {
    let object = &objects[at];
    let (value, statement, of_metadata) = head("bgp", object).ok_or("it has no name")?;
    let [instance] = value.at(&["spec", "bgpInstances"]).map(Value::items).unwrap_or_default() else {
        return Err("it has several instances, and `bgp` is one");
    };
    let as_number = instance.get("localASN").and_then(scalar).ok_or("it says no AS number")?;
    let mut own = vec![at];
    let mut fields = vec![say::said("as", &as_number)];
    if let Some(name) = instance.get("name").and_then(scalar).filter(|name| name.text != object.name) {
        fields.push(say::said("instance", &name));
    }
    fields.extend(nodes(&value));
    let mut advertisements: IndexSet<usize> = IndexSet::new();
    for peer in instance.items_of("peers") {
        let config = peer.at(&["peerConfigRef", "name"]).and_then(scalar).ok_or("a peer names no settings")?;
        let found = named(objects, PEER_CONFIG, &config.text).ok_or("the settings of a peer are not there")?;
        if done.contains(&found) {
            return Err("it shares the settings of a peer with another one");
        }
        if !own.contains(&found) {
            own.push(found);
        }
        advertisements.extend(advertised(objects, &objects[found].value));
        fields.push(said_peer(peer, &config, &objects[found].value, &object.name).ok_or("a peer has no name")?);
    }
    let mut advertisements = advertisements.into_iter();
    let only = advertisements.next().ok_or("its peers are told nothing")?;
    if advertisements.next().is_some() {
        return Err("it has several advertisements, and `bgp` has one");
    }
    if done.contains(&only) {
        return Err("it shares its advertisement with another one");
    }
    own.push(only);
    fields.extend(advertisement_fields(&objects[only], &object.name));
    fields.extend(of_metadata);
    Ok((statement.holding(fields).apart(), own))
}

fn named(objects: &[Object], kind: &str, name: &str) -> Option<usize> {
    objects.iter().position(|object| object.kind == kind && object.name == name)
}

/// The advertisements that the families of a session select by labels.
fn advertised<'o>(objects: &'o [Object], config: &'o Value) -> impl Iterator<Item = usize> + 'o {
    let families = config.at(&["spec", "families"]).map(Value::items).unwrap_or_default();
    families.iter().flat_map(move |family| {
        let wanted = family.at(&["advertisements", "matchLabels"]);
        let is_wanted = move |object: &Object| {
            let labels = object.value.at(&["metadata", "labels"]);
            let has = |key: &str, value: &Value| labels.and_then(|labels| labels.get(key)?.as_str()) == value.as_str();
            wanted.is_some_and(|wanted| wanted.fields().all(|field| has(&field.key, &field.value)))
        };
        let own = objects.iter().enumerate().filter(|(_, object)| object.kind == ADVERTISEMENT);
        own.filter(move |(_, object)| is_wanted(object)).map(|(at, _)| at)
    })
}

/// A peer, with how its session is held.
fn said_peer(peer: &Value, config: &Said, settings: &Value, bgp: &str) -> Option<Statement> {
    let name = peer.get("name").and_then(scalar)?;
    let spec = |path: &[&str]| settings.at(&["spec"])?.at(path).and_then(scalar);
    let mut fields = Vec::new();
    let mut say = |word: &str, said: Option<Said>| fields.extend(said.map(|said| say::said(word, &said)));
    say("as", peer.get("peerASN").and_then(scalar));
    say("address", peer.get("peerAddress").and_then(scalar));
    say("port", spec(&["transport", "peerPort"]).filter(|port| port.text != "179"));
    for (word, path) in [
        ("hold-time", ["timers", "holdTimeSeconds"]),
        ("keepalive", ["timers", "keepAliveTimeSeconds"]),
        ("connect-retry", ["timers", "connectRetryTimeSeconds"]),
    ] {
        say(word, spec(&path).map(in_seconds));
    }
    let restarts = settings.at(&["spec", "gracefulRestart", "enabled"]).and_then(|on| on.as_bool(Reader::ApiServer));
    let time = spec(&["gracefulRestart", "restartTimeSeconds"]);
    if restarts == Some(true) {
        let own = || Said { text: "120".to_owned(), span: config.span, comments: None };
        say("graceful-restart", Some(in_seconds(time.unwrap_or_else(own))));
    }
    say("multihop", spec(&["ebgpMultihop"]).filter(|hops| hops.text != "1"));
    say("password", spec(&["authSecretRef"]));
    let families = settings.at(&["spec", "families"]).map(Value::items).unwrap_or_default();
    let words: Vec<(String, Span)> = families
        .iter()
        .filter_map(|family| family.get("afi").and_then(scalar))
        .map(|afi| (afi.text, afi.span))
        .collect();
    let address = peer.str_at(&["peerAddress"]).and_then(|address| address.parse::<IpAddr>().ok());
    let of_address = match address {
        Some(address) if address.is_ipv6() => "ipv6",
        Some(_) => "ipv4",
        None => "",
    };
    if let Some((first, span)) = words.first()
        && (words.len() > 1 || first != of_address)
    {
        fields.push(say::list("families", *span, words.iter().cloned()));
    }
    if config.text != bgp {
        fields.push(say::said("settings", config));
    }
    Some(say::field("peer", &name.text, name.span).holding(fields))
}

fn in_seconds(time: Said) -> Said {
    Said { text: format!("{}s", time.text), ..time }
}

/// What an advertisement tells.
fn advertisement_fields(object: &Object, bgp: &str) -> Vec<Statement> {
    let mut fields = Vec::new();
    let span = object.value.span;
    if object.name != bgp {
        fields.push(say::field("advertisement", &object.name, span));
    }
    let labels = object.value.at(&["metadata", "labels"]);
    let mut labels =
        labels.into_iter().flat_map(Value::fields).filter_map(|field| Some((&field.key, scalar(&field.value)?)));
    if let Some((key, value)) = labels.next().filter(|(key, value)| ***key != *"advertise" || value.text != bgp) {
        fields.push(pairs_of("label", &[(key.to_string(), value)]));
    }
    let told = object.value.at(&["spec", "advertisements"]).map(Value::items).unwrap_or_default();
    let told: Vec<(Statement, bool)> = told.iter().filter_map(advertise).collect();
    // All that pools give is told where nothing is said.
    if !matches!(told.as_slice(), [(_, true)]) {
        fields.extend(told.into_iter().map(|(said, _)| said));
    }
    fields
}

/// One entry of an advertisement, and whether it is what is told unasked.
fn advertise(entry: &Value) -> Option<(Statement, bool)> {
    let kind = entry.get("advertisementType").and_then(scalar)?;
    let word = match kind.text.as_str() {
        "Service" => "services",
        "PodCIDR" => "pods",
        _ => return None,
    };
    let mut fields = Vec::new();
    if word == "services" {
        let addresses = entry.at(&["service", "addresses"]).and_then(texts).unwrap_or_default();
        let words = addresses.iter().filter_map(|said| {
            let word = match said.text.as_str() {
                "LoadBalancerIP" => "load-balancer",
                "ClusterIP" => "cluster",
                "ExternalIP" => "external",
                _ => return None,
            };
            Some((word.to_owned(), said.span))
        });
        let words: Vec<_> = words.collect();
        if !matches!(words.as_slice(), [(only, _)] if only == "load-balancer") && !words.is_empty() {
            fields.push(say::list("addresses", words[0].1, words.clone()));
        }
        fields.extend(chosen(entry));
    }
    let communities = ["standard", "large", "wellKnown"]
        .into_iter()
        .flat_map(|kind| entry.at(&["attributes", "communities", kind]).and_then(texts).unwrap_or_default());
    let communities: Vec<Said> = communities.collect();
    if let Some(first) = communities.first() {
        let each = communities.iter().map(|said| (said.text.clone(), said.span));
        fields.push(say::list("communities", first.span, each));
    }
    fields.extend(
        entry.at(&["attributes", "localPreference"]).and_then(scalar).map(|said| say::said("local-preference", &said)),
    );
    let said = say::field("advertise", word, kind.span);
    let is_usual = word == "services" && fields.is_empty();
    Some((if fields.is_empty() { said } else { said.holding(fields) }, is_usual))
}

/// Which services are told, where not all are: labels that they must have, and others that they may not have. A value that
/// nobody uses excludes nothing.
fn chosen(entry: &Value) -> Vec<Statement> {
    let (mut only, mut except) = (Vec::<(String, Said)>::new(), Vec::<(String, Said)>::new());
    let labels = entry.at(&["selector", "matchLabels"]);
    let labels = labels.into_iter().flat_map(Value::fields);
    only.extend(labels.filter_map(|field| Some((field.key.to_string(), scalar(&field.value)?))));
    for expression in entry.at(&["selector"]).map(|selector| selector.items_of("matchExpressions")).unwrap_or_default()
    {
        let (Some(key), Some(operator)) = (expression.str_at(&["key"]), expression.str_at(&["operator"])) else {
            continue;
        };
        let values = expression.get("values").and_then(texts).unwrap_or_default();
        let pairs = values.into_iter().map(|value| (key.to_owned(), value));
        match operator {
            "In" => only.extend(pairs),
            "NotIn" => except.extend(pairs.filter(|(_, value)| value.text != "never-used-value")),
            _ => {}
        }
    }
    let all = [("only", only), ("except", except)].into_iter().filter(|(_, pairs)| !pairs.is_empty());
    all.map(|(word, pairs)| pairs_of(word, &pairs)).collect()
}
