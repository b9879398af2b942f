//! The types of values that only networks have: names of declared things, and words of closed lists.

mod addresses;
mod references;
mod words;

pub(crate) use addresses::{AddressOrName, NameOrAddress};
pub(crate) use references::{
    CertificateRef, HostRef, IssuerRef, ListenerRef, PLAIN_HTTP, ProfileRef, PublishRef, RouterRef, SecretRef,
    ServiceAddress, ServiceRef, SwitchRef, UplinkRef,
};
pub(crate) use words::{
    AnnounceWord, ChannelWord, EncryptionWord, GitOpsWord, IssuerKindWord, LoadBalancerWord, MethodWord, NodesWord,
    ProtocolWord, RedirectWord, RoleWord, RoutingWord, StoreKindWord, TlsModeWord, WorkloadWord,
};
