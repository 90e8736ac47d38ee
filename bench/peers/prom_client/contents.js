// SPDX-License-Identifier: MIT
// The labels and values that bench/README.md prescribes, in JavaScript.
'use strict';

const PLACES = 16384; // values, and places in the order
const OBSERVATIONS = 12;
const SEED = 20231n;
const LABELS = ['model', 'provider', 'status'];
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-3-5-sonnet', 'claude-haiku', 'llama-3.1-70b',
	'llama-3.1-8b', 'mixtral-8x7b', 'gemini-1.5-pro'];
const PROVIDERS = ['openai', 'anthropic', 'azure', 'self-hosted'];
const STATUSES = ['success', 'rate_limited'];

function* draws() {
	for (let x = SEED;;) {
		x = BigInt.asUintN(64, x * 6364136223846793005n + 1442695040888963407n);
		yield x;
	}
}

function drawn(convert) {
	const all = [];
	for (const x of draws()) {
		all.push(convert(x));
		if (all.length === PLACES) {
			return all;
		}
	}
}

// To observe: log-uniform over all default buckets and beyond.
function values() {
	return drawn(x => 0.0025 * Math.exp(Number(x >> 11n) * 2 ** -53 * Math.log(12 / 0.0025)));
}

// In which order series are visited.
function order(series) {
	return drawn(x => Number((x >> 33n) % BigInt(series)));
}

function few(i) {
	return [MODELS[i % 8], PROVIDERS[Math.floor(i / 8) % 4], STATUSES[Math.floor(i / 32)]];
}

function beyond(i) {
	return [`model-${i % 100}`, `provider-${Math.floor(i / 100) % 10}`,
		`status-${Math.floor(i / 1000)}`];
}

// Those of a record.
function sets(series) {
	return Array.from({ length: series }, (_, i) => (series <= 64 ? few(i) : beyond(i)));
}

function count(i) {
	return 1 + 7 * i;
}

function observation(i, k) {
	return 0.004 * 2 ** k * (1 + (i % 7) * 0.1);
}

module.exports = { PLACES, OBSERVATIONS, LABELS, BOUNDS, values, order, beyond, sets, count,
	observation };
