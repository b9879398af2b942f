//! Values as those who read them have them: what their schemas ask of a text. (Envoy Gateway 1.9, `pattern` and
//! `x-kubernetes-validations` of its CRDs; Cilium's chart, `templates/validate.yaml`.)
//!
//! A text that the schema does not match is refused here, or written in the form that it does.

use std::net::IpAddr;

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Reported, codes};
use hnet_language::values::{duration, setting};
use hnet_syntax::tree::Value;

/// A text that is more than any.
#[derive(Debug)]
pub struct Like {
    /// What messages call it.
    pub(crate) called: &'static str,
    /// Texts that are one.
    pub(crate) examples: &'static str,
    /// Whether a text is one.
    pub(crate) holds: fn(&str) -> bool,
    /// Who refuses any other.
    pub(crate) by: RefusedBy,
}

/// Who refuses a value, by the code of the finding and in its words.
type RefusedBy = (&'static Code, &'static str);

/// The API server, by Envoy Gateway's kinds.
const ENVOY: RefusedBy = (&codes::ENVOY_VALUE, "Envoy Gateway's kinds refuse this");

/// Helm, by what Cilium's chart holds its values to.
const CILIUM: RefusedBy = (&codes::HELM_VALUES_REFUSED, "Cilium's chart refuses this");

/// An image, perhaps with its tag and hash.
pub(crate) static IMAGE: Like = Like {
    called: "an image",
    examples: "`mirror.gcr.io/envoyproxy/envoy:v1.39.0`",
    holds: |text| {
        let (text, is_hash) = match text.split_once("@sha256:") {
            Some((text, hash)) => (text, is_made_of(hash, |sign| sign.is_ascii_lowercase() || sign.is_ascii_digit())),
            None => (text, true),
        };
        is_hash && is_image(text)
    },
    by: ENVOY,
};

/// Where an image lies, without its tag.
pub(crate) static REPOSITORY: Like = Like {
    called: "an image without its tag",
    examples: "`mirror.gcr.io/envoyproxy/envoy`",
    holds: |text| match text.split_once(':') {
        // What stands behind a colon is the port of a registry, and something behind it.
        Some((host, rest)) => {
            let path = rest.trim_start_matches(|sign: char| sign.is_ascii_digit());
            is_made_of(host, is_of_tag) && path.len() < rest.len() && is_made_of(path, is_of_path)
        }
        None => text.len() > 1 && text.starts_with(is_of_tag) && is_made_of(text, is_of_path),
    },
    by: ENVOY,
};

/// The name of a header.
pub(crate) static HEADER_NAME: Like = Like {
    called: "the name of a header",
    examples: "`CF-Connecting-IP`",
    holds: |text| text.len() <= 255 && is_made_of(text, |sign| sign.is_ascii_alphanumeric() || sign == '-'),
    by: ENVOY,
};

/// Where a page comes from.
pub(crate) static ORIGIN: Like = Like {
    called: "an origin",
    examples: "`https://web.example.com`, `https://*.example.com`, `\"*\"`",
    holds: |text| {
        let Some((scheme, host)) = text.split_once("://") else { return text == "*" };
        let (host, is_port) = match host.rsplit_once(':') {
            Some((host, port)) => (host, port.len() <= 5 && is_made_of(port, |sign| sign.is_ascii_digit())),
            None => (host, true),
        };
        let host = if host == "*" { "any" } else { host.strip_prefix("*.").unwrap_or(host) };
        let is_label =
            |label: &str| is_made_of(label, |sign| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_');
        let is_scheme = scheme.starts_with(|sign: char| sign.is_ascii_alphabetic())
            && is_made_of(scheme, |sign| sign.is_ascii_alphanumeric() || matches!(sign, '+' | '.' | '-'));
        text.len() <= 253 && is_scheme && is_port && host.split('.').all(is_label)
    },
    by: ENVOY,
};

/// What a cluster is called among those that are joined. (Cilium's chart, `templates/validate.yaml`.)
pub(crate) static CLUSTER_NAME: Like = Like {
    called: "the name of a cluster",
    examples: "`home` or `home-2`: at most 32 small letters, digits and `-` between them",
    holds: |text| {
        let is_end = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit();
        text.len() <= 32
            && is_made_of(text, |sign| is_end(sign) || sign == '-')
            && text.starts_with(is_end)
            && text.ends_with(is_end)
    },
    by: CILIUM,
};

fn is_made_of(text: &str, is_of_it: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is_of_it)
}

fn is_of_tag(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-')
}

fn is_of_path(sign: char) -> bool {
    is_of_tag(sign) || sign == '/'
}

/// `host`, `host:port`, a path behind a slash, a tag behind a colon; all but the first may lack.
fn is_image(text: &str) -> bool {
    let (host, path) = text.split_once('/').map_or((text, None), |(host, path)| (host, Some(path)));
    let is_tagged = |text: &str, is_of_it: fn(char) -> bool| match text.split_once(':') {
        Some((text, tag)) => is_made_of(text, is_of_it) && is_made_of(tag, is_of_tag),
        None => is_made_of(text, is_of_it),
    };
    match path {
        None => match host.rsplit_once(':') {
            Some((rest, tag)) if rest.contains(':') => is_tagged(rest, is_of_tag) && is_made_of(tag, is_of_tag),
            _ => is_tagged(host, is_of_tag),
        },
        Some(path) => {
            let (host, is_port) = match host.split_once(':') {
                Some((host, port)) => (host, is_made_of(port, |sign| sign.is_ascii_digit())),
                None => (host, true),
            };
            is_port && is_made_of(host, is_of_tag) && is_tagged(path, is_of_path)
        }
    }
}

/// What is wrong with a value: it is none of what is wanted.
pub(crate) fn refuse((called, examples): (&str, &str), value: &Value, out: &mut Diagnostics) -> Reported {
    refuse_by(ENVOY, (called, examples), value, out)
}

/// The same, with who refuses it.
pub(crate) fn refuse_like(like: &Like, value: &Value, out: &mut Diagnostics) -> Reported {
    refuse_by(like.by, (like.called, like.examples), value, out)
}

fn refuse_by(
    (code, by): RefusedBy,
    (called, examples): (&str, &str),
    value: &Value,
    out: &mut Diagnostics,
) -> Reported {
    let (title, label) = match value.text.as_str() {
        "" => ("an empty text".to_owned(), "something is wanted here"),
        text => (format!("`{}` is not {called}", text.escape_debug()), by),
    };
    let finding = Diagnostic::new(code, title).label(value.span, label);
    out.report(finding.help(format!("write {called}, such as {examples}")))
}

/// A duration in the form of the Gateway API, which has up to four numbers of up to five digits (GEP-2257).
pub(crate) fn duration_of_gateways(text: &str) -> String {
    let numbers = || text.split(|sign: char| !sign.is_ascii_digit()).filter(|number| !number.is_empty());
    match duration(text) {
        Ok(time) if numbers().count() > 4 || numbers().any(|number| number.len() > 5) => time.to_string(),
        _ => text.to_owned(),
    }
}

/// Whether a text is a size in whole bytes: a number above nought, and perhaps a unit.
pub(crate) fn is_size(text: &str) -> bool {
    let unit = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let units = ["", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    text.starts_with(|sign: char| matches!(sign, '1'..='9')) && units.contains(&unit)
}

/// Whether a text is an amount as Kubernetes writes them: a number, and perhaps a unit. (Kubernetes, `resource.Quantity`.)
pub(crate) fn is_quantity(text: &str) -> bool {
    let digits = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let units = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let is_power = unit.strip_prefix(['e', 'E']).is_some_and(|power| power.parse::<i32>().is_ok());
    number.parse::<f64>().is_ok() && (units.contains(&unit) || is_power)
}

/// The key and the amount of `key=amount`; none where the amount is none.
pub(crate) fn resource(text: &str) -> Option<(String, String)> {
    setting(text).ok().filter(|(_, amount)| amount.contains("${") || is_quantity(amount))
}

/// Whether a text is a count, or a share in percent.
pub(crate) fn is_share(text: &str) -> bool {
    let number = |text: &str| text.bytes().all(|sign| sign.is_ascii_digit()).then(|| text.parse::<u32>().ok())?;
    match text.strip_suffix('%') {
        Some(share) => number(share).is_some_and(|share| share <= 100),
        None => number(text).is_some_and(|count| count <= i32::MAX.unsigned_abs()),
    }
}

/// An address as the schema has it, which knows few of the forms in which zeros are left out.
pub(crate) fn address(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let short = address.to_string();
            let is_known = short.split_once("::").is_none_or(|(before, after)| {
                let count = |part: &str| part.split(':').filter(|group| !group.is_empty()).count();
                (1..=2).contains(&count(after)) && (1..=5).contains(&count(before))
            });
            if is_known && !short.contains('.') {
                return short;
            }
            address.segments().map(|group| format!("{group:x}")).join(":")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        CLUSTER_NAME, HEADER_NAME, IMAGE, Like, ORIGIN, REPOSITORY, address, duration_of_gateways, is_share, is_size,
    };

    fn all(like: &Like, sound: &[&str], unsound: &[&str]) {
        sound.iter().for_each(|text| assert!((like.holds)(text), "{text}"));
        unsound.iter().for_each(|text| assert!(!(like.holds)(text), "{text}"));
    }

    #[test]
    fn texts_are_what_the_schemas_match() {
        all(
            &IMAGE,
            &["envoy", "envoy:v1", "a:1:2", "reg:5000/a/b:v1", "reg/a@sha256:0ab", "reg:5000/a", "-a"],
            &["", "a b", "https://x/y", "a:", "a+b", "a/b:c:d", "a/b:c/d", "a@sha256:", "a:b:c:d", ":5000/a"],
        );
        all(
            &REPOSITORY,
            &["envoy", "reg.io/a", "reg:5000/a", "reg:5000a"],
            &["", "a", "reg/a:v1", "a:v1", "reg:5000", "a@b", "/ab"],
        );
        all(&CLUSTER_NAME, &["home", "a-1", "1"], &["", "Home", "-a", "a-", "a_b", &"a".repeat(33)]);
        all(&HEADER_NAME, &["X-A", "x1"], &["", "X_A", "X.A", &"X".repeat(256)]);
        all(
            &ORIGIN,
            &["*", "https://a.example.com", "http://*:8080", "https://*.example.com", "https://a_b"],
            &["", "a.example.com", "https://a.example.com/", "https://a.*.com", "https://*a.com", "null", "https://"],
        );
    }

    #[test]
    fn amounts_and_times_are_those_of_the_schemas() {
        for (text, is_one) in
            [("8Mi", true), ("100", true), ("0", false), ("08Mi", false), ("1.5Mi", false), ("100m", false)]
        {
            assert_eq!(is_size(text), is_one, "{text}");
        }
        for (text, is_one) in
            [("0", true), ("50%", true), ("101%", false), ("1.5", false), ("%", false), ("8Mi", false)]
        {
            assert_eq!(is_share(text), is_one, "{text}");
        }
        assert_eq!(duration_of_gateways("100000s"), "27h46m40s");
        assert_eq!(duration_of_gateways("600s"), "600s");
        assert_eq!(duration_of_gateways("1s1s1s1s1s"), "5s");
    }

    #[test]
    fn addresses_are_written_as_the_schema_has_them() {
        for (text, said) in [
            ("192.168.1.10", "192.168.1.10"),
            ("fd00::1", "fd00::1"),
            ("fd00:1:2::1:2", "fd00:1:2::1:2"),
            ("fd00::", "fd00:0:0:0:0:0:0:0"),
            ("::", "0:0:0:0:0:0:0:0"),
            ("fd00::1:2:3", "fd00:0:0:0:0:1:2:3"),
        ] {
            assert_eq!(address(text.parse().expect("an address")), said);
        }
    }
}
