//! What is shipped: for which machines, under which names. Every file that names a download is written from here.
//!
//! Start at [`TARGETS`]; the names of files are [`Release`]'s.

/// What the project is called where programs are installed by name.
pub(super) const NAME: &str = "hnet";
/// On PyPI, where `hnet` belongs to others.
pub(super) const PYPI: &str = "hnet-lang";
/// On npm: the compiler as a library.
pub(super) const NPM: &str = "hnet-compiler";
/// What it is, in a line for lists of packages.
pub(super) const SUMMARY: &str = "A small typed language for home and edge networks";
/// Under what it may be used.
pub(super) const LICENCE: &str = "MIT OR Apache-2.0";

/// A kind of machine that the program is built for.
#[derive(Debug)]
pub(super) struct Target {
    /// As Rust calls it.
    pub(super) triple: &'static str,
    /// As files of a release call it: system and processor.
    pub(super) name: &'static str,
    /// The flags by which the program needs no library of the system.
    pub(super) flags: &'static str,
    /// Whether it is linked by zig, which has the libraries of other systems.
    pub(super) by_zig: bool,
    /// As wheels call it.
    pub(super) wheel: &'static str,
    /// As Debian and images call the processor, for Linux.
    pub(super) linux: Option<&'static str>,
    /// Whether the program runs in the project's own CI before it is shipped.
    pub(super) is_tried: bool,
}

/// All of them. The first is the one that a release is made on.
pub(super) const TARGETS: [Target; 5] = [
    Target {
        triple: "x86_64-unknown-linux-gnu",
        name: "linux-x86_64",
        // Needs no C library, so it runs with any.
        flags: "-C target-feature=+crt-static",
        by_zig: false,
        wheel: "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
        linux: Some("amd64"),
        is_tried: true,
    },
    Target {
        triple: "aarch64-unknown-linux-musl",
        name: "linux-aarch64",
        flags: "",
        by_zig: true,
        wheel: "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        linux: Some("arm64"),
        is_tried: false,
    },
    Target {
        triple: "aarch64-apple-darwin",
        name: "macos-aarch64",
        flags: "",
        by_zig: true,
        wheel: "macosx_11_0_arm64",
        linux: None,
        is_tried: false,
    },
    Target {
        triple: "x86_64-apple-darwin",
        name: "macos-x86_64",
        flags: "",
        by_zig: true,
        wheel: "macosx_10_12_x86_64",
        linux: None,
        is_tried: false,
    },
    Target {
        triple: "x86_64-pc-windows-gnu",
        name: "windows-x86_64",
        flags: "",
        by_zig: true,
        wheel: "win_amd64",
        linux: None,
        is_tried: false,
    },
];

impl Target {
    /// The name of the program there.
    pub(super) fn program(&self) -> &'static str {
        if self.name.starts_with("windows") { "hnet.exe" } else { "hnet" }
    }
}

/// A release.
#[derive(Clone, Debug)]
pub(super) struct Release {
    /// `0.1.0`.
    pub(super) version: String,
    /// The address of the repository, from the workspace's `Cargo.toml`.
    pub(super) repository: String,
    /// The time of all that is written, in seconds since 1970: that of the commit, so that the same commit gives the same bytes.
    pub(super) epoch: u64,
}

impl Release {
    /// `hnet-0.1.0-linux-x86_64`: the folder in an archive, and the archive's name without its ending.
    pub(super) fn stem(&self, target: &Target) -> String {
        format!("{NAME}-{}-{}", self.version, target.name)
    }

    /// `hnet-0.1.0-linux-x86_64.tar.gz`. Windows unpacks these too.
    pub(super) fn archive(&self, target: &Target) -> String {
        self.stem(target) + ".tar.gz"
    }

    /// `hnet_lang-0.1.0-py3-none-win_amd64.whl`.
    pub(super) fn wheel(&self, target: &Target) -> String {
        format!("{}-{}-py3-none-{}.whl", PYPI.replace('-', "_"), self.version, target.wheel)
    }

    /// Where a file of the release lies on the network.
    pub(super) fn address(&self, file: &str) -> String {
        format!("{}/releases/download/v{}/{file}", self.repository, self.version)
    }
}
