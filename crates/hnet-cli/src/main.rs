//! `hnet`, the command line.
//!
//! The front end that has a disk and a terminal; what a network means it leaves to the pipeline.
//! Each command is a module of [`commands`]. Status 0 is clean or warnings only, 1 errors, what
//! is denied or a difference, 2 wrong use or a file that cannot be read or written.
#![expect(clippy::disallowed_methods, reason = "a front end reads and writes files")]

mod commands;
mod compared;
mod failure;
mod folder;
mod folders;
mod load;
mod manifest;
mod replace;
mod report;
mod repository;
mod unwritten;
mod usage;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hnet::Options;
use hnet_diagnostics::Severity;

use crate::failure::{Failure, say, written};
use crate::report::{Color, MessageFormat, Report};

/// A small typed language for home and edge networks: one source says what the network is, and
/// every file that says a part of it is written from there.
#[derive(Debug, Parser)]
#[command(name = "hnet", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// The form of diagnostics
    #[arg(long, global = true, value_enum, default_value = "human", value_name = "FORM", help_heading = "Messages")]
    message_format: MessageFormat,

    /// Deny a diagnostic, by its code or name, or all `warnings`: nothing is written
    #[arg(short = 'D', long, global = true, value_name = "CODE", help_heading = "Messages")]
    deny: Vec<String>,

    /// Treat a diagnostic as a warning
    #[arg(short = 'W', long, global = true, value_name = "CODE", help_heading = "Messages")]
    warn: Vec<String>,

    /// Allow a diagnostic. Of -A, -W and -D for one code the strictest holds
    #[arg(short = 'A', long, global = true, value_name = "CODE", help_heading = "Messages")]
    allow: Vec<String>,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN", help_heading = "Messages")]
    color: Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check networks and say what is wrong with them
    Check(commands::check::Check),
    /// Write the files of a network
    Build(commands::build::Build),
    /// Say what a network would change in a folder of YAML, by what it means
    Diff(commands::diff::Diff),
    /// Format sources
    Fmt(commands::fmt::Fmt),
    /// Show the whole network, every derived value with its reason
    Show {
        /// The source [default: network.hnet, or the only .hnet file here]
        file: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Draw the network
    Draw(commands::draw::Draw),
    /// Say which source text decided a line of a written file
    Why {
        /// The written file and the line, as in out/talos/talconfig.yaml:12
        #[arg(value_name = "OUTPUT-FILE:LINE")]
        place: OsString,
    },
    /// Explain a diagnostic, or list all
    Explain(commands::explain::Explain),
    /// Print the vocabulary: all statements and their fields, or what there is about a word
    Reference(commands::reference::Reference),
    /// Serve an editor: the language server, on standard input and output
    Lsp {
        /// Talk on standard input and output, which it does anyway: many editors say so
        #[arg(long)]
        stdio: bool,
    },
    /// Say what is wrong with a repository of YAML that exists
    Audit(commands::audit::Audit),
    /// Write what exists, in YAML, as a source
    Import(commands::import::Import),
    /// Print what a shell completes, as a script for it
    Completions(commands::completions::Completions),
    /// Begin a network with a commented source
    New {
        /// Where [default: the current folder]
        folder: Option<PathBuf>,
    },
}

/// How a command ended, where it could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing is wrong.
    Clean,
    /// The network has errors, or something differs.
    Wrong,
    /// Something could not be read, which was said.
    Unread,
}

impl Outcome {
    /// `Wrong` where something is.
    fn wrong_if(wrong: bool) -> Self {
        if wrong { Outcome::Wrong } else { Outcome::Clean }
    }
}

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => run(arguments),
        Err(error) if usage::is_wrong(&error) => {
            usage::report().failure(&usage::failure(&error));
            ExitCode::from(2)
        }
        // The help and the version, which are output like any other.
        Err(answer) => match written(answer.print().and_then(|()| io::stdout().flush())) {
            Ok(()) => u8::try_from(answer.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from),
            Err(failure) => {
                say(&format!("{failure}\n"));
                ExitCode::from(2)
            }
        },
    }
}

/// Runs a command and says in the form that was asked for why it could not do its work, where it could not.
fn run(arguments: Arguments) -> ExitCode {
    let output_is_taken = match &arguments.command {
        Command::Check(_) | Command::Build(_) | Command::Diff(_) => false,
        Command::Audit(audit) => audit.lists_rules(),
        Command::Fmt(fmt) => !fmt.only_checks(),
        _ => true,
    };
    let mut report = Report::new(arguments.message_format, arguments.color.wanted(), output_is_taken);
    let outcome = levels(&arguments).and_then(|options| {
        report.options = options;
        let outcome = run_command(arguments.command, &report)?;
        report.finish().map(|()| outcome)
    });
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Wrong) => ExitCode::from(1),
        Ok(Outcome::Unread) => ExitCode::from(2),
        Err(failure) => {
            report.failure(&failure);
            ExitCode::from(2)
        }
    }
}

fn run_command(command: Command, report: &Report) -> Result<Outcome, Failure> {
    match command {
        Command::Check(check) => check.run(report),
        Command::Build(build) => build.run(report),
        Command::Diff(diff) => diff.run(report),
        Command::Fmt(fmt) => fmt.run(report),
        Command::Show { file, json } => commands::show::run(file.as_deref(), json, report),
        Command::Draw(draw) => draw.run(report),
        Command::Why { place } => commands::why::run(&place, report),
        Command::Explain(explain) => explain.run(),
        Command::Reference(reference) => reference.run(),
        Command::Lsp { stdio: _ } => commands::lsp::run(),
        Command::Audit(audit) => audit.run(report),
        Command::Import(import) => import.run(report),
        Command::Completions(completions) => completions.run(),
        Command::New { folder } => commands::new::run(folder.as_deref()),
    }
}

fn levels(arguments: &Arguments) -> Result<Options, Failure> {
    let mut options = Options::default();
    let flags = [
        ("-A", &arguments.allow, None),
        ("-W", &arguments.warn, Some(Severity::Warning)),
        ("-D", &arguments.deny, Some(Severity::Denied)),
    ];
    for (flag, codes, level) in flags {
        for code in codes {
            options.set(code, level).map_err(|error| Failure::new(format!("{flag} {code}: {error}")))?;
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }

    /// Writes a page for `man` of each command into the folder HNET_MAN, for `cargo xtask release`: only here are all
    /// commands known, and the program itself has no use for it.
    #[test]
    #[ignore = "writes files"]
    fn the_pages_for_man() {
        let folder = std::env::var("HNET_MAN").expect("the folder is said");
        clap_mangen::generate_to(super::Arguments::command().disable_help_subcommand(true), folder)
            .expect("it is written");
    }

    #[test]
    fn the_help_says_each_command_and_flag_in_a_line() {
        insta::assert_snapshot!(super::Arguments::command().render_help(), @r"
        A small typed language for home and edge networks: one source says what the network is, and every file that says a part of it is written from there

        Usage: hnet [OPTIONS] <COMMAND>

        Commands:
          check        Check networks and say what is wrong with them
          build        Write the files of a network
          diff         Say what a network would change in a folder of YAML, by what it means
          fmt          Format sources
          show         Show the whole network, every derived value with its reason
          draw         Draw the network
          why          Say which source text decided a line of a written file
          explain      Explain a diagnostic, or list all
          reference    Print the vocabulary: all statements and their fields, or what there is about a word
          lsp          Serve an editor: the language server, on standard input and output
          audit        Say what is wrong with a repository of YAML that exists
          import       Write what exists, in YAML, as a source
          completions  Print what a shell completes, as a script for it
          new          Begin a network with a commented source
          help         Print this message or the help of the given subcommand(s)

        Options:
          -h, --help     Print help (see more with '--help')
          -V, --version  Print version

        Messages:
              --message-format <FORM>  The form of diagnostics [default: human] [possible values: human, short, json, sarif, github, gitlab]
          -D, --deny <CODE>            Deny a diagnostic, by its code or name, or all `warnings`: nothing is written
          -W, --warn <CODE>            Treat a diagnostic as a warning
          -A, --allow <CODE>           Allow a diagnostic. Of -A, -W and -D for one code the strictest holds
              --color <WHEN>           When to use colours [default: auto] [possible values: auto, always, never]
        ");
    }
}
