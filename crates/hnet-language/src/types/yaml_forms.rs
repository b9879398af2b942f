//! How numbers and words of a YAML text are written, where that is not how hnet writes them.
//!
//! Readers that look for a text take the number as it stands: `1.10` is no `1.1` there. And `0644` and `yes`, texts to
//! YAML 1.2, are a number and a truth value to others. Start at [`forms`].

use std::collections::BTreeMap;

use hnet_diagnostics::FileId;
use hnet_yaml::{Entry, Node, Style, Typed, number, truth};
use serde_yaml::{Mapping, Value};

/// The forms by the positions of the parts, in the order in which they are read. Texts that are numbers or truth
/// values to their readers become such.
pub(super) fn forms(value: &mut Value, text: &str) -> BTreeMap<usize, String> {
    let mut found = Forms { at: 0, found: BTreeMap::new() };
    if let Some(root) = hnet_yaml::parse(FileId(0), text).root() {
        found.parts(value, root);
    }
    found.found
}

struct Forms {
    /// How many parts were read.
    at: usize,
    found: BTreeMap<usize, String>,
}

impl Forms {
    fn parts(&mut self, value: &mut Value, node: Node<'_>) {
        match value {
            // A list or map that is not the same to both readers is followed by neither.
            Value::Mapping(entries) => {
                let nodes: Vec<_> = node.own_entries().collect();
                let is_same = nodes.len() == entries.len();
                for (at, value) in entries.values_mut().enumerate() {
                    self.part(value, nodes.get(at).map(|entry| entry.value).filter(|_| is_same));
                }
                if is_same && entries.keys().any(Value::is_number) {
                    name_by_texts(entries, &nodes);
                }
            }
            Value::Sequence(items) => {
                let nodes: Vec<Node<'_>> = node.items().collect();
                let is_same = nodes.len() == items.len();
                for (at, value) in items.iter_mut().enumerate() {
                    self.part(value, nodes.get(at).copied().filter(|_| is_same));
                }
            }
            Value::Tagged(tagged) => self.parts(&mut tagged.value, node),
            _ => {}
        }
    }

    fn part(&mut self, value: &mut Value, node: Option<Node<'_>>) {
        let position = self.at;
        self.at += 1;
        let Some(node) = node else {
            self.at += parts_in(value);
            return;
        };
        let plain = node.scalar().filter(|(_, style)| *style == Style::Plain && node.tag().is_none());
        if let Some(text) = plain.map(|(text, _)| text.as_str())
            && is_rewritten(value, text)
        {
            self.found.insert(position, text.to_owned());
        }
        self.parts(value, node);
    }
}

/// Gives entries whose keys are numbers those texts as their keys that they are written as.
fn name_by_texts(entries: &mut Mapping, nodes: &[Entry<'_>]) {
    let all = std::mem::take(entries);
    let is_taken = |text: &str| all.contains_key(text);
    let keys: Vec<Value> = all
        .keys()
        .zip(nodes)
        .map(|(key, node)| match node.key.as_str() {
            Some(text) if key.is_number() && !is_taken(text) => Value::from(text),
            _ => key.clone(),
        })
        .collect();
    entries.extend(keys.into_iter().zip(all.into_iter().map(|(_, value)| value)));
}

/// Whether hnet would write the value in another way; a text that is a number or a truth value to its readers becomes one.
fn is_rewritten(value: &mut Value, text: &str) -> bool {
    match value {
        Value::Null => !matches!(text, "" | "null"),
        Value::Bool(word) => text != word.to_string(),
        Value::Number(number) => number.is_f64() || text != number.to_string(),
        Value::String(_) => match number(text).or_else(|| truth(text).map(Typed::Bool)) {
            Some(Typed::Bool(word)) => {
                *value = Value::Bool(word);
                true
            }
            Some(Typed::Integer(number)) => {
                let number = u64::try_from(number).map(Value::from).or_else(|_| i64::try_from(number).map(Value::from));
                number.map(|number| *value = number).is_ok()
            }
            Some(Typed::Float(number)) => {
                *value = Value::from(number);
                true
            }
            _ => false,
        },
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => false,
    }
}

/// How many parts a value has, and theirs.
fn parts_in(value: &Value) -> usize {
    match value {
        Value::Mapping(entries) => entries.values().map(|value| 1 + parts_in(value)).sum(),
        Value::Sequence(items) => items.iter().map(|value| 1 + parts_in(value)).sum(),
        Value::Tagged(tagged) => parts_in(&tagged.value),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_yaml::Value;

    use super::forms;

    fn of(text: &str) -> Vec<(usize, String)> {
        forms(&mut serde_yaml::from_str(text).expect("it is YAML"), text).into_iter().collect()
    }

    #[test]
    fn what_would_be_written_in_another_way_is_kept_as_it_is() {
        let text = "a: 1\nb: {c: 1.10, d: 0x1F}\ne: [+5, True, ~, 0644, 'x', \"0644\"]\nf: 1_000\ng: null\nh:\n";
        let kept = [(2, "1.10"), (3, "0x1F"), (5, "+5"), (6, "True"), (7, "~"), (8, "0644"), (11, "1_000")];
        assert_eq!(of(text), kept.map(|(at, text)| (at, text.to_owned())));
    }

    #[test]
    fn what_an_alias_stands_for_is_written_so_too() {
        assert_eq!(of("a: &a [1.0]\nb: *a\n"), [(1, "1.0".to_owned()), (3, "1.0".to_owned())]);
        assert_eq!(of("a: &a {x: 1}\nb: {<<: *a, y: 2.50}\n").last(), Some(&(5, "2.50".to_owned())));
    }

    #[test]
    fn a_word_for_yes_or_no_is_a_truth_value() {
        let text = "a: yes\nb: 'yes'\nc: [off, Norway, \"no\"]\n";
        let mut value = serde_yaml::from_str(text).expect("it is YAML");
        assert_eq!(
            forms(&mut value, text).into_iter().collect::<Vec<_>>(),
            [(0, "yes".to_owned()), (3, "off".to_owned())]
        );
        assert_eq!(value["a"], true);
    }

    #[test]
    fn a_number_as_a_key_is_its_text() {
        let text = "1.10: a\n8080: b\n1: c\n'1': d\n";
        let mut value = serde_yaml::from_str(text).expect("it is YAML");
        forms(&mut value, text);
        let keys: Vec<Value> = value.as_mapping().into_iter().flatten().map(|(key, _)| key.clone()).collect();
        assert_eq!(keys, [Value::from("1.10"), Value::from("8080"), Value::from(1), Value::from("1")]);
    }

    #[test]
    fn octal_is_a_number() {
        let mut value = serde_yaml::from_str("mode: 0644").expect("it is YAML");
        forms(&mut value, "mode: 0644");
        assert_eq!(value["mode"].as_u64(), Some(0o644));
    }
}
