//! The types of values: how the vocabulary speaks of each, and how a word is read as one.
//!
//! What a text means by itself is `values/`; here names, indexes, `let` and placeholders come in.
//! Start at [`ValueType`]; texts and numbers are `texts.rs`, addresses `addresses.rs`, words of closed
//! lists `words.rs`, names of declared things `references.rs`.

mod addresses;
mod references;
mod texts;
mod words;

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Reported, codes};
use hnet_syntax::tree::{Value, ValueKind};

use crate::scope::Scope;
use crate::values::{Fault, Wrong};
use crate::vocabulary::Type;

pub(crate) use addresses::{AddressOrName, MacPattern, NameOrAddress};
pub(crate) use references::{
    CertificateRef, HostRef, IssuerRef, ListenerRef, ProfileRef, PublishRef, RouterRef, ServiceAddress, ServiceRef,
    SwitchRef,
};
pub(crate) use texts::{
    Annotation, Count, Folder, Header, Label, Metric, Mtu, Port, RepositoryUrl, Text, UrlPath, Uuid, VlanId, Wildcard,
};
pub(crate) use words::{
    AnnounceWord, ChannelWord, EncryptionWord, GitOpsWord, IssuerKindWord, LoadBalancerWord, MethodWord, NodesWord,
    ProtocolWord, RedirectWord, RoleWord, RoutingWord, StoreKindWord, TlsModeWord, WorkloadWord,
};

/// A type that a value may have.
pub(crate) trait ValueType: Sized {
    /// How the vocabulary speaks of it.
    const TYPE: Type;

    /// Reads a value, or reports what is wrong with it.
    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported>;
}

/// Whatever its uses make of it.
pub(crate) const ANYTHING: Type = Type::Plain { called: "a value", examples: "" };

/// Reports what is wrong with a value, at the bytes where it is wrong.
pub(crate) fn refuse(wrong: Wrong, value: &Value, out: &mut Diagnostics) -> Reported {
    let Fault { code, range, title, label, help, replacement } = wrong.open();
    if has_placeholder(value) && needs_value(code) {
        return out.report(
            Diagnostic::new(&codes::VALUE_UNKNOWN, format!("`{}` must be known here", value.text))
                .label(value.span, "hnet computes other values from this one")
                .help("write the value: what fills placeholders in runs after hnet"),
        );
    }
    // The text of a string is not its bytes in the source, so the whole string is shown.
    let span = if value.kind == ValueKind::Word { value.span.part(range) } else { value.span };
    let mut diagnostic = Diagnostic::new(code, title).label(span, label);
    diagnostic.help = help;
    if let Some(text) = replacement {
        diagnostic = diagnostic.fix(format!("write `{text}`"), value.span, text);
    }
    out.report(diagnostic)
}

/// Whether the type is a value that hnet computes with, and not a text that it passes on.
fn needs_value(code: &Code) -> bool {
    let texts = [
        &codes::NOT_A_HOST_NAME,
        &codes::NOT_A_URL,
        &codes::NOT_A_PATH,
        &codes::NOT_A_LABEL,
        &codes::NOT_A_TAINT,
        &codes::NOT_A_HEADER,
        &codes::CREDENTIAL,
    ];
    !texts.contains(&code)
}

fn has_placeholder(value: &Value) -> bool {
    value.text.contains("${")
}
