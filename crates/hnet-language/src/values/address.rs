//! Addresses, prefixes, interface addresses and ranges, of IPv4 and IPv6.
//!
//! Start at [`address`]; the others cut their text into addresses and lengths first.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hnet_diagnostics::{Code, codes};
use hnet_model::AddressRange;
use ipnet::IpNet;

use super::{Part, Wrong, shown, shown_sign};

/// An IPv4 or IPv6 address.
pub fn address(text: &str) -> Result<IpAddr, Wrong> {
    let whole = Part::all(text);
    if let Some((before, length)) = whole.split_once('/') {
        let address = one(before)?;
        let slash = length.start - 1..length.end;
        return Err(Wrong::new(
            &codes::NOT_AN_ADDRESS,
            slash,
            format!("`{}` has a prefix length", shown(text)),
            "an address stands here without a length",
        )
        .help(format!("write `{address}`"))
        .replace(address.to_string()));
    }
    if let Some((first, last)) = dash(whole)
        && one(first).is_ok()
        && one(last).is_ok()
    {
        return Err(Wrong::new(
            &codes::NOT_AN_ADDRESS,
            whole.range(),
            "a range where one address is wanted",
            "this is a range",
        )
        .help("write one address of it"));
    }
    one(whole)
}

/// Whether a text is four numbers with dots between them, which nobody means as a name.
#[must_use]
pub fn is_like_ipv4(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(is_number)
}

/// A prefix whose host bits are zero.
pub fn prefix(text: &str) -> Result<IpNet, Wrong> {
    let read = |text: &str| {
        let whole = Part::all(text);
        let prefix = with_length(whole, &codes::NOT_A_PREFIX)?;
        if prefix.addr() == prefix.network() { Ok(prefix) } else { Err(host_bits(whole, prefix)) }
    };
    read(text).map_err(|wrong| wrong.keep_what_mends(read))
}

fn host_bits(part: Part<'_>, prefix: IpNet) -> Wrong {
    let right = prefix.trunc();
    let end = part.text().find('/').unwrap_or(part.text().len());
    let wrong = Wrong::new(
        &codes::HOST_BITS,
        part.cut(0, end).range(),
        format!("`{}` has host bits set", shown(part.text())),
        format!("the prefix of {} bits starts at {}", right.prefix_len(), right.network()),
    );
    // No network has so large a prefix: a digit of the length is missing, and nothing may be widened to it.
    if right.prefix_len() < if right.addr().is_ipv4() { 8 } else { 32 } {
        return wrong.help("write the length of the prefix in full");
    }
    wrong.help(format!("write `{right}`")).replace(part.replaced(&right.to_string()))
}

/// An address with the length of its prefix, as an interface carries it.
pub fn interface_address(text: &str) -> Result<IpNet, Wrong> {
    let read = |text: &str| with_length(Part::all(text), &codes::NOT_AN_INTERFACE_ADDRESS);
    read(text).map_err(|wrong| wrong.keep_what_mends(read))
}

/// A run of addresses: `first-last`, a prefix, or a single address.
pub fn range(text: &str) -> Result<AddressRange, Wrong> {
    let whole = Part::all(text);
    if whole.text().contains('/') {
        if let Some((first, last)) = dash(whole)
            && let Some(prefixed) = [first, last].into_iter().find(|end| end.text().contains('/'))
        {
            return Err(Wrong::new(
                &codes::NOT_A_RANGE,
                prefixed.range(),
                "the end of a range has a prefix length",
                "an address stands here without a length",
            )
            .help("write the first and the last address: `192.168.10.32-192.168.10.63`"));
        }
        let prefix = with_length(whole, &codes::NOT_A_RANGE)?;
        return if prefix.addr() == prefix.network() { Ok(prefix.into()) } else { Err(host_bits(whole, prefix)) };
    }
    let Some((from, to)) = dash(whole) else {
        let only = one(whole).map_err(|wrong| no_range(whole, wrong))?;
        return Ok(AddressRange { first: only, last: only });
    };
    let first = one(from).map_err(|wrong| no_range(whole, wrong))?;
    if let (IpAddr::V4(first), true) = (first, is_number(to.text())) {
        let [a, b, c, _] = first.octets();
        let wrong = Wrong::new(
            &codes::NOT_A_RANGE,
            to.range(),
            "the end of the range is no whole address",
            "only the last octet stands here",
        );
        return Err(match to.text().parse::<u8>() {
            Ok(last) => {
                let right = format!("{first}-{}", Ipv4Addr::new(a, b, c, last));
                wrong.help(format!("write `{right}`")).replace(right)
            }
            Err(_) => wrong.help("write the last address in full"),
        });
    }
    let last = one(to).map_err(|wrong| wrong.under(&codes::NOT_A_RANGE))?;
    if first.is_ipv4() != last.is_ipv4() {
        return Err(Wrong::new(
            &codes::NOT_A_RANGE,
            to.range(),
            "the ends of the range are of two families",
            format!("{} stands here, {} before it", family(last), family(first)),
        )
        .help("write one range for each family"));
    }
    if first > last {
        return Err(Wrong::new(
            &codes::NOT_A_RANGE,
            whole.range(),
            "the range is reversed",
            format!("{first} is above {last}"),
        )
        .help("write the lower address first")
        .replace(format!("{last}-{first}")));
    }
    Ok(AddressRange { first, last })
}

/// What is wrong with a range: with the address that it starts with, or with all of it where it holds no address.
fn no_range(whole: Part<'_>, wrong: Wrong) -> Wrong {
    if whole.text().starts_with(|c: char| c.is_ascii_digit()) || whole.text().contains(':') {
        return wrong.under(&codes::NOT_A_RANGE);
    }
    Wrong::new(
        &codes::NOT_A_RANGE,
        whole.range(),
        format!("`{}` is not a range", shown(whole.text())),
        "a range of addresses is wanted here",
    )
    .help("write both ends, `192.168.10.32-192.168.10.63`, a prefix, or a subnet with an index, `lan[32-63]`")
}

/// The word for the family of an address.
fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "IPv4" } else { "IPv6" }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The two sides of a range's hyphen, where the text may be a range at all.
fn dash(whole: Part<'_>) -> Option<(Part<'_>, Part<'_>)> {
    let (first, last) = whole.split_once('-')?;
    let numeric =
        |part: Part<'_>| part.text().bytes().next().is_none_or(|byte| byte.is_ascii_hexdigit() || byte == b':');
    (numeric(first) && numeric(last) && first.text().contains(['.', ':'])).then_some((first, last))
}

/// An address and a length behind a slash.
fn with_length(whole: Part<'_>, code: &'static Code) -> Result<IpNet, Wrong> {
    let Some((before, length)) = whole.split_once('/') else {
        let address = one(whole).map_err(|wrong| generic(wrong, whole, code))?;
        let example = if address.is_ipv4() { "24" } else { "64" };
        return Err(Wrong::new(
            code,
            whole.range(),
            format!("`{}` has no prefix length", shown(whole.text())),
            "a length such as `/24` is missing behind it",
        )
        .help(format!("write the length of the subnet's prefix, such as `{address}/{example}`")));
    };
    let address = one(before).map_err(|wrong| generic(wrong, before, code))?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    if let Ok(mask) = length.text().parse::<Ipv4Addr>() {
        let wrong = Wrong::new(code, length.range(), "a netmask where a prefix length is wanted", "this is a netmask");
        return Err(match (address, ipnet::ipv4_mask_to_prefix(mask)) {
            (IpAddr::V4(_), Ok(bits)) => {
                let right = length.replaced(&bits.to_string());
                wrong.help(format!("write `{right}`")).replace(right)
            }
            _ => wrong.help("write the number of leading one bits"),
        });
    }
    if !is_number(length.text()) {
        return Err(Wrong::new(
            code,
            if length.text().is_empty() { length.start - 1..length.end } else { length.range() },
            format!("`{}` is no prefix length", shown(length.text())),
            format!("a length is a number from 0 to {most}"),
        ));
    }
    let bits = length.text().trim_start_matches('0');
    if bits.len() != length.text().len() && length.text() != "0" {
        let bits = if bits.is_empty() { "0" } else { bits };
        let wrong = Wrong::new(code, length.range(), "the prefix length has a leading zero", "a leading zero")
            .help(format!("write `{bits}`"));
        let is_length = bits.parse::<u8>().is_ok_and(|bits| IpNet::new(address, bits).is_ok());
        return Err(if is_length { wrong.replace(length.replaced(bits)) } else { wrong });
    }
    let net = length.text().parse::<u8>().ok().and_then(|bits| IpNet::new(address, bits).ok());
    net.ok_or_else(|| {
        Wrong::new(
            code,
            length.range(),
            format!("prefix length {} is above {most}", shown(length.text())),
            format!("an {} address has {most} bits", family(address)),
        )
    })
}

/// Under the code of the wanted type; what is no address at all is said to be none of that type.
fn generic(wrong: Wrong, part: Part<'_>, code: &'static Code) -> Wrong {
    if wrong != no_address(part) {
        return wrong.under(code);
    }
    let (what, example) = if *code == codes::NOT_A_PREFIX {
        ("a prefix", "192.168.10.0/24")
    } else if *code == codes::NOT_AN_INTERFACE_ADDRESS {
        ("an address with a length", "192.168.10.11/24")
    } else {
        ("a range", "192.168.10.32-192.168.10.63")
    };
    Wrong::new(
        code,
        part.range(),
        format!("`{}` is not {what}", shown(part.whole)),
        format!("{what} such as `{example}` is wanted here"),
    )
}

fn no_address(part: Part<'_>) -> Wrong {
    Wrong::new(
        &codes::NOT_AN_ADDRESS,
        part.range(),
        format!("`{}` is not an address", shown(part.text())),
        "an address such as `192.168.10.11` is wanted here",
    )
}

/// One address without length.
fn one(part: Part<'_>) -> Result<IpAddr, Wrong> {
    let text = part.text();
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
        && let Ok(address) = inner.parse::<Ipv6Addr>()
    {
        return Err(Wrong::new(
            &codes::NOT_AN_ADDRESS,
            part.range(),
            "an IPv6 address in brackets",
            "brackets are for URLs",
        )
        .help(format!("write `{address}`"))
        .replace(part.replaced(&address.to_string())));
    }
    if let Some((address, port)) = part.split_once(':')
        && address.text().parse::<Ipv4Addr>().is_ok()
    {
        return Err(Wrong::new(
            &codes::NOT_AN_ADDRESS,
            port.start - 1..port.end,
            format!("`{}` has a port", shown(text)),
            "an address stands here without a port",
        )
        .help(format!("write `{}`", address.text()))
        .replace(part.replaced(address.text())));
    }
    let is_address_like = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'%');
    if text.contains(':') && (text.bytes().all(is_address_like) || text.contains('%')) {
        return groups(part).map(IpAddr::V6);
    }
    if text.starts_with(|first: char| first.is_ascii_digit()) && text.contains('.') {
        return octets(part).map(IpAddr::V4);
    }
    if text.contains("::") {
        return groups(part).map(IpAddr::V6);
    }
    Err(no_address(part))
}

fn octets(part: Part<'_>) -> Result<Ipv4Addr, Wrong> {
    let code = &codes::NOT_AN_ADDRESS;
    let mut values = Vec::new();
    for octet in part.split('.') {
        let text = octet.text();
        if text.is_empty() {
            let place = if octet.end < part.end { octet.end..octet.end + 1 } else { octet.start - 1..octet.end };
            return Err(Wrong::new(
                code,
                place,
                format!("`{}` has an empty octet", shown(part.text())),
                "an octet is missing here",
            ));
        }
        if !is_number(text) {
            return Err(Wrong::new(
                code,
                octet.range(),
                format!("`{}` is not an octet", shown(text)),
                "an octet is a number from 0 to 255",
            ));
        }
        let digits = text.trim_start_matches('0');
        if digits.len() != text.len() && text != "0" {
            let digits = if digits.is_empty() { "0" } else { digits };
            let wrong = Wrong::new(
                code,
                octet.range(),
                format!("octet `{}` has a leading zero", shown(text)),
                "some programs read this as octal",
            )
            .help(format!("write `{digits}`"));
            // An edit is offered where it mends the whole address.
            let bare = |octet: &str| match octet.trim_start_matches('0') {
                "" if !octet.is_empty() => "0".to_owned(),
                digits => digits.to_owned(),
            };
            let right = part.text().split('.').map(bare).collect::<Vec<_>>().join(".");
            return Err(match right.parse::<Ipv4Addr>() {
                Ok(right) => wrong.replace(part.replaced(&right.to_string())),
                Err(_) => wrong,
            });
        }
        match text.parse::<u8>() {
            Ok(value) => values.push(value),
            Err(_) => {
                return Err(Wrong::new(
                    code,
                    octet.range(),
                    format!("octet {} is above 255", shown(text)),
                    "an octet is a number from 0 to 255",
                ));
            }
        }
    }
    match values.as_slice() {
        &[a, b, c, d] => Ok(Ipv4Addr::new(a, b, c, d)),
        others => Err(Wrong::new(
            code,
            part.range(),
            format!("`{}` has {} octets", shown(part.text()), others.len()),
            "an IPv4 address has four octets",
        )),
    }
}

fn groups(part: Part<'_>) -> Result<Ipv6Addr, Wrong> {
    let code = &codes::NOT_AN_ADDRESS;
    let text = part.text();
    if let Some(percent) = text.find('%') {
        return Err(Wrong::new(
            code,
            part.cut(percent, text.len()).range(),
            format!("`{}` has a zone", shown(text)),
            "a zone is known to one machine only",
        )
        .help("leave the zone out"));
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return match address.to_ipv4_mapped() {
            // The same host would have two addresses that no check finds equal.
            Some(mapped) => Err(Wrong::new(
                code,
                part.range(),
                format!("`{}` is an IPv4 address", shown(text)),
                "an IPv4 address in the form of IPv6",
            )
            .help(format!("write `{mapped}`"))
            .replace(part.replaced(&mapped.to_string()))),
            None => Ok(address),
        };
    }
    if let Some(first) = text.find("::")
        && let Some(second) = text[first + 1..].find("::")
    {
        let second = first + 1 + second;
        return Err(Wrong::new(
            code,
            part.cut(second, second + 2).range(),
            format!("`{}` has two `::`", shown(text)),
            "which groups are zero cannot be known",
        ));
    }
    let mut count = 0;
    for group in part.split(':') {
        let hexadecimal = group.text();
        count += usize::from(!hexadecimal.is_empty());
        if hexadecimal.contains('.') {
            octets(group)?;
            count += 1;
        } else if let Some((range, character)) =
            super::first_not(hexadecimal, |character| character.is_ascii_hexdigit())
        {
            return Err(Wrong::new(
                code,
                group.cut(range.start, range.end).range(),
                format!("`{}` is not an address", shown(text)),
                format!("{} is no hexadecimal digit", shown_sign(character)),
            ));
        } else if hexadecimal.len() > 4 {
            return Err(Wrong::new(
                code,
                group.range(),
                format!("group `{}` has more than four digits", shown(hexadecimal)),
                "a group is 0 to ffff",
            ));
        }
    }
    let label = match (text.contains("::"), count) {
        (false, 0..8) => "an IPv6 address has eight groups, or `::` for zeros",
        (_, 8..) => "an IPv6 address has at most eight groups",
        (true, _) => "a colon or a group is missing",
    };
    Err(Wrong::new(code, part.range(), format!("`{}` has {count} groups", shown(text)), label))
}
