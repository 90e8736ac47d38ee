/* SPDX-License-Identifier: MIT */
/* detail.mjs: one family: its figures, its charts, its series. */
import { choice, el, setText, show } from "./dom.mjs";
import { ALL, figuresOf, QUANTILES, quantileName } from "./figures.mjs";
import { makeHeat } from "./heat.mjs";
import { drawLegend } from "./legend.mjs";
import { makeLines } from "./lines.mjs";
import { cellsAt, groupsBy, increaseAt, labelNames, labelText, latest, numberAt, overTime,
	quantileAt } from "./rates.mjs";
import { pickSlots } from "./slots.mjs";
import { go, WINDOWS } from "./state.mjs";
import { clockOf } from "./store.mjs";
import { makeTable } from "./table.mjs";
import { makeTiles } from "./tiles.mjs";
import { format, formatRate, unitOf } from "./units.mjs";

const MOST_LINES = 8;

/* --- parts --------------------------------------------------------------------------------- */

function panel(title, chart) {
	const head = el("h3", {}, title);
	return { node: el("section", { class: "panel" }, head, chart.node), head, chart };
}

function header() {
	const name = el("h2", {}), help = el("p", { class: "help" });
	const type = el("span", { class: "badge" });
	const back = el("button", { type: "button", class: "back", onclick: () => go("metrics") },
		"‹ all metrics");
	return { node: el("header", {}, back, el("div", { class: "title" }, name, type), help),
		name, help, type };
}

function fillHeader(head, family) {
	const unit = family.unit ? ` · ${family.unit}` : "";
	setText(head.name, family.name);
	setText(head.type, family.type + unit);
	setText(head.help, family.help);
}

function toolbar(state, detail, family) {
	const names = labelNames(family);
	const options = [["", "all series"], ...names.map((name) => [name, `by ${name}`]),
		...(family.alive.length > 1 ? [["*", "each series"]] : [])];
	return [
		options.length > 1 ? choice("show", options, detail.by, (by) => {
			detail.by = by;
			detail.focus = null;
			detail.update();
		}) : null,
		choice("over", WINDOWS, String(state.window), (seconds) => {
			state.window = Number(seconds);
			detail.update();
		}),
	].filter((node) => node !== null);
}

/* --- what is drawn ------------------------------------------------------------------------- */

/* The value of a line at a row. */
function valueOf(state, family, group) {
	const { store, window } = state;
	if (family.type === "histogram")
		return (end) => quantileAt(store, family, group, end, window, 0.95);
	return (end) => numberAt(store, family, group, end, window);
}

function lineTitle(family, by) {
	const each = by === "" ? "" : ` ${by === "*" ? "of each series" : `by ${by}`}`;
	if (family.type === "histogram")
		return by === "" ? "Quantiles" : `95th percentile${each}`;
	const sum = family.type !== "counter" && by !== "*" && family.alive.length > 1 ? "Sum" : "Value";
	return (family.type === "counter" ? "Rate" : sum) + each;
}

function linesOf(state, family, groups, slots) {
	const lines = groups.map((group) => ({ name: group.name || "(none)", slot: slots.get(group.name),
		points: overTime(state.store, family, valueOf(state, family, group)) }));
	return lines.sort((a, b) => a.slot - b.slot);
}

function quantileLines({ store, window }, family, group) {
	return QUANTILES.map((q, slot) => ({ name: quantileName(q), slot, points: overTime(store, family,
		(end) => quantileAt(store, family, group, end, window, q)) })).reverse();
}

function heatColumns({ store }, family, group) {
	return family.rows.map((row, end) => {
		const increase = increaseAt(store, family, group, end, 0);
		return { t: clockOf(store, row), seconds: increase ? increase.seconds : 1,
			cells: cellsAt(store, family, group, end, 0) };
	});
}

function drawable(family) {
	return !["summary", "stateset", "info"].includes(family.type);
}

/* --- the whole ----------------------------------------------------------------------------- */

export function makeDetail(state) {
	const head = header(), tools = el("div", { class: "tools" }), tiles = makeTiles();
	const lines = panel("", makeLines("Over time")), heat = panel("Heat map", makeHeat("Over time"));
	const legend = el("p", { class: "legend" });
	lines.node.append(legend);
	const detail = { by: "", focus: null, family: null, slots: new Map() };
	const table = makeTable(state, (series) => {
		detail.focus = detail.focus === series.key ? null : series.key;
		detail.update();
	});
	detail.node = el("article", { class: "detail" }, head.node, tools, tiles.node, lines.node,
		heat.node, table.node);
	detail.table = table;

	/* One series alone, or all. */
	function focusGroup(family) {
		const series = family.alive.find(({ key }) => key === detail.focus);
		return series ? { name: "this series", members: [series.at] } : ALL;
	}

	function groupsShown(family, focus) {
		if (focus !== ALL)
			return [focus];
		const groups = groupsBy(family, detail.by);
		const value = (group) => latest(family, valueOf(state, family, group));
		detail.slots = pickSlots(detail.slots, groups, value, MOST_LINES);
		detail.left = Math.max(0, groups.length - MOST_LINES);
		return groups.filter((group) => detail.slots.has(group.name));
	}

	function drawLines(family, focus) {
		const unit = unitOf(family), counter = family.type === "counter";
		const groups = groupsShown(family, focus);
		const split = family.type === "histogram" && groups.length === 1;
		const data = split ? quantileLines(state, family, groups[0])
			: linesOf(state, family, groups, focus === ALL ? detail.slots : new Map([[focus.name, 0]]));
		lines.chart.show({ lines: data, unit, empty: "waiting for a second sample",
			format: (v) => (counter ? formatRate(v, unit) : format(v, unit)) });
		setText(lines.head, lineTitle(family, focus === ALL ? detail.by : ""));
		// each series has its colour in the table
		drawLegend(legend, detail.by === "*" ? [] : data, focus === ALL ? detail.left : 0);
	}

	/* Which of the table's series has which colour. */
	function tableSlots(family) {
		const slots = new Map(), { by } = detail;
		if (by === "" || detail.focus)
			return slots;
		for (const { key, labels } of family.alive)
			slots.set(key, detail.slots.get(by === "*" ? labelText(labels) : labels[by] || ""));
		return slots;
	}

	function begin(family) {
		detail.family = family.name;
		detail.focus = null;
		detail.slots = new Map();
		detail.by = family.alive.length > 1 && family.alive.length <= MOST_LINES &&
			family.type !== "histogram" ? "*" : "";
		tools.dataset.shown = "";
		table.sort = null;
		detail.node.scrollTop = 0;
		table.list.node.scrollTop = 0;
	}

	function drawTools(family) {
		const shown = JSON.stringify([labelNames(family), detail.by, state.window]);
		if (tools.dataset.shown === shown)
			return;
		tools.dataset.shown = shown;
		tools.replaceChildren(...toolbar(state, detail, family));
	}

	detail.show = (family) => {
		if (detail.family !== family.name)
			begin(family);
		const focus = focusGroup(family);
		fillHeader(head, family);
		drawTools(family);
		tiles.update(figuresOf(state, family, focus));
		show(lines.node, drawable(family));
		show(heat.node, family.type === "histogram");
		if (drawable(family))
			drawLines(family, focus);
		if (family.type === "histogram")
			heat.chart.show({ columns: heatColumns(state, family, focus),
				format: (v) => format(v, unitOf(family)) });
		table.focus = detail.focus;
		table.update(family, tableSlots(family));
	};
	detail.unfocus = () => {
		const had = detail.focus !== null;
		detail.focus = null;
		return had;
	};
	return detail;
}
