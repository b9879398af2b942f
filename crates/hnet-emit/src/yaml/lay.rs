//! The user's YAML, laid over an object as Kubernetes' strategic merge has it.

use hnet_manifests::versions::merge_keys::{Merge, merge};

use super::{Node, Scalar, Value};

/// The key of what is done with the part that it stands in: `delete`, `replace` or `merge`.
pub const DIRECTIVE: &str = "$patch";

/// Whether what is laid over is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Laid {
    /// It is.
    Kept,
    /// It is removed.
    Removed,
}

impl Node {
    /// Lays a part over this one of an object of a kind; `path` is that of the keys which lead here. Mappings merge key
    /// by key, lists merge as the kind has it or are replaced, `null` and `$patch: delete` remove, `$patch: replace`
    /// puts a mapping or a list in the place of what is there.
    pub fn lay<'k>(&mut self, over: &'k Node, kind: &str, path: &mut Vec<&'k str>) -> Laid {
        match over.directive() {
            Some("delete") => return Laid::Removed,
            Some("replace") => {
                *self = over.stripped();
                return Laid::Kept;
            }
            _ => {}
        }
        match (&mut self.value, &over.value) {
            (Value::Mapping(entries), Value::Mapping(new)) => {
                for (key, node) in new.iter().filter(|(key, _)| key != DIRECTIVE) {
                    let at = entries.iter().position(|(name, _)| name == key);
                    let is_null = node.value == Value::Scalar(Scalar::Null);
                    match at {
                        Some(at) if is_null => {
                            entries.remove(at);
                        }
                        Some(at) => {
                            path.push(key);
                            if entries[at].1.lay(node, kind, path) == Laid::Removed {
                                entries.remove(at);
                            }
                            path.pop();
                        }
                        None if is_null || node.directive() == Some("delete") => {}
                        None => entries.push((key.clone(), node.stripped())),
                    }
                }
            }
            (Value::Sequence(items), Value::Sequence(new)) => match merge(kind, path) {
                Some(merge) if !new.iter().any(|item| item.is_alone("replace")) => {
                    new.iter().for_each(|item| lay_item(items, item, merge, kind, path));
                }
                _ => *self = over.stripped(),
            },
            _ => *self = over.stripped(),
        }
        Laid::Kept
    }

    /// What is to be done with the part, where it says so.
    #[must_use]
    pub fn directive(&self) -> Option<&str> {
        match self.get(DIRECTIVE).map(|node| &node.value) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether this says what is to be done with the list that it stands in, and nothing else.
    fn is_alone(&self, directive: &str) -> bool {
        self.directive() == Some(directive) && matches!(&self.value, Value::Mapping(entries) if entries.len() == 1)
    }

    /// The part as it stands where nothing was: without what is to be done with it, and without what is `null`.
    fn stripped(&self) -> Node {
        let value = match &self.value {
            Value::Mapping(entries) => {
                let kept = |key: &str, node: &Node| {
                    key != DIRECTIVE && node.value != Value::Scalar(Scalar::Null) && node.directive() != Some("delete")
                };
                let kept = entries.iter().filter(|(key, node)| kept(key, node));
                Value::Mapping(kept.map(|(key, node)| (key.clone(), node.stripped())).collect())
            }
            Value::Sequence(items) => {
                let kept = items.iter().filter(|item| !item.is_alone("replace") && item.directive() != Some("delete"));
                Value::Sequence(kept.map(Node::stripped).collect())
            }
            other => other.clone(),
        };
        Node { origin: self.origin, value }
    }
}

/// Lays an item over those of a list.
fn lay_item<'k>(items: &mut Vec<Node>, item: &'k Node, merge: Merge, kind: &str, path: &mut Vec<&'k str>) {
    let same = |other: &Node| match merge {
        Merge::Set => other.value == item.value,
        Merge::ByKeys(keys) => {
            let is_said = keys.first().is_some_and(|key| item.get(key).is_some());
            is_said
                && keys.iter().all(|key| {
                    item.get(key).is_none_or(|said| other.get(key).is_some_and(|own| own.value == said.value))
                })
        }
    };
    match items.iter().position(same) {
        Some(at) => {
            if items[at].lay(item, kind, path) == Laid::Removed {
                items.remove(at);
            }
        }
        None if item.directive() == Some("delete") => {}
        None => items.push(item.stripped()),
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::Origin;

    use super::Laid;
    use crate::yaml::{Node, write};

    /// A text after another is laid over it; none where nothing is left.
    fn laid(kind: &str, text: &str, over: &str) -> Option<String> {
        let node = |text: &str| {
            let value = serde_yaml::from_str(text).expect("it is YAML");
            Node::from_yaml(&value, Origin::default())
        };
        let mut object = node(text);
        let (mut out, mut origins) = (String::new(), Vec::new());
        match object.lay(&node(over), kind, &mut Vec::new()) {
            Laid::Removed => return None,
            Laid::Kept => write(&object, &mut out, &mut origins),
        }
        Some(out)
    }

    #[test]
    fn mappings_merge_and_null_and_directives_remove() {
        let object = "a: 1\nb:\n  c: 1\n  d: 2\n";
        assert_eq!(laid("", object, "b: {c: 3, e: 4}").as_deref(), Some("a: 1\nb:\n  c: 3\n  d: 2\n  e: 4\n"));
        assert_eq!(laid("", object, "b: {c: null}\nx: {y: null}").as_deref(), Some("a: 1\nb:\n  d: 2\nx: {}\n"));
        assert_eq!(laid("", object, "b: {$patch: replace, f: 5}").as_deref(), Some("a: 1\nb:\n  f: 5\n"));
        assert_eq!(laid("", object, "b: {$patch: delete}").as_deref(), Some("a: 1\n"));
        assert_eq!(laid("", object, "$patch: delete"), None);
    }

    #[test]
    fn lists_merge_by_the_key_of_their_kind_or_are_replaced() {
        let ports = "spec:\n  ports:\n    - name: dns\n      port: 53\n      protocol: UDP\n    - name: dns-tcp\n      port: 53\n      protocol: TCP\n";
        let changed = laid("Service", ports, "spec: {ports: [{port: 53, protocol: TCP, nodePort: 30053}]}");
        let expected = ports.replace("protocol: TCP\n", "protocol: TCP\n      nodePort: 30053\n");
        assert_eq!(changed.as_deref(), Some(expected.as_str()));
        let less = laid("Service", ports, "spec: {ports: [{port: 53, protocol: UDP, $patch: delete}]}");
        let expected = "spec:\n  ports:\n    - name: dns-tcp\n      port: 53\n      protocol: TCP\n";
        assert_eq!(less.as_deref(), Some(expected));
        let other = laid("Service", ports, "spec: {ports: [{$patch: replace}, {port: 80}]}");
        assert_eq!(other.as_deref(), Some("spec:\n  ports:\n    - port: 80\n"));
        assert_eq!(
            laid("HTTPRoute", "spec: {rules: [1, 2]}", "spec: {rules: [3]}").as_deref(),
            Some("spec:\n  rules:\n    - 3\n")
        );
        let set = laid("", "metadata: {finalizers: [a]}", "metadata: {finalizers: [a, b]}");
        assert_eq!(set.as_deref(), Some("metadata:\n  finalizers:\n    - a\n    - b\n"));
    }
}
