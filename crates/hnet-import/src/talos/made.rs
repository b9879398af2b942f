//! A link that a device says it makes, in words. Start at [`words`].

use hnet_manifests::talos::bond::BOND_KEYS;
use hnet_model::Name;
use hnet_syntax::tree::Statement;
use hnet_yaml::{Reader, Value};

use super::link::selectors;
use super::wireguard;
use crate::say;
use crate::take::{Said, scalar, take, take_bool, take_texts, texts};

/// The fields of devices that make a link, which are the words for it.
pub(super) const KINDS: [&str; 4] = ["bond", "bridge", "dummy", "wireguard"];

/// A link that is made.
pub(super) struct Words {
    /// What its statement holds.
    pub(super) fields: Vec<Statement>,
    /// The interfaces that are its members and have no name elsewhere.
    pub(super) members: Vec<Statement>,
}

/// What a field of a device makes; none where the words would say something else. Where talhelper makes documents of it,
/// what it leaves out is not said.
pub(super) fn words(machine: &str, kind: &str, name: &str, value: &Value, is_of_talhelper: bool) -> Option<Words> {
    match kind {
        "bond" => bond(name, value, is_of_talhelper),
        "bridge" => bridge(value, is_of_talhelper),
        "wireguard" => wireguard::words(machine, name, value, is_of_talhelper),
        _ => {
            let is_dummy = value.as_bool(Reader::Talos) == Some(true) || value.as_map().is_some();
            let mut fields = Vec::new();
            fields.extend(value.get("hardwareAddr").and_then(scalar).map(|mac| say::said("hardware-address", &mac)));
            (is_dummy && !is_of_talhelper).then(|| Words { fields, members: Vec::new() })
        }
    }
}

fn members_of(members: &[Said]) -> Option<Statement> {
    let first = members.first()?;
    Some(say::list("members", first.span, members.iter().map(|member| (member.text.clone(), member.span))))
}

fn bond(name: &str, value: &Value, is_of_talhelper: bool) -> Option<Words> {
    let (mut members, mut interfaces, mut fields) = (Vec::new(), Vec::new(), Vec::new());
    value.as_map()?;
    for field in value.fields() {
        match &*field.key {
            "interfaces" => members.extend(texts(&field.value)?),
            "deviceSelectors" => {
                for (at, selector) in field.value.as_list()?.iter().enumerate() {
                    let (member, interface) = member(&format!("{name}-m{at}"), selector, is_of_talhelper)?;
                    members.push(member);
                    interfaces.extend(interface);
                }
            }
            // talhelper writes no document that has it. (talhelper 3.1, pkg/talos/networkconfig.go)
            "primary" if is_of_talhelper => {}
            "hardwareAddr" => fields.push(say::said("hardware-address", &scalar(&field.value)?)),
            key => {
                let known = BOND_KEYS.iter().find(|known| known.field == Some(key) || known.document == Some(key))?;
                if let Some(on) = field.value.as_bool(Reader::Talos).filter(|_| known.word == "use-carrier") {
                    fields.push(say::flag(known.word, on, field.value.span));
                    continue;
                }
                if let Some(targets) = texts(&field.value) {
                    let span = field.value.span;
                    let said = targets.iter().map(|target| (target.text.clone(), target.span));
                    fields.push(say::list(known.word, span, said));
                    continue;
                }
                let said = scalar(&field.value)?;
                // A number that is zero is none.
                if said.text != "0" {
                    fields.push(say::said(known.word, &said));
                }
            }
        }
    }
    value.get("mode").or(value.get("bondMode"))?;
    fields.insert(0, members_of(&members)?);
    Some(Words { fields, members: interfaces })
}

/// A member by what selects it: its MAC where that is the one that it keeps, else an interface of its own.
fn member(alias: &str, selector: &Value, is_of_talhelper: bool) -> Option<(Said, Option<Statement>)> {
    let fields: Vec<_> = selector.fields().collect();
    if let [field] = fields.as_slice() {
        // In documents hnet finds by the MAC that is kept, whatever the word.
        let is_kept = matches!(&*field.key, "permanentAddr") || is_of_talhelper && &*field.key == "hardwareAddr";
        let mac = scalar(&field.value).filter(|mac| is_kept && mac.text.contains(':'));
        if let Some(mac) = mac {
            return Some((mac, None));
        }
    }
    Name::new(alias).ok()?;
    let mut words = selectors(selector).filter(|words| !words.is_empty())?;
    // Should the bond end as a patch, no word says what this is a part of.
    words.push(say::flag("dhcp", false, selector.span));
    let said = Said { text: alias.to_owned(), span: selector.span, comments: None };
    let interface = say::field("interface", alias, selector.span).holding(words);
    Some((said, Some(interface)))
}

fn bridge(value: &Value, is_of_talhelper: bool) -> Option<Words> {
    let mut value = value.clone();
    let mut fields = Vec::new();
    if let Some(members) = take_texts(&mut value, &["interfaces"]) {
        fields.extend(members_of(&members));
    }
    if let Some((on, said)) = take_bool(&mut value, &["stp", "enabled"]) {
        fields.push(say::flag("stp", on, said.span));
    }
    if !is_of_talhelper && let Some((on, said)) = take_bool(&mut value, &["vlan", "vlanFiltering"]) {
        fields.push(say::flag("vlan-filtering", on, said.span));
    }
    if let Some(mac) = take(&mut value, &["hardwareAddr"]) {
        fields.push(say::said("hardware-address", &scalar(&mac.value)?));
    }
    crate::take::is_said(&value).then_some(Words { fields, members: Vec::new() })
}
