//! The server behind two streams: messages framed as the Language Server Protocol says.
//!
//! Start at [`serve`].

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc;
use std::thread;

use lsp_server::Message;

use crate::Server;

/// The longest message that is read: a source of the size that the compiler reads at all, each of its characters
/// escaped. lsp-server makes room for as many bytes as a head says, whether or not they come.
const LONGEST: u64 = 6 * (16 << 20) + (1 << 20);

/// The longest line of a head.
const LONGEST_HEAD: u64 = 8 << 10;

/// A stream in which no line of a head says more than is read.
struct Bounded<R>(R);

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.0.consume(amount);
    }

    /// Only heads are read by lines.
    fn read_line(&mut self, line: &mut String) -> io::Result<usize> {
        let before = line.len();
        let read = (&mut self.0).take(LONGEST_HEAD).read_line(line)?;
        let length = line[before..].split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let length = length.and_then(|(_, length)| length.trim().parse::<u64>().ok());
        if length.is_some_and(|length| length > LONGEST) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("a message is longer than {LONGEST} bytes"),
            ));
        }
        Ok(read)
    }
}

/// How many messages may wait.
const QUEUE: usize = 1024;

/// Serves until the client says `exit` or closes the stream. What arrives while the server is at work waits, and is
/// then taken at once: see [`Server::handle_all`].
///
/// # Errors
/// When a stream breaks, or what arrives is no message.
pub fn serve(server: &mut Server, input: impl BufRead + Send + 'static, mut output: impl Write) -> io::Result<()> {
    let mut input = Bounded(input);
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
