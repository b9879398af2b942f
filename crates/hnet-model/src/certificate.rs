//! Certificates that cert-manager keeps, and who issues them.

use std::fmt;

use hnet_diagnostics::{Span, Traced};

use crate::{Address, Duration, HostName, IssuerId, Name, Overlay, Owned as _, Told};

/// A certificate and the secret that it lies in.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its namespace.
    pub namespace: Traced<Name>,
    /// The names that it covers.
    pub names: Vec<Traced<HostName>>,
    /// Who issues it; none where the secret is made by something else.
    pub issuer: Option<Traced<IssuerId>>,
    /// What its object is called, where that is another name.
    pub object_name: Option<Traced<HostName>>,
    /// The name of the secret that holds it, where it is said.
    pub secret: Option<Traced<HostName>>,
    /// What else its issuer is asked for.
    pub request: CertificateRequest,
    /// What is laid over its object.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

impl Certificate {
    /// The name of its object: that of the statement unless another is said.
    #[must_use]
    pub fn object_name(&self) -> Traced<&str> {
        name_of(self.object_name.as_ref()).unwrap_or(self.name.as_ref().map(Name::as_str))
    }

    /// The name of the secret that holds it: that of the object unless another is said.
    #[must_use]
    pub fn secret_name(&self) -> Traced<&str> {
        name_of(self.secret.as_ref()).unwrap_or_else(|| self.object_name())
    }
}

fn name_of(said: Option<&Traced<HostName>>) -> Option<Traced<&str>> {
    said.map(|name| name.as_ref().map(HostName::as_str))
}

/// What an issuer is asked for beside names. What is not said is cert-manager's or the issuer's to choose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CertificateRequest {
    /// The addresses that it covers.
    pub addresses: Vec<Traced<Address>>,
    /// The common name of its subject, which clients no longer read for the names that it covers (RFC 9525).
    pub common_name: Option<Traced<String>>,
    /// The organizations of its subject.
    pub organizations: Vec<Traced<String>>,
    /// Their units.
    pub organizational_units: Vec<Traced<String>>,
    /// Their countries.
    pub countries: Vec<Traced<String>>,
    /// Whether it may sign other certificates.
    pub is_authority: Option<Traced<bool>>,
    /// What its key is for, as cert-manager calls it: `server auth`.
    pub usages: Vec<Traced<String>>,
    /// How long it holds.
    pub duration: Option<Traced<Duration>>,
    /// How long before its end another is asked for.
    pub renew_before: Option<Traced<Duration>>,
    /// What its key is.
    pub key: Option<Traced<CertificateKey>>,
    /// How its key is written: `PKCS1` or `PKCS8`.
    pub key_encoding: Option<Traced<&'static str>>,
    /// Whether another certificate has another key: `Always` or `Never`.
    pub key_rotation: Option<Traced<&'static str>>,
    /// The labels of its secret.
    pub secret_labels: Vec<(Traced<String>, String)>,
    /// The annotations of its secret.
    pub secret_annotations: Vec<(Traced<String>, String)>,
}

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateKey {
    /// Its algorithm, as cert-manager calls it: `RSA`, `ECDSA` or `Ed25519`.
    pub algorithm: &'static str,
    /// Its size in bits, where it is said.
    pub size: Option<u16>,
}

impl fmt::Display for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.algorithm.to_ascii_lowercase())?;
        self.size.map_or(Ok(()), |size| write!(f, "-{size}"))
    }
}

/// Who issues certificates.
#[derive(Clone, Debug, PartialEq)]
pub struct CertificateIssuer {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Whether it is cluster-wide (`ClusterIssuer`).
    pub cluster_wide: Traced<bool>,
    /// Its namespace, where it is not cluster-wide; none where that is not known.
    pub namespace: Option<Traced<Name>>,
    /// How it issues: a map. None of one that is known by its name alone.
    pub settings: Option<Told>,
    /// What is laid over its object.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

impl CertificateIssuer {
    /// Whether hnet writes it: it is the source's, which says how it issues.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.is_own() && self.settings.is_some()
    }

    /// The kind of its object.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.cluster_wide.value { "ClusterIssuer" } else { "Issuer" }
    }
}
