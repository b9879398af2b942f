//! Laws of texts that hold a language of their own: Corefiles and cloudflared's configuration in a ConfigMap, and
//! patches in a talconfig.

use std::collections::BTreeMap;

use hnet_diagnostics::FileId;
use hnet_yaml::Reader;

use crate::Value;
use crate::canonical::{Ground, Node, Shape};
use crate::lists::Merging;
use crate::pair::Pair;

/// Texts of a config map are the same if the program that reads them sees the same in them.
pub(super) fn texts_that_programs_read(pair: &mut Pair<'_, '_>) {
    let Some(keys) = pair.from.get("data").map(|data| match &data.shape {
        Shape::Map(map) => map.keys().cloned().collect::<Vec<_>>(),
        _ => Vec::new(),
    }) else {
        return;
    };
    for key in keys {
        let read = |document: &Node<'_>| parts(&key, document.text_at(&["data", &key])?);
        // Both, or what is compared would be a text with its parts.
        let (Some(from), Some(to)) = (read(pair.from), read(pair.to)) else { continue };
        for (document, mut parts) in [(&mut *pair.from, from), (&mut *pair.to, to)] {
            if let Some(node) = document.at_mut(&["data", &key]) {
                mark(&mut parts);
                node.shape = parts.shape;
                node.is_whole = true;
            }
        }
    }
}

/// Patches in a talconfig are texts that are read as YAML; `@file` names one.
pub(super) fn patches_that_talhelper_reads(pair: &mut Pair<'_, '_>) {
    pair.each(|config| {
        read_patches(config);
        for group in ["controlPlane", "worker"] {
            if let Some(group) = config.at_mut(&[group]) {
                read_patches(group);
            }
        }
        if let Some(nodes) = config.at_mut(&["nodes"])
            && let Shape::Members(_, members) = &mut nodes.shape
        {
            members.values_mut().for_each(|member| read_patches(&mut member.node));
        }
    });
}

fn read_patches(of: &mut Node<'_>) {
    let Some(patches) = of.at_mut(&["patches"]) else { return };
    let Shape::Ordered(items) = &mut patches.shape else { return };
    for item in items {
        let Shape::Leaf(Value::Text(text)) = &item.shape else { continue };
        let yaml = hnet_yaml::parse(FileId::default(), text);
        let documents: Vec<_> = yaml.documents().filter_map(|document| document.root).collect();
        let is_patch = documents.iter().all(|root| root.is_map() || root.is_list());
        if documents.is_empty() || !is_patch || !yaml.problems().is_empty() {
            continue;
        }
        let documents = documents.iter().map(|root| node(&Value::of(&root.value(), Reader::Talos)));
        let mut read = written(Shape::Ordered(documents.collect()));
        mark(&mut read);
        item.shape = read.shape;
        item.is_whole = true;
    }
}

/// Every part was written, and is only written anew with the whole text.
fn mark(node: &mut Node<'static>) {
    node.is_whole = true;
    match &mut node.shape {
        Shape::Map(map) => map.values_mut().for_each(mark),
        Shape::Members(_, members) => members.values_mut().for_each(|member| mark(&mut member.node)),
        Shape::Ordered(items) => items.iter_mut().for_each(mark),
        Shape::Nothing | Shape::Leaf(_) => {}
    }
}

/// The parts of a text that is no more than one; none of any other.
fn parts(key: &str, text: &str) -> Option<Node<'static>> {
    if key == "Corefile" {
        return corefile(text);
    }
    let looks_so = text.lines().any(|line| line.starts_with("ingress:"));
    if !looks_so {
        return None;
    }
    let yaml = hnet_yaml::parse(FileId::default(), text);
    let value = Value::of(&yaml.root()?.value(), Reader::Cloudflared);
    (yaml.problems().is_empty()).then(|| node(&value))
}

/// A value whose lists are ordered, as cloudflared reads them.
fn node(value: &Value) -> Node<'static> {
    let shape = match value {
        Value::Map(entries) => Shape::Map(entries.iter().map(|(key, value)| (key.clone(), node(value))).collect()),
        Value::List(items) => Shape::Ordered(items.iter().map(node).collect()),
        _ => Shape::Leaf(value.clone()),
    };
    written(shape)
}

fn written(shape: Shape<'static>) -> Node<'static> {
    Node { raw: None, is_written: true, ground: Ground::Written, is_whole: true, merging: Merging::Replace, shape }
}

/// A Corefile as its server blocks by their zones, and those as their plugins, whose order CoreDNS does not ask.
fn corefile(text: &str) -> Option<Node<'static>> {
    let mut lines = text.lines().map(words).filter(|words| !words.is_empty());
    let mut servers = BTreeMap::new();
    while let Some(mut head) = lines.next() {
        if head.last().map(String::as_str) != Some("{") {
            return None;
        }
        head.pop();
        head.sort();
        let plugins = block(&mut lines)?;
        if servers.insert(head.join(" "), plugins).is_some() {
            return None;
        }
    }
    Some(written(Shape::Map(servers)))
}

/// The plugins of a server block up to its end.
fn block(lines: &mut dyn Iterator<Item = Vec<String>>) -> Option<Node<'static>> {
    let mut plugins: BTreeMap<String, Node<'static>> = BTreeMap::new();
    loop {
        let mut head = lines.next()?;
        if head == ["}"] {
            return Some(written(Shape::Map(plugins)));
        }
        let name = head.remove(0);
        let has_body = head.last().map(String::as_str) == Some("{");
        if has_body {
            head.pop();
        }
        let mut said = vec![written(Shape::Leaf(Value::Text(head.join(" "))))];
        let mut depth = usize::from(has_body);
        while depth > 0 {
            let line = lines.next()?;
            depth += usize::from(line.last().map(String::as_str) == Some("{"));
            depth -= usize::from(line == ["}"]);
            if depth > 0 {
                said.push(written(Shape::Leaf(Value::Text(line.join(" ")))));
            }
        }
        let said = written(Shape::Ordered(said));
        match plugins.get_mut(&name).map(|node| &mut node.shape) {
            Some(Shape::Ordered(all)) => all.push(said),
            _ => _ = plugins.insert(name, written(Shape::Ordered(vec![said]))),
        }
    }
}

/// The words of a line without its comment; what stands in quotes is one.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut in_quotes) = (Vec::new(), String::new(), false);
    for character in line.chars() {
        match character {
            '"' => {
                in_quotes = !in_quotes;
                word.push(character);
            }
            '#' if !in_quotes && word.is_empty() => break,
            _ if character.is_whitespace() && !in_quotes => {
                words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)))
            }
            _ => word.push(character),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}
