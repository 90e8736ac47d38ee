// SPDX-License-Identifier: MIT
//! The two families, and the series that are read rather than recorded.

use crate::contents::{self, BOUNDS, LABELS, OBSERVATIONS};
use crate::Failure;
use prometheus::{
    register_histogram_vec, register_int_counter_vec, HistogramVec, IntCounterVec, TextEncoder,
};

pub fn counters() -> IntCounterVec {
    register_int_counter_vec!("llm_requests_total", "Requests.", &LABELS).unwrap()
}

pub fn histograms() -> HistogramVec {
    register_histogram_vec!(
        "llm_request_duration_seconds",
        "Durations.",
        &LABELS,
        BOUNDS.to_vec()
    )
    .unwrap()
}

fn fill_counters(series: usize) {
    let family = counters();
    for i in 0..series {
        let [model, provider, status] = contents::beyond(i);
        family
            .with_label_values(&[&model, &provider, &status])
            .inc_by(contents::count(i));
    }
}

fn fill_histograms(series: usize) {
    let family = histograms();
    for i in 0..series {
        let [model, provider, status] = contents::beyond(i);
        let histogram = family.with_label_values(&[&model, &provider, &status]);
        for k in 0..OBSERVATIONS {
            histogram.observe(contents::observation(i, k));
        }
    }
}

pub fn fill(kind: &str, series: usize) -> Result<(), Failure> {
    match kind {
        "counters" => fill_counters(series),
        "histograms" => fill_histograms(series),
        _ => return Err(Failure::HaveNot(format!("kind {kind}"))),
    }
    Ok(())
}

/// What the default registry shows.
pub fn exposition() -> String {
    TextEncoder::new()
        .encode_to_string(&prometheus::gather())
        .unwrap()
}
