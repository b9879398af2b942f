//! The compiler and its language server for a browser's worker: texts in, texts out; and the import, as a module of its
//! own that is fetched when somebody imports.
//!
//! The only crate that names wasm-bindgen; it is empty on any other target. Everything that it does
//! is in `hnet-lsp`. Start at [`Server`]; what the messages say is in `web/src/protocol.ts`.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);
}

/// Has the console say what an instance dies of, should it ever, where the module is built with words for that. It does not
/// survive a panic, and the page starts another.
fn say_panics() {
    std::panic::set_hook(Box::new(|panic| error(&format!("hnet: {panic}"))));
}

/// A language server.
#[cfg(feature = "server")]
#[wasm_bindgen]
#[derive(Debug)]
pub struct Server {
    server: hnet_lsp::Server,
}

#[cfg(feature = "server")]
impl Default for Server {
    fn default() -> Self {
        Server::new()
    }
}

#[cfg(feature = "server")]
#[wasm_bindgen]
impl Server {
    /// A server that knows no document.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        say_panics();
        Server { server: hnet_lsp::Server::new() }
    }

    /// Takes a message of the client; the answers and notifications that follow from it, in order.
    #[must_use]
    pub fn handle(&mut self, message: &str) -> Vec<String> {
        self.server.handle(message)
    }
}

/// What the request `hnet/import` answers to these parameters, both as JSON; none where the parameters are not its.
#[cfg(feature = "import")]
#[wasm_bindgen]
#[must_use]
pub fn imported(parameters: &str) -> Option<String> {
    say_panics();
    hnet_lsp::imported(parameters)
}
