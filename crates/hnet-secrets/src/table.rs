//! The table of what secrets look like, read once, when the first text is looked at.
//!
//! Its form is said at its head. Start at [`RULES`].

use std::sync::{LazyLock, OnceLock};

use regex_lite::Regex;

const TABLE: &str = include_str!("rules.tsv");

/// What is between a key and its value: a sign of YAML, JSON, a shell or a header, perhaps the key of the value where
/// both are fields, like those of a variable of a container, in flow style too; and quotes.
const IS: &str = r#"["'\x60]?(?:[ \t]{0,3}(?::=|=>|[:=])[ \t]{0,3}|[ \t]{0,3}(?:,|,?[ \t]{0,3}\r?\n)\s{0,60}["']?value["']?[ \t]{0,3}:[ \t]{0,3})(?:[|>][+-]?\s{1,60})?["'\x60]{0,2}"#;
/// What ends a value.
const END: &str = r#"(?:[\x60'"\s;,<>()}\]&]|\\[nr"]|$)"#;

/// One row of the table.
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) what: &'static str,
    /// Whether a letter or a digit before its first word makes it something else.
    pub(crate) starts_word: bool,
    /// Whether its first word is a key as a whole, behind which the value follows.
    pub(crate) is_key: bool,
    /// Whether it is in a URL, before an `@`.
    pub(crate) before_at: bool,
    /// What a person chose has less.
    pub(crate) least_entropy: Option<f64>,
    source: &'static str,
    except_source: &'static str,
    pattern: OnceLock<Option<Regex>>,
    except: OnceLock<Option<Regex>>,
}

impl Rule {
    /// The pattern; none where it cannot be read, which a test sees.
    pub(crate) fn pattern(&self) -> Option<&Regex> {
        let compile = || {
            let source = self.source.replace("{is}", IS).replace("{end}", END);
            Regex::new(&format!("^(?:{source})")).ok()
        };
        self.pattern.get_or_init(compile).as_ref()
    }

    /// What is no such secret although the pattern says so; none where nothing is.
    pub(crate) fn except(&self) -> Option<&Regex> {
        let compile = || {
            let said = self.except_source != "-";
            said.then(|| Regex::new(&format!("^(?:{})$", self.except_source)).ok()).flatten()
        };
        self.except.get_or_init(compile).as_ref()
    }

    #[cfg(test)]
    pub(crate) fn has_except(&self) -> bool {
        self.except_source != "-"
    }
}

/// The rows, and how to find the words that they start with.
pub(crate) struct Rules {
    pub(crate) list: Vec<Rule>,
    pub(crate) words: Words,
}

pub(crate) static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let (mut list, mut words) = (Vec::new(), Vec::new());
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let mut column = || columns.next();
        let (Some(id), Some(what), Some(keywords), Some(entropy), Some(source), Some(except_source)) =
            (column(), column(), column(), column(), column(), column())
        else {
            continue;
        };
        words.extend(keywords.split(',').map(|word| (word, list.len())));
        list.push(Rule {
            id,
            what,
            starts_word: source.trim_start_matches("(?i)").starts_with(r"\b"),
            is_key: source
                .split_once(')')
                .is_some_and(|(_, rest)| source.starts_with("(?i:") && rest.starts_with("{is}")),
            before_at: source.ends_with(r"@\w") || source.ends_with(r"@[\w\[]"),
            least_entropy: entropy.parse().ok(),
            source,
            except_source,
            pattern: OnceLock::new(),
            except: OnceLock::new(),
        });
    }
    Rules { list, words: Words::new(words) }
});

/// The words that are looked for, in any case of their letters.
///
/// An automaton for them would take longer to make than most sources take to read.
pub(crate) struct Words {
    /// Which numbers three bytes have that start a word.
    starts: [u64; STARTS / 64],
    /// The words in order, each with its rows.
    list: Vec<(&'static str, Vec<usize>)>,
}

/// How many numbers three bytes may have.
const STARTS: usize = 1 << 15;

impl Words {
    fn new(mut of_rows: Vec<(&'static str, usize)>) -> Words {
        of_rows.sort();
        let mut words = Words { starts: [0; STARTS / 64], list: Vec::new() };
        for (word, row) in of_rows {
            match words.list.last_mut() {
                Some((last, rows)) if *last == word => rows.push(row),
                _ => words.list.push((word, vec![row])),
            }
            if let &[first, second, third, ..] = word.as_bytes() {
                let number = number(first, second, third);
                words.starts[number / 64] |= 1 << (number % 64);
            }
        }
        words
    }

    /// Says where each word is, and its rows.
    pub(crate) fn each(&self, text: &str, mut say: impl FnMut(usize, &str, &[usize])) {
        let bytes = text.as_bytes();
        for (start, three) in bytes.windows(3).enumerate() {
            let number = number(three[0], three[1], three[2]);
            if self.starts[number / 64] >> (number % 64) & 1 == 0 {
                continue;
            }
            let lower = [three[0], three[1], three[2]].map(|byte| byte.to_ascii_lowercase());
            let from = self.list.partition_point(|(word, _)| word.as_bytes() < lower.as_slice());
            for (word, rows) in self.list[from..].iter().take_while(|(word, _)| word.as_bytes().starts_with(&lower)) {
                let here = bytes.get(start..start + word.len());
                if here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes())) {
                    say(start, word, rows);
                }
            }
        }
    }
}

/// The number of three bytes, the same for both cases of a letter.
fn number(first: u8, second: u8, third: u8) -> usize {
    let part = |byte: u8| usize::from(byte & 31);
    part(first) << 10 | part(second) << 5 | part(third)
}
