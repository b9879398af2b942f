//! Host names and the four meanings of `*.example.com`.

use std::fmt;

/// A host name in lower case, perhaps with `*` as its first label or a `${NAME}` placeholder in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName(String);

impl HostName {
    /// A text that the checker has found to be a host name, a wildcard or a template of one.
    #[must_use]
    pub fn checked(text: &str) -> Self {
        if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return HostName(text.to_owned());
        }
        let mut in_placeholder = false;
        let lower = |character: char| {
            // The tools that substitute placeholders tell `${NAME}` from `${name}`.
            in_placeholder = (in_placeholder || character == '$') && character != '}';
            if in_placeholder { character } else { character.to_ascii_lowercase() }
        };
        HostName(text.chars().map(lower).collect())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the first label is `*`.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }

    /// Whether a placeholder makes the name unknown.
    #[must_use]
    pub fn is_template(&self) -> bool {
        self.0.contains("${")
    }

    /// The name without a leading `*.`.
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.strip_prefix("*.").unwrap_or(&self.0)
    }

    /// How many labels stand before `.base`; none where the name is not below it.
    fn labels_below(&self, base: &str) -> Option<usize> {
        let rest = self.0.strip_suffix(base)?.strip_suffix('.')?;
        Some(rest.split('.').count())
    }

    /// Gateway API: `*.example.com` takes one or more labels, not the apex. Two wildcards meet
    /// where one lies in the other. (gateway-api, `Listener.hostname`.)
    #[must_use]
    pub fn listener_admits(&self, name: &HostName) -> bool {
        if self == name {
            return true;
        }
        let below = |wide: &HostName, narrow: &HostName| {
            wide.is_wildcard() && narrow.labels_below(wide.base()).is_some_and(|labels| labels >= 1)
        };
        below(self, name) || below(name, self)
    }

    /// X.509: `*.example.com` takes exactly one label. (RFC 6125, 6.4.3.)
    #[must_use]
    pub fn certificate_covers(&self, name: &HostName) -> bool {
        self == name || (self.is_wildcard() && name.labels_below(self.base()) == Some(1) && !name.is_wildcard())
    }

    /// cloudflared: `*.example.com` takes any depth, not the apex. (cloudflared, `ingress/rule.go`.)
    #[must_use]
    pub fn tunnel_takes(&self, name: &HostName) -> bool {
        self == name || (self.is_wildcard() && name.labels_below(self.base()).is_some_and(|labels| labels >= 1))
    }

    /// Cloudflare's edge certificate of a zone takes the apex and one label. (Cloudflare, Universal SSL.)
    #[must_use]
    pub fn edge_certificate_covers(zone: &HostName, name: &HostName) -> bool {
        name.base() == zone.as_str() || name.labels_below(zone.as_str()) == Some(1)
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for HostName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
