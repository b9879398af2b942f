//! The types of values that only networks have: names of declared things, and words of closed lists.

mod addresses;
mod announcers;
mod bgp;
mod disk;
mod image;
mod members;
mod policies;
mod pool_range;
mod records;
mod references;
mod sources;
mod subnet_choice;
mod volumes;
mod wireguard;
mod words;
mod yaml_or_off;

pub(crate) use addresses::{AddressOrName, NameOrAddress};
pub(crate) use announcers::AnnouncerRef;
pub(crate) use bgp::{AsNumber, ChosenBy, Community, Hops};
pub(crate) use disk::by_selectors;
pub(crate) use image::{ArchitectureWord, BootWord, ExtensionName, ImageText, KernelArgument, MetaValue, PlatformWord};
pub(crate) use members::{MemberName, MeshMtu, Milliseconds, Octet, Small};
pub(crate) use policies::{NamespaceChoice, PolicyService};
pub(crate) use pool_range::RangeOrPrefix;
pub(crate) use records::RecordTarget;
pub(crate) use references::{
    CertificateRef, GatewayRef, HostRef, IssuerRef, ListenerRef, PLAIN_HTTP, ProfileRef, PublishRef, RouterRef,
    SecretRef, ServiceAddress, ServiceName, ServiceRef, SubnetRef, SwitchRef, TunnelRef, UplinkRef,
};
pub(crate) use sources::{Ports, Sources};
pub(crate) use subnet_choice::{SubnetChoice, picked};
pub(crate) use volumes::{BlockSize, DiskChoice, FoundBy, KeySize, KeySlot, Passphrase, Pcr, RegistryName, VolumeName};
pub(crate) use wireguard::{PeerEndpoint, PeerName, PublicKey, SecretKey};
pub(crate) use words::{
    AdSelectWord, AdvertisedWord, AnnounceWord, ArpTargetsWord, ArpValidateWord, BondModeWord, ChannelWord, CipherWord,
    ClientIdWord, CniWord, CorsMethodWord, DirectionWord, DiskOptionWord, EncryptionWord, EntityWord, FailOverWord,
    FamilyWord, FileWord, FilesystemWord, FirewallWord, GitOpsWord, HashPolicyWord, IssuerKindWord, KeyEncodingWord,
    KeyRotationWord, KeyWord, LacpRateWord, LoadBalancerWord, MethodWord, OnOffWord, OriginWord, PolicyKindWord,
    ProtocolWord, RecordPolicyWord, RecordTypeWord, RedirectStatusWord, RedirectWord, RegistryWord, ReselectWord,
    RoleWord, RouteKindWord, RouterSystemWord, RoutingWord, ServiceAddressesWord, SourceWord, StoreKindWord,
    SystemVolumeWord, TalosRoleWord, TlsModeWord, TransportWord, UsageWord, VolumeTypeWord, WorkloadWord,
};
pub(crate) use yaml_or_off::YamlOrOff;
