//! Fields as a forest in which equal trees are one, and its text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

/// The number of a tree in its [`Forest`].
pub(super) type Id = usize;

/// A kind of document and its fields.
#[derive(Debug)]
pub(super) struct Kind {
    /// The group of its API, or who reads it.
    pub(super) group: String,
    pub(super) kind: String,
    /// All its versions, that of the fields first.
    pub(super) versions: Vec<String>,
    pub(super) is_namespaced: bool,
    pub(super) fields: Id,
}

/// What may stand somewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// A value without parts, by the letter of its type.
    Scalar(char),
    Object(Vec<Field>),
    /// Any keys, each with the same.
    Map(Id),
    /// What of lists of this kind stands before their items, and the items.
    List(String, Id),
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) is_required: bool,
    /// Its default, as JSON.
    pub(super) default: Option<String>,
    pub(super) shape: Id,
}

/// Trees of fields, of which no two are equal.
#[derive(Debug, Default)]
pub(super) struct Forest {
    trees: Vec<Shape>,
    known: BTreeMap<Shape, Id>,
}

impl Forest {
    /// The number of a tree.
    pub(super) fn add(&mut self, shape: Shape) -> Id {
        if let Some(known) = self.known.get(&shape) {
            return *known;
        }
        self.trees.push(shape.clone());
        self.known.insert(shape, self.trees.len() - 1);
        self.trees.len() - 1
    }

    /// The tree of a number.
    pub(super) fn get(&self, id: Id) -> &Shape {
        &self.trees[id]
    }

    /// The number of an object with these fields.
    pub(super) fn object(&mut self, mut fields: Vec<Field>) -> Id {
        fields.sort();
        self.add(Shape::Object(fields))
    }

    /// The text of these kinds: what stands more than once first, then a line for each.
    pub(super) fn text(&self, kinds: &[Kind]) -> String {
        let mut text =
            Text { forest: self, uses: vec![0; self.trees.len()], names: BTreeMap::new(), out: String::new() };
        kinds.iter().for_each(|kind| text.count(kind.fields));
        for kind in kinds {
            let fields = text.of(kind.fields);
            let scope = if kind.is_namespaced { 'n' } else { 'c' };
            let _ = writeln!(text.out, "{} {} {} {scope} {fields}", kind.group, kind.kind, kind.versions.join(","));
        }
        text.out
    }
}

struct Text<'a> {
    forest: &'a Forest,
    uses: Vec<usize>,
    names: BTreeMap<Id, usize>,
    out: String,
}

impl Text<'_> {
    fn count(&mut self, id: Id) {
        self.uses[id] += 1;
        if self.uses[id] == 1 {
            match &self.forest.trees[id] {
                Shape::Scalar(_) => {}
                Shape::Object(fields) => fields.iter().for_each(|field| self.count(field.shape)),
                Shape::Map(of) | Shape::List(_, of) => self.count(*of),
            }
        }
    }

    fn of(&mut self, id: Id) -> String {
        if let Some(name) = self.names.get(&id) {
            return format!("@{name}");
        }
        let text = match &self.forest.trees[id] {
            Shape::Scalar(letter) => letter.to_string(),
            Shape::Object(fields) => {
                let fields: Vec<String> = fields.iter().map(|field| self.field(field)).collect();
                format!("{{{}}}", fields.join(" "))
            }
            Shape::Map(of) => format!("<{}>", self.of(*of)),
            Shape::List(kind, of) => format!("[{kind}{}]", self.of(*of)),
        };
        // A name and its use take some letters themselves.
        if self.uses[id] < 2 || text.len() < 12 {
            return text;
        }
        let name = self.names.len();
        let _ = writeln!(self.out, "@{name} {text}");
        self.names.insert(id, name);
        format!("@{name}")
    }

    fn field(&mut self, field: &Field) -> String {
        let required = if field.is_required { "!" } else { "" };
        let default = field.default.as_ref().map_or_else(String::new, |default| format!("={default}"));
        format!("{}{required}:{}{default}", field.name, self.of(field.shape))
    }
}

/// The fields of `properties`; `of` makes the tree of one.
pub(super) fn fields(
    schema: &Value,
    forest: &mut Forest,
    of: &mut dyn FnMut(&Value, &mut Forest) -> Result<Id, String>,
) -> Result<Vec<Field>, String> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut fields = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if name.contains([' ', ':', '!', '{', '}']) {
            return Err(format!("the field `{name}` cannot be written in a table"));
        }
        let default = property.get("default").map(Value::to_string);
        let is_required = required.contains(&name.as_str());
        fields.push(Field { name: name.clone(), is_required, default, shape: of(property, forest)? });
    }
    Ok(fields)
}
