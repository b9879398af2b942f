//! What BGP is told: AS numbers, hops and communities.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes};
use hnet_language::values::{self, refuse};
use hnet_language::{Scope, Type, ValueType};
use hnet_syntax::tree::Value;

/// The number of an autonomous system. (RFC 6793; 0 is none, RFC 7607.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AsNumber(pub(crate) u32);

impl ValueType for AsNumber {
    const TYPE: Type = Type::Plain { called: "an AS number", examples: "`64512` to `65534` are free for own use" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let is_prefix = |digits: &&str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(digits) =
            value.text.get(2..).filter(|_| value.text[..2].eq_ignore_ascii_case("as")).filter(is_prefix)
        {
            return Err(out.report(
                Diagnostic::new(&codes::NUMBER_OUT_OF_RANGE, format!("`{}` is no number", value.text))
                    .label(value.span, "an AS number is wanted here, without `AS`")
                    .fix(format!("write `{digits}`"), value.span, digits),
            ));
        }
        let read = values::integer(&value.text, 1..=u64::from(u32::MAX));
        read.map(|number| AsNumber(u32::try_from(number).unwrap_or(u32::MAX)))
            .map_err(|wrong| refuse(wrong, value, out))
    }
}

/// How many hops away a peer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hops(pub(crate) u8);

impl ValueType for Hops {
    const TYPE: Type = Type::Plain { called: "a number of hops, 1 to 255", examples: "`2`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let read = values::integer(&value.text, 1..=255);
        read.map(|number| Hops(u8::try_from(number).unwrap_or(u8::MAX))).map_err(|wrong| refuse(wrong, value, out))
    }
}

/// The communities that have names. (The schema of Cilium's `CiliumBGPAdvertisement`.)
const WELL_KNOWN: [&str; 14] = [
    "internet",
    "planned-shut",
    "accept-own",
    "route-filter-translated-v4",
    "route-filter-v4",
    "route-filter-translated-v6",
    "route-filter-v6",
    "llgr-stale",
    "no-llgr",
    "blackhole",
    "no-export",
    "no-advertise",
    "no-export-subconfed",
    "no-peer",
];

/// A community: standard, large, or one that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Community(pub(crate) String);

impl ValueType for Community {
    const TYPE: Type = Type::Plain { called: "a community", examples: "`64512:100`, `64512:1:100`, `no-export`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.as_str();
        let is = |part: &str, most: u64| {
            let is_plain = !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_digit())
                && (part == "0" || !part.starts_with('0'));
            is_plain && part.parse::<u64>().is_ok_and(|number| number <= most)
        };
        let parts: Vec<&str> = text.split(':').collect();
        let is_sound = match parts.as_slice() {
            [one] => WELL_KNOWN.contains(one) || is(one, u64::from(u32::MAX)),
            [of, number] => is(of, u64::from(u16::MAX)) && is(number, u64::from(u16::MAX)),
            [of, first, second] => [of, first, second].into_iter().all(|part| is(part, u64::from(u32::MAX))),
            _ => false,
        };
        if is_sound {
            return Ok(Community(text.to_owned()));
        }
        let help = match parts.as_slice() {
            [of, number] if is(of, u64::from(u32::MAX)) && is(number, u64::from(u16::MAX)) => {
                format!("an AS number above 65535 needs a large community: `{of}:0:{number}`")
            }
            _ => "write `AS:NUMBER`, both up to 65535, `AS:NUMBER:NUMBER`, or a name as `no-export`".to_owned(),
        };
        Err(out.report(
            Diagnostic::new(&codes::NUMBER_OUT_OF_RANGE, format!("`{text}` is no community"))
                .label(value.span, "a community is wanted here")
                .help(help),
        ))
    }
}

/// A label that chooses services. One key may have several values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChosenBy(pub(crate) (String, String));

impl ValueType for ChosenBy {
    const TYPE: Type = Type::Plain { called: "a label", examples: "`example.com/told=yes`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        values::label(&value.text).map(ChosenBy).map_err(|wrong| refuse(wrong, value, out))
    }
}
