//! What objects say whose words are a table, in words. The tables are those of `hnet-check`, which reads by the same rows.
//!
//! Start at [`said`].

use hnet_check::{Form, Row, Sort, Table};
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::{Reader, Value};

use crate::say;
use crate::take::{is_said, scalar, take, take_text};

/// The values behind the keyword and the words of a body; what they say is taken out. None where something is lacking that
/// must be said.
pub(crate) fn said(table: &Table, value: &mut Value, workload: &str) -> Option<(Vec<Word>, Vec<Statement>)> {
    let mut behind = Vec::new();
    for (row, field) in table.positional.iter().zip(table.kind.positional) {
        let words = values(row, value, workload).unwrap_or_default();
        if words.is_empty() && field.required {
            return None;
        }
        behind.extend(words);
    }
    let mut fields = Vec::new();
    for (at, (row, field)) in table.rows.iter().zip(table.kind.fields).enumerate() {
        let before = fields.len();
        match row.sort {
            Sort::Flag | Sort::Unless => {
                let path = path(row, workload);
                let flag = value.at(&path).and_then(|on| Some((on.as_bool(Reader::ApiServer)?, on.span)));
                if let Some((is_so, span)) = flag {
                    take(value, &path);
                    let on = is_so != matches!(row.sort, Sort::Unless);
                    fields.push(say::flag(field.keyword, on, span));
                }
            }
            Sort::One(_) | Sort::List(_) => {
                let words = values(row, value, workload).unwrap_or_default();
                if let Some(first) = words.first() {
                    fields.push(Statement::new(field.keyword, first.span).with_list(words));
                }
            }
            Sort::Body(table) => {
                let path = path(row, workload);
                let Some(inner) = value.at(&path).filter(|inner| inner.as_map().is_some()) else { continue };
                let mut inner = inner.clone();
                let span = inner.span;
                let Some((words, body)) = self::said(table, &mut inner, workload) else { continue };
                // An empty map turns on what some objects speak of; where it does nothing, its statement may not be empty.
                if words.is_empty() && body.is_empty() && (table.kind.idle || !is_said(&inner)) {
                    continue;
                }
                take(value, &path);
                fields.push(bodied(field.keyword, span, words, body));
            }
            Sort::Bodies(_) => {
                // Several words may make items of one list, and the first of them says all.
                if table.rows[..at].iter().any(|other| other.at == row.at) {
                    continue;
                }
                fields.extend(bodies(table, row.at, value, workload).unwrap_or_default());
            }
        }
        if field.required && fields.len() == before {
            return None;
        }
    }
    Some((behind, fields))
}

fn bodied(keyword: &str, span: hnet_diagnostics::Span, words: Vec<Word>, body: Vec<Statement>) -> Statement {
    let said = Statement::new(keyword, span).with_list(words);
    if body.is_empty() { said } else { said.holding(body) }
}

/// The keys that lead to what a row says.
fn path<'r>(row: &'r Row, workload: &'r str) -> Vec<&'r str> {
    row.at.split('.').map(|key| if key == "*" { workload } else { key }).collect()
}

/// The statements of a list, in its order; none where one of its items has something that words lack.
fn bodies(table: &Table, at: &str, value: &mut Value, workload: &str) -> Option<Vec<Statement>> {
    let rows = || table.rows.iter().zip(table.kind.fields).filter(|(row, _)| row.at == at);
    let (first, _) = rows().next()?;
    let path = path(first, workload);
    let items = value.at(&path)?.as_list()?.to_vec();
    let one = |item: &Value| {
        rows().find_map(|(row, field)| {
            let Sort::Bodies(table) = row.sort else { return None };
            let mut rest = item.clone();
            has_beside(row, &mut rest).then_some(())?;
            let (words, body) = said(table, &mut rest, workload)?;
            is_said(&rest).then(|| bodied(field.keyword, item.span, words, body))
        })
    };
    let all = items.iter().map(one).collect::<Option<Vec<_>>>()?;
    take(value, &path);
    Some(all)
}

/// Whether an object has what a row says beside it, or nothing there. It is taken out.
fn has_beside(row: &Row, value: &mut Value) -> bool {
    row.with.iter().all(|(key, text)| {
        let path: Vec<&str> = key.split('.').collect();
        let is_it = value.at(&path).is_none_or(|said| said.as_str() == Some(text));
        if is_it {
            take(value, &path);
        }
        is_it
    })
}

/// The values of a row, where all of them have words; they are taken out.
fn values(row: &Row, value: &mut Value, workload: &str) -> Option<Vec<Word>> {
    let path = path(row, workload);
    // What says nothing on purpose, as Helm's values do, has no words.
    let there = value.at(&path).filter(|there| !there.is_null())?.clone();
    let words = match row.sort {
        Sort::List(Form::Pair | Form::Resource) => {
            there.as_map()?;
            let pairs = there.fields().map(|field| Some((field.key.to_string(), scalar(&field.value)?)));
            let pairs = pairs.collect::<Option<Vec<_>>>()?;
            pairs.into_iter().map(|(key, said)| word(&format!("{key}={}", said.text), said.span)).collect()
        }
        Sort::List(form) => there.as_list()?.iter().map(|item| in_words(form, item)).collect::<Option<Vec<_>>>()?,
        Sort::One(form) => vec![in_words(form, &there)?],
        _ => return None,
    };
    let mut rest = value.clone();
    has_beside(row, &mut rest).then_some(())?;
    *value = rest;
    take(value, &path);
    Some(words)
}

fn word(text: &str, span: hnet_diagnostics::Span) -> Word {
    if text.contains('\n') { Word::lines(text, span) } else { Word::said(text, span) }
}

/// A value as a source has it.
fn in_words(form: Form, value: &Value) -> Option<Word> {
    let said = || scalar(value);
    match form {
        Form::Text
        | Form::Content
        | Form::Like(_)
        | Form::Name
        | Form::Duration
        | Form::Number(..)
        | Form::Quantity
        | Form::Share
        | Form::Address
        | Form::Prefix
        | Form::Url => {
            let said = said().filter(|said| !said.text.is_empty() || matches!(form, Form::Content))?;
            Some(word(&said.text, said.span))
        }
        Form::Words(words, all) => {
            let said = said()?;
            let at = all.iter().position(|own| *own == said.text)?;
            Some(word(words[at], said.span))
        }
        Form::Known(_, words, all) => {
            let said = said()?;
            let at = all.iter().position(|own| *own == said.text);
            Some(word(at.map_or(said.text.as_str(), |at| words[at]), said.span))
        }
        Form::SecretKey => {
            let mut rest = value.clone();
            let (name, key) = (take_text(&mut rest, &["name"])?, take_text(&mut rest, &["key"])?);
            is_said(&rest).then(|| word(&format!("{}/{}", name.text, key.text), name.span))
        }
        Form::Object(group, kind) => {
            let mut rest = value.clone();
            let name = take_text(&mut rest, &["name"])?;
            let namespace = take_text(&mut rest, &["namespace"]);
            take_if_is(&mut rest, "group", &[group]);
            take_if_is(&mut rest, "kind", &[kind]);
            let namespace = namespace.map(|namespace| format!("{}/", namespace.text)).unwrap_or_default();
            is_said(&rest).then(|| word(&format!("{namespace}{}", name.text), name.span))
        }
        Form::Pair | Form::Resource => None,
        Form::Yaml => Some(Word::lines(&crate::write::yaml(value), value.span)),
        Form::Header => {
            let mut rest = value.clone();
            let (name, said) = (take_text(&mut rest, &["name"])?, take_text(&mut rest, &["value"])?);
            is_said(&rest).then(|| word(&format!("{}: {}", name.text, said.text), name.span))
        }
        Form::Keyed(key, form, beside) => {
            let mut rest = value.clone();
            let inner = take(&mut rest, &[key])?.value;
            beside.iter().for_each(|(key, said)| take_if_is(&mut rest, key, &[said]));
            // What a reference says unasked.
            let unasked = [("group", ""), ("kind", "Secret")].into_iter();
            let unasked = unasked.filter(|(key, _)| beside.iter().all(|(own, _)| own != key));
            unasked.for_each(|(key, said)| take_if_is(&mut rest, key, &[said]));
            is_said(&rest).then_some(())?;
            in_words(*form, &inner)
        }
        Form::Service => {
            let mut rest = value.clone();
            let (name, port) = (take_text(&mut rest, &["name"])?, take_text(&mut rest, &["port"])?);
            let namespace = take_text(&mut rest, &["namespace"]);
            take_if_is(&mut rest, "group", &[""]);
            take_if_is(&mut rest, "kind", &["Service"]);
            let namespace = namespace.map(|namespace| format!("{}/", namespace.text)).unwrap_or_default();
            is_said(&rest).then(|| word(&format!("{namespace}{}:{}", name.text, port.text), name.span))
        }
    }
}

fn take_if_is(value: &mut Value, key: &str, words: &[&str]) {
    if value.get(key).and_then(Value::as_str).is_some_and(|said| words.contains(&said)) {
        take(value, &[key]);
    }
}
