/* SPDX-License-Identifier: MIT */
/*
 * locks.mjs: where a program's threads wait, as the contention profiler's families say. Pure.
 *
 * Waits for work, for a signal or for the others (IDLE) are no contention and are never added to it.
 */
import { groupWhere, increaseAt, latest, sumRateAt } from "./rates.mjs";
import { sortedCells } from "./cells.mjs";
import { quantile } from "./quantile.mjs";
import { foundOf, numberOf } from "./values.mjs";

const NAMES = {
	waits: "quipu_lock_wait_seconds",
	sites: "quipu_lock_sites",
	capacity: "quipu_lock_site_capacity",
	overflowed: "quipu_lock_overflowed_waits_total",
	switches: "quipu_context_switches_total",
	runQueue: "quipu_run_queue_wait_seconds_total",
	pressure: "quipu_cpu_pressure_seconds_total",
	allocator: "quipu_allocator_lock_wait_seconds_total",
	jemalloc: "jemalloc_mutex_wait_seconds_total",
};

const IDLE = ["cond", "sem", "barrier"];

/* {waits: family, ...} of those that are there; null: nothing is profiled. */
export function lockFamilies(families) {
	const found = foundOf(families, NAMES);
	return found.waits || found.sites ? found : null;
}

/* The family with the waits of one sort only. */
export function waitsOf(family, idle) {
	return { ...family, alive: family.alive.filter(({ labels }) =>
		IDLE.includes(labels.kind) === idle) };
}

/* valueAt of seconds waited per second, by the series with these labels. */
export function waitedOf(state, family, where = {}) {
	const group = groupWhere(family, where);
	return (end) => sumRateAt(state.store, family, group, end, state.window);
}

/* --- the ranked table ---------------------------------------------------------------------- */

const NOTHING = { seconds: NaN, count: NaN, sum: NaN, counts: [] };

function rowOf(state, family, series) {
	const { store, window } = state, group = { members: [series.at] };
	const { seconds, count, sum, counts } =
		latest(family, (end) => increaseAt(store, family, group, end, window)) || NOTHING;
	return { series, labels: series.labels, waited: sum / seconds, rate: count / seconds,
		mean: sum / count, p99: quantile(0.99, sortedCells(family.layout, counts)) };
}

/* NaN, before there is a rate, is no number to rank by: what was waited in all is. */
function longestFirst(a, b) {
	const total = ({ series }) => Number(series.shown.sum);
	return b.waited - a.waited || total(b) - total(a);
}

/* [{series, labels, waited, rate, mean, p99, share}], by the seconds waited per second; waits that
 * are idle have no share. */
export function lockRows(state, family, idle) {
	const rows = waitsOf(family, idle).alive.map((series) => rowOf(state, family, series))
		.sort(longestFirst);
	const all = rows.reduce((sum, { waited }) => sum + waited, 0);
	return rows.map((row) => ({ ...row, share: idle ? NaN : row.waited / all }));
}

/* --- what threads wait for ----------------------------------------------------------------- */

/* [name, family, valueAt] in seconds per second: a thread that always waits makes one. */
export function causes(state, found) {
	const allocator = found.allocator || found.jemalloc;
	return [
		["locks", found.waits, found.waits && waitedOf(state, waitsOf(found.waits, false))],
		["a processor", found.runQueue, numberOf(state, found.runQueue)],
		["the allocator", allocator, numberOf(state, allocator)],
	].filter(([, family]) => family);
}
