// SPDX-License-Identifier: MIT
//! The labels and values that bench/README.md prescribes, in Rust.

pub const PLACES: usize = 16384; // values, and places in the order
pub const OBSERVATIONS: i32 = 12;
pub const LABELS: [&str; 3] = ["model", "provider", "status"];
pub const BOUNDS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

const SEED: u64 = 20231;
const MODELS: [&str; 8] = [
    "gpt-4o",
    "gpt-4o-mini",
    "claude-3-5-sonnet",
    "claude-haiku",
    "llama-3.1-70b",
    "llama-3.1-8b",
    "mixtral-8x7b",
    "gemini-1.5-pro",
];
const PROVIDERS: [&str; 4] = ["openai", "anthropic", "azure", "self-hosted"];
const STATUSES: [&str; 2] = ["success", "rate_limited"];

/// Model, provider, status.
pub type LabelSet = [String; 3];

fn draw(x: &mut u64) -> u64 {
    *x = x
        .wrapping_mul(6364136223846793005)
        .wrapping_add(1442695040888963407);
    *x
}

/// To observe: log-uniform over all default buckets and beyond.
pub fn values() -> Vec<f64> {
    let mut x = SEED;
    let mut value = || {
        let u = (draw(&mut x) >> 11) as f64 / (1u64 << 53) as f64;
        0.0025 * (u * (12.0f64 / 0.0025).ln()).exp()
    };
    (0..PLACES).map(|_| value()).collect()
}

/// In which order series are visited.
pub fn order(series: usize) -> Vec<u32> {
    let mut x = SEED;
    let mut place = || ((draw(&mut x) >> 33) % series as u64) as u32;
    (0..PLACES).map(|_| place()).collect()
}

fn few(i: usize) -> LabelSet {
    [MODELS[i % 8], PROVIDERS[i / 8 % 4], STATUSES[i / 32]].map(String::from)
}

pub fn beyond(i: usize) -> LabelSet {
    [
        format!("model-{}", i % 100),
        format!("provider-{}", i / 100 % 10),
        format!("status-{}", i / 1000),
    ]
}

/// Those of a record.
pub fn sets(series: usize) -> Vec<LabelSet> {
    let set = if series <= 64 { few } else { beyond };
    (0..series).map(set).collect()
}

pub fn count(i: usize) -> u64 {
    1 + 7 * i as u64
}

pub fn observation(i: usize, k: i32) -> f64 {
    0.004 * 2f64.powi(k) * (1.0 + (i % 7) as f64 * 0.1)
}
