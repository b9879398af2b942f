//! What programs of others say of a code: a sentence, and where its page is.

use crate::Code;

/// The address of the project, which the workspace's `Cargo.toml` says. It has none as long as its owner is not known.
#[must_use]
pub fn site() -> Option<&'static str> {
    let site = env!("CARGO_PKG_REPOSITORY");
    (!site.contains("OWNER")).then_some(site)
}

impl Code {
    /// What it is about: the first sentence of its page.
    #[must_use]
    pub fn description(&self) -> String {
        let page = self.page();
        let about = page.split("\n\n").nth(1).unwrap_or_default().replace('\n', " ");
        let mut in_code = false;
        let end = about.char_indices().find(|(at, character)| {
            in_code ^= *character == '`';
            *character == '.' && !in_code && about[at + 1..].chars().next().is_none_or(char::is_whitespace)
        });
        about[..end.map_or(about.len(), |(at, _)| at + 1)].to_owned()
    }

    /// Where its page can be read on the network, once the project has a site.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        site().map(|site| format!("{site}/blob/main/crates/hnet-diagnostics/explain/{}.md", self.number))
    }
}

#[cfg(test)]
mod tests {
    use crate::codes;

    #[test]
    fn each_code_is_described_by_a_sentence() {
        for code in codes::ALL {
            let said = code.description();
            let is_sentence =
                said.ends_with('.') && said.contains(' ') && !said.contains('\n') && said.matches('`').count() % 2 == 0;
            // What GitHub shows of one.
            assert!(is_sentence && said.len() <= 1024, "{}: {said}", code.number);
        }
    }
}
