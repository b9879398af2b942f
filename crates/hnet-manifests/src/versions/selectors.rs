//! What Talos refuses of the CEL expressions by which it finds disks and volumes: sentences that are none, names that it
//! does not know, and what is no condition.
//!
//! (siderolabs/talos v1.14.0-alpha.2, `pkg/machinery/cel/celenv/celenv.go` for names and units, `DiskSpec` and
//! `DiscoveredVolumeSpec` of its protobuf definitions for fields; cel-spec, `doc/langdef.md` for the grammar.) What is not
//! surely wrong passes. Start at [`refused`]. Why no crate reads them is decision 42.

mod tokens;

use hnet_diagnostics::nearest;

use self::tokens::{Token, UNITS, tokens};

/// What is wrong with an expression: what is said at it, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is said at it.
    pub label: String,
    /// What to do.
    pub help: String,
}

/// How an expression's value is used, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Truth,
    Text,
    /// A number with a sign, as `100` is.
    Signed,
    /// A number without one, as sizes and units are.
    Unsigned,
    Unknown,
}

/// Fields, by what they are.
type Fields = [(Kind, &'static str); 4];

/// The fields of a disk.
const DISK: Fields = [
    (Kind::Unsigned, "size io_size sector_size"),
    (Kind::Truth, "readonly rotational cdrom"),
    (Kind::Text, "model serial modalias wwid bus_path sub_system transport dev_path pretty_size uuid firmware_version"),
    (Kind::Unknown, "secondary_disks symlinks"),
];

/// The fields of a volume that was found.
const VOLUME: Fields = [
    (Kind::Unsigned, "size sector_size io_size block_size filesystem_block_size probed_size partition_index offset"),
    (Kind::Truth, ""),
    (
        Kind::Text,
        "name uuid label partition_uuid partition_type partition_label type device_path parent dev_path \
         parent_dev_path pretty_size",
    ),
    (Kind::Unknown, ""),
];

/// The words of such a list.
fn words(list: &'static str) -> impl Iterator<Item = &'static str> + Clone {
    list.split_ascii_whitespace()
}

/// Names that CEL itself brings, and what messages are below.
const OF_CEL: &str =
    "null bool bytes double dyn duration int list map null_type string timestamp type uint google talos";

/// What binds the name that is said first between its brackets.
const BINDING: &str = "all exists exists_one map filter";

/// How deep brackets are followed; what is deeper passes.
const DEEPEST: usize = 40;

/// Why reading ended before the end.
enum Stop {
    Refused(Refused),
    /// Something that is not judged.
    Unjudged,
}

fn no(label: impl Into<String>, help: &str) -> Stop {
    Stop::Refused(Refused { label: label.into(), help: help.to_owned() })
}

/// What Talos refuses of an expression that finds a disk (`is_volume` is false) or a volume; none where nothing surely is.
#[must_use]
pub fn refused(text: &str, is_volume: bool) -> Option<Refused> {
    // What stands for something else may be anything.
    if text.contains("${") {
        return None;
    }
    match tokens(text).and_then(|tokens| Reading::of(tokens, is_volume).whole()) {
        Err(Stop::Refused(refused)) => Some(refused),
        Ok(()) | Err(Stop::Unjudged) => None,
    }
}

/// An expression while it is read.
struct Reading {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    bound: Vec<String>,
    is_volume: bool,
}

impl Reading {
    fn of(tokens: Vec<Token>, is_volume: bool) -> Reading {
        let binds = |three: &[Token]| match three {
            [Token::Name(macro_), Token::Sign("("), Token::Name(bound)]
                if words(BINDING).any(|known| known == macro_) =>
            {
                Some(bound.clone())
            }
            _ => None,
        };
        let bound = tokens.windows(3).filter_map(binds).collect();
        Reading { tokens, at: 0, depth: 0, bound, is_volume }
    }

    fn whole(mut self) -> Result<(), Stop> {
        let kind = self.expression()?;
        match self.tokens.get(self.at) {
            None if matches!(kind, Kind::Truth | Kind::Unknown) => Ok(()),
            None => Err(no(
                "it is no condition, which is true or false",
                "write a condition, such as `disk.transport == \"nvme\"`",
            )),
            Some(Token::Sign(sign @ (")" | "]" | "}"))) => {
                Err(no(format!("`{sign}` closes what nothing opens"), "leave it out"))
            }
            Some(token) => Err(no(format!("{} stands there without an operator before it", shown(token)), JOIN)),
        }
    }

    fn is_next(&self, sign: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Sign(next)) if *next == sign)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_it = self.is_next(sign);
        self.at += usize::from(is_it);
        is_it
    }

    fn takes_one_of(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        signs.iter().copied().find(|sign| self.takes(sign))
    }

    fn expression(&mut self) -> Result<Kind, Stop> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Stop::Unjudged);
        }
        let mut kind = self.any()?;
        if self.takes("?") {
            kind = self.any()?;
            if !self.takes(":") {
                return Err(no("a `?` has no `:`", "write `CONDITION ? ONE : OTHER`"));
            }
            let other = self.expression()?;
            kind = if kind == other { kind } else { Kind::Unknown };
        }
        self.depth -= 1;
        Ok(kind)
    }

    fn any(&mut self) -> Result<Kind, Stop> {
        self.joined("||", |reading| reading.joined("&&", Reading::relation))
    }

    fn joined(&mut self, sign: &str, part: fn(&mut Reading) -> Result<Kind, Stop>) -> Result<Kind, Stop> {
        let mut kind = part(self)?;
        let is_condition = |kind: Kind| match kind {
            Kind::Truth | Kind::Unknown => Ok(Kind::Truth),
            _ => Err(no(format!("`{sign}` joins conditions, and one side of it is none"), "compare it with something")),
        };
        while self.takes(sign) {
            is_condition(kind)?;
            kind = is_condition(part(self)?)?;
        }
        Ok(kind)
    }

    fn relation(&mut self) -> Result<Kind, Stop> {
        let mut kind = self.sum()?;
        loop {
            let is_in = matches!(self.tokens.get(self.at), Some(Token::Name(name)) if name == "in");
            self.at += usize::from(is_in);
            if !is_in && self.takes_one_of(&["==", "!=", "<=", ">=", "<", ">"]).is_none() {
                return Ok(kind);
            }
            let other = self.sum()?;
            let is_number = |kind| matches!(kind, Kind::Signed | Kind::Unsigned);
            let differ = |one, two| one == Kind::Text && (is_number(two) || two == Kind::Truth);
            if !is_in && (differ(kind, other) || differ(other, kind)) {
                return Err(no("a text is compared with what is no text", "write both sides alike"));
            }
            kind = Kind::Truth;
        }
    }

    fn sum(&mut self) -> Result<Kind, Stop> {
        let mut kind = self.product()?;
        while self.takes_one_of(&["+", "-"]).is_some() {
            let other = self.product()?;
            kind = if kind == other { kind } else { Kind::Unknown };
        }
        Ok(kind)
    }

    fn product(&mut self) -> Result<Kind, Stop> {
        let mut kind = self.unary()?;
        while self.takes_one_of(&["*", "/", "%"]).is_some() {
            let other = self.unary()?;
            if matches!((kind, other), (Kind::Signed, Kind::Unsigned) | (Kind::Unsigned, Kind::Signed)) {
                return Err(no(
                    "a size has no sign, and `100` is a number with one: CEL does not mix them",
                    "write a `u` behind the number: `100u * GB`",
                ));
            }
            kind = if kind == other { kind } else { Kind::Unknown };
        }
        Ok(kind)
    }

    fn unary(&mut self) -> Result<Kind, Stop> {
        if self.takes("!") {
            while self.takes("!") {}
            return match self.member()? {
                Kind::Truth | Kind::Unknown => Ok(Kind::Truth),
                _ => Err(no("`!` stands before what is no condition", "compare it with something: `a != b`")),
            };
        }
        while self.takes("-") {}
        self.member()
    }

    fn member(&mut self) -> Result<Kind, Stop> {
        let mut kind = self.primary()?;
        loop {
            if self.takes(".") {
                // Optional fields.
                if self.is_next("?") {
                    return Err(Stop::Unjudged);
                }
                let Some(Token::Name(_)) = self.tokens.get(self.at) else {
                    return Err(no("a `.` has no field behind it", "write the field"));
                };
                self.at += 1;
                if self.takes("(") {
                    self.list(")")?;
                }
            } else if self.takes("[") {
                if self.is_next("?") {
                    return Err(Stop::Unjudged);
                }
                self.list("]")?;
            } else {
                return Ok(kind);
            }
            kind = Kind::Unknown;
        }
    }

    fn primary(&mut self) -> Result<Kind, Stop> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        match token {
            None => Err(no(
                "it ends where something more is wanted",
                "write the rest of it, or leave out the last operator",
            )),
            Some(Token::Text) => Ok(Kind::Text),
            Some(Token::Number(kind)) => Ok(kind),
            Some(Token::Sign("(")) => {
                let kind = self.expression()?;
                match self.takes(")") {
                    true => Ok(kind),
                    false => Err(self.unclosed(")")),
                }
            }
            Some(Token::Sign("[")) => self.list("]").map(|()| Kind::Unknown),
            // Maps and messages, and names from the root.
            Some(Token::Sign("{" | "." | "?")) => Err(Stop::Unjudged),
            Some(Token::Sign(sign)) => Err(no(
                format!("`{sign}` stands where something to compare is wanted"),
                "write what is meant before it",
            )),
            Some(Token::Name(name)) => self.name(&name),
        }
    }

    fn name(&mut self, name: &str) -> Result<Kind, Stop> {
        if self.is_next("{") {
            return Err(Stop::Unjudged);
        }
        if self.takes("(") {
            self.list(")")?;
            return Ok(if matches!(name, "glob" | "has") { Kind::Truth } else { Kind::Unknown });
        }
        if self.bound.iter().any(|bound| bound == name) || words(OF_CEL).any(|own| own == name) {
            return Ok(Kind::Unknown);
        }
        let fields = match name {
            "true" | "false" | "system_disk" => return Ok(Kind::Truth),
            unit if UNITS.contains(&unit) => return Ok(Kind::Unsigned),
            "disk" => DISK,
            "volume" if self.is_volume => VOLUME,
            unknown => return Err(self.unknown(unknown)),
        };
        let field = match self.tokens.get(self.at..self.at + 2) {
            Some([Token::Sign("."), Token::Name(field)]) => field.clone(),
            _ if self.is_next(".") || self.is_next("[") => return Ok(Kind::Unknown),
            _ => {
                return Err(no(format!("`{name}` alone is no condition"), "write one of its fields: `disk.transport`"));
            }
        };
        let Some((kind, _)) = fields.iter().find(|(_, known)| words(known).any(|known| known == field)) else {
            let known = fields.iter().flat_map(|(_, known)| words(known));
            let help = match nearest(&field, known.clone()) {
                Some(near) => format!("write `{name}.{near}`"),
                None => format!("it has {}", known.collect::<Vec<_>>().join(", ")),
            };
            return Err(no(format!("`{name}` has no field `{field}`"), &help));
        };
        self.at += 2;
        Ok(*kind)
    }

    fn unknown(&self, name: &str) -> Stop {
        let own: &[&str] = if self.is_volume { &["volume", "disk"] } else { &["disk", "system_disk"] };
        let known = own.iter().chain(UNITS).chain(&["true", "false"]).copied();
        let help = match nearest(name, known) {
            Some(near) => format!("write `{near}`"),
            None => format!("a text stands in quotes; known are `{}`", own.join("` and `")),
        };
        no(format!("nothing is called `{name}` there"), &help)
    }

    /// Expressions until a bracket closes.
    fn list(&mut self, end: &'static str) -> Result<(), Stop> {
        loop {
            if self.takes(end) {
                return Ok(());
            }
            self.expression()?;
            if !self.takes(",") {
                return if self.takes(end) { Ok(()) } else { Err(self.unclosed(end)) };
            }
        }
    }

    fn unclosed(&self, end: &str) -> Stop {
        match self.tokens.get(self.at) {
            None => no(format!("a bracket is opened and not closed by `{end}`"), "close it"),
            Some(token) => no(format!("{} stands there without an operator before it", shown(token)), JOIN),
        }
    }
}

/// What to do where two things follow each other.
const JOIN: &str = "write `&&` or `||` between conditions";

fn shown(token: &Token) -> String {
    match token {
        Token::Name(name) => format!("`{name}`"),
        Token::Number(_) => "a number".to_owned(),
        Token::Text => "a text".to_owned(),
        Token::Sign(sign) => format!("`{sign}`"),
    }
}

#[cfg(test)]
mod tests;
