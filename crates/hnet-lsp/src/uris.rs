//! URIs of documents, as clients write them. Two clients may encode the same path in two ways.

use hnet_diagnostics::forms;

/// The path of a `file:` URI, with its percent-encoded bytes as they are; none for another scheme.
pub(crate) fn path(uri: &str) -> Option<String> {
    uri.strip_prefix("file://").map(decoded).filter(|path| path.starts_with('/'))
}

/// The URI up to its last `/`.
pub(crate) fn folder(uri: &str) -> &str {
    uri.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of a document in its folder.
pub(crate) fn name(uri: &str) -> String {
    decoded(uri.rsplit('/').next().unwrap_or(uri))
}

/// Whether two URIs are of one document.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one == other || decoded(one) == decoded(other)
}

/// A URI with its percent-encoded bytes as they are.
pub(crate) fn decoded(uri: &str) -> String {
    let bytes = uri.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A path below a folder as a URI: what is not plain is percent-encoded.
pub(crate) fn below(folder: &str, path: &str) -> String {
    [folder, "/", &forms::uri(path)].concat()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_file_uris_have_paths() {
        assert_eq!(super::path("file:///home/me/my%20home.hnet").as_deref(), Some("/home/me/my home.hnet"));
        assert_eq!(super::path("untitled:1"), None);
        assert_eq!(super::path("file://host/share.hnet"), None);
    }

    #[test]
    fn a_document_is_the_same_however_its_path_is_encoded() {
        assert!(super::same("file:///c%3A/a.hnet", "file:///c:/a.hnet"));
        assert!(super::same(&super::below("file:///x", "my é.hnet"), "file:///x/my é.hnet"));
        assert!(!super::same("file:///x/a.hnet", "file:///x/b.hnet"));
    }
}
