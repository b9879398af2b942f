//! JSON, as much of it as the protocol needs: values that are read, texts that are written.
//!
//! A general library is a tenth of what a browser loads of the whole compiler, and an answer with the
//! colours of a thousand lines is written several times faster without a tree of values. Knows no
//! method. Start at [`Json::read`] and [`Writer`].

/// How deep lists and objects are read; messages are far flatter.
const DEPTH: usize = 128;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// As it was written, so that the number of a request comes back as it came.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

static NULL: Json = Json::Null;

impl Json {
    /// Reads a text; none where it is no JSON as of RFC 8259, or is nested beyond all use.
    pub(crate) fn read(text: &str) -> Option<Json> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(DEPTH)?;
        reader.space();
        (reader.at == text.len()).then_some(value)
    }

    /// The value under a key, the last one where there are several; null where there is none.
    pub(crate) fn get(&self, key: &str) -> &Json {
        let Json::Object(fields) = self else { return &NULL };
        fields.iter().rev().find(|(name, _)| name == key).map_or(&NULL, |(_, value)| value)
    }

    /// The text, where it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is a whole one.
    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Json::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The elements, where it is a list.
    pub(crate) fn list(&self) -> Option<&[Json]> {
        match self {
            Json::List(elements) => Some(elements),
            _ => None,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes a piece of text, if it is next.
    fn takes(&mut self, piece: &str) -> bool {
        let next = self.text.as_bytes()[self.at..].starts_with(piece.as_bytes());
        self.at += if next { piece.len() } else { 0 };
        next
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        match self.peek()? {
            b'"' => self.string().map(Json::Text),
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.elements(depth.checked_sub(1)?),
            b'n' => self.takes("null").then_some(Json::Null),
            b't' => self.takes("true").then_some(Json::Bool(true)),
            b'f' => self.takes("false").then_some(Json::Bool(false)),
            _ => self.number(),
        }
    }

    fn elements(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut elements = Vec::new();
        self.space();
        if self.takes("]") {
            return Some(Json::List(elements));
        }
        loop {
            elements.push(self.value(depth)?);
            self.space();
            if self.takes("]") {
                return Some(Json::List(elements));
            }
            self.takes(",").then_some(())?;
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut fields = Vec::new();
        self.space();
        if self.takes("}") {
            return Some(Json::Object(fields));
        }
        loop {
            self.space();
            let key = self.string()?;
            self.space();
            self.takes(":").then_some(())?;
            fields.push((key, self.value(depth)?));
            self.space();
            if self.takes("}") {
                return Some(Json::Object(fields));
            }
            self.takes(",").then_some(())?;
        }
    }

    fn digits(&mut self) -> Option<()> {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > from).then_some(())
    }

    fn number(&mut self) -> Option<Json> {
        let from = self.at;
        self.takes("-");
        if !self.takes("0") {
            self.digits()?;
        }
        if self.takes(".") {
            self.digits()?;
        }
        if self.takes("e") || self.takes("E") {
            let _ = self.takes("+") || self.takes("-");
            self.digits()?;
        }
        Some(Json::Number(self.text[from..self.at].to_owned()))
    }

    fn string(&mut self) -> Option<String> {
        self.takes("\"").then_some(())?;
        let mut string = String::new();
        loop {
            let from = self.at;
            while !matches!(self.peek()?, b'"' | b'\\' | 0..0x20) {
                self.at += 1;
            }
            string.push_str(&self.text[from..self.at]);
            let sign = self.peek()?;
            self.at += 1;
            match sign {
                b'"' => return Some(string),
                b'\\' => string.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    /// The character of an escape, behind its backslash.
    fn escaped(&mut self) -> Option<char> {
        let sign = self.peek()?;
        self.at += 1;
        Some(match sign {
            b'"' | b'\\' | b'/' => char::from(sign),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                if !(0xd800..0xdc00).contains(&unit) || !self.takes("\\u") {
                    return Some(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                // Two halves make a character; one without the other says nothing.
                let low = self.unit()?.wrapping_sub(0xdc00);
                match low < 0x400 {
                    true => char::from_u32(0x10000 + ((unit - 0xd800) << 10) + low)?,
                    false => char::REPLACEMENT_CHARACTER,
                }
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.chars().try_fold(0, |unit, digit| Some(unit << 4 | digit.to_digit(16)?))
    }
}

/// A text of JSON that grows. Commas come by themselves; who opens must close.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    text: String,
}

impl Writer {
    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// How much is written.
    pub(crate) fn length(&self) -> usize {
        self.text.len()
    }

    /// Takes back all that was written behind a length.
    pub(crate) fn cut(&mut self, length: usize) {
        self.text.truncate(length);
    }

    /// Puts a comma behind a value.
    fn part(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }

    /// Starts an object.
    pub(crate) fn open(&mut self) {
        self.part();
        self.text.push('{');
    }

    /// Ends it.
    pub(crate) fn close(&mut self) {
        self.text.push('}');
    }

    /// Starts a list.
    pub(crate) fn open_list(&mut self) {
        self.part();
        self.text.push('[');
    }

    /// Ends it.
    pub(crate) fn close_list(&mut self) {
        self.text.push(']');
    }

    /// The key of the value that comes next.
    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.text(key);
        self.text.push(':');
        self
    }

    /// JSON that is there already.
    pub(crate) fn raw(&mut self, json: &str) {
        self.part();
        self.text.push_str(json);
    }

    /// A whole number.
    pub(crate) fn number(&mut self, number: u32) {
        self.part();
        self.digits(number);
    }

    fn digits(&mut self, number: u32) {
        if number >= 10 {
            self.digits(number / 10);
        }
        self.text.push(char::from(b'0' + (number % 10) as u8));
    }

    /// `true` or `false`.
    pub(crate) fn truth(&mut self, truth: bool) {
        self.raw(if truth { "true" } else { "false" });
    }

    /// A text.
    pub(crate) fn text(&mut self, text: &str) {
        self.part();
        self.text.push('"');
        // What lies between two signs is written in one go, since most texts have none.
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            let control = [b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), b"0123456789abcdef"[usize::from(byte & 15)]];
            let escape: &[u8] = match byte {
                b'"' => b"\\\"",
                b'\\' => b"\\\\",
                b'\n' => b"\\n",
                0..0x20 => &control,
                _ => continue,
            };
            self.text.push_str(&text[from..at]);
            self.text.extend(escape.iter().map(|byte| char::from(*byte)));
            from = at + 1;
        }
        self.text.push_str(&text[from..]);
        self.text.push('"');
    }

    /// A text, or null.
    pub(crate) fn text_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.raw("null"),
        }
    }

    /// A value that was read.
    pub(crate) fn value(&mut self, value: &Json) {
        match value {
            Json::Null => self.raw("null"),
            Json::Bool(truth) => self.truth(*truth),
            Json::Number(digits) => self.raw(digits),
            Json::Text(text) => self.text(text),
            Json::List(elements) => {
                self.open_list();
                elements.iter().for_each(|element| self.value(element));
                self.close_list();
            }
            Json::Object(fields) => {
                self.open();
                fields.iter().for_each(|(key, value)| self.key(key).value(value));
                self.close();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{Json, Writer};

    fn written(value: &Json) -> String {
        let mut out = Writer::default();
        out.value(value);
        out.finish()
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let text = "[\\PC\"\\\\/\u{0}-\u{1f}\u{7f}]{0,8}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(text, inner, 0..5).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        /// What another library writes is read, and it reads the same back from what is written.
        #[test]
        fn another_library_agrees(value in any_json(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let read = Json::read(&text.expect("a value is JSON")).expect("it is JSON");
            prop_assert_eq!(serde_json::from_str::<Value>(&written(&read)).expect("it is JSON"), value);
        }

        /// Both libraries refuse the same texts, near misses above all.
        #[test]
        fn what_is_no_json_is_refused(text in "[\\[\\]{}:,\"a0-2.eE+\\-tnul \\\\]{0,8}") {
            let accepted = serde_json::from_str::<Value>(&text).is_ok();
            // A number beyond all floats is a number all the same.
            prop_assume!(accepted || !text.contains(['e', 'E']));
            prop_assert_eq!(Json::read(&text).is_some(), accepted, "{}", text);
        }
    }

    #[test]
    fn escapes_are_characters_and_half_of_one_is_none() {
        let read = |text| Json::read(text).and_then(|json| json.text().map(str::to_owned));
        assert_eq!(read(r#""\u00e9\ud83d\ude00\n\/""#).as_deref(), Some("é😀\n/"));
        assert_eq!(read(r#""\ud83d""#).as_deref(), Some("\u{fffd}"));
        assert_eq!(read(r#""\u+123""#), None);
        assert_eq!(read("\"\n\""), None);
    }

    #[test]
    fn a_tower_of_brackets_is_refused() {
        assert_eq!(Json::read(&"[".repeat(1_000_000)), None);
        assert_eq!(Json::read(&"{\"a\":".repeat(1_000_000)), None);
    }
}
