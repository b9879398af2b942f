//! Certificates with what they cover, and gateways with their addresses and listeners.

use hnet_diagnostics::{Span, is_slip};
use hnet_manifests::versions::gateway_services::{OF_ADDRESSES, asks_by_annotation};
use hnet_repository::Release;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::{Step, Value};

use crate::say;
use crate::say::words;
use crate::{CERTIFICATE, Gateway, NoSecret, Reader};

/// The group of gateways and their routes.
pub(crate) const GROUP: &str = "gateway.networking.k8s.io";

/// Whether a release of a chart may make a gateway.
pub(crate) fn may_make_gateway(release: &Release) -> bool {
    let is_gateway = |text: &str| text.to_ascii_lowercase().contains("gateway");
    let mut says = is_gateway(&release.chart);
    release.values.leaves(&mut |steps, leaf| {
        let of_key = |step: &Step| matches!(step, Step::Key(key) if is_gateway(key));
        // Where a route of the chart attaches is no gateway of its own.
        let is_parent = steps.0.iter().any(|step| matches!(step, Step::Key(key) if key == "parentRefs"));
        says |= !is_parent && (leaf.as_str().is_some_and(is_gateway) || steps.0.iter().any(of_key));
    });
    says
}

/// What a secret is called whose name holds a symbol.
fn called(secret: &str) -> String {
    let parts = secret.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    if secret.contains('$') { parts.collect::<Vec<_>>().join("-").to_ascii_lowercase() } else { secret.to_owned() }
}

impl Reader<'_> {
    /// The certificates that are issued in the cluster.
    pub(crate) fn certificates(&mut self) {
        for document in self.objects("cert-manager.io", "Certificate") {
            let Some(namespace) = self.namespace(document) else { continue };
            let Some(secret) = document.value.at(&["spec", "secretName"]) else { continue };
            let Some(text) = self.known.text(secret) else {
                self.unknown(secret.span, format!("the secret is `{}`", secret.as_str().unwrap_or_default()));
                continue;
            };
            let key = (namespace, text.to_owned());
            if self.beside.certificates.contains_key(&key) {
                continue;
            }
            let listed = document.value.at(&["spec", "dnsNames"]).map(Value::items).unwrap_or_default();
            let said = |name: &Value| Some(Word::said(self.known.text(name)?, name.span));
            // One of which a name is not known says none: it may be for any.
            let names: Vec<Word> = listed.iter().map(said).collect::<Option<_>>().unwrap_or_default();
            let called = called(text);
            let taken = self.beside.names.get(CERTIFICATE).and_then(|names| names.get_index_of(&called));
            // One of which it is known that it fills another secret is not this one.
            if taken.is_some_and(|at| at < self.before) && !self.beside.placed.contains(&called) {
                continue;
            }
            let Some(own) = self.label(CERTIFICATE, &called, &key.0) else { continue };
            let mut statement = say::field(CERTIFICATE, &own, secret.span);
            if let Some(first) = names.first() {
                statement = statement.holding([words("names", first.span, names)]);
            }
            self.facts.statements.push(statement.holding([self.unsaid("namespace", &key.0)]));
            self.facts.counts.certificates += 1;
            self.beside.note_certificate(key, own);
        }
    }

    /// What a secret is called that no certificate of the cluster fills: what it covers is not known.
    fn certificate(&mut self, namespace: &str, secret: &str) -> Option<String> {
        let key = (namespace.to_owned(), secret.to_owned());
        if let Some(known) = self.beside.certificates.get(&key) {
            return Some(known.clone());
        }
        self.beside.unfilled.insert(key.clone());
        let own = self.label(CERTIFICATE, &called(secret), namespace)?;
        // Not the place of other statements that nothing says, which would then seem to have lost a value too. What
        // exists need not say its names.
        let place = if self.is_strict { self.unsaid.part(0..1) } else { self.unsaid.after() };
        let statement = say::field(CERTIFICATE, &own, place).holding([self.unsaid("namespace", namespace)]);
        self.facts.statements.push(statement);
        self.beside.note_certificate(key, own.clone());
        Some(own)
    }

    /// Notes a secret that nothing fills and that is surely meant for one which a certificate fills.
    fn note_secret(&mut self, namespace: &str, secret: &str, span: Span) {
        let key = (namespace.to_owned(), secret.to_owned());
        let certificates = &self.beside.certificates;
        if certificates.contains_key(&key) && !self.beside.unfilled.contains(&key) || secret.contains(['$', '{']) {
            return;
        }
        let is_near = |other: &&(String, String)| {
            other.0 == namespace && is_slip(secret, &other.1) && !self.beside.unfilled.contains(*other)
        };
        let near: Vec<&(String, String)> =
            certificates.keys().take_while(|_| self.may_compare()).filter(is_near).collect();
        // One that is not compared might be meant as well.
        if let ([meant], true) = (near.as_slice(), self.left.get() > 0) {
            let none = NoSecret { span, named: key, meant: meant.1.clone() };
            self.facts.not_there.secrets.push(none);
        }
    }

    /// The gateways.
    pub(crate) fn gateways(&mut self) {
        let before = self.facts.unknown.len();
        self.gateways_that_are_there();
        self.facts.has_all_gateways = self.facts.unknown.len() == before
            && !self.cluster.may_hold_more(GROUP, "Gateway")
            && !self.cluster.releases.iter().any(may_make_gateway);
    }

    fn gateways_that_are_there(&mut self) {
        for document in self.objects(GROUP, "Gateway") {
            let Some(namespace) = self.namespace(document) else { continue };
            let key = (namespace.clone(), document.name().to_owned());
            if self.is_strict && self.beside.gateways.contains_key(&key) {
                // The source makes it, or it was read before.
                continue;
            }
            let gateway = match self.gateway(&document.value, document.name(), &namespace) {
                Ok((statement, gateway)) => {
                    self.facts.statements.push(statement);
                    self.facts.counts.gateways += 1;
                    Some(gateway)
                }
                Err((span, cause)) => {
                    self.unknown(span, cause);
                    None
                }
            };
            self.beside.gateways.insert((namespace, document.name().to_owned()), gateway);
        }
    }

    fn gateway(&mut self, value: &Value, name: &str, namespace: &str) -> Result<(Statement, Gateway), (Span, String)> {
        let said = |value: &Value| format!("it holds `{}`", value.as_str().unwrap_or("no text"));
        let place = value.at(&["metadata", "name"]).map_or(value.span, |name| name.span);
        let own = self.label("gateway", name, namespace).ok_or((place, format!("`{name}` is no name")))?;
        let mut fields = vec![self.unsaid("namespace", namespace)];
        let class = value.at(&["spec", "gatewayClassName"]).ok_or((place, "no class is said".to_owned()))?;
        let text = self.known.plain(class).ok_or((class.span, said(class)))?;
        fields.push(say::field("class", text, class.span));
        let class = text;
        let listed = value.at(&["spec", "addresses"]).map(Value::items).unwrap_or_default();
        let mut addresses = Vec::new();
        for address in listed {
            let is_address = address.str_at(&["type"]).is_none_or(|kind| kind == "IPAddress");
            // What other controllers make of them is not known.
            let is_read = class == "cilium" || asks_by_annotation(class) || self.beside.is_of_statements;
            if let Some(address) = address.get("value").filter(|_| is_address && is_read) {
                let text = self.known.text(address).ok_or((address.span, said(address)))?;
                addresses.push(Word::said(text, address.span));
            }
        }
        if let Some(first) = addresses.first() {
            fields.push(words("address", first.span, addresses));
        }
        let mut annotations = Vec::new();
        for field in value.at(&["spec", "infrastructure", "annotations"]).into_iter().flat_map(Value::fields) {
            if !OF_ADDRESSES.contains(&field.key.as_str()) {
                continue;
            }
            let text = self.known.text(&field.value).ok_or((field.value.span, said(&field.value)))?;
            annotations.push(Word::said(&format!("{}={text}", field.key.as_str()), field.value.span));
        }
        if let Some(first) = annotations.first() {
            fields.push(words("service-annotations", first.span, annotations));
        }
        // From its annotations cert-manager makes the certificates of all its listeners.
        let annotations = value.at(&["metadata", "annotations"]).into_iter().flat_map(Value::fields);
        let is_issued = annotations.map(|field| &field.key).any(|key| key.starts_with("cert-manager.io/"));
        let mut gateway = Gateway { name: own, listeners: Vec::new(), others: Vec::new(), is_issued };
        for listener in value.at(&["spec", "listeners"]).map(Value::items).unwrap_or_default() {
            if let Some(statement) = self.listener(listener, namespace, &mut gateway)? {
                fields.push(statement);
            }
        }
        if gateway.listeners.is_empty() {
            return Err((place, "it has no listener for HTTP or TLS".to_owned()));
        }
        Ok((say::field("gateway", &gateway.name, place).holding(fields), gateway))
    }

    /// A listener; none where it is for no requests that routes of HTTP could take.
    fn listener(
        &mut self,
        listener: &Value,
        namespace: &str,
        known: &mut Gateway,
    ) -> Result<Option<Statement>, (Span, String)> {
        let part = |key: &str| listener.get(key).ok_or((listener.span, format!("a listener has no `{key}`")));
        let plain = |value: &Value| {
            let text = self.known.plain(value).map(str::to_owned);
            text.ok_or_else(|| (value.span, format!("it holds `{}`", value.as_str().unwrap_or_default())))
        };
        let (name, port, protocol) = (part("name")?, part("port")?, part("protocol")?);
        let word = match plain(protocol)?.as_str() {
            "HTTP" => "http",
            "HTTPS" => "https",
            "TLS" => "tls",
            _ => {
                known.others.extend(plain(name).ok());
                return Ok(None);
            }
        };
        let (own, number) = (plain(name)?, plain(port)?);
        let mut fields = vec![say::field("port", &number, port.span), say::field("protocol", word, protocol.span)];
        if let Some(hostname) =
            listener.get("hostname").filter(|hostname| hostname.as_str().is_some_and(|own| !own.is_empty()))
        {
            let text = self.known.text(hostname);
            let text = text.ok_or((hostname.span, format!("it holds `{}`", hostname.as_str().unwrap_or_default())))?;
            fields.push(say::field("hostname", text, hostname.span));
        }
        if let Some(from) = listener.at(&["allowedRoutes", "namespaces"]) {
            fields.push(match from.get("from").map_or("Same", |from| from.as_str().unwrap_or_default()) {
                "Same" => say::field("allow", "same", from.span),
                "Selector" => self.selected(from),
                _ => say::field("allow", "all", from.span),
            });
        } else {
            fields.push(say::field("allow", "same", name.span));
        }
        if let Some(tls) = listener.get("tls") {
            if tls.str_at(&["mode"]) == Some("Passthrough") {
                fields.push(say::field("tls-mode", "passthrough", tls.span));
            }
            let mut certificates = Vec::new();
            for reference in tls.items_of("certificateRefs") {
                let Some(secret) = reference.get("name") else { continue };
                let text = self.known.text(secret).map(str::to_owned);
                let text = text.ok_or_else(|| (secret.span, "the secret of a listener".to_owned()))?;
                let of = reference.get("namespace").map(&plain).transpose()?;
                let of = of.unwrap_or_else(|| namespace.to_owned());
                certificates.push((of, text, secret.span, secret.written()));
            }
            // With options alone the controller finds a certificate by itself.
            if certificates.is_empty() && tls.get("options").is_some() {
                certificates.push((namespace.to_owned(), "unsaid".to_owned(), self.unsaid, self.unsaid));
            }
            let mut said = Vec::new();
            for (namespace, secret, span, written) in certificates {
                if !known.is_issued {
                    self.note_secret(&namespace, &secret, written);
                }
                said.extend(self.certificate(&namespace, &secret).map(|name| Word::said(&name, span)));
            }
            if let Some(first) = said.first() {
                fields.push(words("tls", first.span, said));
            }
        }
        known.listeners.push((own.clone(), number));
        Ok(Some(say::field("listener", &own, name.span).holding(fields)))
    }

    /// The namespaces that a selector takes by their names; all, where it looks at other labels, which are not known.
    fn selected(&self, from: &Value) -> Statement {
        const NAME: &str = "kubernetes.io/metadata.name";
        let selector = from.get("selector");
        let labels: Vec<_> =
            selector.and_then(|own| own.get("matchLabels")).into_iter().flat_map(Value::fields).collect();
        let expressions = selector.and_then(|own| own.get("matchExpressions")).map(Value::items).unwrap_or_default();
        let names: Vec<&Value> = match (labels.as_slice(), expressions) {
            ([only], []) if only.key.as_str() == NAME => vec![&only.value],
            ([], [only]) if only.str_at(&["key"]) == Some(NAME) && only.str_at(&["operator"]) == Some("In") => {
                only.items_of("values").iter().collect()
            }
            _ => Vec::new(),
        };
        let known: Option<Vec<Word>> =
            names.iter().map(|name| Some(Word::said(self.known.plain(name)?, name.span))).collect();
        match known.filter(|known| !known.is_empty()) {
            Some(known) => words("allow", from.span, known),
            None => self.unsaid("allow", "all"),
        }
    }
}
