//! From any `Serialize` type to what a [`Sink`] is told.
//!
//! What is not [`Traced`] has the origin of what it stands in; a traced map key gives its origin to the entry.
//! What is compiled anew for each type is only the order in which its parts are told, so it stays small.

use std::fmt;

use hnet_diagnostics::{Lines, Origin, Traced};
use hnet_manifests::talos::Octal;
use serde::ser::{self, Serialize};

use super::Scalar;
use super::sink::Sink;

/// No value is refused.
#[derive(Debug)]
pub(super) enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    /// Types of which some values cannot be written, such as paths, are no parts of manifests.
    fn custom<T: fmt::Display>(message: T) -> Self {
        panic!("no manifest type refuses a value: {message}")
    }
}

/// Tells a sink what a value says. Parts that are not traced have the given origin.
pub(super) fn tell(value: &(impl Serialize + ?Sized), origin: Origin, sink: &mut dyn Sink) {
    let mut serializer =
        Serializer { sink, origin, entry: origin, expected: Expected::Value, lines: Vec::new(), is_octal: false };
    let Ok(()) = value.serialize(&mut serializer);
}

/// Tells its sink what values say.
pub(super) struct Serializer<'a> {
    sink: &'a mut dyn Sink,
    /// The origin of what comes next.
    origin: Origin,
    /// The origin of the last key, which the value after it takes.
    entry: Origin,
    expected: Expected,
    /// The lines so far of a text of several lines.
    lines: Vec<Traced<String>>,
    /// Whether the number that comes next is written in octal.
    is_octal: bool,
}

/// What the next text is.
#[derive(Clone, Copy, PartialEq)]
enum Expected {
    Value,
    Key,
    Line,
}

/// What tells the sink is here, once for all types.
impl Serializer<'_> {
    fn text(&mut self, text: &str) {
        match self.expected {
            Expected::Value => self.sink.text(text, self.origin),
            Expected::Line => self.lines.push(Traced::new(text.to_owned(), self.origin)),
            Expected::Key => {
                self.expected = Expected::Value;
                self.entry = self.origin;
                self.sink.key(text, self.origin);
            }
        }
    }

    fn scalar(&mut self, scalar: Scalar) {
        match (self.expected, scalar) {
            (Expected::Value, _) => self.sink.scalar(scalar, None, self.origin),
            (_, Scalar::Unsigned(number)) => self.text(&number.to_string()),
            _ => panic!("the keys of manifest types are texts and numbers"),
        }
    }

    fn open_sequence(&mut self) {
        if self.expected == Expected::Value {
            self.sink.sequence(self.origin);
        }
    }

    fn open_mapping(&mut self) {
        self.sink.mapping(self.origin);
    }

    fn close(&mut self) {
        if self.expected == Expected::Line {
            self.expected = Expected::Value;
            self.sink.lines(&std::mem::take(&mut self.lines), self.origin);
        } else {
            self.sink.end();
        }
    }

    fn key(&mut self, name: &'static str) {
        self.sink.field(name, self.origin);
    }

    fn take_origin(&mut self, packed: u128) {
        self.origin = Origin::unpack(packed);
    }
}

/// The parts of a tuple struct; those of a [`Traced`] are its origin and its value.
pub(super) struct Parts<'a, 'b> {
    serializer: &'a mut Serializer<'b>,
    outer: Origin,
    is_traced: bool,
}

/// The entries of a map; each value has the origin of its key.
pub(super) struct Entries<'a, 'b> {
    serializer: &'a mut Serializer<'b>,
    outer: Origin,
}

impl<'a, 'b> ser::Serializer for &'a mut Serializer<'b> {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Parts<'a, 'b>;
    type SerializeTupleVariant = Self;
    type SerializeMap = Entries<'a, 'b>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_bool(self, value: bool) -> Result<(), Never> {
        self.scalar(Scalar::Bool(value));
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Never> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Never> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Never> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Never> {
        self.scalar(u64::try_from(value).map_or(Scalar::Signed(value), Scalar::Unsigned));
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Never> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Never> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Never> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Never> {
        if std::mem::take(&mut self.is_octal) {
            self.sink.scalar(Scalar::Unsigned(value), Some(&format!("0o{value:03o}")), self.origin);
        } else {
            self.scalar(Scalar::Unsigned(value));
        }
        Ok(())
    }

    /// Only the origin of a [`Traced`] is as long as this.
    fn serialize_u128(self, packed: u128) -> Result<(), Never> {
        self.take_origin(packed);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Never> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Never> {
        self.scalar(Scalar::Float(value));
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Never> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Never> {
        self.text(value);
        Ok(())
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Never> {
        self.text(&value.to_string());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        self.scalar(Scalar::Null);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Never> {
        self.text(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<(), Never> {
        if name == Lines::MARKER {
            self.expected = Expected::Line;
        }
        self.is_octal = name == Octal::MARKER;
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.open_mapping();
        self.key(variant);
        value.serialize(&mut *self)?;
        self.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Never> {
        self.open_sequence();
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Parts<'a, 'b>, Never> {
        let (outer, is_traced) = (self.origin, name == Traced::<()>::MARKER);
        if !is_traced {
            self.open_sequence();
        }
        Ok(Parts { serializer: self, outer, is_traced })
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Self, Never> {
        self.open_mapping();
        self.key(variant);
        self.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'a, 'b>, Never> {
        self.open_mapping();
        Ok(Entries { outer: self.origin, serializer: self })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        self.open_mapping();
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Self, Never> {
        self.open_mapping();
        self.key(variant);
        self.serialize_struct(variant, 0)
    }
}

impl ser::SerializeSeq for &mut Serializer<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTuple for &mut Serializer<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTupleVariant for &mut Serializer<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    /// The list of the fields ends, and the mapping from the variant's name to it.
    fn end(self) -> Result<(), Never> {
        self.close();
        self.close();
        Ok(())
    }
}

impl ser::SerializeTupleStruct for Parts<'_, '_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut *self.serializer)
    }

    fn end(self) -> Result<(), Never> {
        self.serializer.origin = self.outer;
        if !self.is_traced {
            self.serializer.close();
        }
        Ok(())
    }
}

impl ser::SerializeMap for Entries<'_, '_> {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        self.serializer.expected = Expected::Key;
        key.serialize(&mut *self.serializer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.serializer.origin = self.serializer.entry;
        value.serialize(&mut *self.serializer)?;
        self.serializer.origin = self.outer;
        Ok(())
    }

    fn end(self) -> Result<(), Never> {
        self.serializer.close();
        Ok(())
    }
}

impl ser::SerializeStruct for &mut Serializer<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Never> {
        self.key(key);
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeStructVariant for &mut Serializer<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Never> {
        self.key(key);
        value.serialize(&mut **self)
    }

    /// The mapping of the fields ends, and the one from the variant's name to it.
    fn end(self) -> Result<(), Never> {
        self.close();
        self.close();
        Ok(())
    }
}
