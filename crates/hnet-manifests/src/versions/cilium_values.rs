//! The Helm values that Cilium's chart reads, by version.
//!
//! The chart takes any key and ignores what it does not read, so a slip is silent. The table beside
//! this file lists the keys of the published charts 1.18.12, 1.19.6 and 1.20.0 (cilium/charts,
//! Apache-2.0): those of `values.schema.json` with the types that it gives them in one of these versions, and those
//! that only the templates read. Helm refuses a value of another type. Start at [`KEYS`].

/// A key of the chart's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The minor version of Cilium 1 that reads it first; 0 for the oldest in the table.
    since: u32,
    /// The last minor version of Cilium 1 that reads it.
    until: u32,
    /// Whether anything may stand below it: labels, resources, affinity.
    pub open: bool,
    /// The letters of its types; none where the schema does not say them.
    types: &'static str,
    /// What may stand below it; nothing is checked below a key without any.
    pub below: Keys,
}

impl Key {
    /// Whether the chart of this version reads the key.
    #[must_use]
    pub fn read_by(&self, version: (u32, u32)) -> bool {
        version.0 == 1 && self.since <= version.1 && version.1 <= self.until
    }

    /// The types of the values that it takes, besides none at all; empty where that is not known.
    #[must_use]
    pub fn types(&self) -> Vec<JsonType> {
        let of_letter = |letter| match letter {
            b'b' => Some(JsonType::Boolean),
            b'i' => Some(JsonType::Integer),
            b'n' => Some(JsonType::Number),
            b's' => Some(JsonType::String),
            b'a' => Some(JsonType::Array),
            b'o' => Some(JsonType::Object),
            _ => None,
        };
        match self.types {
            "" if !self.below.is_empty() => vec![JsonType::Object],
            letters => letters.bytes().filter_map(of_letter).collect(),
        }
    }
}

/// A type of JSON, of those that a value may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// A text.
    String,
    /// A list.
    Array,
    /// A mapping.
    Object,
}

impl JsonType {
    /// What people call it, with its article.
    #[must_use]
    pub fn called(self) -> &'static str {
        match self {
            JsonType::Boolean => "`true` or `false`",
            JsonType::Integer => "a whole number",
            JsonType::Number => "a number",
            JsonType::String => "a text",
            JsonType::Array => "a list",
            JsonType::Object => "a mapping",
        }
    }
}

/// Keys at one place, as the table writes them: `name+19-20:is*` and `name(…)` up to the bracket that closes the
/// place, or to the end. `+19` says since which minor version the key is read, `-18` until which, `:is` that it is an
/// integer or a string (`b` a boolean, `n` a number, `a` an array, `o` an object, as is what has keys of its own), `*`
/// that anything may stand below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys(&'static str);

impl Keys {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    /// The key of this name.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Key> {
        self.iter().find(|(other, _)| *other == name).map(|(_, key)| key)
    }

    /// All keys with their names.
    pub fn iter(self) -> impl Iterator<Item = (&'static str, Key)> {
        let mut rest = self.0;
        std::iter::from_fn(move || next_key(&mut rest))
    }
}

/// Keys with which the chart refuses to render, and since when: `templates/validate.yaml` of 1.20.0.
pub static REMOVED: &[(&str, &str)] = &[
    ("ciliumEndpointSlice.sliceMode", "1.18"),
    ("containerRuntime.integration", "1.16"),
    ("enableCiliumEndpointSlice", "1.18; write `ciliumEndpointSlice.enabled`"),
    ("enableCnpStatusUpdates", "1.15"),
    ("enableK8sEventHandover", "1.15"),
    ("encryption.interface", "1.16"),
    ("encryption.keyFile", "1.16"),
    ("encryption.mountPath", "1.16"),
    ("encryption.secretName", "1.16"),
    ("endpointStatus", "1.16"),
    ("etcd.managed", "1.16"),
    ("proxy.prometheus.enabled", "1.16; write `envoy.prometheus`"),
    ("proxy.prometheus.port", "1.16; write `envoy.prometheus`"),
    ("remoteNodeIdentity", "1.16"),
    ("tunnel", "1.15; say `routing tunnel` in the `cilium` statement"),
];

/// All keys at the top of the chart's values.
pub const KEYS: Keys = Keys(include_str!("cilium_values.txt"));

/// Takes a key from what is left of a place, with all that stands below it.
fn next_key(rest: &mut &'static str) -> Option<(&'static str, Key)> {
    *rest = rest.trim_start_matches([' ', '\n']);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    if name.is_empty() {
        return None;
    }
    *rest = behind;
    let since = number_after(rest, '+').unwrap_or(0);
    let until = number_after(rest, '-').unwrap_or(u32::MAX);
    let types = letters_after(rest, ':');
    let open = rest.strip_prefix('*').inspect(|behind| *rest = behind).is_some();
    let mut below = Keys("");
    if let Some(inner) = rest.strip_prefix('(') {
        below = Keys(inner);
        *rest = behind_bracket(inner);
    }
    Some((name, Key { since, until, open, types, below }))
}

/// What follows the bracket that closes a place.
fn behind_bracket(inner: &'static str) -> &'static str {
    let mut depth = 1;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &inner[at + 1..];
        }
    }
    ""
}

fn letters_after(rest: &mut &'static str, sign: char) -> &'static str {
    let Some(letters) = rest.strip_prefix(sign) else { return "" };
    let end = letters.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(letters.len());
    let (letters, behind) = letters.split_at(end);
    *rest = behind;
    letters
}

fn number_after(rest: &mut &'static str, sign: char) -> Option<u32> {
    let digits = rest.strip_prefix(sign)?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    *rest = &digits[end..];
    digits[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{JsonType, KEYS, Key, Keys};

    fn find(path: &str) -> Option<Key> {
        let mut parts = path.split('.');
        let mut key = KEYS.get(parts.next()?)?;
        for part in parts {
            key = key.below.get(part)?;
        }
        Some(key)
    }

    #[test]
    fn the_whole_table_is_read() {
        fn count(keys: Keys) -> usize {
            keys.iter().map(|(_, key)| 1 + count(key.below)).sum()
        }
        assert_eq!(KEYS.iter().count(), 193);
        let text = include_str!("cilium_values.txt");
        let names = text.split(|c: char| !c.is_ascii_alphanumeric() && !"_+-:".contains(c));
        assert_eq!(count(KEYS), names.filter(|name| !name.is_empty()).count());
        assert!(find("wellKnownIdentities").is_some(), "the last line");
    }

    #[test]
    fn a_key_knows_its_versions() {
        assert!(find("cgroup.autoMount.enabled").is_some());
        assert_eq!(find("cgroup.automount"), None);
        let address = find("gatewayAPI.useRemoteAddress").expect("in the table");
        assert!(address.read_by((1, 20)) && !address.read_by((1, 19)));
        let affinity = find("sessionAffinity").expect("in the table");
        assert!(affinity.read_by((1, 18)) && !affinity.read_by((1, 19)));
        assert!(find("podLabels").is_some_and(|key| key.open));
    }

    #[test]
    fn a_key_knows_its_types() {
        let types = |path: &str| find(path).map(|key| key.types());
        assert_eq!(types("cni.exclusive"), Some(vec![JsonType::Boolean]));
        assert_eq!(types("ipv6"), Some(vec![JsonType::Object]), "what has keys of its own");
        assert_eq!(types("podLabels"), Some(vec![JsonType::Object]));
        assert_eq!(types("k8sServicePort"), Some(vec![JsonType::Integer, JsonType::String]));
        assert_eq!(types("envoy.log.defaultLevel"), Some(vec![]), "one of several schemas, which are not read");
        // Each letter is one that is known, so that a slip in the table does not take a type away.
        fn all(keys: Keys, test: &mut dyn FnMut(&'static str, Key)) {
            for (name, key) in keys.iter() {
                test(name, key);
                all(key.below, test);
            }
        }
        let mut count = 0;
        all(KEYS, &mut |name, key| {
            count += usize::from(!key.types.is_empty());
            assert!(key.types.is_empty() || key.types().len() == key.types.len(), "{name}");
        });
        assert_eq!(count, 1162);
    }
}
