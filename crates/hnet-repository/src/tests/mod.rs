//! Repositories of a few files.

mod argo;
mod flux;
mod kustomize;
mod talos;

use hnet_diagnostics::{Source, Sources, Span};
use hnet_yaml::Value;

use crate::{Cluster, Document, Liveness, Repository, RootKind, read};

/// A repository with its texts.
struct Case {
    sources: Sources,
    repository: Repository,
}

/// A repository written as one text: `=== path` begins a file.
fn case(text: &str) -> Case {
    let mut sources = Sources::new();
    for file in text.split("=== ").skip(1) {
        let (path, text) = file.split_once('\n').expect("a path and a text");
        sources.add(Source::new(path.trim(), text));
    }
    let repository = read(&sources);
    Case { sources, repository }
}

impl Case {
    fn cluster(&self) -> &Cluster {
        assert_eq!(self.repository.clusters.len(), 1);
        &self.repository.clusters[0]
    }

    /// The objects of a cluster, each as `kind namespace/name`.
    fn objects(&self) -> Vec<String> {
        names(&self.cluster().documents)
    }

    fn object(&self, name: &str) -> &Document {
        self.cluster().documents.iter().find(|document| document.name() == name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// The text under a span, with its file.
    fn under(&self, span: Span) -> String {
        let path = self.sources.get(span.file).path();
        format!("{}: {}", path.rsplit('/').next().unwrap_or(path), self.sources.text(span))
    }

    fn notes(&self) -> Vec<String> {
        self.repository.notes.iter().map(|note| note.what.to_string()).collect()
    }

    fn liveness(&self, path: &str) -> Liveness {
        self.repository.liveness(self.sources.find(path).expect("the file is there"), 0)
    }
}

fn names(documents: &[Document]) -> Vec<String> {
    let name = |document: &Document| {
        format!("{} {}/{}", document.kind(), document.namespace.as_deref().unwrap_or_default(), document.name())
    };
    let mut names: Vec<String> = documents.iter().map(name).collect();
    names.sort();
    names
}

fn text<'v>(value: &'v Value, keys: &[&str]) -> &'v str {
    value.str_at(keys).unwrap_or_else(|| panic!("no {keys:?}"))
}

#[test]
fn without_gitops_the_kustomizations_that_nothing_lists_are_the_cluster() {
    let case = case(
        "=== a/kustomization.yaml\nresources: [x.yaml, ../b]\n=== a/x.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: x}\n\
         === b/kustomization.yaml\nresources: [y.yaml]\nnamespace: b\n=== b/y.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: y}\n\
         === c/z.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: z}\n",
    );
    assert_eq!(case.cluster().root.kind, RootKind::Kustomizations);
    assert_eq!(case.objects(), ["Service /x", "Service b/y"]);
    assert_eq!(names(&case.repository.loose), ["Service /z"]);
}

#[test]
fn without_anything_all_files_are_the_cluster() {
    let case = case(
        "=== x.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: x}\n---\na: 1\n=== docs/y.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: y}\n",
    );
    assert_eq!(case.cluster().root.kind, RootKind::Everything);
    assert_eq!(case.objects(), ["Service /x"]);
    assert_eq!(read(&Sources::new()).clusters[0].documents.len(), 0);
}

#[test]
fn a_template_is_read_with_its_holes_and_without_its_statements() {
    let case = case(
        "=== x.yaml.j2\n{% if a %}\nmachine:\n  type: {{ ENV.TYPE }}\n  {% endif %}\n  network: {hostname: \"{{ 'a' if b else 'c' }}\"}\n  time: {{ 'a' if b else 'c' }}\n",
    );
    let file = &case.repository.files[0];
    assert!(file.is_template && file.has_branches);
    let machine = file.documents[0].get("machine").expect("it is there");
    assert_eq!(text(machine, &["type"]), "{{ ENV.TYPE }}");
    assert_eq!(text(machine, &["network", "hostname"]), "{{ 'a' if b else 'c' }}");
    assert_eq!(text(machine, &["time"]), "{{ 'a' if b else 'c' }}");
    assert_eq!(case.under(machine.get("type").expect("it is there").span), "x.yaml.j2: {{ ENV.TYPE }}");
    assert!(crate::is_symbolic(machine.get("type").expect("it is there")));
}

/// Whatever stands in a file, an answer: each fixture, cut at every byte and with every line taken out.
#[test]
fn half_of_a_file_is_answered() {
    for whole in [flux::HOME, argo::HOME] {
        let text = &whole[whole.find("=== ").unwrap_or_default()..];
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)).step_by(23) {
            let rest = text[at..].find("=== ").map_or("", |next| &text[at + next..]);
            let _ = case_of(&format!("{}\n{rest}", &text[..at]));
        }
        for (at, line) in text.match_indices('\n') {
            let end = text[at + 1..].find('\n').map_or(text.len(), |next| at + 1 + next);
            if !text[at + 1..end].starts_with("===") {
                let _ = case_of(&format!("{}{line}{}", &text[..at], &text[end..]));
            }
        }
    }
}

/// The same as [`case`], for texts whose files may have no text.
fn case_of(text: &str) -> Repository {
    let mut sources = Sources::new();
    for file in text.split("=== ").skip(1) {
        let (path, text) = file.split_once('\n').unwrap_or((file, ""));
        sources.add(Source::new(path.trim(), text));
    }
    read(&sources)
}
