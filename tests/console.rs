//! What is typed, and what comes back: the blocks `console` of a page.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a block shows once its commands have run in a folder: each line `$ …` with its output, both streams together, and
/// then `[1]` where the status is not 0. The program's folder comes first in the search path.
pub(crate) fn run(text: &str, folder: &Path, program: &Path, variables: &[(&str, &str)]) -> String {
    let programs = program.parent().expect("the program lies in a folder").display().to_string();
    let search = format!("{programs}:{}", env::var("PATH").unwrap_or_default());
    let mut shown = String::new();
    for line in text.lines() {
        let Some(command) = line.strip_prefix("$ ") else { continue };
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .current_dir(folder)
            .env("PATH", &search)
            .env_remove("NO_COLOR")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        shown.push_str(&format!("{line}\n{}", String::from_utf8_lossy(&output.stdout)));
        if !shown.ends_with('\n') {
            shown.push('\n');
        }
        if !output.status.success() {
            shown.push_str(&format!("[{}]\n", output.status.code().unwrap_or(-1)));
        }
    }
    shown
}
