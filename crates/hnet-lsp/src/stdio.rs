//! The server behind two streams: messages framed as the Language Server Protocol says.
//!
//! Start at [`serve`].

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc;
use std::thread;

use crate::{Malformed, Server};

/// The longest message that is read: a source of the size that the compiler reads at all, each of its characters
/// escaped. Room is made for as many bytes as a head says, whether or not they come.
const LONGEST: u64 = 6 * (16 << 20) + (1 << 20);

/// The longest line of a head.
const LONGEST_HEAD: u64 = 8 << 10;

/// The bytes of the next message; none where the stream ends. lsp-server reads streams too, but what is no message is
/// the end of one there, and not an answer.
fn next(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let mut length = None;
    loop {
        let mut line = String::new();
        if (&mut *input).take(LONGEST_HEAD).read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let malformed = || wrong(format!("malformed header: {:?}", line.trim_end()));
        let field = line.strip_suffix("\r\n").ok_or_else(malformed)?;
        if field.is_empty() {
            break;
        }
        let (name, value) = field.split_once(':').ok_or_else(malformed)?;
        if name.eq_ignore_ascii_case("content-length") {
            length = Some(value.trim().parse::<u64>().map_err(|_| malformed())?);
        }
    }
    let length = length.ok_or_else(|| wrong("no Content-Length".to_owned()))?;
    if length > LONGEST {
        return Err(wrong(format!("a message is longer than {LONGEST} bytes")));
    }
    let mut body = vec![0; usize::try_from(length).unwrap_or_default()];
    input.read_exact(&mut body)?;
    Ok(Some(body))
}

/// Answers what is no message.
fn refuse(malformed: &Malformed, output: &mut impl Write) -> io::Result<()> {
    let text = malformed.text();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

/// How many messages may wait.
const QUEUE: usize = 1024;

/// Serves until the client says `exit` or closes the stream. What arrives while the server is at work waits, and is
/// then taken at once: see [`Server::handle_all`].
///
/// # Errors
/// When a stream breaks, or what arrives is not framed as a message.
pub fn serve(server: &mut Server, mut input: impl BufRead + Send + 'static, mut output: impl Write) -> io::Result<()> {
    let (sender, waiting) = mpsc::sync_channel(QUEUE);
    // Ends with the stream, or with the program: nobody waits for it, since it may wait for the client.
    thread::spawn(move || {
        loop {
            let message = next(&mut input).transpose();
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
                Ok(body) => match crate::message(&body) {
                    Ok(message) => messages.push(message),
                    Err(malformed) => refuse(&malformed, &mut output)?,
                },
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
