//! Builds that are killed at any moment, and builds of one folder at once: what stands in the folder is always
//! whole, and the next build mends the rest.
//!
//! It takes a minute, so it runs where it is asked for: `cargo test --package hnet-cli --test program builds -- --ignored`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Instant;
use std::{env, fs, thread};

/// So many builds are killed.
const KILLS: u32 = 700;

/// So often so many builds begin at once.
const ROUNDS: usize = 40;
const AT_ONCE: usize = 20;

/// A folder with two networks, of which each has files that the other has not and files that both have.
struct Networks {
    folder: PathBuf,
    /// What each of the two comes out as, by paths.
    wanted: [BTreeMap<PathBuf, Vec<u8>>; 2],
}

impl Networks {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("hnet-builds-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        for (at, (nodes, routes)) in [(3, 10), (5, 40)].into_iter().enumerate() {
            let source = xtask::generate::network(nodes, routes);
            // Each has a machine that the other has not.
            let source = if at == 0 { source } else { source.replace("node-2", "other-2") };
            fs::write(folder.join(format!("{at}.hnet")), source).expect("a source");
        }
        let mut networks = Networks { folder, wanted: Default::default() };
        for at in 0..2 {
            let out = format!("wanted-{at}");
            assert!(networks.build(at, &out, &[]).wait().expect("it runs").success());
            networks.wanted[at] = networks.held(&out);
        }
        let [one, other] = &networks.wanted;
        assert!(one.keys().any(|path| !other.contains_key(path)) && other.keys().any(|path| !one.contains_key(path)));
        assert!(one.iter().any(|(path, held)| other.get(path).is_some_and(|it| it != held)));
        networks
    }

    fn build(&self, at: usize, out: &str, how: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hnet"));
        command.args(["build", &format!("{at}.hnet"), "-o", out]).args(how).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    }

    /// Builds a network where the source of the other was renamed away, since a folder is one source's.
    fn build_alone(&self, at: usize, out: &str) -> Child {
        self.bring_back();
        let other = 1 - at;
        let (own, away) = (self.folder.join(format!("{other}.hnet")), self.folder.join(format!("{other}.away")));
        fs::rename(own, away).expect("the other's source");
        self.build(at, out, &[])
    }

    /// Gives both sources their names again.
    fn bring_back(&self) {
        for at in 0..2 {
            let away = self.folder.join(format!("{at}.away"));
            if away.exists() {
                fs::rename(away, self.folder.join(format!("{at}.hnet"))).expect("the source");
            }
        }
    }

    /// What an output folder holds but for what is hnet's own.
    fn held(&self, out: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let root = self.folder.join(out);
        let files = hnet_testing::files(&root, "").into_iter().map(|path| {
            let text = fs::read(&path).expect("a file");
            (path.strip_prefix(&root).expect("it lies in the folder").to_owned(), text)
        });
        files.filter(|(path, _)| !path.to_string_lossy().starts_with(".hnet-")).collect()
    }

    /// Fails where a file is neither what the one network comes out as nor what the other does.
    fn assert_whole(&self, out: &str) {
        for (path, text) in self.held(out) {
            let whole = self.wanted.iter().any(|wanted| wanted.get(&path) == Some(&text));
            assert!(whole, "{} is neither the old nor the new file", path.display());
        }
    }

    /// Builds a network where builds were killed, and fails where anything else is there afterwards.
    fn assert_mended(&self, at: usize, out: &str) {
        let built = self.build_alone(at, out).wait().expect("it runs");
        assert!(built.success(), "the next build is not refused: {built}");
        assert!(self.held(out) == self.wanted[at], "the folder holds the network and nothing else");
        let left: Vec<_> = (fs::read_dir(self.folder.join(out)).expect("the folder"))
            .chain(fs::read_dir(&self.folder).expect("the folder"))
            .map(|entry| entry.expect("an entry").file_name())
            .filter(|name| name.to_string_lossy().starts_with(".hnet-stage"))
            .collect();
        assert!(left.is_empty(), "{left:?} is left");
    }
}

impl Drop for Networks {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_refused(status: ExitStatus) -> bool {
    status.code() == Some(2)
}

#[test]
#[ignore = "takes half a minute"]
fn a_build_that_is_killed_leaves_nothing_that_the_next_does_not_mend() {
    let networks = Networks::new("killed");
    let begun = Instant::now();
    assert!(networks.build_alone(1, "out").wait().expect("it runs").success());
    let length = begun.elapsed();
    let mut killed = 0;
    for kill in 0..KILLS {
        // One in ten begins where there is no folder yet.
        if kill % 10 == 0 {
            fs::remove_dir_all(networks.folder.join("out")).expect("the folder");
        }
        let mut build = networks.build_alone(kill as usize % 2, "out");
        thread::sleep(length * (kill % 100) / 100);
        build.kill().expect("it can be killed");
        killed += u32::from(build.wait().expect("it ran").code().is_none());
        networks.assert_whole("out");
        if kill % 7 == 0 {
            networks.assert_mended((kill as usize / 7) % 2, "out");
        }
    }
    assert!(killed > KILLS / 4, "only {killed} of {KILLS} builds were killed on their way");
    networks.assert_mended(0, "out");
}

#[test]
#[ignore = "takes half a minute"]
fn builds_at_once_do_not_mix() {
    let networks = Networks::new("at-once");
    for round in 0..ROUNDS {
        // Every other round begins where there is no folder yet.
        if round % 2 == 0 {
            let _ = fs::remove_dir_all(networks.folder.join("out"));
        }
        networks.bring_back();
        let builds: Vec<Child> = (0..AT_ONCE).map(|at| networks.build(at % 2, "out", &["--force"])).collect();
        let ended: Vec<ExitStatus> = builds.into_iter().map(|mut build| build.wait().expect("it runs")).collect();
        assert!(ended.iter().all(|status| status.success() || is_refused(*status)), "{ended:?}");
        assert!(ended.iter().any(ExitStatus::success), "one of them goes first");
        let held = networks.held("out");
        assert!(networks.wanted.contains(&held), "the folder holds one of the networks, and nothing of the other");
        networks.assert_mended(round % 2, "out");
    }
}
