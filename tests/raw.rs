//! Block scalars in raw YAML: what is written says to the byte what the source says, as serde_yaml reads it.

use std::fmt::Write as _;

use hnet::{Input, Options};
use proptest::prelude::*;
use serde_yaml::Value;

/// One object with a block scalar, which is its last line or not.
fn object(indicator: &str, lines: &[&str], is_last: bool) -> String {
    let mut yaml = String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: default}\ndata:\n");
    if is_last {
        yaml.push_str("  z: end\n");
    }
    writeln!(yaml, "  a: {indicator}").expect("a string takes every text");
    for line in lines {
        writeln!(yaml, "{}{line}", if line.is_empty() { "" } else { "    " }).expect("a string takes every text");
    }
    if !is_last {
        yaml.push_str("  z: end\n");
    }
    yaml
}

/// A source with the object in each place that takes YAML, and how far in.
fn source(yaml: &str, place: &str) -> String {
    let indented: String =
        yaml.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect();
    format!(
        "network x <\n  subnet lan 10.0.0.0/24;\n  {}\n>\n",
        place.replace("YAML", &format!("\"\"\"\n{indented}  \"\"\""))
    )
}

fn written(source: &str, path: &str) -> Result<Value, TestCaseError> {
    let compilation = hnet::compile(Input::one("network.hnet", source), &Options::default());
    let titles: Vec<_> = compilation.diagnostics.iter().map(|found| found.title.as_str()).collect();
    let outputs = compilation.outputs.ok_or_else(|| TestCaseError::fail(format!("{titles:?}\n{source}")))?;
    let file = outputs.files.iter().find(|(name, _)| name.ends_with(path));
    let (_, file) = file.ok_or_else(|| TestCaseError::fail(format!("no {path} of\n{source}")))?;
    Ok(serde_yaml::from_str(file.text()).expect("what is written reads back"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_block_scalar_keeps_its_bytes(
        indicator in prop::sample::select(vec!["|", "|-", "|+", ">", ">-", ">+"]),
        first in prop::sample::select(vec!["x", "a: b", "# c"]),
        more in prop::collection::vec(prop::sample::select(vec!["", "x", "  deeper", "# no comment", "a: b  ", "-", "  ", "\ttab"]), 0..6),
        is_last in any::<bool>(),
    ) {
        let lines: Vec<&str> = std::iter::once(first).chain(more).collect();
        let yaml = object(indicator, &lines, is_last);
        let expected: Value = serde_yaml::from_str(&yaml).expect("the object is YAML");
        let plain = source(&yaml, "manifest YAML;");
        let mut found = hnet_diagnostics::Diagnostics::new();
        let tree = hnet_syntax::parse(hnet_diagnostics::FileId::default(), &plain, &mut found).tree;
        for source in [plain.clone(), plain.replace('\n', "\r\n"), hnet_syntax::format(&tree, &plain)] {
            prop_assert_eq!(&written(&source, "manifests/config-map.yaml")?["data"], &expected["data"], "{}", source);
        }
    }
}
