/* SPDX-License-Identifier: MIT */
/* units_test.mjs: the page's pure modules by themselves, without a browser. */
import assert from "node:assert";
import { test } from "node:test";
import { parseAnswer } from "../../http/page/answer.mjs";
import { cardinality, labelsOf } from "../../http/page/cardinality.mjs";
import { countsOf, layoutFor, layoutKind, sortedCells } from "../../http/page/cells.mjs";
import { heatCounts, heatRows } from "../../http/page/heat_data.mjs";
import { llmFamilies, modelRows } from "../../http/page/llm.mjs";
import { lockRows } from "../../http/page/locks.mjs";
import { quantile } from "../../http/page/quantile.mjs";
import { groupsBy, groupWhere, increaseAt, numberAt, quantileAt } from "../../http/page/rates.mjs";
import { timeMarks, valueMarks, valueRange } from "../../http/page/scale.mjs";
import { familyMatches, seriesTerms, termsOf } from "../../http/page/search.mjs";
import { pickSlots } from "../../http/page/slots.mjs";
import { addSample, aliveFamilies, makeStore, MOST_SAMPLES } from "../../http/page/store.mjs";
import { exactly, format, formatRate, unitOf } from "../../http/page/units.mjs";

const ALL = { members: null };

function counter(name, ...values) {
	return { name, help: "", type: "counter", series: values.map((value, i) =>
		({ labels: { i: String(i) }, value })).filter(({ value }) => value !== null) };
}

function histogram(...counts) {
	let below = 0;
	const buckets = counts.map((count, i) => ({ le: i < counts.length - 1 ? i + 1 : "+Inf",
		count: below += count }));
	return { name: "h_seconds", help: "", type: "histogram",
		series: [{ labels: {}, count: below, sum: below * 0.5, buckets }] };
}

/* A store of these answers, two seconds apart, and its one family. */
function stored(...answers) {
	const store = makeStore();
	answers.forEach((family, i) => addSample(store, [family].flat(), 2 * i));
	return { store, family: aliveFamilies(store)[0] };
}

/* --- the kit under other names ------------------------------------------------------------- */

/* Two answers of a model's calls: some, and n more of them that took between 1 and 2 s. */
function callsOf(n, families) {
	const requests = (value) => ({ name: "llm_requests_total", help: "", type: "counter",
		series: [{ labels: { model: "m", status: "success" }, value }] });
	const durations = (name, labels, count) => ({ name, help: "", type: "histogram",
		series: [{ labels, count, sum: count, buckets: [{ le: 1, count: 0 },
			{ le: 2, count }, { le: "+Inf", count }] }] });
	return [0, n].map((count) => [requests(count),
		...families.map(([name, labels]) => durations(name, labels, count))]);
}

function figuresOf(n, families) {
	const { store } = stored(...callsOf(n, families)), found = llmFamilies(aliveFamilies(store));
	const [{ model, figures }, ...others] = modelRows({ store, window: 0 }, found);
	assert.deepStrictEqual([model, others], ["m", []]);
	return Object.fromEntries(figures.map(({ title, value }) => [title, value]));
}

test("durations by OpenTelemetry's names, where the kit has no others", () => {
	const otel = ["gen_ai_client_operation_duration_seconds", { gen_ai_request_model: "m" }];
	const first = ["gen_ai_client_operation_time_to_first_chunk_seconds",
		{ gen_ai_request_model: "m" }];
	assert.deepStrictEqual(figuresOf(100, [otel, first]), { "calls": 50, "errors": 0, "p50": 1.5,
		"p95": 1.95, "p99": 1.99, "first token p95": 1.95 });
	const other = ["gen_ai_client_operation_duration_seconds", { gen_ai_request_model: "n" }];
	assert.ok(Number.isNaN(figuresOf(100, [other]).p50));
	const own = ["llm_request_duration_seconds", { model: "m" }];
	assert.strictEqual(figuresOf(100, [own, other]).p50, 1.5);
	assert.strictEqual(llmFamilies(aliveFamilies(stored(counter("c", 1), counter("c", 2)).store)), null);
});

/* --- counters ------------------------------------------------------------------------------ */

test("a rate between two samples, and over a window of several", () => {
	const { store, family } = stored(counter("c", 100), counter("c", 110), counter("c", 150));
	assert.strictEqual(numberAt(store, family, ALL, 1, 0), 5);
	assert.strictEqual(numberAt(store, family, ALL, 2, 0), 20);
	assert.strictEqual(numberAt(store, family, ALL, 2, 10), 12.5);
	assert.ok(Number.isNaN(numberAt(store, family, ALL, 0, 10)));
});

test("a reset counts from 0, and no rate is negative", () => {
	const { store, family } = stored(counter("c", 100), counter("c", 6), counter("c", 8));
	assert.strictEqual(numberAt(store, family, ALL, 1, 0), 3);
	assert.strictEqual(numberAt(store, family, ALL, 2, 0), 1);
	assert.strictEqual(numberAt(store, family, ALL, 2, 10), 2);
});

test("a series that is new began at 0, one that went is in the sum no more", () => {
	const { store, family } = stored(counter("c", 5), counter("c", 5, 8), counter("c", null, 8));
	assert.strictEqual(numberAt(store, family, ALL, 1, 0), 4);
	assert.strictEqual(numberAt(store, family, { members: [1] }, 1, 0), 4);
	assert.strictEqual(numberAt(store, family, ALL, 2, 0), 0);
	assert.deepStrictEqual(family.alive.map(({ labels }) => labels.i), ["1"]);
});

test("a family that is new in a later sample began at 0", () => {
	const store = makeStore();
	addSample(store, [counter("a", 1)], 0);
	addSample(store, [counter("a", 1), counter("b", 8)], 2);
	addSample(store, [counter("a", 1), counter("b", 8)], 4);
	const [, family] = aliveFamilies(store);
	assert.strictEqual(family.rows.at(-1).total, 8);
});

test("integers beyond 2^53 keep their differences", () => {
	const at = 2n ** 63n;
	const { store, family } = stored(counter("c", at), counter("c", at + 3n), counter("c", 4));
	assert.strictEqual(numberAt(store, family, ALL, 1, 0), 1.5);
	assert.strictEqual(numberAt(store, family, ALL, 2, 0), 2);
	assert.strictEqual(exactly(at + 3n).replaceAll("\u202f", ""), "9223372036854775811");
});

/* --- histograms ---------------------------------------------------------------------------- */

test("quantiles of what came in between", () => {
	const { store, family } = stored(histogram(50, 0, 0, 0), histogram(50, 10, 10, 0));
	const increase = increaseAt(store, family, ALL, 1, 0);
	assert.deepStrictEqual([increase.count, increase.sum], [20, 10]);
	assert.strictEqual(quantileAt(store, family, ALL, 1, 0, 0.5), 2);
	assert.strictEqual(quantileAt(store, family, ALL, 1, 0, 0.75), 2.5);
	assert.strictEqual(quantileAt(store, family, { members: [0] }, 1, 0, 0.25), 1.5);
});

test("quantiles at the ends", () => {
	const cells = (...counts) => counts.map((count, i) => ({ lo: i === 0 ? -Infinity : i,
		hi: i === counts.length - 1 ? Infinity : i + 1, count, native: false }));
	assert.strictEqual(quantile(0.5, cells(10, 0, 0)), 0.5);
	assert.strictEqual(quantile(0.99, cells(0, 0, 7)), 2);
	assert.ok(Number.isNaN(quantile(0.5, cells(0, 0, 0))));
	assert.ok(Number.isNaN(quantile(0.5, [])));
	assert.ok(Number.isNaN(quantile(0.5, cells(3))));
	assert.strictEqual(quantile(0, cells(10, 5, 0)), 0);
	assert.strictEqual(quantile(1, cells(10, 5, 0)), 2);
	const below = [{ lo: -Infinity, hi: -1, count: 1 }, { lo: -1, hi: Infinity, count: 1 }];
	assert.strictEqual(quantile(0.5, below), -1);
});

test("a restarted histogram counts from 0", () => {
	const { store, family } = stored(histogram(9, 9, 9, 9), histogram(0, 2, 0, 0));
	const { count, counts } = increaseAt(store, family, ALL, 1, 0);
	assert.deepStrictEqual([count, counts], [2, [0, 2, 0, 0]]);
});

test("other bounds begin anew", () => {
	const { family } = stored(histogram(1, 2, 3), histogram(1, 2, 3, 4));
	assert.strictEqual(family.rows.length, 1);
});

test("native buckets", () => {
	const series = [{ labels: {}, count: 14, sum: 1, native: { schema: 1, zero_threshold: 0.5,
		zero_count: 2, negative: { spans: [{ offset: 0, length: 1 }], counts: [1] },
		positive: { spans: [{ offset: -1, length: 2 }, { offset: 2, length: 1 }],
			counts: [3, 4, 4] } } }];
	const layout = layoutFor(layoutKind(series));
	const cells = sortedCells(layout, countsOf(layout, series[0]))
		.map(({ lo, hi, count }) => [lo, hi, count].map((x) => Number(x.toFixed(3))));
	assert.deepStrictEqual(cells, [[-1, -0.707, 1], [-0.5, 0.5, 2], [0.5, 0.707, 3], [0.707, 1, 4],
		[2, 2.828, 4]]);
	const coarse = layoutFor("native 0");
	assert.deepStrictEqual(sortedCells(coarse, countsOf(coarse, series[0]))
		.map(({ lo, hi, count }) => [lo, hi, count]),
	[[-1, -0.5, 1], [-0.5, 0.5, 2], [0.5, 1, 7], [2, 4, 4]]);
	const at = quantile(0.5, sortedCells(layout, countsOf(layout, series[0])));
	assert.ok(Math.abs(at - 0.5 ** 0.5 * 2 ** (1 / 8)) < 1e-9, String(at));
});

test("heat maps join neighbours where there are too many", () => {
	const cells = Array.from({ length: 100 }, (_, i) =>
		({ lo: i, hi: i + 1, count: i >= 10 ? 1 : 0 }));
	const rows = heatRows([{ cells }]);
	assert.deepStrictEqual([rows.length, rows[0], rows.at(-1)],
		[30, { lo: 10, hi: 13 }, { lo: 97, hi: 100 }]);
	assert.ok(heatCounts(rows, cells).every((count) => count === 3));
	assert.deepStrictEqual(heatRows([{ cells: [{ lo: 0, hi: 1, count: 0 }] }]), []);
});

/* --- bounds -------------------------------------------------------------------------------- */

test("what is kept is bounded: samples, values, series that are gone", () => {
	const store = makeStore(10000);
	for (let i = 0; i < MOST_SAMPLES + 50; i++)
		addSample(store, [counter("small", i), counter("large", ...Array(100).fill(i))], 2 * i);
	const [small, large] = aliveFamilies(store);
	assert.strictEqual(store.times.length, MOST_SAMPLES);
	assert.strictEqual(small.rows.length, MOST_SAMPLES);
	assert.ok(store.values <= 10000 && large.rows.length < 100);
	assert.strictEqual(numberAt(store, large, ALL, large.rows.length - 1, 10), 50);
	const churn = makeStore();
	for (let i = 0; i < 3000; i++)
		addSample(churn, [{ name: "c", help: "", type: "counter",
			series: [{ labels: { i: String(i) }, value: 1 }] }], 2 * i);
	assert.ok(aliveFamilies(churn)[0].series.length < 1100);
});

test("a family that is gone is forgotten", () => {
	const store = makeStore();
	addSample(store, [counter("a", 1), counter("b", 1)], 0);
	for (let i = 1; i <= MOST_SAMPLES; i++)
		addSample(store, [counter("a", 1)], 2 * i);
	assert.deepStrictEqual(aliveFamilies(store).map(({ name }) => name), ["a"]);
	assert.strictEqual(store.families.size, 1);
});

/* --- locks --------------------------------------------------------------------------------- */

/* Waits of [kind, how many, seconds together] at places of their own. */
function waits(...places) {
	return { name: "quipu_lock_wait_seconds", help: "", type: "histogram",
		series: places.map(([kind, count, sum], i) => ({ labels: { site: `a.c:${i}`, kind },
			count, sum, buckets: [{ le: 1, count }, { le: "+Inf", count }] })) };
}

function sitesIn(state, family, idle) {
	return lockRows(state, family, idle).map(({ labels, waited, share }) =>
		[labels.site, waited, share]);
}

test("before there is a rate places rank by all that they have waited, and have no share", () => {
	const { store, family } = stored(waits(["mutex", 5, 1], ["wrlock", 2, 7], ["cond", 1, 90]));
	const state = { store, window: 10 };
	assert.deepStrictEqual(sitesIn(state, family, false),
		[["a.c:1", NaN, NaN], ["a.c:0", NaN, NaN]]);
	assert.deepStrictEqual(sitesIn(state, family, true), [["a.c:2", NaN, NaN]]);
});

test("then by what they wait now; idle waits are no part of what shares are of", () => {
	const { store, family } = stored(waits(["mutex", 5, 1], ["wrlock", 2, 7], ["cond", 1, 90]),
		waits(["mutex", 8, 7], ["wrlock", 3, 9], ["cond", 2, 190]));
	const state = { store, window: 10 };
	assert.deepStrictEqual(sitesIn(state, family, false),
		[["a.c:0", 3, 0.75], ["a.c:1", 1, 0.25]]);
	assert.deepStrictEqual(sitesIn(state, family, true), [["a.c:2", 50, NaN]]);
});

/* --- the rest ------------------------------------------------------------------------------ */

test("answers", () => {
	for (const text of ["{}", "null", "<html>"])
		assert.throws(() => parseAnswer(text), { message: "the answer has no metrics" });
	const text = '{"families":[{"help":": 12345678901234567890,","series":[{"value":3}]}]}';
	assert.strictEqual(parseAnswer(text)[0].help, ": 12345678901234567890,");
});

test("search", () => {
	const { family } = stored({ ...counter("calls_total", 1, 2), help: "How many calls." });
	const found = (query) => familyMatches(family, termsOf(query));
	assert.ok(found("") && found("CALLS") && found("how total") && found("i=1") && found("calls i=0"));
	assert.ok(!found("i=2") && !found("calls i=0 i=1"));
	assert.deepStrictEqual(seriesTerms(family, termsOf("calls i=1 how")), ["i=1"]);
});

test("groups and cardinality", () => {
	const { family } = stored({ ...counter("c", 1, 2, 3), series: [
		{ labels: { a: "x", b: "1" }, value: 1 }, { labels: { a: "x", b: "2" }, value: 2 },
		{ labels: { a: "y" }, value: 3 }] });
	assert.deepStrictEqual(groupsBy(family, "a").map(({ name, members }) => [name, members]),
		[["x", [0, 1]], ["y", [2]]]);
	assert.deepStrictEqual(groupsBy(family, "b").map(({ name }) => name), ["1", "2", ""]);
	assert.deepStrictEqual(groupWhere(family, { a: "x", b: "2" }).members, [1]);
	assert.deepStrictEqual(labelsOf(family).map(({ name, distinct }) => [name, distinct]),
		[["a", 2], ["b", 2]]);
	assert.strictEqual(cardinality([family])[0].series, 3);
});

test("lines keep their colours", () => {
	const groups = ["a", "b", "c", "d"].map((name) => ({ name }));
	const first = pickSlots(new Map(), groups, ({ name }) => name.charCodeAt(0), 2);
	assert.deepStrictEqual([...first], [["d", 0], ["c", 1]]);
	const second = pickSlots(first, groups, ({ name }) => -name.charCodeAt(0), 2);
	assert.strictEqual(second.get("d"), 0);
	assert.deepStrictEqual([...pickSlots(first, groups.slice(0, 3), () => 1, 2)],
		[["c", 1], ["a", 0]]);
});

test("numbers as people read them", () => {
	const seconds = (x) => format(x, "seconds"), bytes = (x) => format(x, "bytes");
	assert.deepStrictEqual([0, 5e-8, 0.00034, 0.25, 0.9999, 1, 59.94, 100, 3600, 90000].map(seconds),
		["0 s", "50 ns", "340 µs", "250 ms", "1 s", "1 s", "59.9 s", "100 s", "1 h", "1.04 d"]);
	assert.deepStrictEqual([0, 512, 1536, 5 * 2 ** 30].map(bytes),
		["0 B", "512 B", "1.5 KiB", "5 GiB"]);
	assert.deepStrictEqual([0, 3, 1234, 12345, 2.5e9, -7.125, 0.00005, NaN, Infinity]
		.map((x) => format(x)), ["0", "3", "1234", "12.3k", "2.5G", "−7.13", "5.0e−5", "–", "∞"]);
	assert.strictEqual(format(0.0512, "ratio"), "5.12 %");
	assert.strictEqual(format(1234.5, "dollars"), "$1234.50");
	assert.strictEqual(formatRate(2048, "bytes"), "2 KiB/s");
	assert.strictEqual(formatRate(3), "3 /s");
	assert.strictEqual(format(1767268800, "time"), "2026-01-01 12:00:00 UTC");
	const unit = (name, type) => unitOf({ name, type, unit: "" });
	assert.strictEqual(unit("llm_cost_dollars_total", "counter"), "dollars");
	assert.strictEqual(unit("process_start_time_seconds", "gauge"), "time");
});

test("marks and ranges of axes", () => {
	assert.deepStrictEqual(valueMarks(0, 10, 4, ""), [0, 2.5, 5, 7.5, 10]);
	assert.deepStrictEqual(valueMarks(0, 5000, 4, "bytes"), [0, 2048, 4096]);
	assert.ok(timeMarks(1000, 1060, 6).every((t) => t % 10 === 0));
	assert.strictEqual(valueRange([], "").empty, true);
	assert.deepStrictEqual(valueRange([0, 0], ""), { lo: 0, hi: 1.08, empty: false });
	assert.strictEqual(valueRange([5, 10], "").lo, 0);
	assert.ok(valueRange([99, 100], "").lo > 90);
	for (const a of [499950, -499950, 1.7e9, 5e-324, 1e-300, 1e300])
		for (const unit of ["", "time"]) {
			const { lo, hi } = valueRange([a, a * (1 + 2 ** -52)], unit);
			assert.ok(valueMarks(lo, hi, 4, unit).length < 20, `${a} ${unit}`);
		}
});
