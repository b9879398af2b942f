//! The server behind two streams: messages framed as the Language Server Protocol says.
//!
//! Start at [`serve`].

use std::io::{self, BufRead, Write};
use std::sync::mpsc;
use std::thread;

use lsp_server::Message;

use crate::Server;

/// How many messages may wait.
const QUEUE: usize = 1024;

/// Serves until the client says `exit` or closes the stream. What arrives while the server is at work waits, and is
/// then taken at once: see [`Server::handle_all`].
///
/// # Errors
/// When a stream breaks, or what arrives is no message.
pub fn serve(server: &mut Server, mut input: impl BufRead + Send + 'static, mut output: impl Write) -> io::Result<()> {
    let (sender, waiting) = mpsc::sync_channel(QUEUE);
    // Ends with the stream, or with the program: nobody waits for it, since it may wait for the client.
    thread::spawn(move || {
        loop {
            let message = Message::read(&mut input).transpose();
            let goes_on = matches!(message, Some(Ok(_)));
            let Some(message) = message else { break };
            if sender.send(message).is_err() || !goes_on {
                break;
            }
        }
    });
    while let Ok(first) = waiting.recv() {
        let mut broken = None;
        let mut messages = Vec::new();
        for message in std::iter::once(first).chain(waiting.try_iter()) {
            match message {
                Ok(message) => messages.push(message),
                Err(error) => broken = Some(error),
            }
        }
        for answer in server.handle_all(messages) {
            answer.write(&mut output)?;
        }
        if server.has_exited() {
            return Ok(());
        }
        if let Some(error) = broken {
            return Err(error);
        }
    }
    Ok(())
}
