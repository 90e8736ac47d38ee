/* SPDX-License-Identifier: MIT */
/*
 * table.mjs: the series of a family, each with its labels and figures; sorted by a column, the one
 * clicked last.
 */
import { el, setText } from "./dom.mjs";
import { figuresOf } from "./figures.mjs";
import { makeList } from "./list.mjs";
import { latest, numberAt } from "./rates.mjs";
import { seriesMatches, seriesTerms, termsOf } from "./search.mjs";
import { lineColour } from "./theme.mjs";
import { count } from "./units.mjs";

const ROW = 30;
const MOST_SORTED = 1000; /* distributions: of more only those in sight are summed up */

function makeRow() {
	const swatch = el("i", {}), labels = el("span", { class: "labels" });
	const row = el("div", {}, swatch, labels);
	Object.assign(row, { swatch, labels, cells: [] });
	return row;
}

function fillLabels(node, labels) {
	const text = JSON.stringify(labels);
	if (node.dataset.shown === text)
		return;
	node.dataset.shown = text;
	const parts = Object.entries(labels).map(([name, value]) =>
		el("span", {}, el("em", {}, `${name}=`), value));
	node.replaceChildren(...(parts.length > 0 ? parts : [el("em", {}, "no labels")]));
	node.title = Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join("\n");
}

function fillCells(row, figures) {
	while (row.cells.length > figures.length)
		row.cells.pop().remove();
	while (row.cells.length < figures.length) {
		row.cells.push(el("span", { class: "figure" }));
		row.append(row.cells.at(-1));
	}
	figures.forEach(({ text }, i) => setText(row.cells[i], text));
}

/* table.update(family, slots): slots tells a series' place among the colours, if it has one.
 * picked(series) */
export function makeTable(state, picked) {
	const list = makeList({ label: "Series", rowHeight: ROW, makeRow, fill, picked });
	const head = el("div", { class: "head" }), note = el("p", { class: "note" });
	const table = { node: el("section", { class: "series" }, note, head, list.node), list,
		sort: null, focus: null };
	let family = null, slots = new Map();

	function groupOf(series) {
		return { name: "", members: [series.at], only: [series] };
	}

	function fill(row, series) {
		const slot = slots.get(series.key);
		row.swatch.style.background = slot === undefined ? "transparent" : lineColour(slot);
		row.classList.toggle("focus", series.key === table.focus);
		fillLabels(row.labels, series.labels);
		fillCells(row, figuresOf(state, family, groupOf(series)));
	}

	function sortBy(name) {
		table.sort = table.sort === name ? null : name;
		table.update(family, slots);
	}

	function headCell(name) {
		const sorted = table.sort === name;
		return el("button", { type: "button", class: sorted ? "figure sorted" : "figure",
			"aria-pressed": String(sorted), onclick: () => sortBy(name) }, name);
	}

	function drawHead() {
		const names = family.alive.length > 0
			? figuresOf(state, family, groupOf(family.alive[0])).map(({ name }) => name) : [];
		const shown = `${names.join(" ")} ${table.sort} ${family.name}`;
		if (head.dataset.shown === shown)
			return;
		head.dataset.shown = shown;
		head.replaceChildren(el("i", {}), el("span", { class: "labels" }, "series"),
			...names.map(headCell));
	}

	function single() {
		return !["histogram", "summary", "stateset", "info"].includes(family.type);
	}

	function number(series) {
		if (single())
			return table.sort === "total" ? Number(series.shown.value) : latest(family,
				(end) => numberAt(state.store, family, groupOf(series), end, state.window));
		const figures = figuresOf(state, family, groupOf(series));
		return (figures.find(({ name }) => name === table.sort) || figures[0] || {}).number;
	}

	function sorted(items) {
		if (items.length > MOST_SORTED && !single())
			return items;
		const numbers = new Map(items.map((series) => [series, number(series)]));
		const size = (series) => (numbers.get(series) >= -Infinity ? numbers.get(series) : -Infinity);
		return [...items].sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));
	}

	function notes(items) {
		const { length } = family.alive;
		const all = items.length === length ? "" : `${count(items.length)} of `;
		const many = items.length > MOST_SORTED && !single();
		const most = many ? " · too many to sort: search for some" : "";
		return `${all}${count(length)} series${most}`;
	}

	table.update = (next, nextSlots) => {
		family = next;
		slots = nextSlots;
		const terms = seriesTerms(family, termsOf(state.query));
		const items = family.alive.filter((series) => seriesMatches(series, terms));
		drawHead();
		setText(note, notes(items));
		list.show(sorted(items), -1);
		list.node.style.height = `${Math.min(Math.max(items.length, 1), 14) * ROW}px`;
	};
	return table;
}
