// SPDX-License-Identifier: MIT
//! The record operation (bench/README.md, "Record") in Rust.

use crate::contents::{self, LabelSet, PLACES};
use crate::families;
use crate::Failure;
use prometheus::{Histogram, IntCounter};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const BATCH: usize = 1024; // operations between two looks at the clock
const APART: usize = 4099; // between two threads' starts in the order

const WARM_BATCHES: usize = 16; // at least, in the warm-up

/// What one thread did, and when.
struct Done {
    n: usize,
    begin: Instant,
    last: Instant, // the last batch's beginning
    end: Instant,
    cpu: Duration,
}

struct Recorded {
    rate: f64,
    cpu_ns: f64,
}

fn thread_cpu() -> Duration {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // The pointer is to a timespec of our own.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    assert_eq!(status, 0);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Records until a moment, and so many batches at least.
fn record_until(operation: &impl Fn(usize), k: &mut usize, over: Instant, least: usize) -> Done {
    let (begin, cpu) = (Instant::now(), thread_cpu());
    let (mut n, mut last, mut end) = (0, begin, begin);
    while end < over || n < least * BATCH {
        last = end;
        for i in *k..*k + BATCH {
            operation(i);
        }
        *k += BATCH;
        n += BATCH;
        end = Instant::now();
    }
    let cpu = thread_cpu() - cpu;
    Done {
        n,
        begin,
        last,
        end,
        cpu,
    }
}

/// All stop at one moment, which is fixed while everyone, warm, waits between two barriers.
fn one_thread(
    operation: &impl Fn(usize),
    mut k: usize,
    limit: Duration,
    start: &Barrier,
    over: &OnceMoment,
) -> Done {
    record_until(operation, &mut k, Instant::now() + limit / 10, WARM_BATCHES);
    start.wait();
    start.wait();
    record_until(operation, &mut k, over.get(), 0)
}

/// A moment that is set once, before the barrier behind which it is read.
struct OnceMoment(Mutex<Instant>);

impl OnceMoment {
    fn set(&self, moment: Instant) {
        *self.0.lock().unwrap() = moment;
    }

    fn get(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}

/// How many a thread made until the end; of its last batch, which ended later, as large a part as
/// of its time.
fn made(one: &Done, over: Instant) -> f64 {
    if one.n == 0 || one.end <= over {
        return one.n as f64;
    }
    let late = (one.end - over).as_secs_f64() / (one.end - one.last).as_secs_f64();
    one.n as f64 - BATCH as f64 * late
}

/// From the first start to the end, the same for all.
fn sum_up(all: &[Done], over: Instant) -> Recorded {
    let n: f64 = all.iter().map(|one| made(one, over)).sum();
    let all_n: usize = all.iter().map(|one| one.n).sum();
    let cpu: Duration = all.iter().map(|one| one.cpu).sum();
    let begin = all.iter().map(|one| one.begin).min().unwrap();
    Recorded {
        rate: n / (over - begin).as_secs_f64(),
        cpu_ns: cpu.as_nanos() as f64 / all_n as f64,
    }
}

fn record_threads(operation: impl Fn(usize) + Sync, threads: usize, limit: Duration) -> Recorded {
    let start = Barrier::new(threads + 1);
    let over = OnceMoment(Mutex::new(Instant::now()));
    let run = |i| one_thread(&operation, i * APART, limit, &start, &over);
    let all: Vec<Done> = thread::scope(|scope| {
        let spawn = |i| scope.spawn(move || run(i));
        let all: Vec<_> = (0..threads).map(spawn).collect();
        start.wait();
        over.set(Instant::now() + limit);
        start.wait();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    sum_up(&all, over.get())
}

fn strs(set: &LabelSet) -> [&str; 3] {
    [&set[0], &set[1], &set[2]]
}

fn record_counter(series: usize, threads: usize, limit: Duration) -> Recorded {
    let family = families::counters();
    let order = contents::order(series);
    let handle = |set: &LabelSet| family.with_label_values(&strs(set));
    let kept: Vec<IntCounter> = contents::sets(series).iter().map(handle).collect();
    if series == 1 {
        let counter = &kept[0];
        return record_threads(|_| counter.inc(), threads, limit);
    }
    let visit = |k: usize| kept[order[k % PLACES] as usize].inc();
    record_threads(visit, threads, limit)
}

fn record_histogram(series: usize, threads: usize, limit: Duration) -> Recorded {
    let family = families::histograms();
    let order = contents::order(series);
    let values = contents::values();
    let handle = |set: &LabelSet| family.with_label_values(&strs(set));
    let kept: Vec<Histogram> = contents::sets(series).iter().map(handle).collect();
    if series == 1 {
        let histogram = &kept[0];
        return record_threads(|k| histogram.observe(values[k % PLACES]), threads, limit);
    }
    let visit = |k: usize| kept[order[k % PLACES] as usize].observe(values[k % PLACES]);
    record_threads(visit, threads, limit)
}

fn record_lookup(series: usize, threads: usize, limit: Duration) -> Recorded {
    let family = families::counters();
    let order = contents::order(series);
    let sets = contents::sets(series);
    let look_up = |k: usize| {
        let [model, provider, status] = &sets[order[k % PLACES] as usize];
        family.with_label_values(&[model, provider, status]).inc();
    };
    record_threads(look_up, threads, limit)
}

pub fn record(what: &str, series: usize, threads: usize, seconds: f64) -> Result<(), Failure> {
    let limit = Duration::from_secs_f64(seconds);
    let result = match what {
        "counter" => record_counter(series, threads, limit),
        "histogram" => record_histogram(series, threads, limit),
        "lookup" => record_lookup(series, threads, limit),
        _ => return Err(Failure::HaveNot(format!("case {what}"))),
    };
    println!(
        "{{\"rate\": {:.0}, \"cpu_ns\": {:.4}}}",
        result.rate, result.cpu_ns
    );
    Ok(())
}
