//! CoreDNS itself, started with every Corefile that hnet writes and asked for names. Start at [`run`].

use std::process::Command;

use crate::consumers::{Place, folders, has_go, succeed, written};

pub(crate) fn run(place: &Place) -> Result<(), String> {
    if !has_go(place)? {
        return Ok(());
    }
    let program = place.work.join("coredns");
    let mut go = Command::new("go");
    go.args(["build", "-o"]).arg(&program).arg(".").current_dir(place.root.join(".ci/coredns"));
    succeed(&mut go)?;
    let folder = place.work.join("written");
    written(place, &folder, &[])?;
    succeed(Command::new(program).args(folders(&folder)?))
}
