//! Who issues certificates, in words. The words are the tables of `hnet-check`, and the other way is
//! `hnet-emit/src/gateway/issuers.rs`.

use hnet_check::issuer_words;
use hnet_model::Name;
use hnet_syntax::tree::Statement;
use indexmap::IndexMap;

use super::{NAMELESS, NOWHERE, SYMBOLIC, TAKEN, head, namespace};
use crate::objects::{CLUSTER_ISSUER, ISSUER, Object};
use crate::say;
use crate::take::{scalar, take};
use crate::told::said;

/// An issuer in words, or why it has none.
pub(crate) fn issuer(objects: &[Object], at: usize) -> Result<Statement, &'static str> {
    let object = &objects[at];
    if Name::new(&object.name).is_err() {
        return Err(SYMBOLIC);
    }
    // Both kinds share their names here, and in several namespaces there may be one of each.
    let is_it = |other: &Object| is_issuer(other) && other.name == object.name;
    if objects.iter().position(is_it) != Some(at) {
        return Err(TAKEN);
    }
    let (mut value, statement, of_metadata) = head("certificate-issuer", object).ok_or(NAMELESS)?;
    let mut fields = Vec::new();
    if object.kind == ISSUER {
        fields.push(namespace(object).ok_or(NOWHERE)?);
    }
    let mut spec = take(&mut value, &["spec"]).map_or_else(|| value.clone(), |spec| spec.value);
    let (_, how) = said(issuer_words(), &mut spec, "").ok_or(UNSAID)?;
    if how.is_empty() {
        return Err(UNSAID);
    }
    fields.extend(how);
    fields.extend(of_metadata);
    Ok(statement.holding(fields).apart())
}

/// Why an issuer has no words.
const UNSAID: &str = "how it issues has no words";

fn is_issuer(object: &Object) -> bool {
    matches!(object.kind.as_str(), ISSUER | CLUSTER_ISSUER)
}

/// The issuers that some certificates name and that are nowhere in words, each with its kind.
pub(crate) fn others<'o>(certificates: impl Iterator<Item = &'o Object>, known: &[&Object]) -> Vec<Statement> {
    let mut issuers: IndexMap<String, Statement> = IndexMap::new();
    for object in certificates {
        let Some(name) = object.value.at(&["spec", "issuerRef", "name"]).and_then(scalar) else { continue };
        let kind = object.value.str_at(&["spec", "issuerRef", "kind"]).unwrap_or(ISSUER);
        if !matches!(kind, ISSUER | CLUSTER_ISSUER) || known.iter().any(|known| known.name == name.text) {
            continue;
        }
        let statement = say::field("certificate-issuer", &name.text, name.span);
        issuers.entry(name.text).or_insert(match kind {
            CLUSTER_ISSUER => statement,
            kind => statement.holding([say::field("kind", kind, name.span)]),
        });
    }
    issuers.into_values().collect()
}
