//! Each row of the table by what it finds and what it must not; what is public; and how long it takes.

use std::collections::BTreeSet;

use super::table::RULES;
use super::{find, gives_away, masked_behind, public, suspect};

/// A text of the examples with its random parts.
fn made(example: &str) -> String {
    let mut state = example.len() as u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut out = String::new();
    let mut rest = example;
    while let Some((before, part)) = rest.split_once('{') {
        let (part, after) = part.split_once('}').expect("a random part ends");
        out.push_str(before);
        rest = after;
        let Some(class) = part.chars().next() else { continue };
        let letters = match class {
            'a' => "a0B1c2D3e4F5g6H7i8J9kLmNoPqRsTuVwXyZAbCdEfGhIjKlMnOpQrStUvWxYz",
            'b' => "a0B1c2D3e4F5g6H7i8J9kLmNoPqRsTuVwXyZAbCdEfGhIjKlMnOpQrStUvWxYz",
            'l' => "a0b1c2d3e4f5g6h7i8j9klmnopqrstuvwxyz",
            'U' => "A0B1C2D3E4F5G6H7I8J9KLMNOPQRSTUVWXYZ",
            'u' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            'c' => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
            'x' => "0123456789abcdef",
            'd' => "0123456789",
            'w' => "abcdefghijklmnopqrstuvwxyz",
            other => panic!("`{other}` is no class of letters"),
        };
        let count: usize = part[1..].parse().expect("a number");
        for _ in 0..count {
            let at = random() % letters.len();
            out.push_str(&letters[at..=at]);
        }
    }
    (out + rest).replace("[[", "{").replace("]]", "}").replace("\\n", "\n")
}

fn rules_of(text: &str) -> Vec<&'static str> {
    find(text).into_iter().map(|secret| secret.rule).collect()
}

#[test]
fn each_row_finds_what_it_is_for_and_not_what_is_nearly_so() {
    let mut failures = Vec::new();
    let mut seen = BTreeSet::new();
    for line in include_str!("examples.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let [id, found, near] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("`{line}` has not three columns")
        };
        seen.insert(id);
        // As a value, in quotes, behind words, in a comment and in the middle of a line of YAML.
        let found = made(found);
        for text in [found.clone(), format!("\"{found}\""), format!("# see: {found}"), format!("a: b\nc: '{found}', d")]
        {
            if rules_of(&text) != [id] {
                failures.push(format!("{id} is not found, but {:?}: {text}", rules_of(&text)));
            }
        }
        let near = made(near);
        if !rules_of(&near).is_empty() {
            failures.push(format!("{:?} found in {near}", rules_of(&near)));
        }
    }
    let known: BTreeSet<&str> = RULES.list.iter().map(|rule| rule.id).collect();
    assert_eq!(seen, known, "each row has an example");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_pattern_can_be_read() {
    for rule in &RULES.list {
        assert!(rule.pattern().is_some(), "the pattern of `{}`", rule.id);
        assert_eq!(rule.except().is_some(), rule.has_except(), "what is no `{}`", rule.id);
    }
    assert_eq!(RULES.list.len(), RULES.list.iter().map(|rule| rule.id).collect::<BTreeSet<_>>().len());
}

#[test]
fn what_is_public_or_encrypted_or_stands_for_a_secret_is_none() {
    let token = made("ghp_{a36}");
    let base64 = made("{b64}");
    let texts = [
        "6ff42ae2-765d-4adf-8112-31c55c1551ef".to_owned(),
        format!("sha256:{}", made("{x64}")),
        format!("factory.talos.dev/installer/{}", made("{x64}")),
        format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} me@home", made("{b43}")),
        "02:00:5e:00:00:11".to_owned(),
        "vault/cloudflared#credentials.json".to_owned(),
        "password: vault/wifi#key1".to_owned(),
        "/dev/disk/by-id/nvme-Samsung_SSD_990_PRO_2TB_S7KHNJ0W123456A".to_owned(),
        "https://github.com/me/home-ops.git".to_owned(),
        "secret-store: onepassword-connect-1".to_owned(),
        "token: ${TOKEN}, password: $(cat x1), secret: {{ .Values.secret1 }}".to_owned(),
        "postgres://app:${PASSWORD}@db.example.com/app".to_owned(),
        "https://user:password@example.com".to_owned(),
        format!("password: ENC[AES256_GCM,data:{base64},iv:{base64}=,tag:abc1==,type:str]"),
        format!("caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk{base64}"),
        format!("publicKey: {}=", made("{b43}")),
        format!("-----BEGIN CERTIFICATE-----\nBearer {base64}\n{token}\n-----END CERTIFICATE-----"),
        format!("-----BEGIN AGE ENCRYPTED FILE-----\n{token}\n-----END AGE ENCRYPTED FILE-----"),
        format!("-----BEGIN PGP MESSAGE-----\n{token}\n-----END PGP MESSAGE-----"),
        format!(
            "kind: SealedSecret\nspec:\n  encryptedData:\n    password: Ag{base64}\n    token: Ag{base64}=\n  template: {{}}"
        ),
        "password: ********, token: xxxxxxxxxxxxxxxxxxxx".to_owned(),
        format!("tokenSecretRef: {base64}"),
        "existingSecret: grafana-admin-1, passwordKey: admin-password2".to_owned(),
        "MONITOR ups@nut 1 monuser password slave, MONITOR a@b 1 same same primary".to_owned(),
        "machine git.example.com login me password ${PASSWORD}".to_owned(),
        "NB_SETUP_KEY=${NB_SETUP_KEY}, setup-key: 00000000-0000-0000-0000-000000000000".to_owned(),
        format!("WG_PUBLIC_KEY={0}A=, public-key {0}A=", made("{b42}")),
        "registries:\n  config:\n    ghcr.io:\n      auth:\n        username: me\n---\npassword: ref".to_owned(),
        String::new(),
    ];
    for text in texts {
        assert_eq!(rules_of(&text), [] as [&str; 0], "{text}");
    }
    // What stands behind them is seen again.
    let behind = format!(
        "a:\n  encryptedData:\n    b: c\n  d: {token}\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n{token}"
    );
    assert_eq!(rules_of(&behind), ["github-pat", "github-pat"]);
}

#[test]
fn a_secret_is_marked_to_the_byte() {
    let token = made("ghp_{a36}");
    let text = format!("ü = \"Authorization=Bearer {token}\"; password: hunter2x7, https://me:pw1@host/x");
    let found = find(&text);
    let marked: Vec<&str> = found.iter().map(|secret| &text[secret.place.clone()]).collect();
    assert_eq!(marked, [token.as_str(), "hunter2x7", "pw1"]);
    assert_eq!(&text[found[2].whole.clone()], "://me:pw1@h");
}

#[test]
fn what_is_in_a_field_beside_its_name_is_found_in_each_style() {
    let (token, login) = (made("{a24}"), made("{b20}="));
    for (name, value) in [
        ("X-Api-Key", token.clone()),
        ("Authorization", format!("Basic {login}")),
        ("Authorization", format!("Bearer {token}")),
        ("Cookie", format!("session={token}")),
        ("DB_PASSWORD", "hunter2x7".to_owned()),
    ] {
        for text in [
            format!("- name: {name}\n  value: {value}\n"),
            format!("[{{name: {name}, value: {value}}}]"),
            format!("[{{name: \"{name}\", value: \"{value}\"}}]"),
            format!("[{{\"name\":\"{name}\",\"value\":\"{value}\"}}]"),
            format!("{{\n  \"name\": \"{name}\",\n  \"value\": \"{value}\"\n}}"),
        ] {
            assert_eq!(find(&text).len(), 1, "{text}");
        }
    }
}

#[test]
fn a_name_gives_away_what_is_behind_it() {
    for (name, text, is_secret, shown) in [
        ("DB_PASSWORD", "hunter2x7", true, "*********"),
        ("DB_PASSWORD", " hunter2x7\n", true, " *********\n"),
        ("pässword", "hunter2x7", false, "hunter2x7"),
        ("DB_PASSWORD", "${DB_PASSWORD}", false, "${DB_PASSWORD}"),
        ("note", "hunter2x7", false, "hunter2x7"),
        ("note.ü", "ü\npassword: hunter2x7\nü", true, "ü\npassword: *********\nü"),
    ] {
        assert_eq!(gives_away(name, text), is_secret, "{name}: {text}");
        assert_eq!(masked_behind(name, text), shown, "{name}: {text}");
    }
}

#[test]
fn what_is_hidden_is_in_order_and_nothing_twice() {
    let token = made("ghp_{a36}");
    let text = format!("token: {token}\n---\nkind: Secret\ndata:\n  a: b\n  c: {token} d\n---\npassword: hunter2x7");
    let hidden = super::hidden(&text);
    let hidden: Vec<&str> = hidden.into_iter().map(|place| &text[place]).collect();
    assert_eq!(hidden, [token.as_str(), "b", &format!("{token} d"), "hunter2x7"]);
}

#[test]
fn public_places_are_in_order_and_within_the_text() {
    let text =
        "encryptedData:\n  a: |\n    -----BEGIN CERTIFICATE-----\n    x\n    -----END CERTIFICATE-----\n  b: c\nd: e";
    let places = public::places(text);
    assert_eq!(&text[places[0].clone()], &text[..text.len() - "d: e".len()]);
    assert!(places.is_sorted_by_key(|place| place.start) && places.iter().all(|place| place.end <= text.len()));
}

/// Texts that make a pattern start everywhere and come to nothing: one that then reads on to the end each time would
/// not finish here.
#[test]
fn no_text_takes_more_than_its_length() {
    for piece in [
        "ey",
        "eyJ",
        "password=",
        "://",
        "://a:",
        "token: ",
        "kind: Secret\n",
        "-----BEGIN PRIVATE KEY-----",
        "K10",
        "tsig{secret a",
        "https://",
        "encryptedData:\n ",
        "$6$a$",
        "auth:\n name: a\n",
        "machine a login b ",
        "MONITOR a@b 1 c d ",
    ] {
        let text = piece.repeat((1 << 16) / piece.len());
        let found = find(&text);
        assert!(found.len() * 8 <= text.len(), "{piece:?}");
    }
}

#[test]
fn what_is_probably_none_is_suspected() {
    for (text, suspected) in [
        ("# password: correct-horse-battery", Some("correct-horse-battery")),
        ("token=abcabcabcabcabcabcabc", Some("abcabcabcabcabcabcabc")),
        ("password: ${PASSWORD}", None),
        ("credentials vault/tunnel#TOKEN;", None),
        ("apiTokenSecretRef: {name: cloudflare, key: api-token}", None),
    ] {
        assert_eq!(find(text), [], "{text}");
        let found: Vec<&str> = suspect(text).into_iter().map(|secret| &text[secret.place]).collect();
        assert_eq!(found, suspected.into_iter().collect::<Vec<_>>(), "{text}");
    }
}
