//! Expressions that Talos reads, and those that it refuses.

use super::refused;

#[test]
fn what_talos_reads_passes() {
    for text in [
        "system_disk",
        "!system_disk",
        "disk.transport == \"nvme\" && !system_disk",
        "disk.transport == 'nvme' && disk.size >= 500u * GB",
        "disk.size > 100u * GiB && (disk.model.startsWith(\"Samsung\") || disk.rotational)",
        "\"/dev/disk/by-id/x\" in disk.symlinks",
        "disk.symlinks.exists(link, link.endsWith('x'))",
        "glob('Samsung*', disk.model)",
        "disk.serial in ['a', 'b',]",
        "disk.size == 15u * TB / 10u",
        "disk.size > 0x10u",
        "disk.size > uint(100)",
        "disk.model.matches(r'^\\d+$') // a note",
        "disk.cdrom == false ? true : !disk.readonly",
        "${ANY} &&",
        "-1 < 0",
        "size(disk.symlinks) > 0",
    ] {
        assert_eq!(refused(text, false), None, "{text}");
    }
    for text in ["true", "volume.partition_label == \"media\"", "disk.dev_path == '/dev/sda' && volume.name == 'xfs'"] {
        assert_eq!(refused(text, true), None, "{text}");
    }
    let deep = format!("{}true{}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(refused(&deep, false), None);
}

#[test]
fn what_talos_does_not_read_is_told() {
    for (text, says) in [
        ("sytem_disk", "write `system_disk`"),
        ("sdb", "nothing is called `sdb`"),
        ("nvme", "nothing is called `nvme`"),
        ("disk.transport == 'nvme' &&", "it ends"),
        ("type nvme", "without an operator"),
        ("disk.transport = \"nvme\"", "write `==`"),
        ("disk.transprt", "write `disk.transport`"),
        ("disk.transport", "it is no condition"),
        ("disk", "alone is no condition"),
        ("disk.transport == \"nvme", "a quote"),
        ("(disk.rotational", "not closed"),
        ("disk.rotational)", "closes what nothing opens"),
        ("disk.rotational system_disk", "without an operator"),
        ("disk.rotational & system_disk", "write `&&`"),
        ("disk.size > 100 * GB", "100u"),
        ("disk.size > 100GB", "100u * GB"),
        ("disk.size > '100GB'", "compared"),
        ("!disk.transport", "no condition"),
        ("disk.model && system_disk", "joins conditions"),
        ("&& system_disk", "stands where"),
        ("disk.", "no field behind"),
        ("volume.name == 'x'", "nothing is called `volume`"),
        ("disk.rotational; true", "no sign of CEL"),
        ("", "it ends"),
    ] {
        let found = refused(text, false).map(|refused| format!("{} {}", refused.label, refused.help));
        assert!(found.as_ref().is_some_and(|found| found.contains(says)), "{text}: {found:?}");
    }
    let volume = refused("volume.partition_labl == 'x'", true).map(|refused| refused.help);
    assert_eq!(volume.as_deref(), Some("write `volume.partition_label`"));
}
