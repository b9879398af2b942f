//! `hnet lsp`: the language server on standard input and output.
//!
//! Messages are framed as the Language Server Protocol says: a header `Content-Length`, an empty
//! line, so many bytes. What they mean is `hnet-lsp`'s business.

use std::io::{self, BufRead, Read, Write};
use std::path::PathBuf;

use hnet_lsp::Server;

use crate::Outcome;
use crate::failure::Failure;
use crate::load::read_source;

/// The largest message that is read, in bytes: a source with all its characters escaped, and more.
const LIMIT: u64 = 8 * hnet_syntax::SIZE_LIMIT as u64;

/// Serves until the client says `exit` or closes the pipe. Leaving without `shutdown` is an error,
/// as the protocol says.
pub(crate) fn run() -> Result<Outcome, Failure> {
    let mut server = Server::with_reader(|uri| read_source(&path(uri)?).ok());
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let failed = |error: &io::Error| Failure::new(format!("the connection to the editor broke: {error}"));
    while let Some(message) = next(&mut input).map_err(|error| failed(&error))? {
        for answer in server.handle(&message) {
            write!(output, "Content-Length: {}\r\n\r\n{answer}", answer.len())
                .and_then(|()| output.flush())
                .map_err(|error| failed(&error))?;
        }
        if server.has_exited() {
            break;
        }
    }
    Ok(Outcome::wrong_if(!server.is_shut_down()))
}

/// The next message; none where the pipe is closed.
fn next(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why);
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.by_ref().take(1024).read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = Some(value.trim().parse::<u64>().map_err(|_| invalid("`Content-Length` is no number"))?);
            }
            Some(_) => {}
            None if line.trim_end().is_empty() => break,
            None => return Err(invalid("a header line has no colon")),
        }
    }
    let length = length.ok_or_else(|| invalid("a message has no `Content-Length`"))?;
    if length > LIMIT {
        return Err(invalid("a message is larger than any source"));
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    // What is no text is no message either, which the server says.
    Ok(Some(String::from_utf8(bytes).unwrap_or_default()))
}

/// The file of a `file:` URI on this machine.
fn path(uri: &str) -> Option<PathBuf> {
    let path = hnet_lsp::file_path(uri)?;
    Some(PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn messages_are_cut_at_their_length() {
        let mut input = "Content-Length: 4\r\nContent-Type: x\r\n\r\n\"é\"content-length:2\r\n\r\n{}".as_bytes();
        assert_eq!(next(&mut input).expect("framed"), Some("\"é\"".to_owned()));
        assert_eq!(next(&mut input).expect("framed"), Some("{}".to_owned()));
        assert_eq!(next(&mut input).expect("the end"), None);
    }

    #[test]
    fn what_is_not_framed_breaks_the_connection() {
        for text in ["\r\n", "hello\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Length: 9\r\n\r\n{}"] {
            assert!(next(&mut text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(next(&mut "Content-Length: 999999999999\r\n\r\n".as_bytes()).is_err());
    }
}
