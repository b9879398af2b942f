//! From any `Serialize` type to a [`Node`].
//!
//! What is not [`Traced`] has the origin of what it stands in; a traced map key gives its origin to the entry.

use std::borrow::Cow;
use std::fmt;

use hnet_diagnostics::{Origin, Traced};
use serde::ser::{self, Serialize};

use super::{Node, Value};

/// Why a value is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error(message.to_string())
    }
}

impl Node {
    /// A value as a node. Lines of parts that are not traced have the given origin.
    ///
    /// # Panics
    /// If the value has map keys that are neither text nor numbers, which no manifest type has.
    pub fn of(value: &(impl Serialize + ?Sized), origin: Origin) -> Node {
        value.serialize(NodeSerializer { origin }).expect("manifest types have textual keys")
    }
}

#[derive(Clone, Copy)]
struct NodeSerializer {
    origin: Origin,
}

impl NodeSerializer {
    fn node(self, value: Value) -> Result<Node, Error> {
        Ok(Node { origin: self.origin, value })
    }
}

/// Collects the items of lists and of tuples.
struct ItemsSerializer {
    origin: Origin,
    items: Vec<Node>,
    variant: Option<&'static str>,
}

/// Collects the parts of a tuple struct; those of a [`Traced`] are its origin and its value.
enum TupleSerializer {
    Plain(ItemsSerializer),
    Origin(Origin),
    Value(Origin, Option<Node>),
}

/// Collects the entries of maps and structs.
struct EntriesSerializer {
    origin: Origin,
    key: Option<(Cow<'static, str>, Origin)>,
    entries: Vec<(Cow<'static, str>, Node)>,
    variant: Option<&'static str>,
}

fn in_variant(variant: Option<&'static str>, node: Node) -> Node {
    match variant {
        Some(name) => Node { origin: node.origin, value: Value::Mapping(vec![(Cow::Borrowed(name), node)]) },
        None => node,
    }
}

impl ItemsSerializer {
    fn new(origin: Origin, length: Option<usize>, variant: Option<&'static str>) -> Self {
        ItemsSerializer { origin, items: Vec::with_capacity(length.unwrap_or(0)), variant }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.items.push(value.serialize(NodeSerializer { origin: self.origin })?);
        Ok(())
    }

    fn finish(self) -> Node {
        in_variant(self.variant, Node { origin: self.origin, value: Value::Sequence(self.items) })
    }
}

impl EntriesSerializer {
    fn new(origin: Origin, length: Option<usize>, variant: Option<&'static str>) -> Self {
        EntriesSerializer { origin, key: None, entries: Vec::with_capacity(length.unwrap_or(0)), variant }
    }

    fn push<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.entries.push((Cow::Borrowed(key), value.serialize(NodeSerializer { origin: self.origin })?));
        Ok(())
    }

    fn finish(self) -> Node {
        in_variant(self.variant, Node { origin: self.origin, value: Value::Mapping(self.entries) })
    }
}

impl ser::Serializer for NodeSerializer {
    type Ok = Node;
    type Error = Error;
    type SerializeSeq = ItemsSerializer;
    type SerializeTuple = ItemsSerializer;
    type SerializeTupleStruct = TupleSerializer;
    type SerializeTupleVariant = ItemsSerializer;
    type SerializeMap = EntriesSerializer;
    type SerializeStruct = EntriesSerializer;
    type SerializeStructVariant = EntriesSerializer;

    fn serialize_bool(self, value: bool) -> Result<Node, Error> {
        self.node(Value::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Node, Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Node, Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Node, Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Node, Error> {
        self.node(u64::try_from(value).map_or(Value::Signed(value), Value::Unsigned))
    }

    fn serialize_u8(self, value: u8) -> Result<Node, Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Node, Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Node, Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Node, Error> {
        self.node(Value::Unsigned(value))
    }

    /// Only the origin of a [`Traced`] is as long as this: it becomes the origin of a node that says nothing.
    fn serialize_u128(self, packed: u128) -> Result<Node, Error> {
        Ok(Node { origin: Origin::unpack(packed), value: Value::Null })
    }

    fn serialize_f32(self, value: f32) -> Result<Node, Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<Node, Error> {
        self.node(Value::Float(value))
    }

    fn serialize_char(self, value: char) -> Result<Node, Error> {
        self.node(Value::Text(Cow::Owned(value.to_string())))
    }

    fn serialize_str(self, value: &str) -> Result<Node, Error> {
        self.node(Value::Text(Cow::Owned(value.to_owned())))
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<Node, Error> {
        self.node(Value::Text(Cow::Owned(value.to_string())))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Node, Error> {
        let mut items = ItemsSerializer::new(self.origin, Some(value.len()), None);
        value.iter().try_for_each(|byte| items.push(byte))?;
        Ok(items.finish())
    }

    fn serialize_none(self) -> Result<Node, Error> {
        self.node(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Node, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Node, Error> {
        self.node(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Node, Error> {
        self.node(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Node, Error> {
        self.node(Value::Text(Cow::Borrowed(variant)))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Node, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Node, Error> {
        Ok(in_variant(Some(variant), value.serialize(self)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<ItemsSerializer, Error> {
        Ok(ItemsSerializer::new(self.origin, length, None))
    }

    fn serialize_tuple(self, length: usize) -> Result<ItemsSerializer, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, name: &'static str, length: usize) -> Result<TupleSerializer, Error> {
        Ok(if name == Traced::<()>::MARKER {
            TupleSerializer::Origin(self.origin)
        } else {
            TupleSerializer::Plain(ItemsSerializer::new(self.origin, Some(length), None))
        })
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<ItemsSerializer, Error> {
        Ok(ItemsSerializer::new(self.origin, Some(length), Some(variant)))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<EntriesSerializer, Error> {
        Ok(EntriesSerializer::new(self.origin, length, None))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<EntriesSerializer, Error> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<EntriesSerializer, Error> {
        Ok(EntriesSerializer::new(self.origin, Some(length), Some(variant)))
    }
}

impl ser::SerializeSeq for ItemsSerializer {
    type Ok = Node;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.push(value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeTuple for ItemsSerializer {
    type Ok = Node;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.push(value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeTupleVariant for ItemsSerializer {
    type Ok = Node;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.push(value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeTupleStruct for TupleSerializer {
    type Ok = Node;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        match self {
            TupleSerializer::Plain(items) => items.push(value)?,
            TupleSerializer::Origin(outer) => {
                let Node { origin, value: _ } = value.serialize(NodeSerializer { origin: *outer })?;
                *self = TupleSerializer::Value(origin, None);
            }
            TupleSerializer::Value(origin, node) => {
                *node = Some(value.serialize(NodeSerializer { origin: *origin })?);
            }
        }
        Ok(())
    }

    fn end(self) -> Result<Node, Error> {
        match self {
            TupleSerializer::Plain(items) => Ok(items.finish()),
            TupleSerializer::Value(_, Some(node)) => Ok(node),
            _ => Err(Error("a traced value is missing".to_owned())),
        }
    }
}

impl ser::SerializeMap for EntriesSerializer {
    type Ok = Node;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let Node { origin, value } = key.serialize(NodeSerializer { origin: self.origin })?;
        let text = match value {
            Value::Text(text) => text,
            Value::Unsigned(number) => Cow::Owned(number.to_string()),
            Value::Signed(number) => Cow::Owned(number.to_string()),
            other => return Err(Error(format!("{other:?} is no key"))),
        };
        self.key = Some((text, origin));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let (key, origin) = self.key.take().ok_or_else(|| Error("a value without a key".to_owned()))?;
        self.entries.push((key, value.serialize(NodeSerializer { origin })?));
        Ok(())
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeStruct for EntriesSerializer {
    type Ok = Node;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.push(key, value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeStructVariant for EntriesSerializer {
    type Ok = Node;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.push(key, value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}
