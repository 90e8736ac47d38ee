/* SPDX-License-Identifier: MIT */
/*
 * rates.mjs: what the rows of a family say over time. Pure.
 *
 * A rate at a row is over the rows that lie within the window before it, at least from the row
 * before. A group is {name, members}, members being places in the family's rows; null: all.
 */
import { clockOf, timeOf } from "./store.mjs";
import { sortedCells } from "./cells.mjs";
import { quantile } from "./quantile.mjs";

/* From which row on; end itself where there is none before it. */
function startOf(store, family, end, seconds) {
	const { rows } = family;
	let start = Math.max(end - 1, 0);
	while (start > 0 &&
		timeOf(store, rows[end]) - timeOf(store, rows[start - 1]) <= seconds + 0.01)
		start--;
	return start;
}

/* --- numbers ------------------------------------------------------------------------------- */

function sumOver(members, valueOf) {
	let sum = NaN;
	for (const at of members) {
		const value = valueOf(at);
		if (!Number.isNaN(value))
			sum = (Number.isNaN(sum) ? 0 : sum) + value;
	}
	return sum;
}

/* A series that the row does not know began behind it, at 0. */
function known(row, at) {
	return at < row.length ? row[at] : 0;
}

function counterRate(store, family, members, end, seconds) {
	const { rows } = family, start = startOf(store, family, end, seconds);
	if (start === end)
		return NaN;
	const before = rows[start], now = rows[end];
	const more = members ? sumOver(members, (at) => known(now.row, at) - known(before.row, at))
		: now.total - before.total;
	return more / (timeOf(store, now) - timeOf(store, before));
}

/* A counter's rate, a gauge's value. */
export function numberAt(store, family, group, end, seconds) {
	const { members } = group, { row, total } = family.rows[end];
	if (family.type === "counter")
		return counterRate(store, family, members, end, seconds);
	return members ? sumOver(members, (at) => (at < row.length ? row[at] : NaN)) : total;
}

/* --- vectors ------------------------------------------------------------------------------- */

function vectorOf(row, members) {
	if (!members && row.total)
		return row.total;
	const sum = [];
	for (const at of members || row.row.keys())
		(row.row[at] || []).forEach((value, i) => {
			sum[i] = (sum[i] || 0) + value;
		});
	return sum;
}

/* What went into a group's histograms or summaries in the window: {count, sum, counts, seconds},
 * counts in the order of the layout; null: no window. */
export function increaseAt(store, family, group, end, seconds) {
	const { rows } = family, start = startOf(store, family, end, seconds);
	if (start === end)
		return null;
	const before = vectorOf(rows[start], group.members), now = vectorOf(rows[end], group.members);
	const [count, sum, ...counts] = Array.from(now, (value, i) => value - (before[i] || 0));
	return { count: count || 0, sum: sum || 0, counts,
		seconds: timeOf(store, rows[end]) - timeOf(store, rows[start]) };
}

export function cellsAt(store, family, group, end, seconds) {
	const increase = increaseAt(store, family, group, end, seconds);
	return increase ? sortedCells(family.layout, increase.counts) : [];
}

export function quantileAt(store, family, group, end, seconds, q) {
	return quantile(q, cellsAt(store, family, group, end, seconds));
}

/* Observations a second, and their mean. */
export function countRateAt(store, family, group, end, seconds) {
	const increase = increaseAt(store, family, group, end, seconds);
	return increase ? increase.count / increase.seconds : NaN;
}

/* What was observed a second, added up. */
export function sumRateAt(store, family, group, end, seconds) {
	const increase = increaseAt(store, family, group, end, seconds);
	return increase ? increase.sum / increase.seconds : NaN;
}

export function meanAt(store, family, group, end, seconds) {
	const increase = increaseAt(store, family, group, end, seconds);
	return increase && increase.count > 0 ? increase.sum / increase.count : NaN;
}

/* --- over time ----------------------------------------------------------------------------- */

/* [{t, v}] for each row, t as shown; valueAt(end) gives v. */
export function overTime(store, family, valueAt) {
	return family.rows.map((row, end) => ({ t: clockOf(store, row), v: valueAt(end) }));
}

/* valueAt of the last row. */
export function latest(family, valueAt) {
	return family && family.rows.length > 0 ? valueAt(family.rows.length - 1) : NaN;
}

/* --- groups -------------------------------------------------------------------------------- */

export function labelNames(family) {
	const names = new Set();
	for (const series of family.alive)
		for (const name in series.labels)
			names.add(name);
	return [...names];
}

/* By a label's values; "": one group of all; "*": each series its own. */
export function groupsBy(family, by) {
	if (by === "")
		return [{ name: "all series", members: null }];
	if (by === "*")
		return family.alive.map((one) => ({ name: labelText(one.labels), members: [one.at] }));
	const groups = new Map();
	for (const one of family.alive) {
		const name = one.labels[by] === undefined ? "" : one.labels[by];
		if (!groups.has(name))
			groups.set(name, { name, members: [] });
		groups.get(name).members.push(one.at);
	}
	return [...groups.values()];
}

/* Series for which the labels are these. */
export function groupWhere(family, wanted) {
	const members = family.alive.filter((one) =>
		Object.entries(wanted).every(([name, value]) => one.labels[name] === value));
	return { name: labelText(wanted), members: members.map((one) => one.at) };
}

export function labelText(labels) {
	const texts = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
	return texts.length > 0 ? texts.join(" ") : "no labels";
}
