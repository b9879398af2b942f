//! The chart's release: its version, what of its values has words, and what is laid over those that hnet derives.
//!
//! The release stays whose it is; hnet writes the values that it names. Start at [`Release::statement`].

use hnet_check::{cilium_words, hubble_words};
use hnet_compare::Value as Meant;
use hnet_compare::schema::{self, Fields, Type};
use hnet_syntax::tree::{End, Statement, Value as Word};
use hnet_yaml::{Reader, Value};

use crate::make::styled;
use crate::say;
use crate::take::{Said, scalar, texts};
use crate::told::said as told;

/// A release of Cilium's chart.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    /// The version of the chart.
    pub(crate) version: Said,
    /// Its values.
    pub(crate) values: Value,
    /// Whether what of the values has words beside those that hnet derives has been said in words.
    pub(crate) is_in_words: bool,
}

impl Release {
    /// The statement: what of the values has words.
    pub(crate) fn statement(&self) -> Statement {
        let Release { version, values, is_in_words: _ } = self;
        let text = version.text.trim_start_matches('v');
        let mut fields: Vec<Statement> = Vec::new();
        let on = |keys: &[&str]| values.at(keys).filter(|value| value.as_bool(Reader::Helm) == Some(true));
        let is_off = |keys: &[&str]| values.at(keys).and_then(|value| value.as_bool(Reader::Helm)) == Some(false);
        // The chart observes flows unless it is told not to, and runs neither relay nor user interface.
        if !is_off(&["hubble", "enabled"]) {
            let place = values.at(&["hubble", "enabled"]).or(values.get("hubble")).map_or(version.span, |own| own.span);
            let parts = [("relay", ["hubble", "relay", "enabled"]), ("ui", ["hubble", "ui", "enabled"])];
            let off: Vec<Statement> = parts
                .into_iter()
                .filter(|(_, keys)| on(keys).is_none())
                .map(|(word, _)| say::flag(word, false, place))
                .collect();
            let said = Statement::new("hubble", place);
            fields.push(if off.is_empty() { said } else { said.holding(off) });
        }
        if let Some(encryption) = on(&["encryption", "enabled"])
            && values.str_at(&["encryption", "type"]) == Some("wireguard")
        {
            fields.push(say::field("encryption", "wireguard", encryption.span));
        }
        if values.str_at(&["routingMode"]) != Some("native") {
            let place = values.get("routingMode").map_or(version.span, |mode| mode.span);
            fields.push(say::field("routing", "tunnel", place));
        }
        if let Some(mode) = values.at(&["loadBalancer", "mode"]).and_then(scalar)
            && matches!(mode.text.as_str(), "dsr" | "hybrid")
        {
            fields.push(say::field("load-balancer", &mode.text, mode.span));
        }
        if let Some(devices) = values.get("devices") {
            let listed = texts(devices).or_else(|| {
                let said = scalar(devices)?;
                Some(said.text.split_whitespace().map(|text| Said { text: text.to_owned(), ..said.clone() }).collect())
            });
            let words = listed.into_iter().flatten().map(|one| Word::string(&one.text, one.span));
            let words: Vec<Word> = words.collect();
            if !words.is_empty() {
                fields.push(Statement::new("devices", devices.span).with_list(words));
            }
        }
        if on(&["bpf", "masquerade"]).is_none() {
            let place = values.at(&["bpf", "masquerade"]).map_or(version.span, |value| value.span);
            fields.push(say::flag("bpf-masquerade", false, place));
        }
        let said = say::field("cilium", text, version.span).apart();
        if fields.is_empty() { said } else { said.holding(fields) }
    }
}

/// That Prometheus watches Cilium, where it watches both the agents and the operator.
pub(crate) fn monitoring(release: &Release) -> Option<Statement> {
    let values = &release.values;
    let is_on = |part: &[&str]| {
        let monitor = values.at(&[part, &["serviceMonitor", "enabled"]].concat())?;
        (monitor.as_bool(Reader::Helm) == Some(true)).then_some(monitor.span)
    };
    is_on(&["operator", "prometheus"])?;
    let said = Statement::new("monitoring", is_on(&["prometheus"])?).apart();
    let monitor = values.at(&["prometheus", "serviceMonitor"])?;
    let mut fields = Vec::new();
    if let Some(interval) = monitor.get("interval").and_then(scalar) {
        fields.push(say::field("interval", &interval.text, interval.span));
    }
    let labels: Vec<Word> = monitor
        .get("labels")
        .into_iter()
        .flat_map(Value::fields)
        .filter_map(|label| {
            let value = scalar(&label.value)?;
            Some(Word::said(&format!("{}={}", &*label.key, value.text), value.span))
        })
        .collect();
    if let Some(first) = labels.first() {
        fields.push(Statement::new("labels", first.span).with_list(labels));
    }
    Some(if fields.is_empty() { said } else { said.holding(fields) })
}

/// The prefixes of pods that nodes route among each other.
pub(crate) fn pods(release: &Release) -> Option<Statement> {
    let keys = ["ipv4NativeRoutingCIDR", "ipv6NativeRoutingCIDR"];
    let prefixes: Vec<Said> = keys.iter().filter_map(|key| release.values.get(key).and_then(scalar)).collect();
    let is_known = |prefix: &Said| prefix.text.parse::<ipnet::IpNet>().is_ok_and(|net| net.trunc() == net);
    let first = prefixes.first().filter(|_| prefixes.iter().all(is_known))?;
    Some(say::list("pods", first.span, prefixes.iter().map(|prefix| (prefix.text.clone(), prefix.span))))
}

/// What has to be laid over derived values for the chart to be told what it was told; none where that is nothing. What
/// hnet derives and nobody had said is put back to the chart's own default.
pub(crate) fn overlay(values: &Value, derived: &Value) -> Option<Value> {
    let (mut from, to) = (Meant::of(derived, Reader::Helm), Meant::of(values, Reader::Helm));
    as_one_text(&mut from, &to);
    let over = laid(&to, &from, Some(schema::cilium_values()), None)?;
    Some(styled(&over, Some(values), values.span))
}

/// The chart takes devices as a list and as one text with spaces, and makes the same of both.
fn as_one_text(derived: &mut Meant, values: &Meant) {
    let Meant::Map(entries) = derived else { return };
    for (_, value) in entries.iter_mut().filter(|(key, _)| key == "devices") {
        let joined: Vec<&str> = value.items().iter().filter_map(Meant::as_str).collect();
        let joined = joined.join(" ");
        if values.get("devices").and_then(Meant::as_str) == Some(&joined) {
            *value = Meant::Text(joined);
        }
    }
}

/// What of some values is not derived; maps are laid over each other, and all else is replaced.
fn laid(values: &Meant, derived: &Meant, fields: Option<Fields>, default: Option<&Meant>) -> Option<Meant> {
    let (Meant::Map(said), Meant::Map(others)) = (values, derived) else {
        return (values != derived).then(|| values.clone());
    };
    let known = match fields.map(Fields::get) {
        Some(Type::Object(known)) => known,
        _ => &[],
    };
    let behind = |key: &str| {
        let field = known.iter().find(|field| field.name == key);
        let of_whole = default.and_then(|default| default.get(key));
        (field.map(|field| field.fields), field.and_then(|field| field.default.as_ref()).or(of_whole))
    };
    let mut over: Vec<(String, Meant)> = Vec::new();
    for (key, value) in said {
        let (fields, default) = behind(key);
        let own = match derived.get(key) {
            Some(other) => laid(value, other, fields, default),
            None => Some(value.clone()),
        };
        over.extend(own.map(|own| (key.clone(), own)));
    }
    for (key, value) in others.iter().filter(|(key, _)| values.get(key).is_none()) {
        let (fields, default) = behind(key);
        over.extend(default_of(value, fields, default).map(|default| (key.clone(), default)));
    }
    (!over.is_empty()).then_some(Meant::Map(over))
}

/// The statement with what is to be laid over derived values, as far as that has words; none where nothing of it has.
pub(crate) fn in_words(mut said: Statement, over: &Value) -> Option<Statement> {
    let mut rest = over.clone();
    let (_, words) = told(cilium_words(), &mut rest, "")?;
    let (_, of_hubble) = told(hubble_words(), &mut rest, "")?;
    let is_any = !words.is_empty();
    if is_any {
        said = said.holding(words);
    }
    let End::Body(body) = &mut said.end else { return None };
    let hubble = body.statements.iter_mut().find(|one| one.keyword.text == "hubble");
    match hubble.filter(|_| !of_hubble.is_empty()) {
        Some(hubble) => *hubble = hubble.clone().holding(of_hubble),
        None if is_any => {}
        None => return None,
    }
    Some(said)
}

/// What the chart takes for values that are derived: its default, or nothing. None where that is the same.
fn default_of(derived: &Meant, fields: Option<Fields>, default: Option<&Meant>) -> Option<Meant> {
    let Meant::Map(_) = derived else {
        let default = default.cloned().unwrap_or_default();
        return (default != *derived).then_some(default);
    };
    laid(&Meant::Map(Vec::new()), derived, fields, default)
}
