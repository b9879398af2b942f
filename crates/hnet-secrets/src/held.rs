//! The values of the Secrets of Kubernetes in a text. They are secret whatever they look like.
//!
//! Text is read and not YAML, since what is shown of a text is often what cannot be read. What may be a value is
//! taken for one. Start at [`places`].

use std::ops::Range;

/// The values below `data` and `stringData` of each Secret, in order; none overlaps another.
pub(crate) fn places(text: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for document in documents(text) {
        let part = &text[document.clone()];
        if !keys(part, "kind").any(|(_, behind)| is_secret(&part[behind..])) {
            continue;
        }
        let mut found = Vec::new();
        // Both words end so.
        let mut read = 0;
        let mut starts: Vec<(usize, usize)> = keys(part, "data").chain(keys(part, "stringData")).collect();
        starts.sort_unstable();
        for (start, behind) in starts {
            if start >= read {
                read = values(part, start, behind, &mut found);
            }
        }
        places.extend(found.into_iter().map(|place| document.start + place.start..document.start + place.end));
    }
    places
}

/// The documents of a text: between lines of hyphens, and between the quotes that set YAML off in a source of hnet.
fn documents(text: &str) -> Vec<Range<usize>> {
    let mut documents = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("---") {
            documents.push(start..at);
            start = at;
        }
        for (quotes, _) in line.match_indices("\"\"\"") {
            documents.push(start..at + quotes);
            start = at + quotes;
        }
        at += line.len();
    }
    documents.push(start..at);
    documents
}

/// Where a key is, and where what stands behind its colon starts.
fn keys<'t>(text: &'t str, key: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
    let bytes = text.as_bytes();
    text.match_indices(key).filter_map(move |(start, _)| {
        let is_start = start.checked_sub(1).is_none_or(|at| b" \t\r\n{,\"'".contains(&bytes[at]));
        let rest = text[start + key.len()..].trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']);
        let rest = rest.strip_prefix(':').filter(|_| is_start)?;
        Some((start, text.len() - rest.len()))
    })
}

/// Whether what stands behind `kind:` is the kind of a Secret.
fn is_secret(behind: &str) -> bool {
    let rest = behind.trim_start().trim_start_matches(['"', '\'']).strip_prefix("Secret");
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '_' | '-' | '.')))
}

/// Adds the values behind a key, and says where they end.
fn values(text: &str, key: usize, mut behind: usize, found: &mut Vec<Range<usize>>) -> usize {
    let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |length| at + length);
    // An anchor and a tag stand before what they are of.
    loop {
        behind += blank(&text[behind..], &[' ', '\t']);
        if !text[behind..].starts_with(['&', '!']) {
            break;
        }
        behind += text[behind..].find(char::is_whitespace).unwrap_or(text.len() - behind);
    }
    let next = behind + blank(&text[behind..], &[' ', '\t', '\r', '\n']);
    if text[next..].starts_with('{') {
        return flow(text, next + 1, found);
    }
    let end = line_end(behind);
    if !text[behind..end].trim().is_empty() && !text[behind..].starts_with('#') {
        add(text, behind..end, found);
    }
    let column = key - text[..key].rfind('\n').map_or(0, |newline| newline + 1);
    block(text, column, (end + 1).min(text.len()), found)
}

/// How many of some characters a text starts with.
fn blank(text: &str, of: &[char]) -> usize {
    text.len() - text.trim_start_matches(of).len()
}

/// Adds a place without the blanks around it.
fn add(text: &str, place: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = &text[place.clone()];
    let start = place.start + part.len() - part.trim_start().len();
    if !part.trim().is_empty() {
        found.push(start..start + part.trim().len());
    }
}

/// Adds what stands behind the keys of the lines that stand further right than a column, and of the lines that stand
/// further right than these all.
fn block(text: &str, column: usize, mut at: usize, found: &mut Vec<Range<usize>>) -> usize {
    let mut of_keys = None;
    for line in text[at..].split_inclusive('\n') {
        let indentation = blank(line, &[' ', '\t']);
        let written = line.trim();
        if !written.is_empty() {
            if indentation <= column {
                break;
            }
            let is_key = indentation <= *of_keys.get_or_insert(indentation);
            let value = if is_key { line.find(": ").or(line.trim_end().strip_suffix(':').map(str::len)) } else { None };
            let start = at + value.map_or(0, |value| value + 1);
            let end = at + line.len();
            // What says only that lines follow is none.
            if !matches!(text[start..end].trim(), "|" | ">" | "|-" | ">-" | "|+" | ">+") {
                add(text, start..end, found);
            }
        }
        at += line.len();
    }
    at
}

/// Adds the values behind a brace, and says where the brace that closes it is.
fn flow(text: &str, start: usize, found: &mut Vec<Range<usize>>) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut quote, mut from, mut at) = (1, None, start, start);
    // Behind its key a value starts; without one all of it may be a value.
    let mut is_value = false;
    while at < bytes.len() && depth > 0 {
        let byte = bytes[at];
        match quote {
            Some(b'"') if byte == b'\\' => at += 1,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None => match byte {
                // Within a word they are letters.
                b'"' | b'\'' if text.get(from..at).is_none_or(|before| before.trim().is_empty()) => quote = Some(byte),
                b':' if !is_value
                    && (bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace) || b"\"'".contains(&bytes[at - 1])) =>
                {
                    (from, is_value) = (at + 1, true);
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            },
        }
        if quote.is_none() && (depth == 0 || depth == 1 && byte == b',') {
            add(text, from..at, found);
            (from, is_value) = (at + 1, false);
        }
        at += 1;
    }
    if depth > 0 {
        add(text, from.min(text.len())..text.len(), found);
        return text.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::places;

    /// A text with its values as stars.
    fn masked(text: &str) -> String {
        let mut masked = text.to_owned();
        for place in places(text).into_iter().rev() {
            masked.replace_range(place, "*");
        }
        masked
    }

    #[test]
    fn the_values_of_a_secret_are_found_however_they_are_written() {
        for (text, expected) in [
            (
                "kind: Secret\nstringData: {url-of-db: pg-1, b: \"x, }\"}\n",
                "kind: Secret\nstringData: {url-of-db: *, b: *}\n",
            ),
            (
                "{\"kind\":\"Secret\",\"data\":{\"a\":\"b\\\"c\",\"d\":\"e\"},\"x\":1}",
                "{\"kind\":\"Secret\",\"data\":{\"a\":*,\"d\":*},\"x\":1}",
            ),
            (
                "{\n  \"kind\": \"Secret\",\n  \"data\":\n  {\n    \"a\": \"b\"\n  }\n}",
                "{\n  \"kind\": \"Secret\",\n  \"data\":\n  {\n    \"a\": *\n  }\n}",
            ),
            (
                "- data:\n    a: b # c\n    d: |\n      e: f\n\n      g\n    h:\n      i\n  kind: Secret\n  type: Opaque",
                "- data:\n    a: *\n    d: |\n      *\n\n      *\n    h:\n      *\n  kind: Secret\n  type: Opaque",
            ),
            (
                "kind: Secret # x\ndata: &a\n  b: c\nstringData: *a\n",
                "kind: Secret # x\ndata: &a\n  b: *\nstringData: *\n",
            ),
            ("kind: Secret\ndata: {a: b, c d, \"e\": ü", "kind: Secret\ndata: {a: *, *, \"e\": *"),
            (
                "manifest \"\"\"\n  {kind: Secret, data: {a: it's, b: c}}\n\"\"\";\nx: y",
                "manifest \"\"\"\n  {kind: Secret, data: {a: *, b: *}}\n\"\"\";\nx: y",
            ),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn what_is_of_no_secret_is_none() {
        for text in [
            "kind: ConfigMap\ndata:\n  a: b\n---\nkind: Secret\nmetadata: {name: data}\n",
            "kind: SecretStore\ndata: {a: b}",
            "kind: SealedSecret\nspec: {template: {data: {a: b}}}",
            "kind: Secret\nmetadata: {annotations: {a: b}}\ntype: Opaque\nmetadata-data: {a: b}",
            "",
        ] {
            assert_eq!(places(text), []);
        }
    }

    #[test]
    fn no_text_takes_more_than_its_length() {
        for piece in
            ["data: {", "data:\n ", "kind: Secret\n", "data: {kind: Secret, ", "---\n", "\"\"\"", "data: '", "data:\n"]
        {
            let text = format!("kind: Secret\n{}", piece.repeat((1 << 20) / piece.len()));
            let found = places(&text);
            assert!(found.len() <= text.len() && found.windows(2).all(|two| two[0].end <= two[1].start), "{piece:?}");
        }
    }
}
