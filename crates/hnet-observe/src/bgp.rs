//! Who speaks BGP with routers.

use hnet_syntax::tree::Statement;
use hnet_yaml::Value;

use crate::{Reader, say};

impl Reader<'_> {
    /// The nodes that tell routers, as far as their cluster configuration says it.
    pub(crate) fn bgp(&mut self) {
        for document in self.objects("cilium.io", "CiliumBGPClusterConfig") {
            let span = document.value.span;
            let Some(own) = self.name("bgp", document.name(), "bgp") else { continue };
            let instances = document.value.get("spec").map(|spec| spec.items_of("bgpInstances")).unwrap_or_default();
            let peers = instances.iter().flat_map(|instance| instance.items_of("peers"));
            let mut fields: Vec<Statement> = peers.filter_map(|peer| self.peer(peer)).collect();
            if let [instance] = instances {
                fields.extend(self.said("as", instance.get("localASN")));
            }
            self.facts.statements.push(say::field("bgp", &own, span).holding(fields));
        }
    }

    fn peer(&self, peer: &Value) -> Option<Statement> {
        let name = self.known.plain(peer.get("name")?)?;
        let name = hnet_model::Name::new(name).ok()?;
        let fields = [self.said("as", peer.get("peerASN")), self.said("address", peer.get("peerAddress"))];
        Some(say::field("peer", name.as_str(), peer.span).holding(fields.into_iter().flatten()))
    }

    /// A field with a value that is known.
    fn said(&self, word: &str, value: Option<&Value>) -> Option<Statement> {
        let value = value?;
        // Zero is nobody's number.
        let text = self.known.plain(value).filter(|text| *text != "0")?;
        Some(say::field(word, text, value.span))
    }
}
