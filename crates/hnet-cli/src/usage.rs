//! What is wrong with a command line, said as hnet says what is wrong with a network, and in the form that was asked for.
//!
//! clap finds it out; nothing is parsed here. Start at [`failure`].

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error, Parser};

use crate::Arguments;
use crate::failure::Failure;
use crate::report::{Color, MessageFormat, Report};

/// Whether the answer of clap is that something is wrong, and not help or the version.
pub(crate) fn is_wrong(error: &Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::MissingSubcommand
    )
}

/// What of any command line says how the run speaks; the rest may be wrong.
#[derive(Debug, Default, Parser)]
#[command(ignore_errors = true)]
struct Form {
    #[arg(long, value_enum)]
    message_format: Option<MessageFormat>,
    #[arg(long, value_enum)]
    color: Option<Color>,
}

/// How the run would have spoken. clap stops at the first mistake, so each flag is read with its value alone.
pub(crate) fn report() -> Report {
    let said: Vec<OsString> = std::env::args_os().collect();
    let read = |flag: &str| {
        let at = said.iter().position(|word| word.to_string_lossy().starts_with(flag))?;
        Form::try_parse_from(said.first().into_iter().chain(said[at..].iter().take(2))).ok()
    };
    let command = Arguments::command();
    let named = said.iter().skip(1).find_map(|word| command.find_subcommand(word));
    let output_is_taken = named.is_some_and(|named| !matches!(named.get_name(), "check" | "build"));
    let format = read("--message-format").and_then(|form| form.message_format).unwrap_or(MessageFormat::Human);
    let color = read("--color").and_then(|form| form.color).unwrap_or(Color::Auto);
    Report::new(format, color.wanted(), output_is_taken)
}

/// What is wrong, and what to do.
pub(crate) fn failure(error: &Error) -> Failure {
    let said = |kind| texts(error.get(kind));
    let first = |kind| said(kind).into_iter().next();
    let argument = || option(&first(ContextKind::InvalidArg).unwrap_or_default());
    let (message, suggested) = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let command = first(ContextKind::InvalidSubcommand).unwrap_or_default();
            (format!("there is no command `{command}`"), first(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::UnknownArgument => {
            let argument = argument();
            let message = match argument.starts_with('-') {
                true => format!("there is no option `{argument}` here"),
                false => format!("nothing takes `{argument}` here"),
            };
            (message, first(ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = first(ContextKind::InvalidValue).unwrap_or_default();
            let message = match value.is_empty() {
                true => format!("`{}` needs a value", argument()),
                false => format!("`{}` takes no `{value}`", argument()),
            };
            let valid = said(ContextKind::ValidValue);
            if first(ContextKind::SuggestedValue).is_none() && !valid.is_empty() {
                return Failure::new(message).help(format!("write one of {}", quoted(&valid)));
            }
            (message, first(ContextKind::SuggestedValue))
        }
        ErrorKind::MissingRequiredArgument => {
            let missing: Vec<String> = said(ContextKind::InvalidArg);
            // A value alone is called by its name, an option with what it takes.
            let named = |shown: &String| {
                shown.strip_prefix('<').and_then(|name| name.strip_suffix('>')).unwrap_or(shown).to_owned()
            };
            let missing: Vec<String> = missing.iter().map(named).collect();
            (format!("{} is missing", quoted(&missing)), None)
        }
        ErrorKind::ArgumentConflict => {
            let other = first(ContextKind::PriorArg).unwrap_or_default();
            let message = match option(&other) == argument() || other.is_empty() {
                true => format!("`{}` stands here twice", argument()),
                false => format!("`{}` cannot stand beside `{}`", argument(), option(&other)),
            };
            (message, None)
        }
        ErrorKind::InvalidUtf8 => ("an argument is no text in UTF-8".to_owned(), None),
        // What is left is rare; clap's first line says it.
        _ => {
            let whole = error.to_string();
            let line = whole.lines().next().unwrap_or_default();
            (line.strip_prefix("error: ").unwrap_or(line).trim_end_matches('.').to_owned(), None)
        }
    };
    Failure::new(message).help(match suggested {
        Some(suggested) => format!("did you mean `{suggested}`?"),
        None => match usage(error) {
            Some(usage) => format!("write `{usage}`"),
            None => "see `hnet --help`".to_owned(),
        },
    })
}

/// An option without what it takes, as clap shows it: `--output` of `--output <DIR>`.
fn option(shown: &str) -> String {
    shown.split(' ').next().filter(|name| name.starts_with('-')).unwrap_or(shown).to_owned()
}

/// `hnet build --output <DIR> [FILE]`.
fn usage(error: &Error) -> Option<String> {
    let ContextValue::StyledStr(usage) = error.get(ContextKind::Usage)? else { return None };
    let usage = usage.to_string();
    let line =
        usage.lines().map(|line| line.trim().trim_start_matches("Usage:").trim()).find(|line| !line.is_empty())?;
    Some(line.to_owned())
}

fn texts(value: Option<&ContextValue>) -> Vec<String> {
    match value {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
