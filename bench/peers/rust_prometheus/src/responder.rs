// SPDX-License-Identifier: MIT
//! The least of an HTTP/1.1 server: the crate has none, its examples take a framework that Debian
//! does not package. Only what is answered is rust-prometheus's.

use crate::families::exposition;
use prometheus::TEXT_FORMAT;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// The request's line and whether the client wants to go on after it; None where there is none.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<(String, bool)>> {
    let (mut request, mut goes_on) = (String::new(), true);
    if reader.read_line(&mut request)? == 0 {
        return Ok(None);
    }
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.trim_end().is_empty() {
            return Ok(Some((request, goes_on)));
        }
        goes_on &= !line.trim_end().eq_ignore_ascii_case("connection: close");
    }
}

fn answer(stream: &mut TcpStream, request: &str) -> io::Result<()> {
    let (status, body) = if request.starts_with("GET /metrics ") {
        ("200 OK", exposition())
    } else {
        ("404 Not Found", String::new())
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {TEXT_FORMAT}\r\nContent-Length: {length}\r\n\r\n"
    )?;
    stream.write_all(body.as_bytes())
}

fn converse(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some((request, goes_on)) = read_request(&mut reader)? {
        answer(&mut stream, &request)?;
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// A thread for each connection, until standard input ends.
pub fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{{\"port\": {}}}", listener.local_addr()?.port());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that has gone away is no matter.
            thread::spawn(move || drop(converse(stream)));
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
