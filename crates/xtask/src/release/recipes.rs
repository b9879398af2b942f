//! Files by which others install a release: nfpm's for packages of Linux, and those of Homebrew, Scoop, Arch Linux and
//! Nix. All of them name downloads by the table of what is shipped, with their hashes. It is long, since its tests write
//! out each file.

use serde_json::json;

use super::table::{LICENCE, NAME, Release, SUMMARY, TARGETS, Target};

/// The hashes of archives, by the names of their targets.
pub(super) type Hashes<'a> = &'a dyn Fn(&Target) -> String;

/// What packages of Linux hold, for nfpm: `deb`, `rpm` and `apk` from one file, in the folder of an archive's content.
pub(super) fn nfpm(release: &Release, processor: &str) -> String {
    let Release { version, repository, .. } = release;
    format!(
        "# Written by `cargo xtask release`.
name: {NAME}
arch: {processor}
platform: linux
version: {version}
release: \"1\"
section: utils
priority: optional
maintainer: The authors of hnet <hnet@localhost>
description: {SUMMARY}
homepage: {repository}
license: {LICENCE}
contents:
  - {{src: hnet, dst: /usr/bin/hnet, file_info: {{mode: 0755}}}}
  - {{src: completions/hnet.bash, dst: /usr/share/bash-completion/completions/hnet, file_info: {{mode: 0644}}}}
  - {{src: completions/_hnet, dst: /usr/share/zsh/site-functions/_hnet, file_info: {{mode: 0644}}}}
  - {{src: completions/hnet.fish, dst: /usr/share/fish/vendor_completions.d/hnet.fish, file_info: {{mode: 0644}}}}
  - {{src: \"man/*.1\", dst: /usr/share/man/man1, file_info: {{mode: 0644}}}}
  - {{src: LICENSE-MIT, dst: /usr/share/doc/hnet/copyright, file_info: {{mode: 0644}}}}
  - {{src: LICENSE-APACHE, dst: /usr/share/doc/hnet/LICENSE-APACHE, file_info: {{mode: 0644}}}}
  - {{src: THIRD-PARTY.md, dst: /usr/share/doc/hnet/THIRD-PARTY.md, file_info: {{mode: 0644}}}}
rpm:
  buildhost: localhost
"
    )
}

/// Where the archive of a kind of machine lies, and its hash.
fn download(release: &Release, hashes: Hashes<'_>, name: &str) -> (String, String) {
    // Each name stands in the table, which the tests of these files see.
    let target = TARGETS.iter().find(|target| target.name == name).unwrap_or(&TARGETS[0]);
    (release.address(&release.archive(target)), hashes(target))
}

/// For Homebrew, as a tap's `Formula/hnet.rb`.
pub(super) fn homebrew(release: &Release, hashes: Hashes<'_>) -> String {
    let Release { version, repository, .. } = release;
    let of = |name: &str| {
        let (address, hash) = download(release, hashes, name);
        format!("url \"{address}\"\n      sha256 \"{hash}\"")
    };
    let (arm, intel, linux_arm, linux) =
        (of("macos-aarch64"), of("macos-x86_64"), of("linux-aarch64"), of("linux-x86_64"));
    format!(
        "# Written by `cargo xtask release`.
class Hnet < Formula
  desc \"{SUMMARY}\"
  homepage \"{repository}\"
  version \"{version}\"
  license any_of: [\"MIT\", \"Apache-2.0\"]

  on_macos do
    on_arm do
      {arm}
    end
    on_intel do
      {intel}
    end
  end
  on_linux do
    on_arm do
      {linux_arm}
    end
    on_intel do
      {linux}
    end
  end

  def install
    bin.install \"hnet\"
    man1.install Dir[\"man/*.1\"]
    bash_completion.install \"completions/hnet.bash\" => \"hnet\"
    zsh_completion.install \"completions/_hnet\"
    fish_completion.install \"completions/hnet.fish\"
  end

  test do
    system bin/\"hnet\", \"new\", \"home\"
    system bin/\"hnet\", \"check\", \"home\"
  end
end
"
    )
}

/// For Scoop, as a bucket's `hnet.json`.
pub(super) fn scoop(release: &Release, hashes: Hashes<'_>) -> String {
    let (address, hash) = download(release, hashes, "windows-x86_64");
    let windows = TARGETS.iter().find(|target| target.name == "windows-x86_64").unwrap_or(&TARGETS[0]);
    let stem = release.stem(windows);
    let manifest = json!({
        "version": release.version,
        "description": SUMMARY,
        "homepage": release.repository,
        "license": LICENCE.replace(" OR ", "|"),
        "architecture": { "64bit": { "url": address, "hash": hash, "extract_dir": stem } },
        "bin": windows.program(),
        "checkver": "github",
        "autoupdate": { "architecture": { "64bit": {
            "url": address.replace(&release.version, "$version"),
            "extract_dir": stem.replace(&release.version, "$version"),
        }}},
    });
    serde_json::to_string_pretty(&manifest).expect("strings are always JSON") + "\n"
}

/// For Arch Linux: the `PKGBUILD` of `hnet-bin`.
pub(super) fn arch(release: &Release, hashes: Hashes<'_>) -> String {
    let Release { version, repository, .. } = release;
    let (intel, intel_hash) = download(release, hashes, "linux-x86_64");
    let (arm, arm_hash) = download(release, hashes, "linux-aarch64");
    format!(
        "# Written by `cargo xtask release`.
pkgname=hnet-bin
pkgver={version}
pkgrel=1
pkgdesc='{SUMMARY}'
arch=(x86_64 aarch64)
url='{repository}'
license=('{LICENCE}')
provides=(hnet)
conflicts=(hnet)
# It is stripped, and has no use for what tells of its sources.
options=(!strip !debug)
source_x86_64=('{intel}')
sha256sums_x86_64=('{intel_hash}')
source_aarch64=('{arm}')
sha256sums_aarch64=('{arm_hash}')

package() {{
  cd \"hnet-$pkgver-linux-$CARCH\"
  install -Dm755 hnet \"$pkgdir/usr/bin/hnet\"
  install -Dm644 -t \"$pkgdir/usr/share/man/man1\" man/*.1
  install -Dm644 completions/hnet.bash \"$pkgdir/usr/share/bash-completion/completions/hnet\"
  install -Dm644 completions/_hnet \"$pkgdir/usr/share/zsh/site-functions/_hnet\"
  install -Dm644 completions/hnet.fish \"$pkgdir/usr/share/fish/vendor_completions.d/hnet.fish\"
  install -Dm644 -t \"$pkgdir/usr/share/licenses/$pkgname\" LICENSE-MIT LICENSE-APACHE THIRD-PARTY.md
}}
"
    )
}

/// For Nix: a package of the same archives, for `pkgs.callPackage`.
pub(super) fn nix(release: &Release, hashes: Hashes<'_>) -> String {
    let Release { version, repository, .. } = release;
    let systems = [
        ("x86_64-linux", "linux-x86_64"),
        ("aarch64-linux", "linux-aarch64"),
        ("aarch64-darwin", "macos-aarch64"),
        ("x86_64-darwin", "macos-x86_64"),
    ];
    let sources: String = systems
        .iter()
        .map(|(system, name)| {
            let (address, hash) = download(release, hashes, name);
            format!("    {system} = {{ url = \"{address}\"; sha256 = \"{hash}\"; }};\n")
        })
        .collect();
    format!(
        "# Written by `cargo xtask release`: pkgs.callPackage ./hnet.nix {{ }}
{{ lib, stdenv, fetchurl, installShellFiles }}:
let
  sources = {{
{sources}  }};
  system = stdenv.hostPlatform.system;
in
stdenv.mkDerivation {{
  pname = \"hnet\";
  version = \"{version}\";
  src = fetchurl (sources.${{system}} or (throw \"hnet is not shipped for ${{system}}\"));
  nativeBuildInputs = [ installShellFiles ];
  # It is linked to what each system has, or to nothing.
  dontStrip = true;
  dontPatchELF = true;
  installPhase = ''
    install -Dm755 hnet $out/bin/hnet
    installManPage man/*.1
    installShellCompletion --cmd hnet --bash completions/hnet.bash --zsh completions/_hnet --fish completions/hnet.fish
  '';
  doInstallCheck = stdenv.buildPlatform.canExecute stdenv.hostPlatform;
  installCheckPhase = \"$out/bin/hnet --version\";
  meta = {{
    description = \"{SUMMARY}\";
    homepage = \"{repository}\";
    license = with lib.licenses; [ mit asl20 ];
    mainProgram = \"hnet\";
    platforms = builtins.attrNames sources;
  }};
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::{Release, Target, arch, homebrew, nfpm, nix, scoop};

    fn release() -> Release {
        Release { version: "1.2.3".to_owned(), repository: "https://example.com/hnet".to_owned(), epoch: 0 }
    }

    /// A hash that says whose it is.
    fn hash(target: &Target) -> String {
        format!("hash-of-{}", target.name)
    }

    #[test]
    fn packages_of_linux_come_from_one_file() {
        insta::assert_snapshot!(nfpm(&release(), "amd64"), @r#"
        # Written by `cargo xtask release`.
        name: hnet
        arch: amd64
        platform: linux
        version: 1.2.3
        release: "1"
        section: utils
        priority: optional
        maintainer: The authors of hnet <hnet@localhost>
        description: A small typed language for home and edge networks
        homepage: https://example.com/hnet
        license: MIT OR Apache-2.0
        contents:
          - {src: hnet, dst: /usr/bin/hnet, file_info: {mode: 0755}}
          - {src: completions/hnet.bash, dst: /usr/share/bash-completion/completions/hnet, file_info: {mode: 0644}}
          - {src: completions/_hnet, dst: /usr/share/zsh/site-functions/_hnet, file_info: {mode: 0644}}
          - {src: completions/hnet.fish, dst: /usr/share/fish/vendor_completions.d/hnet.fish, file_info: {mode: 0644}}
          - {src: "man/*.1", dst: /usr/share/man/man1, file_info: {mode: 0644}}
          - {src: LICENSE-MIT, dst: /usr/share/doc/hnet/copyright, file_info: {mode: 0644}}
          - {src: LICENSE-APACHE, dst: /usr/share/doc/hnet/LICENSE-APACHE, file_info: {mode: 0644}}
          - {src: THIRD-PARTY.md, dst: /usr/share/doc/hnet/THIRD-PARTY.md, file_info: {mode: 0644}}
        rpm:
          buildhost: localhost
        "#);
    }

    #[test]
    fn homebrew_takes_the_archive_of_each_machine() {
        insta::assert_snapshot!(homebrew(&release(), &hash), @r#"
        # Written by `cargo xtask release`.
        class Hnet < Formula
          desc "A small typed language for home and edge networks"
          homepage "https://example.com/hnet"
          version "1.2.3"
          license any_of: ["MIT", "Apache-2.0"]

          on_macos do
            on_arm do
              url "https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-macos-aarch64.tar.gz"
              sha256 "hash-of-macos-aarch64"
            end
            on_intel do
              url "https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-macos-x86_64.tar.gz"
              sha256 "hash-of-macos-x86_64"
            end
          end
          on_linux do
            on_arm do
              url "https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-linux-aarch64.tar.gz"
              sha256 "hash-of-linux-aarch64"
            end
            on_intel do
              url "https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-linux-x86_64.tar.gz"
              sha256 "hash-of-linux-x86_64"
            end
          end

          def install
            bin.install "hnet"
            man1.install Dir["man/*.1"]
            bash_completion.install "completions/hnet.bash" => "hnet"
            zsh_completion.install "completions/_hnet"
            fish_completion.install "completions/hnet.fish"
          end

          test do
            system bin/"hnet", "new", "home"
            system bin/"hnet", "check", "home"
          end
        end
        "#);
    }

    #[test]
    fn scoop_takes_the_one_of_windows_and_finds_later_ones() {
        insta::assert_snapshot!(scoop(&release(), &hash), @r#"
        {
          "architecture": {
            "64bit": {
              "extract_dir": "hnet-1.2.3-windows-x86_64",
              "hash": "hash-of-windows-x86_64",
              "url": "https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-windows-x86_64.tar.gz"
            }
          },
          "autoupdate": {
            "architecture": {
              "64bit": {
                "extract_dir": "hnet-$version-windows-x86_64",
                "url": "https://example.com/hnet/releases/download/v$version/hnet-$version-windows-x86_64.tar.gz"
              }
            }
          },
          "bin": "hnet.exe",
          "checkver": "github",
          "description": "A small typed language for home and edge networks",
          "homepage": "https://example.com/hnet",
          "license": "MIT|Apache-2.0",
          "version": "1.2.3"
        }
        "#);
    }

    #[test]
    fn arch_takes_those_of_linux() {
        insta::assert_snapshot!(arch(&release(), &hash), @r#"
        # Written by `cargo xtask release`.
        pkgname=hnet-bin
        pkgver=1.2.3
        pkgrel=1
        pkgdesc='A small typed language for home and edge networks'
        arch=(x86_64 aarch64)
        url='https://example.com/hnet'
        license=('MIT OR Apache-2.0')
        provides=(hnet)
        conflicts=(hnet)
        # It is stripped, and has no use for what tells of its sources.
        options=(!strip !debug)
        source_x86_64=('https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-linux-x86_64.tar.gz')
        sha256sums_x86_64=('hash-of-linux-x86_64')
        source_aarch64=('https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-linux-aarch64.tar.gz')
        sha256sums_aarch64=('hash-of-linux-aarch64')

        package() {
          cd "hnet-$pkgver-linux-$CARCH"
          install -Dm755 hnet "$pkgdir/usr/bin/hnet"
          install -Dm644 -t "$pkgdir/usr/share/man/man1" man/*.1
          install -Dm644 completions/hnet.bash "$pkgdir/usr/share/bash-completion/completions/hnet"
          install -Dm644 completions/_hnet "$pkgdir/usr/share/zsh/site-functions/_hnet"
          install -Dm644 completions/hnet.fish "$pkgdir/usr/share/fish/vendor_completions.d/hnet.fish"
          install -Dm644 -t "$pkgdir/usr/share/licenses/$pkgname" LICENSE-MIT LICENSE-APACHE THIRD-PARTY.md
        }
        "#);
    }

    #[test]
    fn nix_takes_those_of_each_system() {
        insta::assert_snapshot!(nix(&release(), &hash), @r#"
        # Written by `cargo xtask release`: pkgs.callPackage ./hnet.nix { }
        { lib, stdenv, fetchurl, installShellFiles }:
        let
          sources = {
            x86_64-linux = { url = "https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-linux-x86_64.tar.gz"; sha256 = "hash-of-linux-x86_64"; };
            aarch64-linux = { url = "https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-linux-aarch64.tar.gz"; sha256 = "hash-of-linux-aarch64"; };
            aarch64-darwin = { url = "https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-macos-aarch64.tar.gz"; sha256 = "hash-of-macos-aarch64"; };
            x86_64-darwin = { url = "https://example.com/hnet/releases/download/v1.2.3/hnet-1.2.3-macos-x86_64.tar.gz"; sha256 = "hash-of-macos-x86_64"; };
          };
          system = stdenv.hostPlatform.system;
        in
        stdenv.mkDerivation {
          pname = "hnet";
          version = "1.2.3";
          src = fetchurl (sources.${system} or (throw "hnet is not shipped for ${system}"));
          nativeBuildInputs = [ installShellFiles ];
          # It is linked to what each system has, or to nothing.
          dontStrip = true;
          dontPatchELF = true;
          installPhase = ''
            install -Dm755 hnet $out/bin/hnet
            installManPage man/*.1
            installShellCompletion --cmd hnet --bash completions/hnet.bash --zsh completions/_hnet --fish completions/hnet.fish
          '';
          doInstallCheck = stdenv.buildPlatform.canExecute stdenv.hostPlatform;
          installCheckPhase = "$out/bin/hnet --version";
          meta = {
            description = "A small typed language for home and edge networks";
            homepage = "https://example.com/hnet";
            license = with lib.licenses; [ mit asl20 ];
            mainProgram = "hnet";
            platforms = builtins.attrNames sources;
          };
        }
        "#);
    }
}
