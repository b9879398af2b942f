//! Laws of cert-manager's kinds.

use crate::canonical::Ground;
use crate::pair::Pair;

/// An issuer is an `Issuer` of cert-manager's group where nothing says otherwise. Before 1.19.1 a reference that says it is
/// another one than one that leaves it out (cert-manager/cert-manager 8158).
pub(super) fn an_issuer_is_of_cert_manager(pair: &mut Pair<'_, '_>) {
    const FACT: &str =
        "cert-manager takes it by itself; before 1.19.1 it issues the certificate anew where that changes";
    for key in ["group", "kind"] {
        let place = ["spec", "issuerRef", key];
        let [from, to] = [&mut *pair.from, &mut *pair.to].map(|document| document.at_mut(&place));
        let (Some(from), Some(to)) = (from, to) else { continue };
        if from.is_written != to.is_written {
            from.ground = Ground::Fact(FACT);
            to.ground = Ground::Fact(FACT);
        }
    }
}
