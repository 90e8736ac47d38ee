// SPDX-License-Identifier: MIT
//! rust-prometheus as an entrant; bench/README.md says what each operation does.

mod contents;
mod families;
mod recording;
mod responder;

use std::time::Instant;
use std::{fs, process};

pub enum Failure {
    /// What this entrant has not: exit status 3.
    HaveNot(String),
    Other(String),
}

const USAGE: &str = "usage: about | record CASE SERIES THREADS SECONDS | \
    text KIND SERIES TIMES | memory, serve or show KIND SERIES";

fn text(kind: &str, series: usize, times: usize) -> Result<(), Failure> {
    families::fill(kind, series)?;
    let (mut all, mut bytes) = (Vec::new(), 0);
    for _ in 0..times {
        let start = Instant::now();
        let made = families::exposition();
        let ms = start.elapsed().as_secs_f64() * 1e3;
        all.push(format!("{ms:.4}"));
        bytes = made.len();
    }
    println!("{{\"ms\": [{}], \"bytes\": {bytes}}}", all.join(", "));
    Ok(())
}

/// smaps_rollup counts pages; statm may lag behind by hundreds.
fn resident_bytes() -> Result<i64, Failure> {
    let missing = || Failure::Other("no Rss in smaps_rollup".into());
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").map_err(|_| missing())?;
    let line = rollup.lines().find(|line| line.starts_with("Rss:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<i64>().ok());
    Ok(kilobytes.ok_or_else(missing)? * 1024)
}

fn memory(kind: &str, series: usize) -> Result<(), Failure> {
    let before = resident_bytes()?;
    families::fill(kind, series)?;
    println!("{{\"bytes\": {}}}", resident_bytes()? - before);
    Ok(())
}

fn serve(kind: &str, series: usize) -> Result<(), Failure> {
    families::fill(kind, series)?;
    responder::serve().map_err(|error| Failure::Other(error.to_string()))
}

fn show(kind: &str, series: usize) -> Result<(), Failure> {
    families::fill(kind, series)?;
    print!("{}", families::exposition());
    Ok(())
}

fn number(text: &str) -> Result<usize, Failure> {
    let value = text.parse().ok().filter(|n| *n > 0);
    value.ok_or_else(|| Failure::Other(format!("not a number above 0: {text}")))
}

fn duration(text: &str) -> Result<f64, Failure> {
    let value = text.parse().ok().filter(|s| *s > 0.0);
    value.ok_or_else(|| Failure::Other(format!("not a duration: {text}")))
}

fn run(args: &[&str]) -> Result<(), Failure> {
    match *args {
        ["about"] => println!(
            "{{\"name\": \"rust-prometheus\", \"version\": \"{}\", \"language\": \"Rust\"}}",
            env!("PEER_VERSION")
        ),
        ["record", case, series, threads, seconds] => {
            recording::record(case, number(series)?, number(threads)?, duration(seconds)?)?
        }
        ["text", kind, series, times] => text(kind, number(series)?, number(times)?)?,
        ["memory", kind, series] => memory(kind, number(series)?)?,
        ["serve", kind, series] => serve(kind, number(series)?)?,
        ["show", kind, series] => show(kind, number(series)?)?,
        _ => return Err(Failure::Other(USAGE.into())),
    }
    Ok(())
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (message, status) = match run(&args) {
        Ok(()) => return,
        Err(Failure::HaveNot(what)) => (format!("no {what}"), 3),
        Err(Failure::Other(message)) => (message, 1),
    };
    eprintln!("rust-prometheus: {message}");
    process::exit(status);
}
