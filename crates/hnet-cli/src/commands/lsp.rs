//! `hnet lsp`: the language server on standard input and output. What is said there is `hnet-lsp`'s business.

use std::io;

use hnet_lsp::Server;

use crate::Outcome;
use crate::failure::Failure;
use crate::load::Folders;

/// Serves until the client says `exit` or closes the pipe. Leaving without `shutdown` is an error,
/// as the protocol says.
pub(crate) fn run() -> Result<Outcome, Failure> {
    let mut server = Server::with_disk(Folders);
    hnet_lsp::serve(&mut server, io::BufReader::new(io::stdin()), io::stdout())
        .map_err(|error| Failure::new(format!("the connection to the editor broke: {error}")))?;
    Ok(Outcome::wrong_if(!server.is_shut_down()))
}
