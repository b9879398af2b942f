//! What the control plane's components are told that a version of Talos refuses. Start at [`refused_arguments`].

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_manifests::versions::talos::{Shape, Topic};

use crate::facts::Facts;

/// How arguments begin that the API server's document refuses, since another document says what they say.
/// (siderolabs/talos v1.14.0-alpha.2, `pkg/machinery/config/types/k8s/apiserver.go`, validateArgs.)
const REFUSED: [(&str, &str); 6] = [
    ("anonymous-auth", "KubeAuthenticationConfig"),
    ("oidc-", "KubeAuthenticationConfig"),
    ("authentication-config", "KubeAuthenticationConfig"),
    ("authorization-config", "KubeAuthorizationConfig"),
    ("authorization-mode", "KubeAuthorizationConfig"),
    ("authorization-webhook-", "KubeAuthorizationConfig"),
];

/// Where the API server has a document, that says who may ask it and what they may do in documents of their own.
pub(super) fn refused_arguments(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let Some(version) = cluster.talos() else { continue };
        if Topic::ApiServer.shape(version.value.minor()) == Shape::Field {
            continue;
        }
        for (key, _) in &cluster.control_plane.api_server.args {
            let Some((_, document)) = REFUSED.iter().find(|(start, _)| key.value.starts_with(start)) else { continue };
            out.report(
                Diagnostic::new(
                    &codes::NOT_IN_THIS_TALOS,
                    format!("Talos {} refuses the argument `{}`", version.value, key.value),
                )
                .label(key.span(), format!("`{document}` says it from 1.14 on"))
                .label(version.span(), "this version has that document")
                .help(format!("say it in a `patch` of `kind: {document}`")),
            );
        }
    }
}
