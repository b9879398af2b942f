//! What the API server refuses of Envoy Gateway's objects: rows of `envoy_laws.rs`, looked for in what is said.
//!
//! Start at [`refused`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{EnvoyObject, Told, ToldValue, own};
use indexmap::{IndexMap, IndexSet};

use super::envoy_laws::{Key, LAWS, Law, Rule};
use crate::facts::Facts;

/// Objects say one of what excludes each other, and what they cannot be without.
pub(crate) fn refused(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for object in own(&cluster.envoy).filter(|object| facts.whole(object.span) && object.overlay.patches.is_empty())
        {
            let called = format!("`{} {}`", object.kind.keyword(), object.name.value);
            let mut judged = Judged { called, places: IndexSet::new(), out };
            for law in LAWS.iter().filter(|law| law.kind == object.kind) {
                each(&object.settings, law.at, &mut |map| {
                    let place = if law.at.is_empty() { object.name.span() } else { map.span() };
                    judged.judge(law, map, place);
                });
            }
            merged_with_nothing(object, out);
        }
    }
}

/// Shows each map to which keys lead.
fn each<'t>(told: &'t Told, path: &str, show: &mut dyn FnMut(&'t Told)) {
    if path.is_empty() {
        return show(told);
    }
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let (first, is_list) = first.strip_suffix("[]").map_or((first, false), |first| (first, true));
    for (key, value) in told.value.entries() {
        if first != "*" && key != first {
            continue;
        }
        match is_list {
            true => value.value.items().iter().for_each(|item| each(item, rest, show)),
            false => each(value, rest, show),
        }
    }
}

/// What is found of an object.
struct Judged<'a> {
    /// The statement, in a message.
    called: String,
    /// Where something is told already: what is wrong there is told once.
    places: IndexSet<Span>,
    out: &'a mut Diagnostics,
}

impl Judged<'_> {
    fn tell(&mut self, place: Span, finding: Diagnostic) {
        if self.places.insert(place) {
            self.out.report(finding);
        }
    }

    fn refuse(&self, title: &str) -> Diagnostic {
        Diagnostic::new(&codes::ENVOY_REFUSED, format!("{} {title}", self.called))
    }

    fn judge(&mut self, law: &Law, map: &Told, place: Span) {
        match &law.rule {
            Rule::One(what, keys) => self.choice(what, keys, (map, place), (true, true)),
            Rule::AtMostOne(what, keys) => self.choice(what, keys, (map, place), (false, true)),
            Rule::Some(what, keys) => self.choice(what, keys, (map, place), (true, false)),
            Rule::Wants(keys, wanted, why) => self.wants(keys, wanted, why, map),
            Rule::NotBoth(one, other, why) => self.not_both((one, other), why, map),
            Rule::UpTo(low, high, default) => self.up_to((low, high), *default, map),
            Rule::Most(key, most) => self.most(key, *most, map),
            Rule::Once(key, named, does) => self.once(key, named, does, map),
        }
    }

    fn choice(&mut self, what: &str, keys: &[Key], (map, place): (&Told, Span), (is_needed, is_alone): (bool, bool)) {
        // Words that say the same are one.
        let said = keys.iter().filter_map(|key| Some((key.path, (key.said(map)?, key.word))));
        let said: IndexMap<&str, (&Told, &str)> = said.collect();
        let mut said: Vec<(&Told, &str)> = said.into_values().collect();
        said.sort_by_key(|(told, _)| told.span());
        match said.as_slice() {
            [] if is_needed => {
                let words: Vec<String> = keys.iter().map(|key| format!("`{}`", key.word)).collect();
                let finding = self.refuse(&format!("does not say {what}"));
                let help = format!("say {}", words.join(" or "));
                self.tell(place, finding.label(place, "Envoy Gateway refuses this").help(help));
            }
            [(first, one), .., (second, other)] if is_alone => {
                let finding = self.refuse(&format!("says twice {what}"));
                let finding = finding
                    .label(second.span(), "Envoy Gateway takes one of the two")
                    .label(first.span(), "the other one")
                    .help(format!("keep `{one}`, or `{other}`"));
                self.tell(second.span(), finding);
            }
            _ => {}
        }
    }

    fn wants(&mut self, keys: &[Key], wanted: &Key, why: &str, map: &Told) {
        let said = keys.iter().filter_map(|key| Some((key.said(map)?, key.word)));
        let Some((told, word)) = said.min_by_key(|(told, _)| told.span()) else { return };
        let there = wanted.there(map);
        // What it must be it is where it is not said, and may be where others fill it in.
        let is_so = match wanted.is {
            None => there.is_some(),
            Some(_) => there.is_none_or(|there| wanted.may_be(there)),
        };
        if is_so {
            return;
        }
        let title = format!("says `{word}` without `{}`", wanted.word);
        let mut finding = self.refuse(&title).label(told.span(), why.to_owned());
        if let Some(there) = there {
            finding = finding.label(there.span(), "this is said instead");
        }
        self.tell(told.span(), finding.help(format!("write `{}`, or leave `{word}` out", wanted.word)));
        // What is said instead is not without what it wants itself: it is the wrong one.
        self.places.extend(there.map(Told::span));
    }

    fn not_both(&mut self, (one, other): (&Key, &Key), why: &str, map: &Told) {
        if let (Some(first), Some(second)) = (one.said(map), other.said(map)) {
            let finding = self.refuse(&format!("says `{}` beside `{}`", one.word, other.word));
            let finding = finding
                .label(first.span(), why.to_owned())
                .label(second.span(), "beside this")
                .help("leave one of the two out");
            self.tell(first.span(), finding);
        }
    }

    fn up_to(&mut self, (low, high): (&Key, &Key), default: Option<&str>, map: &Told) {
        let amount = |told: &Told| text(told).parse::<f64>().ok();
        let Some((most, above)) = high.there(map).and_then(|most| Some((most, amount(most)?))) else { return };
        if let Some(least) = low.there(map) {
            if amount(least).is_some_and(|below| below > above) {
                let finding = self.refuse(&format!("says a `{}` above its `{}`", low.word, high.word));
                let finding = finding
                    .label(least.span(), format!("this is more than {}", text(most)))
                    .label(most.span(), "the most")
                    .help(format!("write a smaller `{}` or a larger `{}`", low.word, high.word));
                self.tell(least.span(), finding);
            }
        } else if let Some(default) = default.filter(|default| default.parse::<f64>().is_ok_and(|low| low > above)) {
            let finding = self.refuse(&format!("says a `{}` below {default}", high.word));
            let finding = finding
                .label(most.span(), format!("`{}` is {default} where it is not said", low.word))
                .help(format!("say `{}`, too, or write a larger `{}`", low.word, high.word));
            self.tell(most.span(), finding);
        }
    }

    fn most(&mut self, key: &Key, most: usize, map: &Told) {
        let Some(list) = key.there(map) else { return };
        let items = list.value.items();
        if let Some(item) = items.get(most) {
            let finding = self.refuse(&format!("has {} in `{}`", items.len(), key.word));
            let finding = finding.label(item.span(), format!("{most} are the most")).help("leave some of them out");
            self.tell(item.span(), finding);
        }
    }

    fn once(&mut self, key: &Key, named: &str, does: &str, map: &Told) {
        let mut known: IndexMap<&str, &Told> = IndexMap::new();
        for item in key.there(map).map(|list| list.value.items()).unwrap_or_default() {
            let name = if named.is_empty() { Some(item) } else { item.value.at(named) };
            let Some(name) = name.and_then(|name| name.value.text()) else { continue };
            if let Some(first) = known.get(name) {
                let finding =
                    Diagnostic::new(&codes::HEADER_REPEATED, format!("{} {does} `{name}` twice", self.called))
                        .label(item.span(), "again; the API server refuses a list that has a name twice")
                        .label(first.span(), "it stands here already")
                        .help("leave one of the two out");
                self.tell(item.span(), finding);
            } else {
                known.insert(name, item);
            }
        }
    }
}

impl Key {
    /// What is said under it.
    fn there<'t>(&self, map: &'t Told) -> Option<&'t Told> {
        let mut found = None;
        each(map, self.path, &mut |told| found = found.or(Some(told)));
        found
    }

    /// The same, where it is what it must be.
    fn said<'t>(&self, map: &'t Told) -> Option<&'t Told> {
        self.there(map).filter(|told| self.is.is_none_or(|is| text(told) == is))
    }

    /// Whether what is said is what it must be, or is filled in by others.
    fn may_be(&self, told: &Told) -> bool {
        let text = text(told);
        self.is.is_none_or(|is| text == is) || text.contains("${")
    }
}

/// A value as a text; empty for a map or a list.
fn text(told: &Told) -> String {
    match &told.value {
        ToldValue::Text(text) => text.clone(),
        ToldValue::Number(number) => number.to_string(),
        ToldValue::Flag(flag) => flag.to_string(),
        ToldValue::List(_) | ToldValue::Map(_) => String::new(),
    }
}

/// What a gateway has goes together with nothing above it.
fn merged_with_nothing(object: &EnvoyObject, out: &mut Diagnostics) {
    let Some(merge) = object.settings.value.at("mergeType") else { return };
    if let Some(gateway) = object.targets.iter().find(|target| target.value.kind == "Gateway") {
        let title = format!("`{} {}` is merged with nothing", object.kind.keyword(), object.name.value);
        out.report(
            Diagnostic::new(&codes::ENVOY_REFUSED, title)
                .label(merge.span(), "what a route has is merged with what its gateway has")
                .label(gateway.span(), "this is attached to gateways")
                .help("leave `merge` out, or attach it to routes"),
        );
    }
}
