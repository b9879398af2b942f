//! What several machines say alike, taken apart by value, where each has a whole configuration of its own. Start at [`split`] and
//! [`of_own`].

use hnet_compare::Value as Meant;
use hnet_yaml::{Reader, Value, ValueKind};

use super::laid::{Document, overlap};
use crate::make::nested;
use crate::take::{is_empty, take};

/// What is said of all machines, of those of a role, and of each alone, of the documents of each with its role. Each value of
/// the core document is a piece by itself, and so is each other document.
pub(super) fn split(mut machines: Vec<(usize, Vec<Value>)>) -> Vec<[Vec<Document>; 3]> {
    let all: Vec<usize> = (0..machines.len()).collect();
    let of_all = taken(&mut machines, &all);
    let of_roles = [0, 1].map(|role| {
        let own: Vec<usize> = all.iter().copied().filter(|at| machines[*at].0 == role).collect();
        match own.as_slice() {
            [only] if all.len() > 1 => of_cluster(&mut machines[*only].1),
            [_] => Vec::new(),
            _ => taken(&mut machines, &own),
        }
    });
    let documents = |values: &[Value]| -> Vec<Document> {
        values.iter().map(|value| Document { value: value.clone(), is_of_one: false }).collect()
    };
    machines.into_iter().map(|(role, own)| [documents(&of_all), documents(&of_roles[role]), documents(&own)]).collect()
}

/// What the patches of single machines say alike is of all or of their role, unless what is laid for the role lies between.
pub(super) fn of_own(mut machines: Vec<(usize, [Vec<Document>; 3])>) -> Vec<[Vec<Document>; 3]> {
    let values = |documents: &[Document]| documents.iter().map(|one| one.value.clone()).collect::<Vec<_>>();
    let own = machines.iter().map(|(role, [.., own])| (*role, values(own))).collect();
    let split = split(own);
    let is_between = |of_all: &[Document], of_role: &[Document]| {
        of_all.iter().any(|one| of_role.iter().any(|other| overlap(&one.value, &other.value)))
    };
    let is_known = machines.iter().zip(&split).all(|((_, [_, of_role, _]), [of_all, ..])| !is_between(of_all, of_role));
    if machines.len() > 1 && is_known {
        for ((_, stages), split) in machines.iter_mut().zip(split) {
            stages[2].clear();
            stages.iter_mut().zip(split).for_each(|(stage, more)| stage.extend(more));
        }
    }
    machines.into_iter().map(|(_, stages)| stages).collect()
}

/// What the only machine of a role says of its cluster, which is taken out.
fn of_cluster(documents: &mut Vec<Value>) -> Vec<Value> {
    let Some(at) = documents.iter().position(|document| document.get("cluster").is_some()) else { return Vec::new() };
    let Some(cluster) = take(&mut documents[at], &["cluster"]) else { return Vec::new() };
    if is_empty(&documents[at]) {
        documents.remove(at);
    }
    vec![nested(&["cluster"], cluster.value)]
}

/// What some machines say alike, which is taken out of each.
fn taken(machines: &mut [(usize, Vec<Value>)], some: &[usize]) -> Vec<Value> {
    let Some((first, others)) = some.split_first() else { return Vec::new() };
    let mut found = Vec::new();
    for document in machines[*first].1.clone() {
        let same = |at: &usize| machines[*at].1.iter().find(|other| identity(other) == identity(&document));
        let Some(all) = others.iter().map(same).collect::<Option<Vec<&Value>>>() else { continue };
        let is_core = document.get("kind").is_none();
        let shared = match is_core {
            true => common(&document, &all),
            false => all.iter().all(|other| means_same(other, &document)).then(|| document.clone()),
        };
        found.extend(shared.filter(|shared| !is_empty(shared)));
    }
    for at in some {
        for shared in &found {
            let own = &mut machines[*at].1;
            let Some(place) = own.iter().position(|own| identity(own) == identity(shared)) else { continue };
            if shared.get("kind").is_some() || without(&mut own[place], shared) {
                own.remove(place);
            }
        }
    }
    found
}

fn identity(document: &Value) -> [Option<&str>; 2] {
    [document.str_at(&["kind"]), document.str_at(&["name"])]
}

fn means_same(one: &Value, other: &Value) -> bool {
    Meant::of(one, Reader::Talos) == Meant::of(other, Reader::Talos)
}

/// Whether a value goes with what it says as a whole: a list, since lists append, and what is told to go.
fn is_piece(value: &Value) -> bool {
    value.as_map().is_none_or(|map| map.is_empty() || map.contains_key("$patch"))
}

/// What a value and others say alike.
fn common(value: &Value, others: &[&Value]) -> Option<Value> {
    if is_piece(value) {
        return others.iter().all(|other| means_same(other, value)).then(|| value.clone());
    }
    let mut shared = value.clone();
    let fields = shared.as_map_mut()?;
    let keys: Vec<_> = fields.keys().cloned().collect();
    for key in keys {
        let all = others.iter().map(|other| other.get(&key)).collect::<Option<Vec<&Value>>>();
        let is_mixed = |other: &&Value| is_piece(other);
        let own = value.get(&key).zip(all).filter(|(own, all)| is_piece(own) || !all.iter().any(is_mixed));
        match own.and_then(|(own, all)| common(own, &all)) {
            Some(said) => fields.get_mut(&key)?.value = said,
            None => _ = fields.shift_remove(&key),
        }
    }
    (!fields.is_empty()).then_some(shared)
}

/// Takes out of a value what is said elsewhere. Whether nothing is left.
fn without(value: &mut Value, shared: &Value) -> bool {
    let ValueKind::Map(fields) = &mut value.kind else { return true };
    if is_piece(shared) {
        return true;
    }
    for field in shared.fields() {
        if let Some(own) = fields.get_mut(&*field.key)
            && without(&mut own.value, &field.value)
        {
            fields.shift_remove(&*field.key);
        }
    }
    fields.is_empty()
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::FileId;

    use crate::write;

    /// What is said of machines by their roles and what they say, as lines: of all, of the first's role, of the first alone.
    fn split(machines: &[(usize, &str)]) -> [String; 3] {
        let documents = |text: &str| {
            let yaml = hnet_yaml::parse(FileId(0), text);
            yaml.documents().filter_map(|document| document.root).map(hnet_yaml::Node::value).collect()
        };
        let machines = machines.iter().map(|(role, text)| (*role, documents(text))).collect();
        let first = super::split(machines).swap_remove(0);
        first.map(|stage| stage.iter().map(|document| write::yaml(&document.value)).collect::<Vec<_>>().join("\n---\n"))
    }

    #[test]
    fn what_machines_say_alike_is_said_once() {
        let a = "machine: {sysctls: {a: '1', b: '2'}, certSANs: [x], type: c}\n---\nkind: K\nname: n\nv: 1\n";
        let b = "machine: {sysctls: {a: '1', b: '3'}, certSANs: [x, y], type: c}\n---\nkind: K\nname: n\nv: 1\n";
        let c = "machine: {sysctls: {a: '1'}, certSANs: [x]}\n---\nkind: K\nname: n\nv: 2\n";
        assert_eq!(
            split(&[(0, a), (0, b), (1, c)]),
            [
                "machine:\n  sysctls:\n    a: \"1\"",
                "machine:\n  type: c\n---\nkind: K\nname: n\nv: 1",
                "machine:\n  sysctls:\n    b: \"2\"\n  certSANs:\n    - x"
            ]
        );
    }

    #[test]
    fn one_machine_says_all_of_all() {
        assert_eq!(split(&[(1, "machine: {a: 1}\n")]), ["machine:\n  a: 1", "", ""]);
    }
}
