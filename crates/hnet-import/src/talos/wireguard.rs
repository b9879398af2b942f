//! A tunnel that a device says, in words. Its secret keys are not among them: what is written is a placeholder for each.
//! Start at [`words`].

use hnet_syntax::tree::Statement;
use hnet_yaml::{Value, ValueKind};

use super::made::Words;
use super::veil::screaming;
use crate::say;
use crate::take::{Said, take, take_text, take_texts};

/// What the statement of a tunnel may hold.
pub(super) const WORDS: [&str; 8] =
    ["address", "private-key", "listen-port", "firewall-mark", "peer", "route", "mtu", "kernel-name"];

/// The keys of YAML that are secret, and what their placeholders end in.
const SECRET: [(&str, &str); 2] = [("privateKey", "PRIVATE_KEY"), ("presharedKey", "PRESHARED_KEY")];

/// What a tunnel is told; none where the words would say something else. Where talhelper makes documents of it, what it
/// leaves out is not said.
pub(super) fn words(machine: &str, name: &str, value: &Value, is_of_talhelper: bool) -> Option<Words> {
    let mut value = value.clone();
    let mut fields = Vec::new();
    let own = secret(machine, name, SECRET[0].1);
    fields.push(key("private-key", &take_text(&mut value, &["privateKey"])?, &own));
    for (field, word) in [("listenPort", "listen-port"), ("firewallMark", "firewall-mark")] {
        let number = take_text(&mut value, &[field]).filter(|number| number.text != "0");
        fields.extend(number.map(|number| say::said(word, &number)));
    }
    let peers = take(&mut value, &["peers"]).map(|field| field.value);
    let peers = peers.iter().map(|peers| peers.as_list()).collect::<Option<Vec<_>>>()?.concat();
    // By their names they are in the order in which they stand.
    let digits = peers.len().to_string().len();
    for (at, peer) in peers.iter().enumerate() {
        let called = format!("peer-{:0digits$}", at + 1);
        fields.push(self::peer(machine, name, &called, peer, is_of_talhelper)?);
    }
    crate::take::is_said(&value).then_some(Words { fields, members: Vec::new() })
}

fn peer(machine: &str, link: &str, called: &str, value: &Value, is_of_talhelper: bool) -> Option<Statement> {
    value.as_map()?;
    let mut value = value.clone();
    let span = value.span;
    let mut fields = vec![say::said("public-key", &take_text(&mut value, &["publicKey"])?)];
    if let Some(shared) = take_text(&mut value, &["presharedKey"]).filter(|shared| !shared.text.is_empty()) {
        // A device has no place for it.
        let own = secret(machine, &format!("{link}-{called}"), SECRET[1].1);
        fields.push((!is_of_talhelper).then(|| key("preshared-key", &shared, &own))?);
    }
    if let Some(endpoint) = take_text(&mut value, &["endpoint"]).filter(|endpoint| !endpoint.text.is_empty()) {
        let is_socket = endpoint.text.parse::<std::net::SocketAddr>().is_ok();
        fields.push((is_socket || endpoint.text.contains("${")).then(|| say::said("endpoint", &endpoint))?);
    }
    if let Some(allowed) = take_texts(&mut value, &["allowedIPs"]).filter(|allowed| !allowed.is_empty()) {
        let said = allowed.iter().map(|prefix| (prefix.text.clone(), prefix.span));
        fields.push(say::list("allowed-ips", allowed[0].span, said));
    }
    if let Some(time) = take_text(&mut value, &["persistentKeepaliveInterval"]) {
        let is_none = time.text.trim_end_matches(char::is_alphabetic) == "0";
        fields.extend((!is_none).then(|| say::said("keepalive", &time)));
    }
    let comments = say::comments(value.comments.as_deref());
    crate::take::is_said(&value).then(|| say::field("peer", called, span).under(comments).holding(fields))
}

/// A secret key: the placeholder that stands there, or one in its place.
fn key(word: &str, said: &Said, own: &str) -> Statement {
    if is_placeholder(&said.text) {
        return say::said(word, said);
    }
    let note = say::note("The key that was here is not written: it is for who fills in the files.", said.span);
    say::field(word, own, said.span).under([note])
}

/// Whether a key of YAML says a secret of a tunnel.
pub(super) fn is_secret(key: &str) -> bool {
    SECRET.iter().any(|(known, _)| *known == key)
}

fn is_placeholder(text: &str) -> bool {
    text.starts_with("${") && text.ends_with('}') && text.matches('$').count() == 1
}

/// The placeholder of a key of a machine's link.
fn secret(machine: &str, link: &str, what: &str) -> String {
    format!("${{{}}}", screaming(&format!("WG {machine} {link} {what}")))
}

/// Puts placeholders in the place of secret keys, and says where such stood.
pub(super) fn without_keys(machine: &str, name: &str, value: &mut Value, found: &mut Vec<hnet_diagnostics::Span>) {
    match &mut value.kind {
        ValueKind::Map(map) => {
            for (own, field) in map.iter_mut() {
                let known = SECRET.iter().find(|(known, _)| *known == &**own);
                match known.filter(|_| field.value.as_str().is_some_and(|text| !is_placeholder(text))) {
                    Some((_, what)) => {
                        found.push(field.value.span);
                        field.value = Value::text_at(secret(machine, name, what), field.value.span);
                    }
                    None => without_keys(machine, name, &mut field.value, found),
                }
            }
        }
        ValueKind::List(items) => items.iter_mut().for_each(|item| without_keys(machine, name, item, found)),
        _ => {}
    }
}
