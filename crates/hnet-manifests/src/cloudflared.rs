//! cloudflared: what its `config.yaml` says.

use hnet_diagnostics::Traced;
use serde::Serialize;

/// A configuration file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Configuration {
    /// The tunnel's id.
    pub tunnel: Traced<String>,
    /// Where its credentials lie.
    pub credentials_file: &'static str,
    /// Where it offers metrics and says whether it is ready.
    pub metrics: String,
    /// Whether it leaves its own binary alone.
    pub no_autoupdate: bool,
    /// Over which family it looks for Cloudflare's edge; IPv4 where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge_ip_version: Option<Traced<&'static str>>,
    /// What goes where. The first rule that fits wins, and the last fits all.
    pub ingress: Vec<Traced<Rule>>,
}

/// Where requests for a name go.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The name; all where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Traced<String>>,
    /// Where its requests go: a URL without a path, or `http_status:404`.
    pub service: Traced<String>,
    /// How the service is spoken to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_request: Option<OriginRequest>,
}

/// How a service is spoken to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginRequest {
    /// The server name that is sent and verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_server_name: Option<Traced<String>>,
    /// Whether the request's own host is sent and verified as server name.
    #[serde(rename = "matchSNItoHost", skip_serializing_if = "Option::is_none")]
    pub match_sni_to_host: Option<Traced<bool>>,
    /// Whether HTTP/2 is spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http2_origin: Option<Traced<bool>>,
    /// How long connecting may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_timeout: Option<Traced<String>>,
}

impl OriginRequest {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == OriginRequest::default()
    }
}
