// SPDX-License-Identifier: MIT
// The record operation (bench/README.md, "Record") in JavaScript. Each case has its own loop, so
// that the engine optimises it for what it calls.
'use strict';

const contents = require('./contents');
const families = require('./families');
const HaveNot = require('./have_not');

const { PLACES } = contents;
const BATCH = 1024; // operations between two looks at the clock
const WARM_BATCHES = 16; // at least, in the warm-up
const WARM_SECONDS = 0.2; // at least: what runs is compiled while it runs

function counterBatch(series) {
	const family = families.counters();
	const order = contents.order(series);
	const kept = contents.sets(series).map(set => family.labels(...set));
	if (series === 1) {
		const counter = kept[0];
		return () => {
			for (let i = 0; i < BATCH; i++) {
				counter.inc();
			}
		};
	}
	return from => {
		for (let k = from; k < from + BATCH; k++) {
			kept[order[k % PLACES]].inc();
		}
	};
}

function histogramBatch(series) {
	const family = families.histograms();
	const order = contents.order(series);
	const values = contents.values();
	const kept = contents.sets(series).map(set => family.labels(...set));
	if (series === 1) {
		const histogram = kept[0];
		return from => {
			for (let k = from; k < from + BATCH; k++) {
				histogram.observe(values[k % PLACES]);
			}
		};
	}
	return from => {
		for (let k = from; k < from + BATCH; k++) {
			kept[order[k % PLACES]].observe(values[k % PLACES]);
		}
	};
}

function lookupBatch(series) {
	const family = families.counters();
	const order = contents.order(series);
	const sets = contents.sets(series);
	return from => {
		for (let k = from; k < from + BATCH; k++) {
			const [model, provider, status] = sets[order[k % PLACES]];
			family.inc({ model, provider, status });
		}
	};
}

// How many operations were made until the time was up, and when that was noticed; so many batches
// at least.
function recordFor(batch, from, seconds, least) {
	const start = performance.now();
	for (let n = 0;;) {
		batch(from + n);
		n += BATCH;
		const passed = (performance.now() - start) / 1e3;
		if (passed >= seconds && n >= least * BATCH) {
			return { n, passed };
		}
	}
}

// Of the whole process: node does not tell a thread's.
function cpuNanoseconds() {
	const { user, system } = process.cpuUsage();
	return (user + system) * 1e3;
}

const BATCHES = new Map([
	['counter', counterBatch], ['histogram', histogramBatch], ['lookup', lookupBatch],
]);

function record(what, series, threads, seconds) {
	const prepare = BATCHES.get(what);
	if (!prepare) {
		throw new HaveNot(`case ${what}`);
	}
	if (threads > 1) {
		throw new HaveNot(`${threads} threads: a registry belongs to one`);
	}
	const batch = prepare(series);
	const warm = recordFor(batch, 0, Math.max(seconds / 10, WARM_SECONDS), WARM_BATCHES);
	const before = cpuNanoseconds();
	const { n, passed } = recordFor(batch, warm.n, seconds, 1);
	const cpu = cpuNanoseconds() - before;
	console.log(JSON.stringify({ rate: n / passed, cpu_ns: cpu / n }));
}

module.exports = record;
