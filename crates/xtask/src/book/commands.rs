//! The commands of the program, as it describes them itself.

use std::env;
use std::process::Command;

use super::{Book, Entry};

/// What the program says for these words; its own build is asked, so that the page is of the same sources.
fn said(words: &[&str]) -> Result<String, String> {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let run = ["run", "--quiet", "--locked", "--package", "hnet-cli", "--bin", "hnet", "--"];
    let done = Command::new(cargo).args(run).args(words).current_dir(hnet_testing::root()).output();
    let done = done.map_err(|error| format!("`cargo` cannot be started: {error}"))?;
    if !done.status.success() {
        return Err(format!("`hnet {}` failed: {}", words.join(" "), String::from_utf8_lossy(&done.stderr)));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Adds the page.
pub(super) fn write(book: &mut Book) -> Result<(), String> {
    let whole = said(&["--help"])?;
    let (_, commands) = whole.split_once("\nCommands:\n").ok_or("the help lists no commands")?;
    let (commands, options) = commands.split_once("\n\n").ok_or("the help lists no options")?;
    let mut text = "# Commands\n\nThis is what the program says of itself: `hnet help` and `hnet COMMAND --help`. Shells complete \
                    it ([install](/install)), and the packages bring pages for `man`.\n"
        .to_owned();
    for line in commands.lines() {
        let Some((name, about)) = line.trim().split_once(' ') else { continue };
        if name == "help" {
            continue;
        }
        let help = said(&[name, "--help"])?;
        // What all commands take is said once, below.
        let own = help.split("\nMessages:\n").next().unwrap_or_default();
        let own = own.strip_prefix(about.trim()).unwrap_or(own).trim();
        text.push_str(&format!("\n## hnet {name} {{#{name}}}\n\n{}.\n\n```text\n{own}\n```\n", about.trim()));
    }
    text.push_str(&format!("\n## What all commands take {{#options}}\n\n```text\n{}\n```\n", options.trim()));
    book.page("commands", text);
    book.parts.push(("Reference".to_owned(), vec![Entry::page("Commands", "commands")]));
    Ok(())
}
