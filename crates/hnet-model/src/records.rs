//! Names that external-dns publishes.

use hnet_diagnostics::{Span, Traced};

use crate::{Address, Duration, HostName, Name, Overlay, TunnelId};

/// Names that external-dns publishes: a `DNSEndpoint`.
#[derive(Clone, Debug, PartialEq)]
pub struct Records {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its namespace.
    pub namespace: Traced<Name>,
    /// The names with what they lead to. One that exists may not say them.
    pub records: Vec<PublishedRecord>,
    /// What is laid over its object.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

/// Names with what they lead to.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedRecord {
    /// The names, each of which leads to all of it.
    pub names: Vec<Traced<HostName>>,
    /// What they lead to, by the type of the record: addresses of both families are two.
    pub answers: Vec<Answer>,
    /// How long answers may be kept, where it is said.
    pub ttl: Option<Traced<Duration>>,
    /// Whether Cloudflare answers for it, where it is said.
    pub proxied: Option<Traced<bool>>,
    /// What the provider alone knows, by its keys.
    pub properties: Vec<(Traced<String>, String)>,
    /// The statement.
    pub span: Span,
}

/// What a name leads to, of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The type.
    pub kind: Traced<RecordType>,
    /// What is answered. There is at least one.
    pub data: Vec<Traced<RecordData>>,
}

/// A type of DNS records that external-dns writes. (external-dns 0.22, `endpoint/endpoint.go`.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordType {
    /// An address of IPv4.
    A,
    /// An address of IPv6.
    Aaaa,
    /// Another name of the same.
    Cname,
    /// A name server of a zone.
    Ns,
    /// A name of an address.
    Ptr,
    /// A text.
    Txt,
    /// Who takes mail.
    Mx,
    /// Where a service is.
    Srv,
    /// How a name is rewritten.
    Naptr,
}

impl RecordType {
    /// The type as it stands in zones.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            RecordType::A => "A",
            RecordType::Aaaa => "AAAA",
            RecordType::Cname => "CNAME",
            RecordType::Ns => "NS",
            RecordType::Ptr => "PTR",
            RecordType::Txt => "TXT",
            RecordType::Mx => "MX",
            RecordType::Srv => "SRV",
            RecordType::Naptr => "NAPTR",
        }
    }

    /// The type of an address.
    #[must_use]
    pub fn of(address: &std::net::IpAddr) -> Self {
        if address.is_ipv4() { RecordType::A } else { RecordType::Aaaa }
    }
}

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordData {
    /// An address.
    Address(Address),
    /// A name.
    Name(HostName),
    /// The name at Cloudflare behind which a tunnel answers.
    Tunnel(TunnelId),
    /// A text of the type's own form.
    Text(String),
}
