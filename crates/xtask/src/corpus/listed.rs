//! Whether an import says of what differs that it was not taken over.
//!
//! An entry is about an object that it names or stands in. Machines share a talconfig, and patches are files of their own:
//! there an entry is about the fields that it names or stands at. Start at [`Listed::has`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::{Change, Document};
use hnet_compare::{Field, Kind, Step, Value};
use hnet_diagnostics::{FileId, Source, Span};
use hnet_import::{Imported, Unread};
use hnet_model::placeholders;
use hnet_syntax::tree::Statement;

/// What an import lists, and what it says.
pub(crate) struct Listed<'m> {
    made: &'m Imported,
    /// Where the words of the source came from, in the order of the files.
    words: BTreeSet<(FileId, u32)>,
    /// The documents of the files, by their paths.
    documents: BTreeMap<&'m str, Vec<Span>>,
}

impl<'m> Listed<'m> {
    pub(crate) fn of(made: &'m Imported) -> Self {
        let mut words = BTreeSet::new();
        made.tree.statements.iter().for_each(|statement| note_words(statement, &mut words));
        let documents = made.sources.iter().map(|(file, source)| {
            let yaml = hnet_yaml::parse(file, source.text());
            let mut found = Vec::new();
            for root in yaml.documents().filter_map(|document| document.root) {
                note_objects(&root.value(), &mut found);
            }
            (source.path(), found)
        });
        Listed { made, words, documents: documents.collect() }
    }

    /// Whether the import says of all that changes that it is not taken over.
    pub(crate) fn has(&self, change: &Change<'_>) -> bool {
        let Some(own) = change.before.or(change.after) else { return false };
        match &change.comparison {
            Some(found) if is_of_talos(&own.kind) => found.differing().all(|field| self.has_field(own, field)),
            _ => self.has_document(own),
        }
    }

    /// Whether a document was taken over, so that it would be written: something in it is in the source, and its kind is
    /// one that is. Versions, addresses and names are taken from others as well, which stay what they are.
    pub(crate) fn is_taken(&self, own: &Document) -> bool {
        let is_said =
            |place: Span| self.words.range((place.file, place.start)..(place.file, place.end)).next().is_some();
        let fields = self.made.report.fields.get(&own.kind.kind);
        let is_kind = own.kind.is_talos() || fields.is_some_and(|fields| fields.typed + fields.raw > 0);
        is_kind && !self.is_patch(own) && self.place(own).is_some_and(is_said)
    }

    /// Whether a document of a machine is in a file that a talconfig names, with whose machines it is compared.
    fn is_patch(&self, own: &Document) -> bool {
        let is_named = |source: &Source| {
            let inner = source.path().strip_suffix("talconfig.yaml").and_then(|folder| own.file.strip_prefix(folder));
            inner.is_some_and(|inner| source.text().contains(inner))
        };
        own.kind.is_talos() && self.made.sources.iter().any(|(_, source)| is_named(source))
    }

    /// Whether the import says of a document that something in it, or all of it, was not taken over.
    pub(crate) fn has_document(&self, own: &Document) -> bool {
        let place = self.place(own);
        let named = format!("`{}` {}", own.kind.kind, own.name);
        let is_named = |one: &Unread| {
            let mut parts = one.why.match_indices(&named).map(|(at, _)| &one.why[at + named.len()..]);
            parts.any(|rest| rest.is_empty() || rest.starts_with([':', ' ', ',']))
        };
        let is_in = |one: &Unread| {
            place.is_some_and(|place| {
                one.span.file == place.file
                    && one.span.start < place.end
                    && place.start < one.span.end.max(one.span.start + 1)
            })
        };
        self.made.report.unread.iter().any(|one| is_named(one) || is_in(one))
    }

    /// Whether it says of a document of a machine that a build would add it, by what the document is called.
    pub(crate) fn has_new(&self, new: &Document) -> bool {
        let own = new.name.split_once('/').filter(|_| is_of_talos(&new.kind)).map(|(_, own)| own);
        // What is written stands elsewhere.
        let is_of_talconfig = |one: &&Unread| self.made.sources.get(one.span.file).path().ends_with("talconfig.yaml");
        let mut entries = self.made.report.unread.iter().filter(is_of_talconfig);
        own.is_some_and(|own| entries.any(|one| self.names(one, own)))
    }

    /// Whether it says so of a field of a talconfig, or of a machine that it makes.
    pub(crate) fn has_field(&self, talconfig: &Document, field: &Field) -> bool {
        let entries = || self.made.report.unread.iter().filter(|one| self.is_about(talconfig, one));
        let keys = field.path.keys();
        let is_named = |word: &str| entries().any(|one| self.names(one, word));
        // A placeholder, of which it says that it stands for a secret.
        let new = field.to.as_ref().and_then(Value::as_str).unwrap_or_default();
        let stands_for_one = |(_, name): (_, &str)| {
            let said = format!("give `${{{name}}}` its value");
            self.made.report.unread.iter().any(|one| one.why.contains(&said))
        };
        if placeholders::uses(new).any(stands_for_one) {
            return true;
        }
        match (keys.as_slice(), field.path.0.last()) {
            // Files that are not there are listed one by one.
            (["nodes", "patches" | "extraManifests"], _) => {
                let [from, to] = [&field.from, &field.to].map(|side| side.as_ref().map_or(&[][..], one_by_one));
                let mut others = from
                    .iter()
                    .filter(|one| !to.contains(one))
                    .chain(to.iter().filter(|one| !from.contains(one)))
                    .peekable();
                let is_listed = |one: &Value| one.as_str().is_some_and(|path| is_named(path.trim_start_matches('@')));
                others.peek().is_some() && others.all(is_listed)
            }
            // A whole machine, under the name that it has on one of the sides.
            (["nodes"], Some(Step::Member { .. })) => [&field.from, &field.to]
                .into_iter()
                .flatten()
                .all(|node| node.get("hostname").and_then(Value::as_str).is_some_and(is_named)),
            // Another host name is listed by both.
            (_, Some(Step::Key(key))) if key == "hostname" => entries().any(|one| {
                let mut both = [&field.from, &field.to].into_iter().flatten().filter_map(Value::as_str);
                both.all(|name| self.names(one, name))
            }),
            _ => {
                let is_own = |one: &Unread| is_of_machine(one, talconfig, keys.last().copied().unwrap_or_default());
                keys.iter().any(|key| !EVERYWHERE.contains(key) && is_named(key)) || entries().any(is_own)
            }
        }
    }

    /// Whether an entry is about a talconfig: it stands in it, or in a file that it names.
    fn is_about(&self, talconfig: &Document, one: &Unread) -> bool {
        let path = self.made.sources.get(one.span.file).path();
        let Some(own) = self.made.sources.find(&talconfig.file) else { return false };
        let folder = talconfig.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let inner = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
        one.span.file == own || self.made.sources.get(own).text().contains(inner) || self.is_base(path, talconfig)
    }

    /// Whether a file is one over which the patch of a machine is laid: it lies beside it, or in a folder around it.
    fn is_base(&self, path: &str, machine: &Document) -> bool {
        let folder = |path: &'_ str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let text = |path: &str| self.made.sources.find(path).map(|file| self.made.sources.get(file).text());
        machine.kind == Kind::machine()
            && folder(&machine.file).starts_with(&folder(path))
            && text(path).is_some_and(|text| text.contains("\nmachine:"))
    }

    /// Whether an entry names something in backticks, or is about what stands there.
    fn names(&self, one: &Unread, word: &str) -> bool {
        let quoted = one.why.split('`').skip(1).step_by(2);
        let is_at = |text: &str| text == word || text.trim_matches(['"', '\'', '@']) == word;
        // Of a path each key is named.
        let between = |text: &str| if text.starts_with('/') { '/' } else { '.' };
        quoted.flat_map(|text| text.split(between(text)).chain([text])).any(is_at)
            || is_at(self.made.sources.text(one.span))
    }

    /// Where a document stands.
    fn place(&self, own: &Document) -> Option<Span> {
        let file = self.made.sources.find(&own.file)?;
        let source = self.made.sources.get(file);
        let places = self.documents.get(source.path())?;
        let line = |offset: u32| source.line(offset as usize);
        // Values stand within the object that installs the chart.
        let is_around = |place: &&Span| (line(place.start)..=line(place.end)).contains(&own.line);
        places.iter().rev().find(is_around).copied()
    }
}

/// The members of a list, or what is none.
fn one_by_one(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// Whether an entry names a machine, and says something of a field of it in words.
fn is_of_machine(one: &Unread, own: &Document, key: &str) -> bool {
    let is_word = |text: &str| text.split(|sign: char| !sign.is_ascii_alphanumeric()).any(|word| word == key);
    let machine = own.name.split_once(" of ").map(|(machine, _)| format!("`{machine}`"));
    machine.is_some_and(|machine| one.why.contains(&machine) && is_word(&one.why.replace(&machine, "")))
}

/// Keys that say nothing of a field.
const EVERYWHERE: [&str; 4] = ["nodes", "machine", "cluster", "network"];

/// Whether a document is a talconfig, or about a machine.
pub(crate) fn is_of_talos(kind: &Kind) -> bool {
    kind.is_talos() || *kind == Kind::talconfig()
}

/// What is there and stays, of which a build writes nothing, and what stands outside the cluster.
const NOT_WRITTEN: [&str; 2] = ["existing", "host"];

fn note_words(statement: &Statement, words: &mut BTreeSet<(FileId, u32)>) {
    if NOT_WRITTEN.contains(&statement.keyword.text.as_str()) {
        return;
    }
    let spans = statement.arguments.iter().map(|argument| argument.value.span).chain([statement.keyword.span]);
    words.extend(spans.filter(|span| span.start < span.end).map(|span| (span.file, span.start)));
    statement.statements().iter().for_each(|inner| note_words(inner, words));
}

/// Notes where each object of a document stands, of which a list may hold several.
fn note_objects(value: &hnet_yaml::Value, found: &mut Vec<Span>) {
    found.push(value.span);
    if value.str_at(&["kind"]) == Some("List") {
        found.extend(value.get("items").into_iter().flat_map(hnet_yaml::Value::items).map(|item| item.span));
    }
}

#[cfg(test)]
mod tests {
    use hnet_compare::Facts;
    use hnet_compare::files::{Difference, Documents, Fate};
    use hnet_import::{Imported, Unread};

    use super::Listed;

    const TALCONFIG: &str = "clusterName: home\nendpoint: https://10.0.0.2:6443\ntalosVersion: v1.13.0\nnodes:\n  - hostname: cp-1\n    ipAddress: 10.0.0.2\n    controlPlane: true\n    installDisk: /dev/sda\n    filenameTmpl: a.yaml\n";
    const GATEWAYS: &str = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a, namespace: net}\nspec: {gatewayClassName: x, listeners: []}\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: b, namespace: net}\nspec: {gatewayClassName: x, listeners: []}\n";

    fn import(path: &str, text: &str) -> Imported {
        hnet_import::import(vec![(path.to_owned(), text.to_owned())])
    }

    /// Which of the documents that differ between two texts of a file are listed by an import of the first.
    fn listed(made: &Imported, path: &str, [before, after]: [&str; 2]) -> Vec<(String, bool)> {
        let [before, after] = [before, after].map(|text| Documents::read([(path, text)]));
        let difference = Difference::between(&before, &after, &|_| Fate::Rewritten, &Facts::default());
        let listed = Listed::of(made);
        difference.changes.iter().map(|change| (change.headline(), listed.has(change))).collect()
    }

    #[test]
    fn an_entry_of_a_talconfig_is_about_the_field_that_it_names() {
        let made = import("talconfig.yaml", TALCONFIG);
        let is_listed = |other: &str| listed(&made, "talconfig.yaml", [TALCONFIG, other])[0].1;
        assert!(is_listed(&TALCONFIG.replace("    filenameTmpl: a.yaml\n", "")));
        assert!(!is_listed(&TALCONFIG.replace("sda", "sdb")));
        assert!(!is_listed(&TALCONFIG.replace("    filenameTmpl: a.yaml\n", "").replace("sda", "sdb")));
    }

    #[test]
    fn a_patch_that_a_build_adds_is_listed_by_nothing() {
        let made = import("talconfig.yaml", &format!("{TALCONFIG}    patches: ['@gone.yaml']\n"));
        let is_listed = |before: &str, after: &str| {
            let [before, after] = [before, after].map(|patches| format!("{TALCONFIG}{patches}"));
            let found = listed(&made, "talconfig.yaml", [&before, &after]);
            assert_eq!(found.len(), 1, "{found:?}");
            found[0].1
        };
        for key in ["patches", "extraManifests"] {
            let of = |paths: &str| format!("    {key}: [{paths}]\n");
            assert!(is_listed(&of("'@gone.yaml'"), ""), "{key}");
            assert!(!is_listed("", &of("'@new.yaml'")), "{key}");
            assert!(!is_listed(&of("'@gone.yaml'"), &of("'@gone.yaml', '@new.yaml'")), "{key}");
            assert!(!is_listed(&of("'@gone.yaml'"), &of("'@new.yaml'")), "{key}");
        }
    }

    #[test]
    fn an_entry_of_an_object_is_about_no_other_in_its_file() {
        let mut made = import("a.yaml", GATEWAYS);
        let file = made.sources.find("a.yaml").unwrap();
        let at = GATEWAYS.find("name: b").unwrap() as u32;
        let span = hnet_diagnostics::Span { file, start: at, end: at + 4 };
        made.report.unread = vec![Unread { span, why: "not taken over".to_owned() }];
        let other = GATEWAYS.replace("gatewayClassName: x", "gatewayClassName: y");
        let found = listed(&made, "a.yaml", [GATEWAYS, &other]);
        assert_eq!(found.iter().map(|(_, is_listed)| *is_listed).collect::<Vec<_>>(), [false, true], "{found:?}");
        made.report.unread[0] =
            Unread { span: hnet_diagnostics::Span::default(), why: "`Gateway` net/a: no".to_owned() };
        let found = listed(&made, "a.yaml", [GATEWAYS, &other]);
        assert!(!found[1].1, "{found:?}");
    }
}
