//! What a Talos patch says otherwise than the words beside it, which would lose without a sign: found in what is written
//! of the words, so that a new word needs nothing here. Start at [`contradictions`].

use hnet_compare::{Kind, Merging, merging};
use hnet_diagnostics::{Reason, Span};
use hnet_emit::yaml::{DIRECTIVE, Node as Part, Value};

/// A field that a patch and a word say, each something else.
pub(super) struct Contradiction {
    /// The keys that lead to it; what is below a list is said by the list.
    pub(super) path: Vec<String>,
    /// Where the word stands.
    pub(super) word: Span,
}

/// What tells documents apart, and is no setting.
const IDENTITY: [&str; 3] = ["apiVersion", "kind", "name"];

/// What a patch says otherwise than what a machine is told by words.
pub(super) fn contradictions(told: &[Part], patch: &Part) -> Vec<Contradiction> {
    let identity = |document: &Part| ["kind", "name"].map(|key| document.get(key).map(Part::text));
    let own = identity(patch);
    let kind = own[0].as_deref().map_or_else(Kind::machine, |kind| Kind::new("talos", kind));
    let mut walk = Walk { kind, path: Vec::new(), found: Vec::new() };
    if let Some(document) = told.iter().find(|document| identity(document) == own) {
        walk.over(document, patch);
    }
    walk.found
}

struct Walk {
    kind: Kind,
    path: Vec<String>,
    found: Vec<Contradiction>,
}

impl Walk {
    fn over(&mut self, told: &Part, patch: &Part) {
        match (&told.value, &patch.value) {
            (Value::Mapping(own), Value::Mapping(entries)) => {
                let directive = patch.get(DIRECTIVE).map(Part::text);
                let goes = |key: &String| directive.as_deref() == Some("replace") && patch.get(key).is_none();
                if directive.as_deref() == Some("delete") || own.iter().any(|(key, _)| goes(key)) {
                    self.lost(told);
                    return;
                }
                let is_document = self.path.is_empty();
                for (key, value) in entries {
                    let Some(own) = told.get(key).filter(|_| !is_document || !IDENTITY.contains(&key.as_str())) else {
                        continue;
                    };
                    self.path.push(key.clone());
                    self.over(own, value);
                    self.path.pop();
                }
            }
            (Value::Sequence(own), Value::Sequence(items)) => {
                let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
                match merging(&self.kind, &path, None) {
                    Merging::Append | Merging::Union => self.peers(own, items),
                    Merging::Replace if same_all(own, items) => {}
                    Merging::Replace => self.lost(told),
                    Merging::Keyed(keys) => {
                        let key =
                            |item: &Part| keys.iter().map(|key| item.get(key).map(Part::text)).collect::<Vec<_>>();
                        for item in items {
                            if let Some(own) = own.iter().find(|own| key(own) == key(item)) {
                                self.over(own, item);
                            }
                        }
                    }
                }
            }
            // What is of another type is refused, and what has parts beside what has none.
            (Value::Mapping(_) | Value::Sequence(_), _) | (_, Value::Mapping(_) | Value::Sequence(_)) => {}
            _ => {
                let (own, other) = (told.text(), patch.text());
                // Talos takes a text or a number that says nothing for none.
                let says_nothing = matches!(other.as_str(), "" | "0");
                // A placeholder may stand for the very text that is written, but not for another placeholder.
                let is_open = own.contains("${") != other.contains("${");
                if own != other && !says_nothing && !is_open {
                    self.lost(told);
                }
            }
        }
    }

    /// A peer of a tunnel that is said again takes the place of the first, and so does one to which the same prefix is sent.
    fn peers(&mut self, told: &[Part], added: &[Part]) {
        if self.kind != Kind::new("talos", "WireguardConfig") || self.path != ["peers"] {
            return;
        }
        let prefixes = |peer: &Part| match peer.get("allowedIPs").map(|list| &list.value) {
            Some(Value::Sequence(items)) => items.iter().map(Part::text).collect(),
            _ => Vec::new(),
        };
        let key = |peer: &Part| peer.get("publicKey").map(Part::text);
        let takes_from = |own: &&Part| {
            let own_prefixes = prefixes(own);
            let takes = |peer: &Part| {
                (key(own).is_some() && key(peer) == key(own))
                    || prefixes(peer).iter().any(|prefix| own_prefixes.contains(prefix))
            };
            added.iter().any(takes)
        };
        let word = told.iter().find(takes_from).and_then(|own| own.get("publicKey"));
        self.found.extend(word.map(|key| Contradiction { path: self.path.clone(), word: key.origin.span }));
    }

    /// Notes that something goes that a word says. A link that a word describes is one that is up.
    fn lost(&mut self, told: &Part) {
        let is_up = self.path == ["up"] && told.text() == "true";
        if let Some(word) = written(told).or_else(|| is_up.then_some(told.origin.span)) {
            self.found.push(Contradiction { path: self.path.clone(), word });
        }
    }
}

/// Where the first of what is said by a word stands.
fn written(part: &Part) -> Option<Span> {
    match &part.value {
        Value::Mapping(entries) => entries.iter().find_map(|(_, value)| written(value)),
        Value::Sequence(items) => items.iter().find_map(written),
        // What a firewall does is what its statement says.
        _ => matches!(part.origin.reason, Reason::Written | Reason::FirewallBlocks | Reason::FirewallRule)
            .then_some(part.origin.span),
    }
}

fn same_all(some: &[Part], others: &[Part]) -> bool {
    let lines = |parts: &[Part]| -> Vec<String> {
        parts.iter().flat_map(|part| part.lines().0).map(|line| line.value).collect()
    };
    lines(some) == lines(others)
}
