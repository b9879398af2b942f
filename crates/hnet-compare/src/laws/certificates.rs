//! Laws of certificates.

use crate::Value;
use crate::canonical::Node;
use crate::pair::{Pair, mean_nothing};

/// A common name says nothing that the host names do not say, if it is one of them.
pub(super) fn a_common_name_that_is_a_host_name(pair: &mut Pair<'_, '_>) {
    pair.each(|certificate| {
        let Some(spec) = certificate.at_mut(&["spec"]) else { return };
        let Some(name) = spec.text_at(&["commonName"]).map(|name| Value::Text(name.to_owned())) else { return };
        let names = spec.get("dnsNames").map(Node::members).unwrap_or_default();
        let is_one = names.iter().any(|node| node.value() == name);
        if is_one && let Some(name) = spec.at_mut(&["commonName"]) {
            mean_nothing(name, "the common name is one of the host names");
        }
    });
}
