// SPDX-License-Identifier: MIT
// The two families, and the series that are read rather than recorded.
'use strict';

const client = require('prom-client');
const contents = require('./contents');
const HaveNot = require('./have_not');

function counters() {
	return new client.Counter({
		name: 'llm_requests_total',
		help: 'Requests.',
		labelNames: contents.LABELS,
	});
}

function histograms() {
	return new client.Histogram({
		name: 'llm_request_duration_seconds',
		help: 'Durations.',
		labelNames: contents.LABELS,
		buckets: contents.BOUNDS,
	});
}

function fillCounters(series) {
	const family = counters();
	for (let i = 0; i < series; i++) {
		family.labels(...contents.beyond(i)).inc(contents.count(i));
	}
}

function fillHistograms(series) {
	const family = histograms();
	for (let i = 0; i < series; i++) {
		const histogram = family.labels(...contents.beyond(i));
		for (let k = 0; k < contents.OBSERVATIONS; k++) {
			histogram.observe(contents.observation(i, k));
		}
	}
}

function fill(kind, series) {
	if (kind === 'counters') {
		fillCounters(series);
	} else if (kind === 'histograms') {
		fillHistograms(series);
	} else {
		throw new HaveNot(`kind ${kind}`);
	}
}

module.exports = { counters, histograms, fill };
