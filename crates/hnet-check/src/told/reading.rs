//! What a source says by a [`Table`]: read word by word, then laid out as the object has it.
//!
//! Start at [`Body`].

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Origin, Reported, Span, Traced, claim, codes};
use hnet_language::values::{self, Wrong, has_placeholder, refuse};
use hnet_language::{AddStatement, Fields, Flag, Head, Scope, Slot, TakeValue, ValueType as _, word_position};
use hnet_model::{RawYaml, Told, ToldValue, nothing};
use hnet_syntax::tree::Value;
use indexmap::IndexMap;

use super::table::{Form, Row, Sort, Table};
use super::values::{address, duration_of_gateways, is_share, is_size, refuse as refuse_form, refuse_like, resource};

/// What a statement says whose words are a table.
pub(crate) struct Body {
    head: Head,
    table: &'static Table,
    /// What each row got: those behind the keyword, then those of the body.
    slots: Vec<Filled>,
}

/// What a row got.
enum Filled {
    Flag(Flag),
    Values(Values),
    Bodies(Bodies),
}

/// Values of one form.
struct Values {
    form: Form,
    read: Vec<Told>,
}

/// Statements of one table.
struct Bodies {
    table: &'static Table,
    read: Vec<Body>,
}

impl Body {
    pub(crate) fn of(table: &'static Table) -> Self {
        let slot = |row: &Row| match row.sort {
            Sort::Flag | Sort::Unless => Filled::Flag(Flag::default()),
            Sort::One(form) | Sort::List(form) => Filled::Values(Values { form, read: Vec::new() }),
            Sort::Body(table) | Sort::Bodies(table) => Filled::Bodies(Bodies { table, read: Vec::new() }),
        };
        let slots = table.positional.iter().chain(table.rows).map(slot).collect();
        Body { head: Head::default(), table, slots }
    }

    /// What an object says for it, with what runs the proxies in the place of `*`.
    pub(crate) fn told(self, workload: &'static str, origin: Origin) -> Told {
        let mut told = nothing(origin);
        let rows = self.table.positional.iter().chain(self.table.rows);
        for (row, filled) in rows.zip(self.slots) {
            let Some((value, origin)) = filled.told(row, workload) else { continue };
            let path: Vec<&'static str> =
                row.at.split('.').map(|key| if key == "*" { workload } else { key }).collect();
            if !matches!(row.sort, Sort::Bodies(_)) {
                beside(row, origin, &mut told.value);
            }
            told.value.put(&path, value);
        }
        told
    }
}

impl Filled {
    /// What a row says, if it was given.
    fn told(self, row: &Row, workload: &'static str) -> Option<(Told, Origin)> {
        match self {
            Filled::Flag(Flag(flag)) => {
                let flag = flag?;
                let is_so = flag.value != matches!(row.sort, Sort::Unless);
                Some((Traced::new(ToldValue::Flag(is_so), flag.origin), flag.origin))
            }
            Filled::Values(Values { form, read }) => {
                let origin = read.first()?.origin;
                let value = match (row.sort, form) {
                    // What each value is a map of goes into one.
                    (Sort::List(_), Form::Pair | Form::Resource) => {
                        let mut map = ToldValue::Map(Vec::new());
                        for one in read {
                            let ToldValue::Map(entries) = one.value else { continue };
                            entries.into_iter().for_each(|(key, value)| map.add(key, value));
                        }
                        map
                    }
                    (Sort::List(_), _) => ToldValue::List(read),
                    _ => read.into_iter().next()?.value,
                };
                Some((Traced::new(value, origin), origin))
            }
            Filled::Bodies(Bodies { table: _, read }) => {
                let origin = Origin::written(read.first()?.head.span);
                let told = read.into_iter().map(|body| {
                    let origin = Origin::written(body.head.span);
                    let mut told = nothing(origin);
                    if let Sort::Bodies(_) = row.sort {
                        beside(row, origin, &mut told.value);
                    }
                    for (key, value) in body.told(workload, origin).value.into_entries() {
                        told.value.add(key, value);
                    }
                    told
                });
                let mut told: Vec<Told> = told.collect();
                let value = match row.sort {
                    Sort::Bodies(_) => ToldValue::List(told),
                    _ => told.swap_remove(0).value,
                };
                Some((Traced::new(value, origin), origin))
            }
        }
    }
}

/// Says what a row has beside it.
fn beside(row: &Row, origin: Origin, told: &mut ToldValue) {
    for (key, text) in row.with {
        let path: Vec<&'static str> = key.split('.').collect();
        told.put(&path, Traced::new(ToldValue::Text((*text).to_owned()), origin));
    }
}

impl Fields for Body {
    fn head(&mut self) -> &mut Head {
        &mut self.head
    }

    fn visit(&mut self, visit: &mut dyn FnMut(Slot<'_>)) {
        for slot in &mut self.slots {
            visit(match slot {
                Filled::Flag(flag) => Slot::Flag(flag),
                Filled::Values(values) => Slot::Values(values),
                Filled::Bodies(bodies) => Slot::Statements(bodies),
            });
        }
    }
}

impl AddStatement for Bodies {
    fn add(&mut self, _: usize) -> &mut dyn Fields {
        self.read.push(Body::of(self.table));
        let last = self.read.len() - 1;
        &mut self.read[last]
    }
}

impl TakeValue for Values {
    fn take(&mut self, value: &Value, place: Span, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<(), Reported> {
        let read = read(self.form, value, Origin::written(place), scope, out)?;
        self.read.push(Traced::written(read, place));
        Ok(())
    }

    fn count(&self) -> usize {
        self.read.len()
    }

    fn refuse_repeated_keys(&self, from: usize, out: &mut Diagnostics) {
        if !matches!(self.form, Form::Pair | Form::Resource) {
            return;
        }
        let pairs = self.read.get(from..).unwrap_or_default().iter();
        let pairs = pairs.flat_map(|pair| pair.value.entries().iter().map(|(key, value)| (&**key, value)));
        let mut first: IndexMap<&str, &Told> = IndexMap::new();
        for (key, value) in pairs {
            let Some(other) = claim(&mut first, key, value) else { continue };
            if other.value != value.value {
                out.report(
                    Diagnostic::new(&codes::KEY_REPEATED, format!("`{key}` is said twice in one list"))
                        .label(value.span(), "this says one thing")
                        .label(other.span(), "and this another")
                        .help("keep one of the two"),
                );
            }
        }
    }
}

/// A value as an object has it, or what is wrong with it is reported.
fn read(
    form: Form,
    value: &Value,
    origin: Origin,
    scope: &Scope<'_>,
    out: &mut Diagnostics,
) -> Result<ToldValue, Reported> {
    let text = value.text.as_str();
    let part = |text: &str| Traced::new(ToldValue::Text(text.to_owned()), origin);
    let own = |(): ()| ToldValue::Text(text.to_owned());
    // What is filled in later is known to those who do so.
    let is_open = has_placeholder(value);
    let mut sound = |wrong: Option<Wrong>| match wrong {
        Some(wrong) if !is_open => Err(refuse(wrong, value, out)),
        _ => Ok(()),
    };
    match form {
        Form::Content => Ok(own(())),
        Form::Text if text.is_empty() => Err(refuse_form(("a text", "`web`"), value, out)),
        Form::Text => Ok(own(())),
        Form::Like(like) if is_open || (like.holds)(text) => Ok(own(())),
        Form::Like(like) => Err(refuse_like(like, value, out)),
        Form::Name => sound(values::host_name(text, false).err()).map(own),
        Form::Duration => sound(values::duration(text).err()).map(|()| ToldValue::Text(duration_of_gateways(text))),
        Form::Address if is_open => Ok(own(())),
        Form::Address => {
            values::address(text).map(|read| ToldValue::Text(address(read))).map_err(|it| refuse(it, value, out))
        }
        Form::Prefix => sound(values::prefix(text).err()).map(own),
        Form::Url => sound(values::url(text, &["https", "http"]).err()).map(own),
        Form::Number(least, most) => {
            let read = values::integer(text, least..=most);
            let number = read.as_ref().ok().and_then(|number| i64::try_from(*number).ok());
            sound(read.err()).map(|()| number.map_or_else(|| own(()), ToldValue::Number))
        }
        Form::Share if is_open || is_share(text) => Ok(text.parse().map_or_else(|_| own(()), ToldValue::Number)),
        Form::Share => Err(refuse_form(("a number or a share", "`1` or `50%`"), value, out)),
        Form::Quantity if is_open || is_size(text) => Ok(text.parse().map_or_else(|_| own(()), ToldValue::Number)),
        Form::Quantity => Err(told_wrong(
            (&codes::NOT_A_SIZE, format!("`{text}` is not a quantity")),
            "a whole number above 0 is wanted here, perhaps with a unit behind it",
            "write one such as `8Mi` or `128Ki`",
            (value, out),
        )),
        Form::Words(words, said) => match is_open {
            true => Ok(own(())),
            false => {
                word_position(value, words, scope.vocabulary(), out).map(|at| ToldValue::Text(said[at].to_owned()))
            }
        },
        Form::Resource if values::setting(text).is_ok() => match resource(text) {
            Some((key, said)) => Ok(ToldValue::Map(vec![(key.into(), part(&said))])),
            None => Err(refuse_form(("an amount", "`cpu=100m` or `memory=512Mi`"), value, out)),
        },
        Form::Pair | Form::Resource => {
            let (key, said) = values::setting(text).map_err(|wrong| refuse(wrong, value, out))?;
            Ok(ToldValue::Map(vec![(key.into(), part(&said))]))
        }
        Form::Header => {
            let (name, said) = values::header(text).map_err(|wrong| refuse(wrong, value, out))?;
            Ok(ToldValue::Map(vec![("name".into(), part(&name)), ("value".into(), part(&said))]))
        }
        Form::Keyed(key, form, beside) => {
            let read = read(*form, value, origin, scope, out)?;
            let beside = beside.iter().map(|(key, said)| ((*key).into(), part(said)));
            Ok(ToldValue::Map(beside.chain([(key.into(), Traced::new(read, origin))]).collect()))
        }
        Form::Yaml => RawYaml::read(value, scope, out).map(|yaml| ToldValue::of_yaml(&yaml.value, origin)),
        Form::Known(_, words, said) if !is_open && !text.contains([':', '/']) => {
            word_position(value, words, scope.vocabulary(), out).map(|at| ToldValue::Text(said[at].to_owned()))
        }
        Form::Known(..) => sound(values::url(text, &["https", "http"]).err()).map(own),
        Form::Object(group, kind) => object(text, group, kind, origin).ok_or_else(|| {
            told_wrong(
                (&codes::NOT_A_NAME, format!("`{text}` names no {kind}")),
                "a name is wanted here, mostly behind the namespace that it is in",
                "write `NAMESPACE/NAME`, or `NAME` alone",
                (value, out),
            )
        }),
        Form::SecretKey => secret_key(text, origin).ok_or_else(|| {
            told_wrong(
                (&codes::NOT_A_SECRET_REFERENCE, format!("`{text}` is no key of a Secret")),
                "the name of a Secret is wanted here, and the key in it",
                "write `SECRET/KEY`, as in `cloudflare/api-token`",
                (value, out),
            )
        }),
        Form::Service => service(text, origin).ok_or_else(|| {
            told_wrong(
                (&codes::NOT_A_SERVICE, format!("`{text}` is not a service with its port")),
                "a service is wanted here, with the port that it listens on",
                "write `NAMESPACE/NAME:PORT`, or `NAME:PORT` for one of the same namespace",
                (value, out),
            )
        }),
    }
}

fn told_wrong(
    (code, title): (&'static Code, String),
    label: &'static str,
    help: &'static str,
    (value, out): (&Value, &mut Diagnostics),
) -> Reported {
    out.report(Diagnostic::new(code, title).label(value.span, label).help(help))
}

/// `namespace/name` as a reference to an object.
fn object(text: &str, group: &str, kind: &str, origin: Origin) -> Option<ToldValue> {
    let (namespace, name) = text.split_once('/').map_or((None, text), |(namespace, name)| (Some(namespace), name));
    let is_name = |text: &str| text.contains("${") || values::host_name(text, false).is_ok();
    if !is_name(name) || !namespace.is_none_or(is_name) {
        return None;
    }
    let said = |text: &str| Traced::new(ToldValue::Text(text.to_owned()), origin);
    let mut told = vec![("group".into(), said(group)), ("kind".into(), said(kind)), ("name".into(), said(name))];
    told.extend(namespace.map(|namespace| ("namespace".into(), said(namespace))));
    Some(ToldValue::Map(told))
}

/// `secret/key` as a reference to a key of a Secret. (Kubernetes, `validation.IsConfigMapKey`.)
fn secret_key(text: &str, origin: Origin) -> Option<ToldValue> {
    let (name, key) = text.split_once('/')?;
    let is_key = !key.is_empty() && key.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_.".contains(sign));
    let is_name = values::host_name(name, false).is_ok();
    if !(is_name || name.contains("${")) || !(is_key || key.contains("${")) {
        return None;
    }
    let text = |text: &str| Traced::new(ToldValue::Text(text.to_owned()), origin);
    Some(ToldValue::Map(vec![("name".into(), text(name)), ("key".into(), text(key))]))
}

/// `namespace/name:port` as a reference to a Service.
fn service(text: &str, origin: Origin) -> Option<ToldValue> {
    let (name, port) = text.rsplit_once(':')?;
    let port = match port.parse::<u16>() {
        Ok(0) => return None,
        Ok(port) => ToldValue::Number(port.into()),
        Err(_) if port.contains("${") => ToldValue::Text(port.to_owned()),
        Err(_) => return None,
    };
    let (namespace, name) = name.split_once('/').map_or((None, name), |(namespace, name)| (Some(namespace), name));
    let is_name = |text: &str| text.contains("${") || values::name(text).is_ok();
    if !is_name(name) || !namespace.is_none_or(is_name) {
        return None;
    }
    let text = |text: &str| Traced::new(ToldValue::Text(text.to_owned()), origin);
    let mut told = vec![("name".into(), text(name))];
    told.extend(namespace.map(|namespace| ("namespace".into(), text(namespace))));
    told.push(("port".into(), Traced::new(port, origin)));
    Some(ToldValue::Map(told))
}
