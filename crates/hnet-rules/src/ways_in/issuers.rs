//! Who issues certificates: what cert-manager refuses of it, and certificates that it can never issue.
//!
//! (cert-manager 1.21, `internal/apis/certmanager/validation/issuer.go` and `pkg/util/solverpicker/`.)

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Certificate, CertificateIssuer, Cluster, HostName, Name, Owned as _, Told, Traced, own};

use crate::facts::Facts;

/// Choices of which one is made: the path of the map that holds them, what they are called, and what each is called behind
/// its key.
type OneOf = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// How an issuer issues.
const WAYS: OneOf = ("", "how it issues", &[("acme", "`acme`"), ("ca", "`ca`"), ("selfSigned", "`self-signed`")]);

/// The choices of each solver.
const OF_SOLVER: [OneOf; 4] = [
    (
        "",
        "whether names are shown by DNS or by HTTP",
        &[("dns01", "a solver by DNS such as `cloudflare`"), ("http01", "one by HTTP such as `http-route`")],
    ),
    (
        "dns01",
        "whose DNS it is",
        &[
            ("cloudflare", "`cloudflare`"),
            ("route53", "`route53`"),
            ("digitalocean", "`digitalocean`"),
            ("rfc2136", "`rfc2136`"),
            ("acmeDNS", "`acme-dns`"),
            ("webhook", "`webhook`"),
        ],
    ),
    ("http01", "through what it answers", &[("gatewayHTTPRoute", "`http-route`"), ("ingress", "`http-ingress`")]),
    (
        "dns01.cloudflare",
        "how Cloudflare lets it in",
        &[("apiTokenSecretRef", "`token`"), ("apiKeySecretRef", "`key`")],
    ),
];

/// Issuers and their solvers say one of what excludes each other, and a key says whose it is.
pub(crate) fn refused(facts: &Facts<'_>, out: &mut Diagnostics) {
    for issuer in facts.network.clusters.iter().flat_map(|cluster| own(&cluster.issuers)) {
        let Some(settings) = judged(facts, issuer) else { continue };
        one_of(issuer, settings, &WAYS, out);
        for solver in solvers_of(settings) {
            for choice in &OF_SOLVER {
                let map = if choice.0.is_empty() { Some(solver) } else { solver.value.at(choice.0) };
                map.into_iter().for_each(|map| one_of(issuer, map, choice, out));
            }
            let cloudflare = solver.value.at("dns01.cloudflare");
            let key = cloudflare.and_then(|own| own.value.at("apiKeySecretRef"));
            if let (Some(key), None) = (key, cloudflare.and_then(|own| own.value.at("email"))) {
                let title = format!("`certificate-issuer {}` does not say whose key it is", issuer.name.value);
                out.report(
                    Diagnostic::new(&codes::ISSUER_REFUSED, title)
                        .label(key.span(), "the key of an account needs its email")
                        .help("say `email`, or better a `token`, which may do less"),
                );
            }
        }
    }
}

/// What an issuer is told, where all of it is known.
fn judged<'a>(facts: &Facts<'_>, issuer: &'a CertificateIssuer) -> Option<&'a Told> {
    let settings = issuer.settings.as_ref()?;
    (facts.whole(issuer.span) && issuer.overlay.patches.is_empty()).then_some(settings)
}

fn solvers_of(settings: &Told) -> &[Told] {
    settings.value.at("acme.solvers").map(|solvers| solvers.value.items()).unwrap_or_default()
}

fn one_of(issuer: &CertificateIssuer, map: &Told, (_, what, choices): &OneOf, out: &mut Diagnostics) {
    let said: Vec<_> = choices.iter().filter_map(|(key, word)| Some((map.value.at(key)?, *word))).collect();
    let called = format!("`certificate-issuer {}`", issuer.name.value);
    match said.as_slice() {
        [] => {
            let words: Vec<&str> = choices.iter().map(|(_, word)| *word).collect();
            out.report(
                Diagnostic::new(&codes::ISSUER_REFUSED, format!("{called} does not say {what}"))
                    .label(map.span(), "cert-manager refuses this")
                    .help(format!("say {}", words.join(" or "))),
            );
        }
        [(first, one), .., (second, other)] => {
            out.report(
                Diagnostic::new(&codes::ISSUER_REFUSED, format!("{called} says twice {what}"))
                    .label(second.span(), "cert-manager takes one of the two")
                    .label(first.span(), "the other one")
                    .help(format!("keep {one}, or {other}")),
            );
        }
        [_] => {}
    }
}

/// Each name of a certificate that is issued by ACME has a solver that is for it: without one no order is ever fulfilled.
pub(crate) fn solvers(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for certificate in own(&cluster.certificates) {
            let Some((issuer, settings)) = issued_by(facts, cluster, certificate) else { continue };
            let solvers = solvers_of(settings);
            let is_known = |solver: &Told| is_by_dns(solver) || solver.value.at("http01").is_some();
            if solvers.is_empty() || !solvers.iter().all(is_known) {
                continue;
            }
            let unsolved = |name: &&Traced<HostName>| {
                !name.value.is_template() && !solvers.iter().any(|solver| solves(solver, &name.value))
            };
            let Some(name) = certificate.names.iter().find(unsolved) else { continue };
            let title = format!("no solver of `{}` is for `{}`", issuer.name.value, name.value);
            let by_http = solvers.iter().find(|solver| !is_by_dns(solver) && is_for(solver, &name.value));
            let finding = Diagnostic::new(&codes::NO_SOLVER_FOR_NAME, title)
                .label(name.span(), format!("certificate `{}` is never issued", certificate.name.value));
            out.report(match by_http.filter(|_| name.value.is_wildcard()) {
                Some(solver) => finding
                    .label(solver.span(), "this shows names by HTTP, by which no wildcard is issued")
                    .help("say a solver by DNS, such as `solver < cloudflare < token SECRET/KEY; > >`"),
                None => finding
                    .label(
                        solvers[0].span(),
                        if solvers.len() == 1 { "it is for other names" } else { "the first of them" },
                    )
                    .help(format!("add the zone of `{}` to the `zones` of a solver", name.value.base())),
            });
        }
    }
}

/// Who issues a certificate, with what it is told, where all of both is known.
fn issued_by<'c>(
    facts: &Facts<'_>,
    cluster: &'c Cluster,
    certificate: &Certificate,
) -> Option<(&'c CertificateIssuer, &'c Told)> {
    let issuer = cluster.issuers.get(certificate.issuer?.value.0)?;
    let is_known = facts.whole(certificate.span) && certificate.overlay.patches.is_empty();
    Some((issuer, judged(facts, issuer).filter(|_| is_known)?))
}

fn is_by_dns(solver: &Told) -> bool {
    solver.value.at("dns01").is_some()
}

/// Whether a solver shows whose a name is, or may do so.
fn solves(solver: &Told, name: &HostName) -> bool {
    (is_by_dns(solver) || !name.is_wildcard()) && is_for(solver, name)
}

/// Whether a solver is for a name, or may be: what a placeholder stands for is not known.
fn is_for(solver: &Told, name: &HostName) -> bool {
    let texts = |path: &str| -> Vec<&str> {
        let list = solver.value.at(path).map(|list| list.value.items()).unwrap_or_default();
        list.iter().filter_map(|item| item.value.text()).collect()
    };
    let (zones, names) = (texts("selector.dnsZones"), texts("selector.dnsNames"));
    let is_of = |zone: &&str| zone.contains("${") || is_in_zone(name.as_str(), zone);
    (zones.is_empty() || zones.iter().any(is_of))
        && (names.is_empty() || names.iter().any(|own| own.contains("${") || own.eq_ignore_ascii_case(name.as_str())))
}

/// Whether a name is of a zone, which is all of its last labels.
fn is_in_zone(name: &str, zone: &str) -> bool {
    let (name, zone) = (name.to_ascii_lowercase(), zone.trim_end_matches('.').to_ascii_lowercase());
    name.strip_suffix(zone.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// An Issuer issues in its own namespace, and the key of its account has a Secret to itself.
pub(crate) fn reached(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for certificate in own(&cluster.certificates).filter(|certificate| facts.whole(certificate.span)) {
            let Some(named) = certificate.issuer else { continue };
            let Some(issuer) = cluster.issuers.get(named.value.0).filter(|issuer| facts.whole(issuer.span)) else {
                continue;
            };
            let Some(namespace) = &issuer.namespace else { continue };
            account(cluster, issuer, namespace, out);
            let theirs = &certificate.namespace.value;
            if namespace.value == *theirs || may_be_another(facts, cluster, &issuer.name.value) {
                continue;
            }
            let title = format!(
                "issuer `{}` is not in the namespace of certificate `{}`",
                issuer.name.value, certificate.name.value
            );
            out.report(
                Diagnostic::new(&codes::ISSUER_ELSEWHERE, title)
                    .label(named.span(), format!("it is looked for in `{theirs}`"))
                    .label(namespace.span(), format!("it is in `{}`", namespace.value))
                    .help("give both one namespace, or leave that of the issuer out: it then serves the whole cluster"),
            );
        }
    }
}

/// Whether there may be an Issuer of a name beside the one that is known: YAML may say one for another namespace.
fn may_be_another(facts: &Facts<'_>, cluster: &Cluster, name: &Name) -> bool {
    let is_yaml = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml");
    let is_it = |raw: &hnet_model::RawYaml| {
        let text = |value: &serde_yaml::Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
        let named = raw.value.get("metadata").and_then(|metadata| text(metadata, "name"));
        text(&raw.value, "kind").as_deref() == Some("Issuer") && named.as_deref() == Some(name.as_str())
    };
    cluster.manifests.iter().any(is_it) || facts.sources.iter().any(|(_, source)| is_yaml(source.path()))
}

/// cert-manager keeps the key of an account in a Secret, and would overwrite that of a certificate.
fn account(cluster: &Cluster, issuer: &CertificateIssuer, namespace: &Traced<Name>, out: &mut Diagnostics) {
    let account = issuer.settings.as_ref().and_then(|settings| settings.value.at("acme.privateKeySecretRef.name"));
    let Some(account) = account.filter(|_| issuer.is_own()) else { return };
    let is_taken = |it: &&Certificate| {
        it.issuer.is_some()
            && it.namespace.value == namespace.value
            && account.value.text() == Some(it.secret_name().value)
    };
    let Some(certificate) = own(&cluster.certificates).find(is_taken) else { return };
    let secret = certificate.secret_name();
    out.report(
        Diagnostic::new(&codes::SAME_OBJECT, format!("Secret `{}/{}` is written twice", namespace.value, secret.value))
            .label(account.span(), format!("by the account of issuer `{}`", issuer.name.value))
            .label(secret.span(), format!("and by certificate `{}`", certificate.name.value))
            .help("give one of the two another Secret"),
    );
}
