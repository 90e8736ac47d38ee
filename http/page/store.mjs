/* SPDX-License-Identifier: MIT */
/*
 * store.mjs: what was seen, as far back as a bounded number of values reaches. Pure.
 *
 * A sample has a row for each family, with a place for each series. Counters are kept as what was
 * added since the page began: a counter that falls was reset and counts from 0 again, one that is
 * new in a family seen before began at 0. So a rate is the difference of two rows. A counter's row
 * is numbers; of other kinds than counters and gauges it has vectors, and a vector that did not
 * change is the same object.
 *
 *   histogram  [count, sum, cell, cell, ...]    all added since (cells.mjs)
 *   summary    [count, sum, quantile, ...]      the first two added since
 *   stateset   [0 or 1, ...]
 */
import { toNumber } from "./answer.mjs";
import { countsOf, layoutFor, layoutKind } from "./cells.mjs";

export const MOST_SAMPLES = 600;
const MOST_VALUES = 4e6;
const MOST_GONE = 1000;
const VECTORS = new Set(["histogram", "summary", "stateset"]);

export function makeStore(mostValues = MOST_VALUES) {
	return { times: [], clock: [], families: new Map(), first: 0, values: 0, mostValues };
}

/* --- series -------------------------------------------------------------------------------- */

function keyOf(labels) {
	let key = "";
	for (const name in labels)
		key += `${name}\u0001${labels[name]}\u0002`;
	return key;
}

function seriesOf(family, shown) {
	const key = keyOf(shown.labels);
	let at = family.at.get(key);
	if (at === undefined) {
		at = family.series.length;
		family.at.set(key, at);
		family.series.push({ at, key, labels: shown.labels, shown, added: 0 });
	}
	return family.series[at];
}

/* What a count went up by; before: undefined where it was never seen. */
function increase(before, now, born) {
	if (before === undefined)
		return born ? Number(now) : 0;
	return Number(typeof now === typeof before ? now - before : BigInt(now) - BigInt(before));
}

function addCounter(family, series, shown) {
	const now = typeof shown.value === "bigint" ? shown.value : toNumber(shown.value);
	const more = increase(series.last, now, family.samples > 0);
	series.last = now;
	series.added += more >= 0 ? more : Number(now);
	return series.added;
}

/* --- vectors ------------------------------------------------------------------------------- */

function same(a, b) {
	return a && a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/* raw: what goes up, count first. Where the count fell all of it is new. */
function addAll(family, series, raw) {
	const { last, sums } = series;
	const before = !last || raw[0] < last[0] ? [] : last;
	const added = new Float64Array(raw.length);
	if (last || family.samples > 0)
		for (let i = 0; i < raw.length; i++)
			added[i] = (sums && sums[i] || 0) + raw[i] - (before[i] || 0);
	series.last = raw;
	series.sums = same(series.sums, added) ? series.sums : added;
	return series.sums;
}

function addHistogram(family, series, shown) {
	const raw = [Number(shown.count), toNumber(shown.sum)];
	const counts = countsOf(family.layout, shown);
	for (let i = 0; i < family.layout.cells.length; i++)
		raw.push(counts[i] || 0);
	return addAll(family, series, raw);
}

function keepVector(series, vector) {
	series.kept = same(series.kept, vector) ? series.kept : vector;
	return series.kept;
}

function addSummary(family, series, shown) {
	const counts = addAll(family, series, [Number(shown.count), toNumber(shown.sum)]);
	const quantiles = shown.quantiles.map((one) => toNumber(one.value));
	return keepVector(series, [...counts, ...quantiles]);
}

function addStates(family, series, shown) {
	return keepVector(series, Object.values(shown.states).map(Number));
}

const ADD = {
	counter: addCounter,
	histogram: addHistogram,
	summary: addSummary,
	stateset: addStates,
};

/* --- families ------------------------------------------------------------------------------ */

/* samples: of them it was in how many; what is new in a later one than the first began at 0. */
function makeFamily(store, shown, kind, samples) {
	const layout = shown.type === "histogram" ? layoutFor(kind) : null;
	const family = { name: shown.name, type: shown.type, kind, layout, samples, values: 0,
		at: new Map(), series: [], alive: [], rows: [] };
	store.families.set(shown.name, family);
	return family;
}

/* Its buckets are others than before, or nearly all of what it keeps is gone. */
function isOver(family, shown, kind) {
	const { length } = shown.series;
	return length > 0 && family.kind !== kind || family.series.length > 2 * length + MOST_GONE;
}

function familyOf(store, shown) {
	const kind = shown.type === "histogram" ? layoutKind(shown.series) : shown.type;
	let family = store.families.get(shown.name);
	if (!family) {
		family = makeFamily(store, shown, kind, store.times.length - 1);
	} else if (isOver(family, shown, kind)) {
		store.values -= family.values;
		family = makeFamily(store, shown, kind, family.series.length > 0 ? 0 : family.samples);
	}
	family.help = shown.help;
	family.unit = shown.unit || "";
	return family;
}

/* All series together, so that nobody has to add up thousands of them to draw. */
function sumVectors(row) {
	const longest = row.reduce((most, vector) => Math.max(most, vector ? vector.length : 0), 0);
	const sum = new Float64Array(longest);
	for (const vector of row)
		for (let i = 0; vector && i < vector.length; i++)
			sum[i] += vector[i];
	return sum;
}

/* Of all series, those that are gone included where it must not fall. */
function totalOf(family, row) {
	if (family.type === "histogram")
		return sumVectors(family.series.map((series) => series.sums));
	if (family.type === "counter")
		return family.series.reduce((sum, series) => sum + series.added, 0);
	return VECTORS.has(family.type) ? null : row.reduce((sum, value) => sum + value, 0);
}

function addFamily(store, shown) {
	const family = familyOf(store, shown);
	const add = ADD[shown.type] || ((_, series, one) => toNumber(one.value));
	const row = [], before = family.rows.at(-1);
	family.alive = shown.series.map((one) => {
		const series = seriesOf(family, one);
		series.shown = one;
		row[series.at] = add(family, series, one);
		return series;
	});
	keepRow(store, family, row, before);
	family.samples++;
	family.seen = store.first + store.times.length;
}

function keepRow(store, family, row, before) {
	const vectors = VECTORS.has(family.type);
	let values = row.length;
	if (vectors)
		row.forEach((vector, i) => {
			values += before && before.row[i] === vector ? 0 : vector.length;
		});
	const kept = vectors ? row : Float64Array.from(
		{ length: family.series.length }, (_, i) => (row[i] === undefined ? NaN : row[i]));
	const total = totalOf(family, row);
	family.rows.push({ at: store.first + store.times.length - 1, row: kept, total, values });
	family.values += values;
	store.values += values;
}

/* --- bounds -------------------------------------------------------------------------------- */

function dropOldestRow(store, family) {
	const { values } = family.rows.shift();
	family.values -= values;
	store.values -= values;
}

function dropOldestSample(store) {
	store.times.shift();
	store.clock.shift();
	store.first++;
	for (const [name, family] of store.families) {
		while (family.rows.length > 0 && family.rows[0].at < store.first)
			dropOldestRow(store, family);
		if (family.rows.length === 0) {
			store.values -= family.values;
			store.families.delete(name);
		}
	}
}

/* The largest family gives first; two rows stay, for a rate. */
function dropMost(store) {
	let largest = null;
	for (const family of store.families.values())
		if (family.rows.length > 2 && (!largest || family.values > largest.values))
			largest = family;
	if (largest)
		dropOldestRow(store, largest);
	return largest !== null;
}

/* --- the whole ----------------------------------------------------------------------------- */

/* Adds a sample taken at time t (seconds, of a clock that does not jump; clock: what to show). */
export function addSample(store, families, t, clock = t) {
	store.times.push(t);
	store.clock.push(clock);
	families.forEach((shown) => addFamily(store, shown));
	while (store.times.length > MOST_SAMPLES)
		dropOldestSample(store);
	while (store.values > store.mostValues && dropMost(store))
		;
}

/* Families of the last answer, in its order. */
export function aliveFamilies(store) {
	const last = store.first + store.times.length;
	return [...store.families.values()].filter((family) => family.seen === last);
}

export function timeOf(store, row) {
	return store.times[row.at - store.first];
}

export function clockOf(store, row) {
	return store.clock[row.at - store.first];
}
