//! All written files as one archive, stored and not compressed, with a fixed date: the same bytes each time.
//!
//! The form is APPNOTE 6.3.10 of PKWARE, the part of it from version 2.0. Start at [`Project::zip`].

use hnet_emit::Outputs;

use crate::Project;

/// 1980-01-01, the first date that the form has.
const DATE: u16 = 0x21;
/// What is needed to read it: version 2.0, for folders in paths.
const VERSION: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;

impl Project {
    /// The archive of all files; none where the network has errors.
    #[must_use]
    pub fn zip(&self) -> Option<Vec<u8>> {
        self.outputs().map(archive)
    }
}

fn archive(outputs: &Outputs) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (path, file) in &outputs.files {
        let content = file.text().as_bytes();
        let (offset, size) = (length(&bytes), length(content));
        let mut common = Vec::new();
        // No compression, no time, the date, the checksum, both sizes, the length of the name, nothing more.
        for part in [FLAGS, 0, 0, DATE] {
            common.extend(part.to_le_bytes());
        }
        for part in [checksum(content), size, size] {
            common.extend(part.to_le_bytes());
        }
        common.extend(u16::try_from(path.len()).unwrap_or(u16::MAX).to_le_bytes());
        common.extend(0_u16.to_le_bytes());

        bytes.extend(b"PK\x03\x04");
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(&common);
        bytes.extend(path.as_bytes());
        bytes.extend(content);

        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(path.as_bytes());
    }
    let count = u16::try_from(outputs.files.len()).unwrap_or(u16::MAX);
    let (start, size) = (length(&bytes), length(&directory));
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

/// A length as the form holds it; what hnet writes stays far below 4 GiB.
fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// CRC-32 as of ISO 3309.
fn checksum(bytes: &[u8]) -> u32 {
    const fn row(mut value: u32) -> u32 {
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0xEDB8_8320 } else { value >> 1 };
            bit += 1;
        }
        value
    }
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            table[at] = row(at as u32);
            at += 1;
        }
        table
    };
    let next = |sum: u32, byte: &u8| TABLE[((sum ^ u32::from(*byte)) & 0xFF) as usize] ^ (sum >> 8);
    !bytes.iter().fold(!0, next)
}

#[cfg(test)]
mod tests {
    use super::checksum;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
    }
}
