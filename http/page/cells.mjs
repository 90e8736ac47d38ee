/* SPDX-License-Identifier: MIT */
/*
 * cells.mjs: a histogram's buckets as cells, each from lo to hi, not cumulative. Pure.
 *
 * Classic buckets have as many cells as bounds, always the same; native ones get a cell when a
 * series first has something in it. A layout says which cell a bucket is; vectors of counts are
 * in its order, and what lies behind their end is 0.
 */
import { toNumber } from "./answer.mjs";

export function makeLayout(kind) {
	return { kind, cells: [], at: new Map() };
}

function cellAt(layout, key, lo, hi, native) {
	let at = layout.at.get(key);
	if (at === undefined) {
		at = layout.cells.length;
		layout.at.set(key, at);
		layout.cells.push({ lo, hi, native });
	}
	return at;
}

/* --- classic ------------------------------------------------------------------------------- */

function classicCounts(layout, buckets) {
	const counts = [];
	let below = 0, lo = -Infinity;
	for (const bucket of buckets) {
		const hi = toNumber(bucket.le), count = Number(bucket.count);
		counts[cellAt(layout, hi, lo, hi, false)] = count - below;
		below = count;
		lo = hi;
	}
	return counts;
}

/* --- native -------------------------------------------------------------------------------- */

function bound(index, schema) {
	return 2 ** (index * 2 ** -schema);
}

/* Every bucket as (index, count), at a schema at most as fine as its own. */
function eachBucket(side, coarser, visit) {
	let index = 0, next = 0;
	for (const span of side.spans) {
		index += span.offset;
		for (let k = 0; k < span.length; k++)
			visit(Math.ceil(index++ / 2 ** coarser), Number(side.counts[next++]));
	}
}

function addTo(counts, at, count) {
	counts[at] = (counts[at] || 0) + count;
}

function nativeCounts(layout, native) {
	const counts = [], { schema } = layout, zero = toNumber(native.zero_threshold);
	const coarser = native.schema - schema;
	addTo(counts, cellAt(layout, "0", -zero, zero, false), Number(native.zero_count));
	eachBucket(native.positive, coarser, (index, count) =>
		addTo(counts, cellAt(layout, index, bound(index - 1, schema), bound(index, schema), true),
			count));
	eachBucket(native.negative, coarser, (index, count) =>
		addTo(counts, cellAt(layout, `-${index}`, -bound(index, schema),
			-bound(index - 1, schema), true), count));
	return counts;
}

/* --- both ---------------------------------------------------------------------------------- */

/* What the buckets of a family's series look like: the same text, the same cells. */
export function layoutKind(series) {
	let schema = Infinity;
	for (const one of series) {
		if (one.buckets)
			return `classic ${one.buckets.map((bucket) => bucket.le).join(" ")}`;
		schema = Math.min(schema, one.native ? one.native.schema : Infinity);
	}
	return `native ${schema}`;
}

export function layoutFor(kind) {
	const layout = makeLayout(kind);
	if (kind.startsWith("native "))
		layout.schema = Number(kind.slice(7));
	return layout;
}

/* A series' counts in the layout's order. */
export function countsOf(layout, series) {
	return series.buckets ? classicCounts(layout, series.buckets)
		: nativeCounts(layout, series.native);
}

/* The cells with their counts, from the lowest to the highest. */
export function sortedCells(layout, counts) {
	return layout.cells.map((cell, i) => ({ ...cell, count: counts[i] || 0 }))
		.sort((a, b) => a.hi - b.hi || a.lo - b.lo);
}
