//! The compiler and its language server for a browser's worker: texts in, texts out.
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

/// A language server.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Server {
    server: hnet_lsp::Server,
}

impl Default for Server {
    fn default() -> Self {
        Server::new()
    }
}

#[wasm_bindgen]
impl Server {
    /// A server that knows no document. What it dies of, should it ever, stands in the console: an
    /// instance does not survive a panic, and the worker starts another.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        std::panic::set_hook(Box::new(|panic| error(&format!("hnet: {panic}"))));
        Server { server: hnet_lsp::Server::new() }
    }

    /// Takes a message of the client; the answers and notifications that follow from it, in order.
    #[must_use]
    pub fn handle(&mut self, message: &str) -> Vec<String> {
        self.server.handle(message)
    }
}
