//! The output folder against everything that may stand in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::stage::NAME as STAGE;
use super::{Changes, Conflict, Folder as OutputFolder, Plan, Purpose};
use crate::manifest::NAME;

/// A folder that is removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("hnet-folder-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary folder");
        Folder(path)
    }

    fn write(&self, path: &str, text: &str) {
        let full = self.0.join(path);
        fs::create_dir_all(full.parent().expect("a parent")).expect("a folder");
        fs::write(full, text).expect("a file");
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.0.join(path)).ok()
    }

    fn build(&self, contents: &[(&str, &str)], force: bool) -> Result<(), String> {
        let plan = plan(&self.0, contents, force, Purpose::Write)?;
        plan.apply().map_err(|failure| failure.to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn plan(folder: &Path, contents: &[(&str, &str)], force: bool, purpose: Purpose) -> Result<Plan, String> {
    let plan = || {
        let folder = OutputFolder::open(folder, force, purpose, BTreeSet::from(["source.yaml".to_owned()]))?;
        // Each file as a thread of its own would compare it.
        let compare = |(path, text): &(&str, &str)| {
            let mut changes = Changes::default();
            folder.compare(path, text, &mut changes).map(|()| changes)
        };
        let changes = contents.iter().map(compare).collect::<Result<_, _>>()?;
        folder.plan("../a.hnet".to_owned(), changes)
    };
    plan().map_err(|failure: crate::failure::Failure| failure.to_string())
}

fn look(folder: &Path, contents: &[(&str, &str)], force: bool) -> Result<Plan, String> {
    plan(folder, contents, force, Purpose::Look)
}

#[test]
fn what_changed_is_written_and_what_is_stale_goes_with_its_empty_folders() {
    let folder = Folder::new();
    folder.build(&[("a/b/one", "1"), ("two", "2"), ("a/three", "3")], false).expect("a first build");
    folder.write("a/mine", "kept");
    let before = fs::metadata(folder.0.join("two")).expect("two").modified().expect("a time");
    std::thread::sleep(std::time::Duration::from_millis(20));
    folder.build(&[("two", "2"), ("a/three", "33")], false).expect("a second build");
    assert_eq!(folder.read("a/three").as_deref(), Some("33"));
    assert_eq!(folder.read("a/mine").as_deref(), Some("kept"));
    assert!(!folder.0.join("a/b").exists());
    assert_eq!(fs::metadata(folder.0.join("two")).expect("two").modified().expect("a time"), before);
    assert!(!folder.0.join(STAGE).exists());
    assert!(look(&folder.0, &[("two", "2"), ("a/three", "33")], false).expect("a plan").is_settled());
}

#[test]
fn files_of_others_and_edited_files_stop_the_whole_build() {
    let folder = Folder::new();
    folder.build(&[("one", "1"), ("gone", "g")], false).expect("a first build");
    folder.write("one", "edited");
    folder.write("gone", "edited too");
    folder.write("foreign", "theirs");
    let wanted = [("one", "new"), ("foreign", "new"), ("fresh", "new")];
    let refusal = folder.build(&wanted, false).expect_err("a refusal");
    for path in ["one", "gone", "foreign"] {
        assert!(refusal.contains(&format!("/{path}: ")), "{refusal}");
    }
    assert_eq!(folder.read("one").as_deref(), Some("edited"));
    assert_eq!(folder.read("fresh"), None);
    folder.build(&wanted, true).expect("a forced build");
    assert_eq!(folder.read("one").as_deref(), Some("new"));
    assert_eq!(folder.read("foreign").as_deref(), Some("new"));
    assert_eq!(folder.read("gone"), None);
}

#[test]
fn a_file_that_already_holds_the_right_text_is_taken_over() {
    let folder = Folder::new();
    folder.write("one", "1");
    folder.build(&[("one", "1")], false).expect("nothing is in the way");
    folder.build(&[("one", "2")], false).expect("the file is hnet's now");
    assert_eq!(folder.read("one").as_deref(), Some("2"));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let (folder, outside) = (Folder::new(), Folder::new());
    outside.write("precious", "p");
    std::os::unix::fs::symlink(&outside.0, folder.0.join("linked")).expect("a link");
    std::os::unix::fs::symlink(outside.0.join("precious"), folder.0.join("file")).expect("a link");
    let wanted = [("linked/precious", "x"), ("file", "x")];
    let found = look(&folder.0, &wanted, true).expect("a plan").conflicts;
    assert_eq!(found, [("file".to_owned(), Conflict::Link), ("linked".to_owned(), Conflict::Link)]);
    folder.build(&wanted, true).expect_err("a refusal");
    assert_eq!(outside.read("precious").as_deref(), Some("p"));
}

#[test]
fn a_folder_where_a_file_should_be_is_no_matter_of_force() {
    let folder = Folder::new();
    folder.write("one/inner", "1");
    folder.write("two", "a file");
    let refusal = folder.build(&[("one", "x"), ("two/inner", "x")], true).expect_err("a refusal");
    assert!(refusal.contains("/one: is in the way") && refusal.contains("/two: is in the way"), "{refusal}");
    assert!(!refusal.contains("--force"), "{refusal}");
}

#[test]
fn an_interrupted_build_is_taken_up_by_the_next() {
    let folder = Folder::new();
    folder.build(&[("one", "1"), ("two", "2")], false).expect("a first build");
    // As it is after a crash between two renames: the interim manifest, one new file, the stage.
    let plan_text = {
        let mut manifest = crate::manifest::Manifest::parse(&folder.read(NAME).expect("a manifest")).expect("sound");
        for path in ["one", "two"] {
            manifest.files.entry(path.to_owned()).or_default().insert(crate::manifest::Hash::of(b"new"));
        }
        manifest.text()
    };
    folder.write(NAME, &plan_text);
    folder.write("one", "new");
    folder.write(&format!("{STAGE}/{STAGE}"), "");
    folder.write(&format!("{STAGE}/1"), "new");
    folder.build(&[("one", "newer"), ("two", "newer")], false).expect("nothing is in the way");
    assert_eq!(folder.read("one").as_deref(), Some("newer"));
    assert_eq!(folder.read("two").as_deref(), Some("newer"));
    assert!(!folder.0.join(STAGE).exists());
}

#[test]
fn nothing_is_written_outside_the_folder() {
    let folder = Folder::new();
    for path in ["../out", "/out", "a/../../out", ".hnet-manifest"] {
        assert!(look(&folder.0, &[(path, "x")], true).is_err(), "{path}");
        assert!(folder.build(&[(path, "x")], true).is_err(), "{path}");
    }
    folder.write(NAME, "0000000000000001  ../../precious\n");
    assert!(folder.build(&[("one", "1")], false).expect_err("a refusal").contains("damaged"));
    folder.build(&[("one", "1")], true).expect("a new manifest");
}

#[test]
fn a_forged_manifest_removes_no_hidden_file() {
    let folder = Folder::new();
    folder.write(".git/config", "theirs");
    folder.write(NAME, &format!("{}  .git/config\n", crate::manifest::Hash::of(b"theirs")));
    let refusal = folder.build(&[("one", "1")], false).expect_err("a refusal");
    assert!(refusal.contains("damaged"), "{refusal}");
    folder.build(&[("one", "1")], true).expect("a new manifest");
    assert_eq!(folder.read(".git/config").as_deref(), Some("theirs"));
    assert!(folder.build(&[(".git/config", "x")], true).is_err());
}

#[cfg(unix)]
#[test]
fn a_manifest_that_is_no_plain_file_is_an_error() {
    let refused = |folder: &Folder| {
        for force in [false, true] {
            let refusal = folder.build(&[("one", "1")], force).expect_err("a refusal");
            assert!(refusal.contains("it is no plain file"), "{refusal}");
            assert_eq!(folder.read("one"), None);
        }
    };
    let pipe = Folder::new();
    let made = std::process::Command::new("mkfifo").arg(pipe.0.join(NAME)).status().expect("POSIX has it");
    assert!(made.success());
    refused(&pipe);
    let inner = Folder::new();
    fs::create_dir(inner.0.join(NAME)).expect("a folder");
    refused(&inner);
    let (linked, outside) = (Folder::new(), Folder::new());
    outside.write("manifest", "");
    std::os::unix::fs::symlink(outside.0.join("manifest"), linked.0.join(NAME)).expect("a link");
    refused(&linked);
}

#[test]
fn a_new_folder_is_put_in_place_as_a_whole_and_next_to_what_is_there() {
    let folder = Folder::new();
    folder.write("a/mine", "kept");
    let wanted = [("a-b/x", "1"), ("a/b/c/one", "2"), ("a/b/two", "3"), ("a/three", "4"), ("four", "5")];
    folder.build(&wanted, false).expect("a build");
    for (path, text) in wanted {
        assert_eq!(folder.read(path).as_deref(), Some(text), "{path}");
    }
    assert_eq!(folder.read("a/mine").as_deref(), Some("kept"));
    assert!(look(&folder.0, &wanted, false).expect("a plan").is_settled());
}

#[test]
fn a_build_that_is_refused_leaves_nothing_behind() {
    let folder = Folder::new();
    folder.write("b", "theirs");
    folder.build(&[("a/new", "1"), ("b", "2")], false).expect_err("a refusal");
    assert_eq!(fs::read_dir(&folder.0).expect("the folder").count(), 1);
    // A folder that was not there is not there afterwards.
    let output = folder.0.join("out");
    plan(&output, &[("a/new", "1"), ("../b", "2")], false, Purpose::Write).expect_err("a failure");
    assert!(!output.exists());
    assert_eq!(fs::read_dir(&folder.0).expect("the folder").count(), 1);
}

#[test]
fn a_folder_that_is_not_there_appears_with_all_its_files() {
    let folder = Folder::new();
    let output = folder.0.join("way/out");
    let beside = format!("way/{STAGE}-out");
    let wanted = [("a/one", "1"), ("two", "2")];
    // As an interrupted build leaves it.
    folder.write(&format!("{beside}/{STAGE}"), "");
    folder.write(&format!("{beside}/a/old"), "0");
    let planned = plan(&output, &wanted, false, Purpose::Write).expect("a plan");
    assert!(!output.exists() && folder.0.join(&beside).exists());
    planned.apply().expect("a build");
    assert_eq!(folder.read("way/out/a/one").as_deref(), Some("1"));
    assert_eq!(folder.read("way/out/a/old"), None);
    drop(planned);
    assert!(!folder.0.join(&beside).exists());
    plan(&folder.0.join("other/."), &wanted, false, Purpose::Write).expect("a plan").apply().expect("a build");
    assert_eq!(folder.read("other/a/one").as_deref(), Some("1"));
    assert!(look(&output, &wanted, false).expect("a plan").is_settled());
}

#[test]
fn what_appears_where_a_new_folder_would_stand_is_kept() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    let planned = plan(&output, &[("one", "1")], false, Purpose::Write).expect("a plan");
    folder.write("out/mine", "kept");
    planned.apply().expect_err("a refusal");
    drop(planned);
    assert_eq!(folder.read("out/mine").as_deref(), Some("kept"));
    assert_eq!(fs::read_dir(&folder.0).expect("the folder").count(), 1);
    // What an interrupted build left beside it goes, now that the folder is there.
    folder.write(&format!("{STAGE}-out/{STAGE}"), "");
    folder.write(&format!("{STAGE}-out/one"), "1");
    plan(&output, &[("one", "1")], false, Purpose::Write).expect("a plan").apply().expect("a build");
    assert_eq!(fs::read_dir(&folder.0).expect("the folder").count(), 1);
}

#[test]
fn a_full_disk_leaves_the_tree_as_it_was() {
    let folder = Folder::new();
    folder.build(&[("one", "1")], false).expect("a first build");
    // A stage that cannot be made stands for every failure before the first rename.
    folder.write(STAGE, "a file where the stage should be");
    folder.build(&[("one", "2"), ("two", "2")], false).expect_err("a failure");
    assert_eq!(folder.read("one").as_deref(), Some("1"));
    assert_eq!(folder.read("two"), None);
}

/// All that a folder holds, with what its files hold.
fn all(folder: &Path) -> Vec<(PathBuf, Option<String>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        found.extend(path.is_dir().then(|| all(&path)).into_iter().flatten());
        found.push((path.clone(), fs::read_to_string(&path).ok()));
    }
    found.sort();
    found
}

#[test]
fn a_step_that_fails_takes_back_those_before_it() {
    let folder = Folder::new();
    folder.write("mine/x", "kept");
    let first = [("a", "1"), ("b/one", "1"), ("gone/deep/one", "1"), ("z", "1"), ("zz", "1")];
    folder.build(&first, false).expect("a first build");
    let wanted = [("a", "2"), ("b/one", "2"), ("b/two", "2"), ("mine/y", "2"), ("new/deep/one", "2"), ("z", "2")];
    // After the plan is made something happens where a file is replaced, where one is removed, where a folder
    // appears, which then fails as in a folder that refuses to be written to.
    for at in ["z", "zz", "new"] {
        let planned = plan(&folder.0, &wanted, false, Purpose::Write).expect("a plan");
        let place = folder.0.join(at);
        let held = fs::read(&place).ok();
        let _ = fs::remove_file(&place);
        match at {
            "z" => folder.write("z/in-the-way", "theirs"),
            "new" => folder.write("new", "theirs"),
            // Nothing is there to be removed.
            _ => {}
        }
        let found = |folder: &Folder| {
            let inside = |(path, _): &(PathBuf, Option<String>)| !path.starts_with(folder.0.join(STAGE));
            all(&folder.0).into_iter().filter(inside).collect::<Vec<_>>()
        };
        let before = found(&folder);
        let failure = planned.apply().expect_err("a failure").to_string();
        assert!(failure.ends_with("; nothing was changed"), "{at}: {failure}");
        assert_eq!(found(&folder), before, "{at}");
        drop(planned);
        assert_eq!(all(&folder.0), before, "{at}: the stage is gone too");
        let _ = fs::remove_dir_all(&place).or_else(|_| fs::remove_file(&place));
        if let Some(held) = held {
            fs::write(&place, held).expect("a file");
        }
    }
    folder.build(&wanted, false).expect("nothing is in the way now");
    assert!(look(&folder.0, &wanted, false).expect("a plan").is_settled());
    assert!(!folder.0.join("gone").exists());
}

#[test]
fn what_a_killed_build_left_goes_also_when_nothing_changes() {
    let folder = Folder::new();
    let wanted = [("one", "1")];
    folder.build(&wanted, false).expect("a first build");
    folder.write(&format!("{STAGE}/{STAGE}"), "");
    folder.write(&format!("{STAGE}/deep/one"), "0");
    folder.write(&format!("{STAGE}/one"), "0");
    folder.build(&wanted, false).expect("a second build");
    assert!(!folder.0.join(STAGE).exists());
    // A build that looks only changes nothing, not even that.
    folder.write(&format!("{STAGE}/one"), "0");
    look(&folder.0, &wanted, false).expect("a plan");
    assert!(folder.0.join(STAGE).exists());
}

#[cfg(unix)]
#[test]
fn an_output_that_became_a_link_to_the_same_text_is_in_the_way() {
    let folder = Folder::new();
    folder.build(&[("one", "1")], false).expect("a first build");
    folder.write("elsewhere", "1");
    fs::remove_file(folder.0.join("one")).expect("a file");
    std::os::unix::fs::symlink("elsewhere", folder.0.join("one")).expect("a link");
    let refusal = folder.build(&[("one", "1")], true).expect_err("a refusal");
    assert!(refusal.contains("/one: is a symbolic link"), "{refusal}");
}

#[cfg(unix)]
#[test]
fn two_builds_at_once_that_change_nothing_do_not_mix_either() {
    let folder = Folder::new();
    folder.build(&[("one", "1")], false).expect("a first build");
    let first = plan(&folder.0, &[("one", "1")], false, Purpose::Write).expect("a plan");
    let refused = plan(&folder.0, &[("one", "2")], false, Purpose::Write).expect_err("a second build");
    assert!(refused.contains("another build is under way in "), "{refused}");
    first.apply().expect("the first build");
    folder.build(&[("one", "2")], false).expect("the first one is done");
}

#[test]
#[cfg(unix)]
fn two_builds_at_once_do_not_mix() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    let first = plan(&output, &[("one", "1")], false, Purpose::Write).expect("a plan");
    let refused = plan(&output, &[("one", "2")], false, Purpose::Write).expect_err("a second build");
    assert!(refused.contains("another build is under way in "), "{refused}");
    first.apply().expect("the first build");
    assert_eq!(folder.read("out/one").as_deref(), Some("1"));
    // The same inside of a folder that is there.
    let first = plan(&output, &[("one", "3")], false, Purpose::Write).expect("a plan");
    let refused = plan(&output, &[("one", "4")], false, Purpose::Write).expect_err("a second build");
    assert!(refused.contains("another build is under way in "), "{refused}");
    first.apply().expect("the first build");
    assert_eq!(folder.read("out/one").as_deref(), Some("3"));
}

#[test]
fn the_name_of_a_stage_is_no_output_folder() {
    let folder = Folder::new();
    let output = folder.0.join(format!("{STAGE}-out"));
    let refused = plan(&output, &[("one", "1")], false, Purpose::Write).expect_err("a folder that hnet would remove");
    assert!(refused.ends_with("is the name of a folder that hnet makes and removes"), "{refused}");
}

#[test]
fn a_folder_of_others_that_is_called_like_a_stage_stays_as_it_is() {
    let folder = Folder::new();
    folder.write(&format!("{STAGE}-out/mine"), "mine");
    let output = folder.0.join("out");
    let refused = plan(&output, &[("one", "1")], false, Purpose::Write).expect_err("a folder of others");
    assert!(refused.contains("is in the way and is not hnet's"), "{refused}");
    assert_eq!(folder.read(&format!("{STAGE}-out/mine")).as_deref(), Some("mine"));
    // Beside an output that is there it does no harm.
    fs::create_dir(&output).expect("a folder");
    plan(&output, &[("one", "1")], false, Purpose::Write).expect("a plan").apply().expect("a build");
    assert_eq!(folder.read("out/one").as_deref(), Some("1"));
    assert_eq!(folder.read(&format!("{STAGE}-out/mine")).as_deref(), Some("mine"));
    folder.write(&format!("out/{STAGE}/mine"), "mine");
    let refused = plan(&output, &[("one", "2")], false, Purpose::Write).expect_err("a folder of others");
    assert!(refused.contains("is in the way and is not hnet's"), "{refused}");
    assert_eq!(folder.read(&format!("out/{STAGE}/mine")).as_deref(), Some("mine"));
}

#[test]
#[cfg(unix)]
fn permissions_and_further_names_of_a_file_stay() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    folder.build(&[("one", "1"), ("two", "1"), ("z", "1")], false).expect("a first build");
    let mode = |path: &str| fs::metadata(folder.0.join(path)).expect("a file").permissions().mode() & 0o777;
    for path in ["one", NAME] {
        fs::set_permissions(folder.0.join(path), fs::Permissions::from_mode(0o600)).expect("a file of ours");
    }
    fs::hard_link(folder.0.join("two"), folder.0.join("mine")).expect("a second name");
    // One that fails takes all back, under both names.
    let planned = plan(&folder.0, &[("one", "2"), ("two", "2"), ("z", "2")], false, Purpose::Write).expect("a plan");
    fs::remove_file(folder.0.join("z")).expect("a file");
    planned.apply().expect_err("a failure");
    drop(planned);
    assert_eq!([folder.read("two"), folder.read("mine")], [Some("1".to_owned()), Some("1".to_owned())]);
    folder.build(&[("one", "2"), ("two", "2")], false).expect("a second build");
    assert_eq!([folder.read("two"), folder.read("mine")], [Some("2".to_owned()), Some("2".to_owned())]);
    assert_eq!([mode("one"), mode(NAME)], [0o600, 0o600]);
}

#[test]
fn other_line_ends_are_no_edit() {
    let folder = Folder::new();
    folder.build(&[("one", "a\nb\n"), ("two", "a\n")], false).expect("a first build");
    folder.write("one", "a\r\nb\r\n");
    folder.write("two", "a\r\n");
    let wanted = [("one", "a\nb\n"), ("two", "c\n")];
    let planned = look(&folder.0, &wanted, false).expect("a plan");
    assert_eq!((planned.unchanged, planned.different), (1, vec!["two".to_owned()]));
    folder.build(&wanted, false).expect("a second build");
    assert_eq!(folder.read("one").as_deref(), Some("a\r\nb\r\n"));
    assert_eq!(folder.read("two").as_deref(), Some("c\n"));
}
