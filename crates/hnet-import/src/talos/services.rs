//! What patches say of what Talos runs on machines besides its own, in words of `machine`: services of extensions, the
//! watchdog, static pods. What may be a secret stays as it is. Start at [`Taken::take`].

use hnet_language::values;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::{Reader, Value};
use indexmap::IndexMap;

use super::machine::{members, says_directive};
use super::patches::Patch;
use crate::make::{list_of, put};
use crate::say;
use crate::take::{Said, leaves, scalar, take, take_if, texts};
use crate::write;

const SERVICE: &str = "ExtensionServiceConfig";
const WATCHDOG: &str = "WatchdogTimerConfig";
const POD: &str = "KubeStaticPodConfig";
const MIRROR: &str = "RegistryMirrorConfig";

/// Where the core document says where images are asked for.
const MIRRORS: [&str; 3] = ["machine", "registries", "mirrors"];

/// What was taken out of patches.
#[derive(Default)]
pub(super) struct Taken {
    services: Vec<Value>,
    watchdogs: Vec<Value>,
    pods: Vec<Value>,
    pod_documents: Vec<Value>,
    mirrors: Vec<(String, Value)>,
    mirror_documents: Vec<Value>,
}

impl Taken {
    /// Takes out of patches what words say.
    pub(super) fn take(patches: &mut [Patch]) -> Taken {
        let mut taken = Taken::default();
        // Of one service, or of the watchdog, several patches may say something.
        let mut sound: IndexMap<(String, String), bool> = IndexMap::new();
        for Patch { value, .. } in patches.iter() {
            let Some(key) = key_of(value) else { continue };
            let is_sound = match key.0.as_str() {
                SERVICE => service(value).is_some(),
                POD => pod_of(value).is_some() && !sound.contains_key(&key),
                _ => watchdog(value).is_some() && !sound.contains_key(&key),
            };
            *sound.entry(key).or_insert(true) &= is_sound;
        }
        let pods_are_free =
            patches.iter().all(|patch| !patch.value.at(&["machine", "pods"]).is_some_and(says_directive));
        for Patch { value, .. } in patches.iter_mut().filter(|patch| patch.value.as_map().is_some()) {
            if let Some(key) = key_of(value) {
                if sound.get(&key) == Some(&true) {
                    let document = value.clone();
                    let keys: Vec<String> = value.fields().map(|field| field.key.to_string()).collect();
                    let is_said = |key: &&String| !matches!(key.as_str(), "apiVersion" | "kind");
                    keys.iter().filter(is_said).for_each(|key| _ = take(value, &[key]));
                    match key.0.as_str() {
                        SERVICE => taken.services.push(document),
                        POD => taken.pod_documents.push(document),
                        _ => taken.watchdogs.push(document),
                    }
                }
            } else if value.get("kind").is_none() && pods_are_free {
                let pods = take_if(value, &["machine", "pods"], |list| members(list, is_pod));
                taken.pods.extend(pods.into_iter().flat_map(|(pods, _)| pods));
            }
        }
        taken.take_mirrors(patches);
        taken
    }

    /// Takes out of patches where images are asked for. Of a registry of which two patches speak nothing is taken.
    fn take_mirrors(&mut self, patches: &mut [Patch]) {
        let mut times: IndexMap<String, usize> = IndexMap::new();
        for Patch { value, .. } in patches.iter() {
            let of_core = value.at(&MIRRORS).into_iter().flat_map(Value::fields).map(|field| field.key.to_string());
            let of_document = value.str_at(&["name"]).filter(|_| value.str_at(&["kind"]) == Some(MIRROR));
            for name in of_core.chain(of_document.map(str::to_owned)) {
                *times.entry(name).or_default() += 1;
            }
            if value.at(&MIRRORS[..2]).is_some_and(says_directive) {
                return;
            }
        }
        for Patch { value, .. } in patches.iter_mut() {
            if value.str_at(&["kind"]) == Some(MIRROR) {
                let name = value.str_at(&["name"]).unwrap_or_default().to_owned();
                if times.get(&name) == Some(&1) && !says_directive(value) && mirror_of_document(value).is_some() {
                    self.mirror_documents.push(value.clone());
                    ["name", "endpoints", "skipFallback"].iter().for_each(|key| _ = take(value, &[key]));
                }
                continue;
            }
            let names = value.at(&MIRRORS).into_iter().flat_map(Value::fields).map(|field| field.key.to_string());
            for name in names.collect::<Vec<_>>() {
                let path = [MIRRORS[0], MIRRORS[1], MIRRORS[2], &name];
                let is_sound = |own: &Value| (times[&name] == 1 && mirror(&name, own).is_some()).then_some(());
                if let Some((_, field)) = take_if(value, &path, is_sound) {
                    self.mirrors.push((name, field.value));
                }
            }
        }
    }

    /// All of it in words.
    pub(super) fn statements(&self) -> Vec<Statement> {
        let services = self.services.iter().filter_map(service);
        let pods = self
            .pods
            .iter()
            .chain(self.pod_documents.iter().filter_map(pod_of))
            .map(|pod| say::block("static-pod", pod));
        let mirrors = self.mirrors.iter().filter_map(|(name, own)| mirror(name, own));
        let mirrors = mirrors.chain(self.mirror_documents.iter().filter_map(mirror_of_document));
        services.chain(self.watchdogs.iter().filter_map(watchdog)).chain(mirrors).chain(pods).collect()
    }

    /// What of it is a part of the core document.
    pub(super) fn put_into(&self, core: &mut Value) {
        for (name, own) in &self.mirrors {
            put(core, &[MIRRORS[0], MIRRORS[1], MIRRORS[2], name], own.clone());
        }
        if let Some(first) = self.pods.first() {
            put(core, &["machine", "pods"], list_of(self.pods.clone(), first.span));
        }
    }

    /// What of it are documents, and how many fields these say.
    pub(super) fn documents(self) -> (Vec<Value>, usize) {
        let documents: Vec<Value> = self
            .services
            .into_iter()
            .chain(self.watchdogs)
            .chain(self.mirror_documents)
            .chain(self.pod_documents)
            .collect();
        let fields = documents.iter().map(|document| leaves(document).saturating_sub(2)).sum();
        (documents, fields)
    }
}

/// The kind and the name of a document that is about one of these.
fn key_of(document: &Value) -> Option<(String, String)> {
    let kind = document.str_at(&["kind"]).filter(|kind| matches!(*kind, SERVICE | WATCHDOG | POD))?;
    Some((kind.to_owned(), document.str_at(&["name"]).unwrap_or_default().to_owned()))
}

fn knows(value: &Value, keys: &[&str]) -> bool {
    value.as_map().is_some() && value.fields().all(|field| keys.contains(&&*field.key))
}

/// Whether a text may stand in a source.
fn is_open(text: &str) -> bool {
    hnet_secrets::find(text).is_empty()
}

/// A service of an extension in words.
fn service(document: &Value) -> Option<Statement> {
    if !knows(document, &["apiVersion", "kind", "name", "configFiles", "environment"]) {
        return None;
    }
    let name = document.get("name").and_then(scalar).filter(|name| !name.text.is_empty())?;
    let files: Option<Vec<Statement>> = document.items_of("configFiles").iter().map(file).collect();
    let mut fields = files?;
    if let Some(environment) = document.get("environment") {
        let all = texts(environment)?;
        // What a key tells to be a secret is one, whatever it looks like.
        let is_sound = |one: &Said| {
            values::setting(&one.text).is_ok_and(|(key, value)| {
                is_open(&one.text) && hnet_secrets::suspect(&format!("{key}: {value}\n")).is_empty()
            })
        };
        if !all.iter().all(is_sound) {
            return None;
        }
        if let Some(first) = all.first() {
            fields.push(say::list("environment", first.span, all.iter().map(|one| (one.text.clone(), one.span))));
        }
    }
    let said = Statement::new("extension-service", name.span).with(Word::said(&name.text, name.span));
    Some(if fields.is_empty() { said } else { said.holding(fields) })
}

/// A file of such a service.
fn file(value: &Value) -> Option<Statement> {
    if !knows(value, &["content", "mountPath"]) {
        return None;
    }
    let path = value.get("mountPath").and_then(scalar).filter(|path| values::system_path(&path.text).is_ok())?;
    let content = value.get("content").and_then(scalar).filter(|content| is_open(&content.text))?;
    let fields = super::machine::content(&content);
    Some(Statement::new("file", path.span).with(Word::said(&path.text, path.span)).holding(fields))
}

/// The watchdog in words.
fn watchdog(document: &Value) -> Option<Statement> {
    if !knows(document, &["apiVersion", "kind", "device", "timeout"]) {
        return None;
    }
    let device = document.get("device").and_then(scalar).filter(|device| values::system_path(&device.text).is_ok())?;
    let said = Statement::new("watchdog", device.span).with(Word::said(&device.text, device.span));
    let Some(timeout) = document.get("timeout") else { return Some(said) };
    let timeout = scalar(timeout).filter(|timeout| values::duration(&timeout.text).is_ok())?;
    Some(said.holding([say::said("timeout", &timeout)]))
}

/// Where images of a registry are asked for, as the core document says it.
fn mirror(name: &str, own: &Value) -> Option<Statement> {
    if name.is_empty() || !knows(own, &["endpoints", "overridePath", "skipFallback"]) {
        return None;
    }
    let endpoints = own.get("endpoints").and_then(texts)?;
    mirror_in_words(name, &endpoints, own.get("overridePath"), own.get("skipFallback"))
}

/// The same as its document says it, where all endpoints are asked in one way.
fn mirror_of_document(document: &Value) -> Option<Statement> {
    if !knows(document, &["apiVersion", "kind", "name", "endpoints", "skipFallback"]) {
        return None;
    }
    let name = document.get("name").and_then(scalar)?;
    let all = document.items_of("endpoints");
    let urls: Option<Vec<Said>> = all
        .iter()
        .map(|one| one.get("url").and_then(scalar).filter(|_| knows(one, &["url", "overridePath"])))
        .collect();
    let overrides = |one: &Value| one.get("overridePath").map(|on| on.as_bool(Reader::Talos));
    if all.iter().any(|one| overrides(one) != all.first().and_then(overrides)) {
        return None;
    }
    let override_path = all.first().and_then(|one| one.get("overridePath"));
    mirror_in_words(&name.text, &urls?, override_path, document.get("skipFallback"))
}

fn mirror_in_words(
    name: &str,
    endpoints: &[Said],
    override_path: Option<&Value>,
    skip_fallback: Option<&Value>,
) -> Option<Statement> {
    let first = endpoints.first()?;
    // Who may ask stands before an `@`.
    let is_url = |url: &Said| {
        values::url(&url.text, &["https", "http"]).is_ok_and(|read| read == url.text)
            && !url.text.contains('@')
            && is_open(&url.text)
    };
    if !endpoints.iter().all(is_url) {
        return None;
    }
    let mut fields = vec![say::list("endpoints", first.span, endpoints.iter().map(|url| (url.text.clone(), url.span)))];
    for (word, flag) in [("override-path", override_path), ("skip-fallback", skip_fallback)] {
        if let Some(flag) = flag {
            fields.push(say::flag(word, flag.as_bool(Reader::Talos)?, flag.span));
        }
    }
    Some(Statement::new("registry-mirror", first.span).with(Word::said(name, first.span)).holding(fields))
}

/// Whether a value is a pod that a source may hold.
fn is_pod(value: &Value) -> bool {
    let has_name = value.str_at(&["metadata", "name"]).is_some_and(|name| !name.is_empty());
    value.str_at(&["kind"]) == Some("Pod") && has_name && is_open(&write::yaml(value))
}

/// The pod of a document that is called like it.
fn pod_of(document: &Value) -> Option<&Value> {
    let pod = document.get("pod").filter(|pod| is_pod(pod) && !says_directive(pod))?;
    let is_called_so = pod.str_at(&["metadata", "name"]) == document.str_at(&["name"]);
    (is_called_so && knows(document, &["apiVersion", "kind", "name", "pod"])).then_some(pod)
}
