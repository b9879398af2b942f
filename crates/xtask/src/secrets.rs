//! What the table of secrets takes from gitleaks, written anew from its file of rules.
//!
//! Which rules those are, what each is called and by which words it is looked for is said in the
//! table and stays; entropies and patterns are gitleaks'. What is changed in a pattern: what may
//! stand before its first word is left out, for hnet looks where that word is; where nothing may stand before
//! it, a border of a word is asked for; and what separates a key from its value, and what ends a value, are
//! those of hnet. Start at [`derive`].

use std::fmt::Write as _;

use serde::Deserialize;

/// Where the table lies, from the root of the project.
pub const TABLE: &str = "crates/hnet-secrets/src/rules.tsv";

/// The line of the table that ends what it has from gitleaks.
const OWN: &str = "# Of hnet:";

/// What gitleaks lets stand before the first word of a pattern.
const BEFORE: &str = r"[\w.-]{0,50}?";
/// What gitleaks lets stand between a key and its value.
const IS: [&str; 2] = [
    r#"[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}"#,
    r#"[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}"#,
];
/// What ends a value for gitleaks.
const END: &str = r#"(?:[\x60'"\s;]|\\[nr]|$)"#;

#[derive(Deserialize)]
struct Rules {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    regex: Option<String>,
    entropy: Option<f64>,
}

/// The table with the entropies and patterns of gitleaks' rules.
///
/// # Errors
/// When the rules are no TOML, or a rule of the table is none of gitleaks.
pub fn derive(table: &str, gitleaks: &str) -> Result<String, String> {
    let Rules { rules } = basic_toml::from_str(gitleaks).map_err(|error| error.to_string())?;
    let own = table.find(OWN).ok_or("the table does not say where its own rules start")?;
    let mut out = String::with_capacity(table.len() * 2);
    for line in table[..own].lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        if line.starts_with('#') || line.is_empty() {
            out.push_str(line);
        } else if let [id, what, keywords, _, _, except] = columns[..] {
            let rule = rules.iter().find(|rule| rule.id == id).ok_or_else(|| format!("gitleaks has no rule `{id}`"))?;
            let regex = rule.regex.as_ref().ok_or_else(|| format!("gitleaks' rule `{id}` has no pattern"))?;
            let entropy = rule.entropy.map_or_else(|| "-".to_owned(), |entropy| entropy.to_string());
            write!(out, "{id}\t{what}\t{keywords}\t{entropy}\t{}\t{except}", pattern(regex))
                .expect("a string takes all that is written");
        } else {
            return Err(format!("`{line}` has not six columns"));
        }
        out.push('\n');
    }
    Ok(out + &table[own..])
}

fn pattern(regex: &str) -> String {
    let anywhere = regex.replace(BEFORE, "");
    let named = anywhere.replace(IS[0], "{is}").replace(IS[1], "){is}").replace(END, "{end}");
    let starts_word =
        named.trim_start_matches("(?i)").starts_with(|first: char| first == '(' || first.is_alphanumeric());
    if anywhere == regex && starts_word { format!(r"\b{named}") } else { named }
}

#[cfg(test)]
mod tests {
    use super::{derive, pattern};

    #[test]
    fn what_separates_and_ends_is_that_of_hnet() {
        let regex = r#"(?i)[\w.-]{0,50}?(?:a)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z]{40})(?:[\x60'"\s;]|\\[nr]|$)"#;
        assert_eq!(pattern(regex), r"(?i)(?:a)(?:[ \t\w.-]{0,20}){is}([a-z]{40}){end}");
        assert_eq!(pattern("ghp_[a-z]{36}"), r"\bghp_[a-z]{36}");
        assert_eq!(pattern("(?i)-----BEGIN"), "(?i)-----BEGIN");
    }

    #[test]
    fn only_the_patterns_of_the_first_part_are_written() {
        let gitleaks = "[[rules]]\nid = 'a'\nregex = '''x'''\nentropy = 3\n";
        let table = "# head\n\na\tan a\tx\t-\told\t-\n# Of hnet: more\nb\ta b\ty\t-\told\t-\n";
        let derived = derive(table, gitleaks);
        assert_eq!(derived.as_deref(), Ok("# head\n\na\tan a\tx\t3\t\\bx\t-\n# Of hnet: more\nb\ta b\ty\t-\told\t-\n"));
        assert_eq!(derive(&table.replace("\na\t", "\nc\t"), gitleaks), Err("gitleaks has no rule `c`".to_owned()));
    }
}
