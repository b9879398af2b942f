//! Commands of a shell, in which no word from elsewhere is more than a word.

use hnet_diagnostics::{Origin, Traced};
use indexmap::IndexMap;

/// Commands that are being written.
#[derive(Default)]
pub(crate) struct Commands {
    lines: Vec<Traced<String>>,
    /// The variables that stand in them for placeholders, each where it is first needed.
    variables: IndexMap<String, Origin>,
}

impl Commands {
    /// The lines.
    pub(crate) fn lines(&self) -> &[Traced<String>] {
        &self.lines
    }

    /// The variables of the shell that stand in the place of placeholders, which somebody has to fill in.
    pub(super) fn variables(&self) -> &IndexMap<String, Origin> {
        &self.variables
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
                line.extend(words.next().map(|word| self.word(word, origin)));
            }
            line.push_str(part);
        }
        self.lines.push(Traced::new(line, origin));
    }

    /// Adds a command that writes a file with the values of these variables in the places of their placeholders, and nothing
    /// where one has none. All else that looks like a variable stays as it is.
    pub(crate) fn fill(&mut self, names: &[&str], from: &str, to: &str, origin: Origin) {
        let each = |form: &dyn Fn(&str) -> String| names.iter().map(|name| form(name)).collect::<Vec<_>>().join(" ");
        let (asked, listed) = (each(&|name| format!("\"${{{name}:?}}\"")), each(&|name| format!("${{{name}}}")));
        let (from, to) = (self.word(from, origin), self.word(to, origin));
        let line = format!("(export {}; : {asked}; envsubst '{listed}' < {from} > {to})", names.join(" "));
        self.lines.push(Traced::new(line, origin));
    }

    /// Adds a command of our own, in which all the words stand in the place of `{}`.
    pub(crate) fn run_with_all(&mut self, command: &'static str, words: &[String], origin: Origin) {
        let words: Vec<String> = words.iter().map(|word| self.word(word, origin)).collect();
        self.lines.push(Traced::new(command.replacen("{}", &words.join(" "), 1), origin));
    }

    /// A word of a shell command: in quotes where the shell would read more than the word, and a variable where it has a
    /// placeholder.
    fn word(&mut self, word: &str, origin: Origin) -> String {
        let (mut line, mut rest) = (String::new(), word);
        while let Some((before, name, behind)) = placeholder(rest) {
            if !before.is_empty() {
                line.push_str(&quoted(before));
            }
            let mut variable = name.replace(|character: char| !character.is_ascii_alphanumeric(), "_");
            if variable.starts_with(|character: char| character.is_ascii_digit()) {
                variable.insert(0, '_');
            }
            line.push_str(&format!("\"${variable}\""));
            self.variables.entry(variable).or_insert(origin);
            rest = behind;
        }
        if !rest.is_empty() || word.is_empty() {
            line.push_str(&quoted(rest));
        }
        line
    }
}

/// What stands before the first placeholder of a text, the placeholder's name, and what stands behind it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (name, behind) = rest.split_once('}').filter(|(name, _)| !name.is_empty())?;
    Some((before, name, behind))
}

fn quoted(text: &str) -> std::borrow::Cow<'_, str> {
    shlex::Quoter::new().allow_nul(true).quote(text).expect("a text may hold all characters")
}
