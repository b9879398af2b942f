//! Each function by a table: texts with their values, and texts with what is wrong, marked to the byte.
//! The file is long, since the property tests at its end go over all types at once.

use std::fmt::{Debug, Display};

use proptest::prelude::*;

use hnet_model::{Family, address_at};

use super::*;

/// What is wrong as one line: the code, the marked bytes, the title, and the whole text mended.
fn said<T: Debug>(text: &str, result: Result<T, Wrong>) -> String {
    let wrong = result.expect_err(text);
    assert!(wrong.0.range.start <= wrong.0.range.end && wrong.0.range.end <= text.len(), "{text}: {:?}", wrong.0.range);
    assert!(!wrong.0.title.ends_with('.') && !wrong.0.label.ends_with('.'), "{text}: {}", wrong.0.title);
    let mended = wrong.0.replacement.map_or(String::new(), |right| format!(" -> {right}"));
    format!("{} [{}] {}{mended}", wrong.0.code.number, &text[wrong.0.range], wrong.0.title)
}

fn sound<T: Display, E: Debug>(read: impl Fn(&str) -> Result<T, E>, texts: &[&str]) {
    for text in texts {
        assert_eq!(read(text).expect(text).to_string(), *text);
    }
}

fn refused<T: Debug>(read: impl Fn(&str) -> Result<T, Wrong>, table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(said(text, read(text)), *expected, "for {text}");
    }
}

#[test]
fn addresses() {
    sound(address, &["0.0.0.0", "192.168.10.11", "255.255.255.255", "::", "fd00:10::b", "2001:db8::1"]);
    assert_eq!(address("FD00:0010::000B").expect("sound").to_string(), "fd00:10::b");
    refused(
        address,
        &[
            ("10.0.300.1", "HN201 [300] octet 300 is above 255"),
            ("10.0.0.01", "HN201 [01] octet `01` has a leading zero -> 10.0.0.1"),
            ("10.0.0", "HN201 [10.0.0] `10.0.0` has 3 octets"),
            ("10.0.0.1.2", "HN201 [10.0.0.1.2] `10.0.0.1.2` has 5 octets"),
            ("10..0.1", "HN201 [.] `10..0.1` has an empty octet"),
            ("10.0.0.", "HN201 [.] `10.0.0.` has an empty octet"),
            ("10.0.0.x1", "HN201 [x1] `x1` is not an octet"),
            ("10.0.0.1/24", "HN201 [/24] `10.0.0.1/24` has a prefix length -> 10.0.0.1"),
            ("10.0.0.1:80", "HN201 [:80] `10.0.0.1:80` has a port -> 10.0.0.1"),
            ("10.0.0.1-10.0.0.2", "HN201 [10.0.0.1-10.0.0.2] a range where one address is wanted"),
            ("nas", "HN201 [nas] `nas` is not an address"),
            ("", "HN201 [] `` is not an address"),
            ("[fd00::1]", "HN201 [[fd00::1]] an IPv6 address in brackets -> fd00::1"),
            ("fd00::1::2", "HN201 [::] `fd00::1::2` has two `::`"),
            ("fd00::12345", "HN201 [12345] group `12345` has more than four digits"),
            ("fd00::g", "HN201 [g] `fd00::g` is not an address"),
            ("fe80::1%eth0", "HN201 [%eth0] `fe80::1%eth0` has a zone"),
            ("fd00:1", "HN201 [fd00:1] `fd00:1` has 2 groups"),
            ("::ffff:10.0.0.1", "HN201 [::ffff:10.0.0.1] `::ffff:10.0.0.1` is an IPv4 address -> 10.0.0.1"),
        ],
    );
}

#[test]
fn prefixes_and_interface_addresses() {
    sound(prefix, &["10.0.0.0/8", "0.0.0.0/0", "10.0.0.1/32", "fd00:10::/64"]);
    sound(interface_address, &["10.0.0.11/24", "10.0.0.0/31", "fd00::1/64"]);
    refused(
        prefix,
        &[
            ("192.168.10.1/24", "HN203 [192.168.10.1] `192.168.10.1/24` has host bits set -> 192.168.10.0/24"),
            ("10.0.0.0", "HN202 [10.0.0.0] `10.0.0.0` has no prefix length"),
            ("10.0.0.0/33", "HN202 [33] prefix length 33 is above 32"),
            ("fd00::/129", "HN202 [129] prefix length 129 is above 128"),
            ("10.0.0.0/08", "HN202 [08] the prefix length has a leading zero -> 10.0.0.0/8"),
            ("10.0.0.0/", "HN202 [/] `` is no prefix length"),
            ("10.0.0.0/255.255.0.0", "HN202 [255.255.0.0] a netmask where a prefix length is wanted -> 10.0.0.0/16"),
            ("10.0.256.0/24", "HN202 [256] octet 256 is above 255"),
            ("10.0.01.0/24", "HN202 [01] octet `01` has a leading zero -> 10.0.1.0/24"),
            ("lan", "HN202 [lan] `lan` is not a prefix"),
        ],
    );
    refused(
        interface_address,
        &[
            ("10.0.0.11", "HN204 [10.0.0.11] `10.0.0.11` has no prefix length"),
            ("lan", "HN204 [lan] `lan` is not an address with a length"),
        ],
    );
}

#[test]
fn ranges() {
    sound(range, &["10.0.0.1-10.0.0.9", "10.0.0.1", "fd00::1-fd00::9"]);
    assert_eq!(range("10.0.0.0/30").expect("sound").to_string(), "10.0.0.0-10.0.0.3");
    refused(
        range,
        &[
            ("10.0.0.9-10.0.0.1", "HN205 [10.0.0.9-10.0.0.1] the range is reversed -> 10.0.0.1-10.0.0.9"),
            ("10.0.0.1-9", "HN205 [9] the end of the range is no whole address -> 10.0.0.1-10.0.0.9"),
            ("10.0.0.1-fd00::1", "HN205 [fd00::1] the ends of the range are of two families"),
            ("10.0.0.1-10.0.0.999", "HN205 [999] octet 999 is above 255"),
            ("10.0.0.1/30", "HN203 [10.0.0.1] `10.0.0.1/30` has host bits set -> 10.0.0.0/30"),
            ("10.0.0.1-10.0.0.9/24", "HN205 [10.0.0.9/24] the end of a range has a prefix length"),
            ("10.0.0.1-", "HN205 [] `` is not an address"),
            ("ways-in", "HN205 [ways-in] `ways-in` is not a range"),
        ],
    );
}

#[test]
fn macs() {
    sound(|text| mac(text, false), &["02:00:5e:00:00:11", "${MAC}"]);
    sound(|text| mac(text, true), &["02:00:5e:*", "*"]);
    assert_eq!(mac("02-00-5E-00-00-1A", false).err().map(|wrong| wrong.0.replacement), None);
    assert_eq!(mac("02-00-5E-00-00-1A", false).expect("sound").to_string(), "02:00:5e:00:00:1a");
    refused(
        |text| mac(text, false),
        &[
            ("01:00:5e:00:00:01", "HN206 [01] `01:00:5e:00:00:01` is a multicast MAC"),
            ("ff:ff:ff:ff:ff:ff", "HN206 [ff] `ff:ff:ff:ff:ff:ff` is a multicast MAC"),
            ("00:00:00:00:00:00", "HN206 [00:00:00:00:00:00] a MAC of zeros"),
            ("02:00:5e:00:00", "HN206 [02:00:5e:00:00] `02:00:5e:00:00` has 5 octets"),
            ("02:00:5e:00:00:1", "HN206 [1] `02:00:5e:00:00:1` is not a MAC"),
            ("02:00:5e:00:00:1g", "HN206 [g] `02:00:5e:00:00:1g` is not a MAC"),
            (
                "0200.5e00.0011",
                "HN206 [0200.5e00.0011] `0200.5e00.0011` is written in an unusual form -> 02:00:5e:00:00:11",
            ),
            ("02:00:5e:*", "HN206 [*] a pattern where one MAC is wanted"),
            ("é2:00:5e:00:00:11", "HN206 [é] `é2:00:5e:00:00:11` is not a MAC"),
        ],
    );
}

#[test]
fn host_names() {
    sound(|text| host_name(text, false), &["nas", "grafana.example.com", "${NAME}.example.com", "1.example.com"]);
    sound(|text| host_name(text, true), &["*.example.com", "example.com", "*.${DOMAIN}"]);
    assert_eq!(host_name("Example.COM", false).expect("sound").as_str(), "example.com");
    refused(
        |text| host_name(text, true),
        &[
            ("my_host.example.com", "HN207 [_] `my_host.example.com` has an underscore"),
            ("a.*.example.com", "HN207 [*] `a.*.example.com` has a `*` in a wrong place"),
            ("*x.example.com", "HN207 [*] `*x.example.com` has a `*` in a wrong place"),
            ("*", "HN207 [*] `*` has a `*` in a wrong place"),
            ("example.com.", "HN207 [.] `example.com.` ends with a dot -> example.com"),
            ("10.0.0.1", "HN207 [10.0.0.1] `10.0.0.1` is an address, not a host name"),
            ("10.0.0.300", "HN207 [300] `10.0.0.300` looks like an address"),
            ("fd00::1", "HN207 [fd00::1] `fd00::1` is an address, not a host name"),
            ("example.com:443", "HN207 [:443] `example.com:443` has a port -> example.com"),
            ("https://example.com/x", "HN207 [https://] `https://example.com/x` is a URL -> example.com"),
            ("a..b", "HN207 [.] `a..b` has an empty label"),
            ("-a.b", "HN207 [-] `-a.b` has a hyphen at a label's end"),
            ("a-.b", "HN207 [-] `a-.b` has a hyphen at a label's end"),
            ("bücher.example.com", "HN207 [ü] `bücher.example.com` is not in ASCII"),
            ("", "HN207 [] an empty host name"),
        ],
    );
    refused(|text| host_name(text, false), &[("*.example.com", "HN207 [*] a wildcard where one name is wanted")]);
    let long = format!("{}.example.com", "a".repeat(64));
    assert_eq!(said(&long, host_name(&long, false)), format!("HN207 [{}] a label of 64 characters", "a".repeat(64)));
    let long = "abcdefg.".repeat(32) + "com";
    assert!(said(&long, host_name(&long, false)).contains("the host name has 259 characters"));
}

#[test]
fn names() {
    sound(name, &["a", "cp-1", "node"]);
    refused(
        name,
        &[
            ("NAS_1", "HN208 [N] `NAS_1` has capitals -> nas-1"),
            ("nas_1", "HN208 [_] `nas_1` has an underscore -> nas-1"),
            ("nas.lan", "HN208 [.] `nas.lan` has a dot -> nas-lan"),
            ("-nas", "HN208 [-] `-nas` has a hyphen at its end"),
            ("nas-", "HN208 [-] `nas-` has a hyphen at its end"),
            ("nås", "HN208 [å] `nås` is not a name"),
            ("", "HN208 [] an empty name"),
        ],
    );
}

#[test]
fn numbers() {
    sound(port, &["1", "443", "65535"]);
    sound(vlan_id, &["1", "4094"]);
    assert_eq!(integer("0x10", 0..=20), Ok(16));
    refused(
        port,
        &[
            ("0", "HN210 [0] 0 is below 1"),
            ("65536", "HN210 [65536] 65536 is above 65535"),
            ("https", "HN210 [https] `https` is the name of a service -> 443"),
            ("53/udp", "HN210 [/] `53/udp` is not a port"),
            ("080", "HN210 [080] `080` has a leading zero -> 80"),
            ("-1", "HN210 [-1] -1 is below 1"),
        ],
    );
    refused(vlan_id, &[("0", "HN209 [0] 0 is below 1"), ("4095", "HN209 [4095] 4095 is above 4094")]);
    refused(
        |text| integer(text, 68..=9216),
        &[
            ("9217", "HN211 [9217] 9217 is above 9216"),
            ("99999999999999999999", "HN211 [99999999999999999999] 99999999999999999999 is above 9216"),
            ("0x", "HN211 [0x] `0x` is not a number"),
            ("1_500", "HN211 [_] `1_500` is not a number"),
            ("", "HN211 [] `` is not a number"),
        ],
    );
}

#[test]
fn versions() {
    sound(version, &["1.13", "1.36.2", "1.14.0-rc.1", "1.33.1+k3s1", "0.22.0-rc.1+build-5"]);
    refused(
        version,
        &[
            ("v1.13", "HN212 [v] `v1.13` starts with a `v` -> 1.13"),
            ("1", "HN212 [1] `1` is not a version"),
            ("1.2.3.4", "HN212 [1.2.3.4] `1.2.3.4` is not a version"),
            ("latest", "HN212 [latest] `latest` is not a version"),
            ("1.013", "HN212 [013] `1.013` has a leading zero"),
            ("1.x", "HN212 [x] `1.x` is not a version"),
            ("1.14-rc.1", "HN212 [-rc.1] `1.14-rc.1` has two numbers before `-` -> 1.14.0-rc.1"),
            ("1.14.0-", "HN212 [-] `1.14.0-` is not a version"),
            ("1.14.0-a..b", "HN212 [.] `1.14.0-a..b` is not a version"),
            ("1.99999999999", "HN212 [99999999999] `1.99999999999` is not a version"),
        ],
    );
}

#[test]
fn durations() {
    sound(duration, &["0s", "30s", "1m30s", "250ms", "1h"]);
    assert_eq!(duration("90s").map(|time| time.to_string()), Ok("1m30s".to_owned()));
    refused(
        duration,
        &[
            ("30", "HN213 [30] `30` has no unit"),
            ("1m30", "HN213 [30] `1m30` has no unit"),
            ("0", "HN213 [0] `0` has no unit -> 0s"),
            ("1d", "HN213 [d] `d` is no unit of a duration -> 24h"),
            ("30sec", "HN213 [sec] `sec` is no unit of a duration -> 30s"),
            ("1.5h", "HN213 [.] `1.5h` has a fraction -> 1h30m"),
            ("5us", "HN213 [us] `us` is no unit of a duration"),
            ("-5s", "HN213 [-] `-5s` is not a duration"),
            ("100000h", "HN213 [100000h] `100000h` is too long a time"),
            ("", "HN213 [] an empty duration"),
        ],
    );
}

#[test]
fn locators() {
    let web = |text: &str| url(text, &["https", "ssh"]);
    sound(
        web,
        &[
            "https://github.com/me/home-ops.git",
            "ssh://git@github.com/me/x",
            "https://[fd00::1]:6443/x",
            "https://10.0.0.1:8080",
            "https://${HOST}/x",
        ],
    );
    refused(
        web,
        &[
            ("github.com/me", "HN214 [github.com/me] `github.com/me` has no scheme"),
            (
                "git@github.com:me/x.git",
                "HN214 [git@github.com:me/x.git] `git@github.com:me/x.git` has no scheme -> ssh://git@github.com/me/x.git",
            ),
            ("ftp://example.com", "HN214 [ftp] `ftp` is not expected here"),
            ("https:///x", "HN214 [://] `https:///x` has no host"),
            ("https://exa_mple.com/", "HN214 [_] `exa_mple.com` has an underscore"),
            ("https://example.com:0/", "HN214 [0] 0 is below 1"),
            ("https://example.com/a b", "HN214 [ ] `https://example.com/a b` is not a URL"),
        ],
    );
    sound(uuid, &["6ff42ae2-765d-4adf-8112-31c55c1551ef", "${TUNNEL}"]);
    refused(
        uuid,
        &[
            (
                "6ff42ae2765d4adf811231c55c1551ef",
                "HN215 [6ff42ae2765d4adf811231c55c1551ef] a UUID with its hyphens in wrong places -> 6ff42ae2-765d-4adf-8112-31c55c1551ef",
            ),
            ("6ff42ae2", "HN215 [6ff42ae2] `6ff42ae2` is not a UUID"),
            ("xyz", "HN215 [x] `xyz` is not a UUID"),
        ],
    );
    sound(path, &["/", "/dev/disk/by-id/ata-x:1", "/api/", "/${X}/y", "/a%20b", "/~me/$x'(1)*+,;=@&!._-"]);
    refused(
        path,
        &[
            ("dev/sda", "HN216 [d] `dev/sda` does not start with `/` -> /dev/sda"),
            ("/a//b", "HN216 [//] `/a//b` has an empty part"),
            ("/a/../b", "HN216 [..] `/a/../b` has a `..` in it"),
            ("/a?b", "HN216 [?] `/a?b` is not a path"),
            ("/a{b}", "HN216 [{] `/a{b}` is not a path"),
            ("/a|b", "HN216 [|] `/a|b` is not a path"),
            ("/a^b", "HN216 [^] `/a^b` is not a path"),
            ("/a[1]", "HN216 [[] `/a[1]` is not a path"),
            ("/a%zz", "HN216 [%] `/a%zz` has a `%` without its two digits"),
            ("/a%2", "HN216 [%] `/a%2` has a `%` without its two digits"),
            ("/a%2Fb", "HN216 [%2F] `/a%2Fb` has a slash in percent encoding"),
            ("/a%2fb", "HN216 [%2f] `/a%2fb` has a slash in percent encoding"),
        ],
    );
    sound(relative_path, &["docs", "a/b.c/d_e-f", ".github/x"]);
    refused(
        relative_path,
        &[
            ("/etc", "HN216 [/] `/etc` is absolute"),
            ("../x", "HN216 [..] `../x` has a `..` in it"),
            ("./x", "HN216 [./] `./x` starts with `./` -> x"),
            ("x/", "HN216 [/] `x/` ends with `/` -> x"),
            ("a\\b", "HN216 [\\] `a\\\\b` is not portable"),
            ("a/nul.txt", "HN216 [nul.txt] `a/nul.txt` is not portable"),
            ("a b", "HN216 [ ] `a b` is not portable"),
            ("", "HN216 [] an empty path"),
        ],
    );
}

#[test]
fn labels_and_taints() {
    let pair = |key: &str, value: &str| Ok((key.to_owned(), value.to_owned()));
    assert_eq!(label("topology.kubernetes.io/zone=cellar"), pair("topology.kubernetes.io/zone", "cellar"));
    assert_eq!(label("gpu="), pair("gpu", ""));
    assert_eq!(annotation("example.com/note=any text: here"), pair("example.com/note", "any text: here"));
    refused(
        label,
        &[
            ("rack", "HN217 [rack] `rack` has no `=`"),
            ("=x", "HN217 [] a key without a name"),
            ("a b=x", "HN217 [ ] `a b` is not a key of a label"),
            ("a=b/c", "HN217 [/] `b/c` is not a value of a label"),
            ("a=-b", "HN217 [-b] `-b` is not a value of a label"),
            ("ex_ample.com/a=b", "HN217 [_] `ex_ample.com` has an underscore"),
        ],
    );
    let taint_text = |text: &str| taint(text).map(|taint| format!("{}={}:{}", taint.key, taint.value, taint.effect));
    assert_eq!(taint_text("gpu=yes:NoSchedule").as_deref(), Ok("gpu=yes:NoSchedule"));
    assert_eq!(taint_text("gpu:NoExecute").as_deref(), Ok("gpu=:NoExecute"));
    refused(
        taint,
        &[
            ("gpu=yes", "HN218 [gpu=yes] `gpu=yes` has no effect"),
            (
                "gpu=yes:NoScheduling",
                "HN218 [NoScheduling] `NoScheduling` is no effect of a taint -> gpu=yes:NoSchedule",
            ),
            (":NoSchedule", "HN218 [] a key without a name"),
        ],
    );
}

#[test]
fn indexes() {
    let read = |text: &str| {
        let index = index(text).expect("indexed").expect(text);
        (index.base, index.family, index.first, index.last)
    };
    assert_eq!(read("lan[11]"), ("lan".to_owned(), None, 11, None));
    assert_eq!(read("lan[-2]"), ("lan".to_owned(), None, -2, None));
    assert_eq!(read("lan[32-63]"), ("lan".to_owned(), None, 32, Some(63)));
    assert_eq!(read("lan[-5--2]"), ("lan".to_owned(), None, -5, Some(-2)));
    assert_eq!(read("lan[32--2]"), ("lan".to_owned(), None, 32, Some(-2)));
    assert_eq!(read("lan.v6[0x11]"), ("lan".to_owned(), Some(Family::V6), 17, None));
    assert_eq!(read("home.pods.v4[10]"), ("home.pods".to_owned(), Some(Family::V4), 10, None));
    for text in ["lan", "[fd00::1]", "https://[fd00::1]:6443", "192.168.10.1"] {
        assert_eq!(index(text), None, "{text}");
    }
    refused(
        |text| index(text).expect("indexed"),
        &[
            ("lan[11", "HN219 [[11] `lan[11` has no `]` -> lan[11]"),
            ("lan[]", "HN219 [[]] `` is no index"),
            ("lan[x]", "HN219 [x] `x` is no index"),
            ("lan[63-32]", "HN219 [63-32] the range is reversed -> lan[32-63]"),
            ("lan[11]/24", "HN219 [/24] `lan[11]/24` goes on behind its index -> lan[11]"),
            ("[11]", "HN219 [[] `[11]` has no name"),
            (
                "lan[999999999999999999999999999999999999999999]",
                "HN219 [999999999999999999999999999999999999999999] `9999999999999999999999999999999999999...` is no index",
            ),
        ],
    );
    let lan: ipnet::IpNet = "192.168.10.0/24".parse().expect("a prefix");
    let shown = |prefix, position| address_at(prefix, position).map(|address| address.to_string());
    assert_eq!(shown(lan, 11).as_deref(), Some("192.168.10.11"));
    assert_eq!(shown(lan, -1).as_deref(), Some("192.168.10.255"));
    assert_eq!(shown(lan, 256), None);
    assert_eq!(shown(lan, -257), None);
    let all: ipnet::IpNet = "::/0".parse().expect("a prefix");
    assert_eq!(shown(all, -1).as_deref(), Some("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    assert_eq!(shown(all, i128::MIN).as_deref(), Some("8000::"));
}

/// Reads a text as every type, so that each is seen not to panic and to mark bytes of the text.
fn read_all(text: &str) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    let mut keep = |wrong: Option<Wrong>| wrongs.extend(wrong);
    keep(address(text).err());
    keep(prefix(text).err());
    keep(interface_address(text).err());
    keep(range(text).err());
    for flag in [false, true] {
        keep(mac(text, flag).err());
        keep(host_name(text, flag).err());
    }
    keep(name(text).err());
    keep(port(text).err());
    keep(vlan_id(text).err());
    keep(integer(text, 0..=u64::MAX).err());
    keep(version(text).err());
    keep(duration(text).err());
    keep(url(text, &["https", "ssh"]).err());
    keep(uuid(text).err());
    keep(path(text).err());
    keep(header(text).err());
    keep(relative_path(text).err());
    keep(label(text).err());
    keep(annotation(text).err());
    keep(taint(text).err());
    keep(index(text).and_then(Result::err));
    wrongs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_panics_and_marks_lie_in_the_text(
        text in prop_oneof![
            ".{0,24}",
            "[0-9a-f.:/*-]{0,24}",
            "[a-z0-9é.:/@=\\[\\]${}_-]{0,24}",
            "(https|ssh)://[a-z0-9.:@\\[\\]é/-]{0,16}",
            "lan(.v6)?\\[[0-9x-]{0,8}\\]?.{0,2}",
            "[0-9]{1,3}[.][0-9]{1,2}[hmsdx.0-9+-]{0,6}",
        ]
    ) {
        for wrong in read_all(&text) {
            prop_assert!(text.get(wrong.0.range.clone()).is_some(), "{:?} in {:?}", wrong, text);
        }
    }

    #[test]
    fn a_value_is_read_from_what_it_prints(
        v4 in any::<u32>(), v6 in any::<u128>(), length in 0_u8..=32, octets in any::<[u8; 6]>(),
        milliseconds in 0_u64..359_996_400_000, numbers in any::<(u32, u32, u32)>(),
    ) {
        let first = std::net::IpAddr::from(v4.to_be_bytes());
        prop_assert_eq!(address(&first.to_string()), Ok(first));
        let sixth = std::net::IpAddr::from((v6 | 1 << 127).to_be_bytes());
        prop_assert_eq!(address(&sixth.to_string()), Ok(sixth));
        let net = ipnet::IpNet::new(first, length).expect("a length up to 32");
        prop_assert_eq!(interface_address(&net.to_string()), Ok(net));
        prop_assert_eq!(prefix(&net.trunc().to_string()), Ok(net.trunc()));
        let run = hnet_model::AddressRange::from(net);
        prop_assert_eq!(range(&run.to_string()), Ok(run));
        let own = hnet_model::Mac::Known([octets[0] & 0xfe | 2, octets[1], octets[2], octets[3], octets[4], octets[5]]);
        prop_assert_eq!(mac(&own.to_string(), false), Ok(own));
        let time = hnet_model::Duration(milliseconds);
        prop_assert_eq!(duration(&time.to_string()), Ok(time));
        let text = format!("{}.{}.{}-rc.1", numbers.0, numbers.1, numbers.2);
        prop_assert_eq!(version(&text).map(|version| version.to_string()), Ok(text));
    }

    #[test]
    fn what_is_offered_as_a_replacement_is_sound(text in "[0-9a-fv.:/*-]{0,20}") {
        let offered = [
            address(&text).err().and_then(|wrong| wrong.0.replacement).map(|right| address(&right).err()),
            prefix(&text).err().and_then(|wrong| wrong.0.replacement).map(|right| prefix(&right).err().filter(|wrong| wrong.0.replacement.is_none())),
            duration(&text).err().and_then(|wrong| wrong.0.replacement).map(|right| duration(&right).err()),
            version(&text).err().and_then(|wrong| wrong.0.replacement).map(|right| version(&right).err()),
        ];
        for wrong in offered.into_iter().flatten().flatten() {
            prop_assert!(wrong.0.replacement.is_some(), "{:?}: {:?}", text, wrong);
        }
    }
}

#[test]
fn a_sign_is_shown_as_what_it_is() {
    let shown = ['%', 'ä', '\u{430}', '\u{200b}', '\u{a0}', '\u{301}', '\n'].map(super::shown_sign);
    let expected = ["`%`", "`ä` (U+00E4)", "`\u{430}` (U+0430)", r"`\u{200b}`", r"`\u{a0}`", r"`\u{301}`", r"`\n`"];
    assert_eq!(shown, expected);
}
