//! Words of closed lists: roles, protocols, modes.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes, nearest};
use hnet_syntax::tree::Value;

use super::ValueType;
use crate::messages::did_you_mean;
use crate::scope::Scope;
use crate::vocabulary::Type;

/// Words of a closed list: one enum each.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $word_doc:literal])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[doc = $word_doc])* $variant,)+ }

        impl $name {
            const ALL: &'static [$name] = &[$($name::$variant),+];
            const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl ValueType for $name {
            const TYPE: Type = Type::OneOf($name::WORDS);

            fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                position(value, $name::WORDS, out).map(|at| $name::ALL[at])
            }
        }
    )+};
}

/// Which of the words stands there.
fn position(value: &Value, words: &'static [&'static str], out: &mut Diagnostics) -> Result<usize, Reported> {
    if let Some(at) = words.iter().position(|word| *word == value.text) {
        return Ok(at);
    }
    let diagnostic = Diagnostic::new(&codes::WRONG_WORD, format!("`{}` is not a word for this", value.text))
        .label(value.span, Type::OneOf(words).called());
    Err(out.report(match nearest(&value.text, words.iter().copied()) {
        Some(near) => did_you_mean(diagnostic, near, value.span),
        None => diagnostic.help(format!("write {}", Type::OneOf(words).called())),
    }))
}

words! {
    /// What a node does.
    RoleWord { ControlPlane = "control-plane", Worker = "worker", }
    /// What a listener speaks.
    ProtocolWord { Http = "http", Https = "https", Tls = "tls", }
    /// How TLS ends.
    TlsModeWord { Terminate = "terminate", Passthrough = "passthrough", }
    /// How a pool's addresses become reachable.
    AnnounceWord { Layer2 = "l2", }
    /// The channel of the Gateway API.
    ChannelWord { Standard = "standard", Experimental = "experimental", }
    /// How pods of different nodes reach each other.
    RoutingWord { Native = "native", Tunnel = "tunnel", }
    /// How replies of load-balanced connections travel.
    LoadBalancerWord { Snat = "snat", Dsr = "dsr", Hybrid = "hybrid", }
    /// What encrypts traffic between nodes.
    EncryptionWord { Wireguard = "wireguard", Off = "off", }
    /// What syncs the files.
    GitOpsWord { Argocd = "argocd", }
    /// Whether an issuer serves the whole cluster.
    IssuerKindWord { Cluster = "ClusterIssuer", Namespace = "Issuer", }
    /// Whether a secret store serves the whole cluster.
    StoreKindWord { Cluster = "ClusterSecretStore", Namespace = "SecretStore", }
    /// What runs a connector.
    WorkloadWord { Deployment = "deployment", DaemonSet = "daemonset", }
    /// Which nodes.
    NodesWord { All = "all", Workers = "workers", }
    /// A method of HTTP.
    MethodWord {
        Get = "GET", Head = "HEAD", Post = "POST", Put = "PUT", Delete = "DELETE",
        Connect = "CONNECT", Options = "OPTIONS", Trace = "TRACE", Patch = "PATCH",
    }
    /// What is done with the scheme of a redirected request.
    RedirectWord { Https = "https", }
}

impl MethodWord {
    /// The method as it stands in a request.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}
