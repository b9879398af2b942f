//! ReferenceGrants, which follow from what refers across namespaces.

use std::collections::BTreeSet;

use hnet_yaml::Value;

use crate::objects::Object;

/// Who may refer to what: the kind and the namespace, the kind, the namespace and the name.
type Allowed = BTreeSet<[String; 5]>;

/// What a grant allows; none where it allows more than what has a name.
fn allowed(grant: &Object) -> Option<Allowed> {
    let namespace = grant.namespace.clone()?;
    let items = |key: &str| grant.value.at(&["spec", key]).map(Value::items).unwrap_or_default();
    let mut all = Allowed::new();
    for from in items("from") {
        for to in items("to") {
            let text = |value: &Value, key: &str| value.str_at(&[key]).map(str::to_owned);
            all.insert([
                text(from, "kind")?,
                text(from, "namespace")?,
                text(to, "kind")?,
                namespace.clone(),
                text(to, "name")?,
            ]);
        }
    }
    Some(all)
}

/// Whether grants that hnet writes allow all that a grant allows, by whatever names.
pub(crate) fn is_implied<'o>(grant: &Object, written: impl Iterator<Item = &'o Object>) -> bool {
    let known: Allowed =
        written.filter(|object| object.kind == "ReferenceGrant").filter_map(allowed).flatten().collect();
    allowed(grant).is_some_and(|wanted| !wanted.is_empty() && wanted.is_subset(&known))
}
