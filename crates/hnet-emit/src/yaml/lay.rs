//! The user's YAML, laid over an object: as `hnet-compare` lays it, and reads how others do.

use std::borrow::Cow;

use super::{Node, Scalar, Value};
use hnet_compare::{Look, Part};

impl Node {
    /// A value without parts as a text; nothing of what has parts.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.value {
            Value::Text(text) => text.clone(),
            Value::Lines(lines) => lines.iter().map(|line| line.value.as_str()).collect::<Vec<_>>().join("\n"),
            Value::Scalar(Scalar::Bool(value)) => value.to_string(),
            Value::Scalar(Scalar::Unsigned(number)) => number.to_string(),
            Value::Scalar(Scalar::Signed(number)) => number.to_string(),
            Value::Scalar(Scalar::Float(number)) => number.to_string(),
            Value::Scalar(Scalar::Null) | Value::Mapping(_) | Value::Sequence(_) => String::new(),
        }
    }
}

impl Part for Node {
    fn look(&self) -> Look<'_, Self> {
        match &self.value {
            Value::Scalar(Scalar::Null) => Look::Null,
            Value::Text(text) => Look::Leaf(Cow::Borrowed(text)),
            Value::Scalar(_) | Value::Lines(_) => Look::Leaf(Cow::Owned(self.text())),
            Value::Sequence(items) => Look::List(items),
            Value::Mapping(entries) => Look::Map(entries),
        }
    }

    fn of_map(&self, entries: Vec<(String, Self)>) -> Self {
        Node::new(Value::Mapping(entries), self.origin)
    }

    fn of_list(&self, items: Vec<Self>) -> Self {
        Node::new(Value::Sequence(items), self.origin)
    }
}

#[cfg(test)]
mod tests {
    use hnet_compare::{Kind, lay_over};
    use hnet_diagnostics::{FileId, Origin, Span};

    use crate::yaml::{Node, write};

    #[test]
    fn each_line_keeps_the_place_that_it_is_from() {
        let at = |start| Origin::written(Span::new(FileId(1), start, start));
        let node =
            |text: &str, start: usize| Node::from_yaml(&serde_yaml::from_str(text).expect("it is YAML"), at(start));
        let object = node("spec: {type: ClusterIP, ports: [{port: 53}]}", 1);
        let over = node("spec: {type: NodePort, ports: [{port: 53, nodePort: 30053}, {port: 80}]}", 2);
        let laid = lay_over(&Kind::new("core", "Service"), &object, &over).expect("nothing removes it");
        let (mut out, mut origins) = (String::new(), Vec::new());
        write(&laid, &mut out, &mut origins);
        let places = origins.iter().map(|origin| origin.span.start);
        let lines: Vec<String> = places.zip(out.lines()).map(|(place, line)| format!("{place} {line}")).collect();
        let expected = [
            "1 spec:",
            "2   type: NodePort",
            "1   ports:",
            "2     - port: 53",
            "2       nodePort: 30053",
            "2     - port: 80",
        ];
        assert_eq!(lines, expected);
        assert_eq!(lay_over(&Kind::new("core", "Service"), &object, &node("$patch: delete", 2)), None);
    }
}
