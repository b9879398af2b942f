//! What certificates ask for, and no issuer gives or no client takes.
//!
//! (cert-manager 1.21, `internal/apis/certmanager/validation/certificate.go` and
//! `pkg/controller/certificaterequests/acme/acme.go`; Let's Encrypt, "Profiles".)

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Certificate, Cluster, Told, own};

use crate::facts::Facts;
use crate::facts::attachment::terminates;

/// The longest common name, in bytes. (RFC 5280, `ub-common-name`.)
const LONGEST_NAME: usize = 64;

/// The servers of Let's Encrypt.
const LETS_ENCRYPT: &str = ".api.letsencrypt.org";

/// How many names a certificate of Let's Encrypt has at most, and how many of its profiles that have fewer.
const MOST_NAMES: (usize, [(&str, usize); 2]) = (100, [("shortlived", 25), ("tlsserver", 25)]);

/// A certificate is asked for in a way that its issuer takes.
pub(crate) fn refused(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let whole = |it: &&Certificate| facts.whole(it.span) && it.overlay.patches.is_empty();
        for certificate in own(&cluster.certificates).filter(|it| it.issuer.is_some()).filter(whole) {
            let settings = settings(facts, cluster, certificate);
            let acme = settings.and_then(|settings| settings.value.at("acme"));
            let finding = common_name(certificate, acme.is_some()).or_else(|| too_many(certificate, acme?));
            finding.into_iter().for_each(|finding| {
                out.report(finding);
            });
        }
    }
}

/// What the issuer of a certificate is told, where all of it is known.
fn settings<'c>(facts: &Facts<'_>, cluster: &'c Cluster, certificate: &Certificate) -> Option<&'c Told> {
    let issuer = cluster.issuers.get(certificate.issuer?.value.0)?;
    let is_known = facts.whole(issuer.span) && issuer.overlay.patches.is_empty();
    issuer.settings.as_ref().filter(|_| is_known)
}

fn common_name(certificate: &Certificate, is_by_acme: bool) -> Option<Diagnostic> {
    let common_name = certificate.request.common_name.as_ref()?;
    let text = common_name.value.as_str();
    if text.is_empty() || text.contains("${") {
        return None;
    }
    let name = &certificate.name.value;
    if text.len() > LONGEST_NAME {
        let title = format!("the common name of certificate `{name}` is too long");
        return Some(
            Diagnostic::new(&codes::CERTIFICATE_REFUSED, title)
                .label(common_name.span(), format!("it has {} characters, and 64 are the most", text.len()))
                .help("leave it out: clients read the `names`"),
        );
    }
    let mut names = certificate.names.iter().map(|name| &name.value);
    let is_among = names.clone().any(|own| own.as_str() == text)
        || certificate.request.addresses.iter().any(|own| own.value.to_string() == text);
    let is_open = names.any(|own| own.is_template())
        || certificate.request.addresses.iter().any(|own| own.value.known().is_none());
    (is_by_acme && !is_among && !is_open).then(|| {
        let title = format!("the common name of certificate `{name}` is none of its names");
        Diagnostic::new(&codes::CERTIFICATE_REFUSED, title)
            .label(common_name.span(), "by ACME no certificate is issued for a name that is not among `names`")
            .label(certificate.name.span(), "so this one never is")
            .help("add it to `names`, or leave it out")
    })
}

fn too_many(certificate: &Certificate, acme: &Told) -> Option<Diagnostic> {
    let text = |key: &str| acme.value.at(key).and_then(|said| said.value.text());
    if !text("server")?.contains(LETS_ENCRYPT) {
        return None;
    }
    let (most, by_profile) = MOST_NAMES;
    let profile = text("profile").and_then(|profile| by_profile.iter().find(|(own, _)| *own == profile));
    let most = profile.map_or(most, |(_, most)| *most);
    let count = certificate.names.len() + certificate.request.addresses.len();
    let of_profile = profile.map_or(String::new(), |(profile, _)| format!(" by its profile `{profile}`"));
    let last = certificate.names.get(most).map_or(certificate.name.span(), |name| name.span());
    (count > most).then(|| {
        let title = format!("certificate `{}` has {count} names", certificate.name.value);
        Diagnostic::new(&codes::CERTIFICATE_REFUSED, title)
            .label(last, format!("Let's Encrypt takes {most} at most{of_profile}"))
            .help("make several certificates of it, or use a wildcard")
    })
}

/// What a certificate may be for that keeps it from being for servers, where that is not said beside it: what goes into its
/// extended key usage. (cert-manager, `pkg/util/pki/kube.go`; RFC 5280, 4.2.1.12.)
const EXTENDED: [&str; 11] = [
    "client auth",
    "code signing",
    "email protection",
    "s/mime",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "timestamping",
    "ocsp signing",
    "microsoft sgc",
    "netscape sgc",
];

/// A certificate that a gateway presents is for servers. ACME gives what it gives, whatever is asked for.
pub(crate) fn for_servers(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let mut judged = vec![false; cluster.certificates.len()];
        let gateways = cluster.gateways.iter().filter(|gateway| facts.whole(gateway.span));
        for listener in gateways.flat_map(|gateway| &gateway.listeners).filter(|listener| terminates(listener)) {
            for presented in listener.tls.iter().flat_map(|tls| &tls.certificates) {
                let Some(certificate) = cluster.certificates.get(presented.value.0) else { continue };
                let is_new = !std::mem::replace(&mut judged[presented.value.0], true);
                let is_sure = facts.whole(certificate.span) && certificate.overlay.patches.is_empty();
                let settings = settings(facts, cluster, certificate);
                let obeys = settings.is_some_and(|settings| settings.value.at("acme").is_none());
                let usages = &certificate.request.usages;
                let is_for = |words: &[&str]| usages.iter().find(|usage| words.contains(&usage.value.as_str()));
                let Some(other) = is_for(&EXTENDED) else { continue };
                if !is_new || !is_sure || !obeys || is_for(&["server auth", "any"]).is_some() {
                    continue;
                }
                let title = format!("certificate `{}` is not for servers", certificate.name.value);
                out.report(
                    Diagnostic::new(&codes::NOT_FOR_SERVERS, title)
                        .label(other.span(), "it is for this, and so for nothing else")
                        .label(presented.span(), "clients refuse it here")
                        .help("add `server-auth` to its `usages`, or leave them out"),
                );
            }
        }
    }
}
