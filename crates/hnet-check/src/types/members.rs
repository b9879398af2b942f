//! What links that are made are told: their members and numbers.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::values::{self, refuse};
use hnet_language::{Scope, Type, ValueType};
use hnet_model::Member;
use hnet_syntax::tree::Value;

/// A member of a bond or a bridge.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MemberName(pub(crate) Member);

impl ValueType for MemberName {
    const TYPE: Type = Type::Plain { called: "a link, or the MAC of a card", examples: "`eth0`, `02:00:5e:00:00:11`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        // No name of a link has a colon.
        if !value.text.contains(':') {
            return Ok(MemberName(Member::Link(value.text.to_string())));
        }
        let mac = values::mac(&value.text, true).map(|mac| MemberName(Member::Mac(mac)));
        mac.map_err(|wrong| refuse(wrong, value, out))
    }
}

/// Numbers that need no names.
macro_rules! numbers {
    ($($(#[doc = $doc:literal])+ $name:ident = $called:literal, $examples:literal, $bounds:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) struct $name(pub(crate) u32);

        impl ValueType for $name {
            const TYPE: Type = Type::Plain { called: $called, examples: $examples };

            fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                let read = values::integer(&value.text, $bounds);
                let read = read.map(|number| $name(u32::try_from(number).unwrap_or(u32::MAX)));
                read.map_err(|wrong| refuse(wrong, value, out))
            }
        }
    )+};
}

numbers! {
    /// A time of a bond.
    Milliseconds = "a time in milliseconds", "`100`", 0..=2_147_483_647;
    /// A number of a bond.
    Small = "a number", "`3`", 0..=65_535;
    /// A number of a bond that is one octet.
    Octet = "a number up to 255", "`1`", 0..=255;
    /// The largest packet of KubeSpan's link. (siderolabs/talos, `pkg/machinery/constants`, `KubeSpanLinkMinimumMTU`.)
    MeshMtu = "an MTU from 1280 on", "`1420`", 1280..=65_535;
}
