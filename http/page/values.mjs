/* SPDX-License-Identifier: MIT */
/*
 * values.mjs: what overviews ask of a family, as valueAt(end): its value at a row. Pure. null where
 * the family is not there.
 */
import { countRateAt, groupWhere, latest, numberAt, overTime, quantileAt } from "./rates.mjs";

/* {key: family, ...} of {key: name, ...}, those that have series. */
export function foundOf(families, names) {
	const named = new Map(families.map((family) => [family.name, family]));
	return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, named.get(name)])
		.filter(([, family]) => family && family.alive.length > 0));
}

/* valueAt(end) of the series with these labels; null where there is no such family. */
export function numberOf(state, family, where = {}) {
	if (!family)
		return null;
	const group = groupWhere(family, where);
	const all = group.members.length === family.alive.length ? { ...group, members: null } : group;
	return (end) => numberAt(state.store, family, all, end, state.window);
}

export function quantileOf(state, family, q, where = {}) {
	if (!family)
		return null;
	const group = groupWhere(family, where);
	return (end) => quantileAt(state.store, family, group, end, state.window, q);
}

export function countRateOf(state, family) {
	return (end) => countRateAt(state.store, family, { members: null }, end, state.window);
}

/* The family's value now, and over time; both of them of valueAt. */
export function now(family, valueAt) {
	return latest(family, valueAt);
}

export function curve(state, family, valueAt) {
	return overTime(state.store, family, valueAt);
}

export function valuesOf(family, label) {
	return [...new Set(family.alive.map(({ labels }) => labels[label])
		.filter((value) => value !== undefined))];
}
