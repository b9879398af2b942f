//! Commands of a shell, in which no word from elsewhere is more than a word.

use hnet_diagnostics::{Origin, Traced};

/// Commands that are being written.
#[derive(Default)]
pub(crate) struct Commands {
    lines: Vec<Traced<String>>,
}

impl Commands {
    /// The lines.
    pub(crate) fn lines(&self) -> &[Traced<String>] {
        &self.lines
    }

    /// Adds what the next command is for.
    pub(crate) fn note(&mut self, note: &'static str, origin: Origin) {
        self.lines.push(Traced::new(format!("# {note}"), origin));
    }

    /// Adds a command of our own, in which words from elsewhere stand in the places of `{}`.
    pub(crate) fn run(&mut self, command: &'static str, words: &[&str], origin: Origin) {
        let mut line = String::new();
        let mut words = words.iter();
        for (at, part) in command.split("{}").enumerate() {
            if at > 0 {
                line.extend(words.next().map(|word| shell_word(word)));
            }
            line.push_str(part);
        }
        self.lines.push(Traced::new(line, origin));
    }

    /// Adds a command of our own, in which all the words stand in the place of `{}`.
    pub(crate) fn run_with_all(&mut self, command: &'static str, words: &[String], origin: Origin) {
        let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
        self.lines.push(Traced::new(command.replacen("{}", &words.join(" "), 1), origin));
    }
}

/// A word of a shell command: in quotes where the shell would read more than the word.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:@%+,=".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
