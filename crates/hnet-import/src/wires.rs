//! The subnets that addresses of an import lie in, and addresses said by them.
//!
//! A repository seldom says a subnet, so it is taken from what does: the addresses of interfaces with their lengths,
//! then the subnets of kubelet and etcd, then the smallest prefix that holds all machines, which is a guess and is said
//! to be one. Start at [`Wires`].

use std::net::IpAddr;

use hnet_diagnostics::Span;
use hnet_syntax::tree::{Statement, Value};
use ipnet::IpNet;

use crate::say;

/// A subnet.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    /// What it is called.
    pub(crate) name: String,
    /// Its prefix.
    pub(crate) prefix: IpNet,
    /// Its VLAN.
    pub(crate) vlan: Option<(String, Span)>,
    /// The way out of it.
    pub(crate) router: Option<(IpAddr, Span)>,
    /// Where it follows from.
    pub(crate) span: Span,
    /// Why it is a guess, where it is one.
    pub(crate) guessed: Option<String>,
}

/// The subnets of an import.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wires(pub(crate) Vec<Wire>);

/// The largest index that reads better than the address: the last part of one that people know it by.
const LARGEST_INDEX: u128 = 255;

impl Wires {
    /// Adds a subnet, if it is none of those that are known and overlaps none.
    pub(crate) fn add(&mut self, prefix: IpNet, vlan: Option<(String, Span)>, span: Span, guessed: Option<String>) {
        let wanted = vlan.as_ref().map_or_else(|| "lan".to_owned(), |(id, _)| format!("vlan{id}"));
        self.add_called(wanted, prefix, vlan, span, guessed);
    }

    /// Adds the subnet of a tunnel, by the name of the link that it is on.
    pub(crate) fn add_tunnel(&mut self, link: &str, prefix: IpNet, span: Span) {
        let is_name = hnet_model::Name::new(link).is_ok();
        self.add_called(if is_name { link } else { "tunnel" }.to_owned(), prefix, None, span, None);
    }

    fn add_called(
        &mut self,
        wanted: String,
        prefix: IpNet,
        vlan: Option<(String, Span)>,
        span: Span,
        guessed: Option<String>,
    ) {
        let prefix = prefix.trunc();
        let is_host = prefix.prefix_len() >= prefix.max_prefix_len() - 1;
        let is_local = match prefix.addr() {
            IpAddr::V4(address) => address.is_link_local() || address.is_loopback() || address.is_unspecified(),
            IpAddr::V6(address) => address.is_unicast_link_local() || address.is_loopback() || address.is_unspecified(),
        };
        let overlaps = |wire: &Wire| wire.prefix.contains(&prefix) || prefix.contains(&wire.prefix);
        if is_host || is_local || self.0.iter().any(overlaps) {
            return;
        }
        let taken = |name: &str| self.0.iter().any(|wire| wire.name == name);
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        let name = std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(wanted);
        self.0.push(Wire { name, prefix, vlan, router: None, span, guessed });
    }

    /// The subnet that holds an address.
    pub(crate) fn of(&self, address: IpAddr) -> Option<&Wire> {
        self.0.iter().find(|wire| wire.prefix.contains(&address))
    }

    /// Says the way out of the subnet that an address lies in, if none is known yet.
    pub(crate) fn route(&mut self, gateway: IpAddr, span: Span) {
        if let Some(wire) = self.0.iter_mut().find(|wire| wire.prefix.contains(&gateway)) {
            wire.router.get_or_insert((gateway, span));
        }
    }

    /// An address, perhaps with a length, or a range of addresses, as people say it: by the index in its subnet.
    pub(crate) fn said(&self, text: &str) -> String {
        let index = |address: IpAddr| {
            let wire = self.of(address)?;
            let index = number(address) - number(wire.prefix.network());
            (index <= LARGEST_INDEX).then_some((wire, index))
        };
        if let Ok(address) = text.parse::<IpAddr>()
            && let Some((wire, at)) = index(address)
        {
            return format!("{}[{at}]", wire.name);
        }
        if let Ok(net) = text.parse::<IpNet>()
            && let Some((wire, at)) = index(net.addr())
            && wire.prefix.prefix_len() == net.prefix_len()
        {
            return format!("{}[{at}]", wire.name);
        }
        if let Some((first, last)) = text.split_once('-')
            && let (Ok(first), Ok(last)) = (first.parse::<IpAddr>(), last.parse::<IpAddr>())
            && let (Some((wire, from)), Some((other, to))) = (index(first), index(last))
            && wire.name == other.name
        {
            return format!("{}[{from}-{to}]", wire.name);
        }
        text.to_owned()
    }

    /// An address as a name server is said: by the router's name, where it is the router's.
    pub(crate) fn server(&self, text: &str) -> String {
        let Ok(address) = text.parse::<IpAddr>() else { return text.to_owned() };
        let routers = self.routers();
        routers.into_iter().find(|(_, own, _)| *own == address).map_or_else(|| self.said(text), |(name, ..)| name)
    }

    /// The routers by name, each with its address.
    fn routers(&self) -> Vec<(String, IpAddr, Span)> {
        let with_router: Vec<&Wire> = self.0.iter().filter(|wire| wire.router.is_some()).collect();
        let is_only = with_router.len() == 1;
        let name = |wire: &Wire| if is_only { "router".to_owned() } else { format!("{}-router", wire.name) };
        with_router.iter().filter_map(|wire| wire.router.map(|(address, span)| (name(wire), address, span))).collect()
    }

    /// The routers and subnets as statements.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        let routers = self.routers();
        let mut statements = Vec::new();
        for (name, address, span) in &routers {
            let address = say::field("address", &self.said(&address.to_string()), *span);
            statements.push(say::field("router", name, *span).holding([address]).apart());
        }
        for wire in &self.0 {
            let mut fields = Vec::new();
            if let Some((id, span)) = &wire.vlan {
                fields.push(say::field("vlan", id, *span));
            }
            let own = |(_, address, _): &&(String, IpAddr, Span)| wire.router.is_some_and(|(own, _)| own == *address);
            if let Some((name, _, span)) = routers.iter().find(own) {
                fields.push(say::field("router", name, *span));
            }
            let subnet = say::field("subnet", &wire.name, wire.span)
                .with(Value::said(&wire.prefix.to_string(), wire.span))
                .under(wire.guessed.as_ref().map(|why| say::note(&format!("guessed: {why}"), wire.span)))
                .apart();
            statements.push(if fields.is_empty() { subnet } else { subnet.holding(fields) });
        }
        statements
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The smallest usual prefix that holds all of some addresses: of IPv4, from /24 to /16.
pub(crate) fn smallest(addresses: &[IpAddr]) -> Option<IpNet> {
    let first = addresses.first().filter(|first| first.is_ipv4())?;
    let holds = |length: &u8| {
        let prefix = IpNet::new(*first, *length).ok()?.trunc();
        addresses.iter().all(|address| prefix.contains(address)).then_some(prefix)
    };
    (16..=24).rev().find_map(|length| holds(&length))
}
