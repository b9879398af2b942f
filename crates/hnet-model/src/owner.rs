//! Whose things are: those that hnet writes, and those that somebody else has made.
//!
//! Rules see both, and so do documents and pictures, which mark the others. Emitters write their own only: objects are
//! filtered where they are added to a file, by what stands in their [`Overlay`](crate::Overlay).

use crate::{
    Bgp, Certificate, CertificateIssuer, Cilium, Dns, EnvoyObject, ExternalDns, Gateway, GatewayApi, Namespace, Policy,
    Pool, Records, Route, SecretStore, Service, Tunnel,
};

/// Whose a thing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The source's: hnet writes it.
    #[default]
    Hnet,
    /// The source's, which writes it out as YAML: hnet writes that, and nothing of what it reads in it.
    Manifest,
    /// Somebody else's: it is there, and nothing is written of it.
    Existing,
}

/// What is the source's own, or somebody else's.
pub trait Owned {
    /// Whose it is.
    fn owner(&self) -> Owner;

    /// Whether it is somebody else's.
    fn is_existing(&self) -> bool {
        self.owner() == Owner::Existing
    }

    /// Whether hnet writes it.
    fn is_own(&self) -> bool {
        self.owner() == Owner::Hnet
    }
}

/// Those that hnet writes.
pub fn own<'t, T: Owned + 't>(things: impl IntoIterator<Item = &'t T>) -> impl Iterator<Item = &'t T> {
    things.into_iter().filter(|thing| thing.is_own())
}

/// Things whose objects something is laid over say there whose these are.
macro_rules! of_overlay {
    ($($name:ident)+) => {
        $(
            impl Owned for $name {
                fn owner(&self) -> Owner {
                    self.overlay.owner
                }
            }
        )+
    };
}

of_overlay! { Bgp Certificate CertificateIssuer Dns EnvoyObject Gateway Route Namespace Policy Pool Records Service Tunnel }

/// Things over which nothing is laid say it themselves.
macro_rules! of_own_field {
    ($($name:ident)+) => {
        $(
            impl Owned for $name {
                fn owner(&self) -> Owner {
                    self.owner
                }
            }
        )+
    };
}

of_own_field! { Cilium ExternalDns GatewayApi SecretStore }
