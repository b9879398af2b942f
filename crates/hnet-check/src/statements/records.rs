//! `records`: names that external-dns publishes.

use hnet_diagnostics::{Diagnostic, Diagnostics, claim, codes};
use hnet_language::{Annotation, Flag, List, One, Reader, RecordName, Text, statement};
use hnet_model::{
    Address, Answer, Duration, Name, PublishedRecord, Reason, RecordData, RecordType, Records, Traced, in_source_order,
};
use indexmap::IndexMap;

use super::node::pairs;
use super::overlay::OverlayStatement;
use crate::types::{RecordTarget, RecordTypeWord, TunnelRef};

/// The namespace of records that do not say theirs.
const DEFAULT_NAMESPACE: &str = "external-dns";

statement! {
    /// Names that external-dns publishes where it reads the source `crd`: a DNSEndpoint.
    /// `records games < namespace games; record mc.example.com to home.example.com; >`
    RecordsStatement = "records" Named () {
        /// Its namespace.
        "namespace" namespace: One<Name> [default "external-dns"];
        /// Names with what they lead to.
        "record" record: Vec<PublishedRecordStatement>;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// Names with what they lead to: `record s3.example.com to nas;`, `record external.example.com tunnel home;`
    PublishedRecordStatement = "record" Unnamed (
        /// The names.
        names: List<RecordName> [required],
    ) {
        /// What they lead to: addresses, or another name. The name of a host, a router or a gateway stands for all its
        /// addresses.
        "to" to: List<RecordTarget>;
        /// The tunnel behind which they are.
        "tunnel" tunnel: One<TunnelRef>;
        /// The type of the record.
        "type" kind: One<RecordTypeWord> [default "A and AAAA for addresses, CNAME for a name"];
        /// What is answered, for types that are no address and no name: `type TXT data "v=spf1 -all"`.
        "data" data: List<Text>;
        /// How long answers may be kept, in whole seconds.
        "ttl" ttl: One<Duration> [default "the provider's own"];
        /// Whether Cloudflare answers for it.
        "proxied" proxied: Flag [default "as external-dns is told"];
        /// What the provider alone knows.
        "property" property: List<Annotation>;
    }
}

/// What a record answers, as a text; none of a tunnel, of which there is one.
fn in_words(data: &RecordData) -> Option<String> {
    match data {
        RecordData::Address(address) => Some(address.to_string()),
        RecordData::Name(name) => Some(name.to_string()),
        RecordData::Tunnel(_) => None,
        RecordData::Text(text) => Some(text.clone()),
    }
}

/// Reports what one list says twice.
fn twice<T>(list: &[Traced<T>], called: impl Fn(&T) -> Option<String>, out: &mut Diagnostics) {
    let mut first = IndexMap::new();
    for one in list {
        let Some(text) = called(&one.value) else { continue };
        if let Some(before) = claim(&mut first, text.clone(), one.span()).copied() {
            out.report(
                Diagnostic::new(&codes::KEY_REPEATED, format!("`{text}` is said twice in one list"))
                    .label(one.span(), "again")
                    .label(before, "it stands here already")
                    .help("leave one of the two out"),
            );
        }
    }
}

/// What tells records from each other, as texts: their names and what these lead to.
fn said(record: &PublishedRecord) -> Vec<String> {
    let data = record.answers.iter().flat_map(|answer| &answer.data);
    let data = data.map(|data| in_words(&data.value).unwrap_or_default());
    record.names.iter().map(|name| name.value.to_string()).chain(data).collect()
}

impl RecordsStatement {
    pub(crate) fn lower(self, fallback: &Name, reader: &mut Reader<'_>) -> Option<Records> {
        let Self { head, namespace, record, overlay } = self;
        let span = head.span;
        let mut records = Vec::with_capacity(record.len());
        for record in record {
            match record.lower(reader) {
                Some(record) => records.push(record),
                None => _ = reader.holes.insert(span),
            }
        }
        if records.is_empty() && reader.is_partial {
            // Which it has is not known.
            reader.holes.insert(span);
        }
        let default = || Name::new(DEFAULT_NAMESPACE).unwrap_or_else(|_| fallback.clone());
        // Where they stand means nothing.
        records.sort_by_cached_key(|record| (said(record), record.span));
        Some(Records {
            name: head.name?,
            doc: head.doc,
            namespace: namespace.unwrap_or_else(|| Traced::derived(default(), span, Reason::Default)),
            records,
            overlay: overlay.lower(span),
            span,
        })
    }
}

impl PublishedRecordStatement {
    /// Lowers a record; none where what it leads to is not known.
    fn lower(self, reader: &mut Reader<'_>) -> Option<PublishedRecord> {
        let Self { head, names, to, tunnel, kind, data, ttl, proxied, property } = self;
        let span = head.span;
        let kind = kind.map(|kind| kind.map(RecordTypeWord::kind));
        let mut said: Vec<Traced<RecordData>> = Vec::new();
        for target in to.0 {
            let Traced { value, origin } = target;
            match value {
                RecordTarget::Addresses(addresses) => {
                    let all = addresses.all().into_iter();
                    said.extend(all.map(|address| Traced::new(RecordData::Address(address), origin)));
                }
                RecordTarget::Name(name) => said.push(Traced::new(RecordData::Name(name), origin)),
                RecordTarget::Open(text) => {
                    said.push(Traced::new(RecordData::Address(Address::Placeholder(text)), origin));
                }
            }
        }
        said.extend(tunnel.map(|tunnel| tunnel.map(|TunnelRef(id)| RecordData::Tunnel(id))));
        said.extend(data.0.into_iter().map(|text| text.map(|Text(text)| RecordData::Text(text))));
        let Some(first) = said.first() else {
            if !reader.holes.contains(&span) && !reader.is_partial {
                reader.out.report(
                    Diagnostic::new(&codes::MISSING_FIELD, "a `record` leads to nothing")
                        .label(span, "what is answered is not said")
                        .help("add `to` with addresses or a name, `tunnel`, or `type` with `data`"),
                );
            }
            return None;
        };
        let span = span.to(first.span());
        let names: Vec<_> = names.0.into_iter().map(|name| name.map(|RecordName(name)| name)).collect();
        twice(&names, |name| Some(name.to_string()), reader.out);
        twice(&said, in_words, reader.out);
        let answers = answers(kind, said, reader.out)?;
        let ttl = ttl.filter(|ttl| is_whole(ttl, reader.out));
        Some(PublishedRecord {
            names,
            answers,
            ttl,
            proxied: proxied.0,
            properties: pairs(property.0, |Annotation(pair)| pair),
            span,
        })
    }
}

/// What is answered, by type. None where something does not fit, which is reported.
fn answers(
    said: Option<Traced<RecordType>>,
    data: Vec<Traced<RecordData>>,
    out: &mut Diagnostics,
) -> Option<Vec<Answer>> {
    let mut answers: IndexMap<RecordType, Answer> = IndexMap::new();
    let mut first = None;
    for one in data {
        let own = match (&one.value, said) {
            (RecordData::Address(Address::Known(address)), None) => RecordType::of(address),
            (RecordData::Name(_) | RecordData::Tunnel(_), None) => RecordType::Cname,
            (RecordData::Address(Address::Placeholder(text)), None) => {
                out.report(
                    Diagnostic::new(&codes::MISSING_FIELD, "a `record` does not say its `type`")
                        .label(one.span(), format!("whether `{text}` is an address or a name is not known here"))
                        .help("add `type A`, `type AAAA` or `type CNAME`"),
                );
                return None;
            }
            (RecordData::Text(_), None) => {
                out.report(
                    Diagnostic::new(&codes::MISSING_FIELD, "a `record` does not say its `type`")
                        .label(one.span(), "of which type is this?")
                        .help("add it: `type TXT`, `type MX` or `type SRV`"),
                );
                return None;
            }
            (_, Some(kind)) => {
                if let Some(help) = misfit(&one.value, kind.value) {
                    let word = kind.value.word();
                    out.report(
                        Diagnostic::new(
                            &codes::RECORD_OF_OTHER_TYPE,
                            format!("this is not what a record of type {word} holds"),
                        )
                        .label(one.span(), "answered with this")
                        .label(kind.span(), "its type")
                        .help(help),
                    );
                    return None;
                }
                kind.value
            }
        };
        // A name with an alias has nothing else.
        if let Some((kind, place)) =
            first.filter(|(kind, _)| (*kind == RecordType::Cname) != (own == RecordType::Cname))
        {
            let what = |kind| if kind == RecordType::Cname { "another name" } else { "an address" };
            out.report(
                Diagnostic::new(&codes::RECORD_OF_OTHER_TYPE, "a record leads to addresses or to a name, not to both")
                    .label(one.span(), what(own))
                    .label(place, what(kind))
                    .help("keep one of the two"),
            );
            return None;
        }
        first.get_or_insert((own, one.span()));
        let origin = said.map_or(one.origin.because(Reason::Default), |kind| kind.origin);
        let answer = || Answer { kind: Traced::new(own, origin), data: Vec::new() };
        answers.entry(own).or_insert_with(answer).data.push(one);
    }
    Some(answers.into_values().collect())
}

/// What to do where data is not what a type holds.
fn misfit(data: &RecordData, kind: RecordType) -> Option<&'static str> {
    let is_of_text = matches!(kind, RecordType::Txt | RecordType::Mx | RecordType::Srv | RecordType::Naptr);
    match (kind, data) {
        (_, RecordData::Text(_)) if !is_of_text => Some("write addresses and names behind `to`"),
        (_, RecordData::Text(_)) => None,
        _ if is_of_text => Some("write what it holds as a text behind `data`"),
        (RecordType::A | RecordType::Aaaa, RecordData::Address(Address::Known(address))) => {
            (RecordType::of(address) != kind).then_some("leave `type` out: it follows from the address")
        }
        (_, RecordData::Address(Address::Placeholder(_))) => None,
        (RecordType::A | RecordType::Aaaa, _) => Some("leave `type` out: a name is led to by a CNAME"),
        (_, RecordData::Address(_)) => Some("leave `type` out: an address is led to by A or AAAA"),
        _ => None,
    }
}

/// Whether a time has whole seconds, as records have, which is reported otherwise.
fn is_whole(time: &Traced<Duration>, out: &mut Diagnostics) -> bool {
    let seconds = time.value.seconds();
    let is_whole = Duration(seconds * 1000) == time.value && (1..=i32::MAX.unsigned_abs().into()).contains(&seconds);
    if !is_whole {
        out.report(
            Diagnostic::new(&codes::NUMBER_OUT_OF_RANGE, format!("`ttl` cannot be {}", time.value))
                .label(time.span(), "whole seconds from 1 to 2147483647 are wanted here (RFC 2181)")
                .help("write another time"),
        );
    }
    is_whole
}

/// Records have their name to themselves in their namespace.
pub(crate) fn refuse_taken_names(all: &[Records], out: &mut Diagnostics) {
    let mut names: IndexMap<(&Name, &Name), &Records> = IndexMap::new();
    for records in in_source_order(all, |records| records.span) {
        let namespace = &records.namespace.value;
        if let Some(first) = claim(&mut names, (namespace, &records.name.value), records) {
            out.report(
                Diagnostic::new(&codes::DUPLICATE_NAME, format!("the name `{}` is taken", records.name.value))
                    .label(records.name.span(), format!("these records need a name of their own in `{namespace}`"))
                    .label(first.name.span(), "records of that name in the same namespace")
                    .help("give one of the two another name, or make them one"),
            );
        }
    }
}
