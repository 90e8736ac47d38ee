/* SPDX-License-Identifier: MIT */
/* overview.mjs: what overviews are made of: figures with their curves, charts that lead to their
 * family, the time that rates are over. */
import { choice, el, show } from "./dom.mjs";
import { quantileName, QUANTILES } from "./figures.mjs";
import { drawLegend } from "./legend.mjs";
import { makeLines } from "./lines.mjs";
import { pickSlots } from "./slots.mjs";
import { WINDOWS } from "./state.mjs";
import { format, formatRate } from "./units.mjs";
import { curve, now, numberOf, quantileOf, valuesOf } from "./values.mjs";

const MOST_LINES = 6;

const SHOWN = {
	rate: (v) => formatRate(v),
	wait: (v) => formatRate(v, "seconds"),
	hour: (v) => `${format(v, "dollars")} /h`,
};
const UNITS = { hour: "dollars", wait: "seconds" };

/* kind: how it is shown: one of SHOWN, or a unit. */
export function text(value, kind) {
	return (SHOWN[kind] || ((v) => format(v, kind)))(value);
}

/* null where there is no such family; bad(value): whether it is marked. */
export function tile(state, name, family, valueAt, kind, bad) {
	if (!family || !valueAt)
		return null;
	const value = now(family, valueAt);
	return { name, text: text(value, kind), points: curve(state, family, valueAt),
		bad: bad && bad(value) };
}

/* --- charts -------------------------------------------------------------------------------- */

/* A line for each value of a label, the largest ones. */
export function linesBy(state, chart, family, label, valueFor) {
	const groups = valuesOf(family, label).map((name) => ({ name }));
	const value = ({ name }) => now(family, valueFor(name));
	chart.slots = pickSlots(chart.slots || new Map(), groups, value, MOST_LINES);
	return [...chart.slots].sort((a, b) => a[1] - b[1]).map(([name, slot]) =>
		({ name, slot, points: curve(state, family, valueFor(name)) }));
}

export function quantileLines(state, family) {
	return QUANTILES.map((q, slot) => ({ name: quantileName(q), slot,
		points: curve(state, family, quantileOf(state, family, q)) })).reverse();
}

export function rateBy(label) {
	return (state, family, chart) => linesBy(state, chart, family, label,
		(value) => numberOf(state, family, { [label]: value }));
}

/* Of [title, key of the family, how it is shown, its lines]; empty: what it says without data. */
export function makePanel(empty, [title, key, kind, linesFor]) {
	const chart = makeLines(title), legend = el("p", { class: "legend" });
	const link = el("a", {}, title);
	const node = el("section", { class: "panel" }, el("h3", {}, link), chart.node, legend);
	return { node, update(state, found) {
		show(node, Boolean(found[key]));
		if (!found[key])
			return;
		link.href = `#metrics/${encodeURIComponent(found[key].name)}`;
		const lines = linesFor(state, found[key], chart, found);
		chart.show({ lines, unit: UNITS[kind] || kind, format: (v) => text(v, kind), empty });
		drawLegend(legend, lines);
	} };
}

/* --- the window ---------------------------------------------------------------------------- */

/* Over how long rates are; picked() after it was changed. */
export function makeWindowChoice(state, picked) {
	const node = el("div", { class: "tools" });
	return { node, update() {
		if (node.dataset.shown === String(state.window))
			return;
		node.dataset.shown = String(state.window);
		node.replaceChildren(choice("over", WINDOWS, String(state.window), (seconds) => {
			state.window = Number(seconds);
			picked();
		}));
	} };
}
