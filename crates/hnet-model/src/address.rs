//! Addresses, ranges and MACs.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

/// An address, or a placeholder that another tool fills in later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// The address.
    Known(IpAddr),
    /// A text with `${NAME}` in it.
    Placeholder(String),
}

impl Address {
    /// The address, where hnet knows it.
    #[must_use]
    pub fn known(&self) -> Option<IpAddr> {
        match self {
            Address::Known(address) => Some(*address),
            Address::Placeholder(_) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Known(address) => address.fmt(f),
            Address::Placeholder(text) => f.write_str(text),
        }
    }
}

/// An address with its prefix length, as an interface carries it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InterfaceAddress {
    /// The address and the length.
    Known(IpNet),
    /// A text with `${NAME}` in it.
    Placeholder(String),
}

impl InterfaceAddress {
    /// The address with its length, where hnet knows it.
    #[must_use]
    pub fn known(&self) -> Option<IpNet> {
        match self {
            InterfaceAddress::Known(address) => Some(*address),
            InterfaceAddress::Placeholder(_) => None,
        }
    }

    /// The address without its length.
    #[must_use]
    pub fn address(&self) -> Address {
        match self {
            InterfaceAddress::Known(address) => Address::Known(address.addr()),
            InterfaceAddress::Placeholder(text) => {
                Address::Placeholder(text.split('/').next().unwrap_or_default().to_owned())
            }
        }
    }
}

impl fmt::Display for InterfaceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InterfaceAddress::Known(address) => address.fmt(f),
            InterfaceAddress::Placeholder(text) => f.write_str(text),
        }
    }
}

/// Where a route leads to: a prefix, or a placeholder that another tool fills in later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteTarget {
    /// The prefix.
    Known(IpNet),
    /// A text with `${NAME}` in it.
    Placeholder(String),
}

impl fmt::Display for RouteTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RouteTarget::Known(prefix) => prefix.fmt(f),
            RouteTarget::Placeholder(text) => f.write_str(text),
        }
    }
}

/// A run of addresses of one family, both ends included; the first is not above the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressRange {
    /// The lowest address.
    pub first: IpAddr,
    /// The highest address.
    pub last: IpAddr,
}

impl AddressRange {
    /// Whether the address is one of the run.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.first.is_ipv4() == address.is_ipv4() && self.first <= address && address <= self.last
    }

    /// Whether the runs share an address.
    #[must_use]
    pub fn overlaps(&self, other: &AddressRange) -> bool {
        self.first.is_ipv4() == other.first.is_ipv4() && self.first <= other.last && other.first <= self.last
    }

    /// How many addresses the run holds; the largest number there is where it holds more.
    #[must_use]
    pub fn count(&self) -> u128 {
        let number = |address| match address {
            IpAddr::V4(address) => u128::from(u32::from(address)),
            IpAddr::V6(address) => u128::from(address),
        };
        (number(self.last) - number(self.first)).saturating_add(1)
    }
}

impl From<IpNet> for AddressRange {
    fn from(prefix: IpNet) -> Self {
        AddressRange { first: prefix.network(), last: prefix.broadcast() }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// A hardware address, a glob over them (`02:00:5e:*`), or a placeholder; lower case with colons.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mac {
    /// Six octets.
    Known([u8; 6]),
    /// A glob, in selectors only.
    Glob(String),
    /// A text with `${NAME}` in it.
    Placeholder(String),
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mac::Known([a, b, c, d, e, g]) => write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}"),
            Mac::Glob(text) | Mac::Placeholder(text) => f.write_str(text),
        }
    }
}

macro_rules! serialize_as_text {
    ($($type:ty),+) => {
        $(impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        })+
    };
}
serialize_as_text!(Address, InterfaceAddress, AddressRange, Mac);
