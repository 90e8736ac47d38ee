/* SPDX-License-Identifier: MIT */
/* families_view.mjs: the list of families at the left: those searched for, with a figure. */
import { el, setText } from "./dom.mjs";
import { ALL, mainFigure } from "./figures.mjs";
import { makeList } from "./list.mjs";
import { drawSpark, makeSpark } from "./lines.mjs";
import { countRateAt, numberAt, overTime } from "./rates.mjs";
import { familyMatches, termsOf } from "./search.mjs";
import { familyNamed, go } from "./state.mjs";
import { count } from "./units.mjs";

const ROW = 50;

function makeRow() {
	const [name, value, note] = ["name", "value", "note"].map((one) => el("span", { class: one }));
	const spark = makeSpark();
	const row = el("div", {}, el("div", { class: "two" }, name, note), spark, value);
	Object.assign(row, { name, value, note, spark });
	return row;
}

function sparkPoints({ store, window }, family) {
	if (family.type === "histogram")
		return overTime(store, family, (end) => countRateAt(store, family, ALL, end, window));
	if (["summary", "stateset", "info"].includes(family.type))
		return [];
	return overTime(store, family, (end) => numberAt(store, family, ALL, end, window));
}

/* What the figure is, where the type does not say it. */
function noteOf(family, figure) {
	const series = family.alive.length === 1 ? "" : ` · ${count(family.alive.length)} series`;
	const what = ["p95", "sum"].includes(figure.name) ? ` · ${figure.name}` : "";
	return `${family.type}${series}${what}`;
}

function fillRow(state, row, family) {
	const figure = mainFigure(state, family);
	setText(row.name, family.name);
	setText(row.note, noteOf(family, figure));
	setText(row.value, figure.text);
	row.title = family.help;
	drawSpark(row.spark, sparkPoints(state, family));
}

export function makeFamiliesView(state) {
	const list = makeList({ label: "Families", rowHeight: ROW, makeRow,
		fill: (row, family) => fillRow(state, row, family),
		picked: (family) => go("metrics", family.name) });
	const empty = el("p", { class: "empty", hidden: true });
	const view = { node: el("nav", { class: "families" }, empty, list.node), list };

	function found() {
		const terms = termsOf(state.query);
		return state.families.filter((family) => familyMatches(family, terms));
	}

	function select(items) {
		const at = items.findIndex((family) => family.name === view.marked);
		return at >= 0 ? at : items.indexOf(familyNamed(state, state.name));
	}

	view.update = () => {
		const items = found();
		list.show(items, select(items));
		empty.hidden = items.length > 0 || state.families.length === 0;
		setText(empty, `Nothing matches “${state.query}”.`);
	};
	view.move = (by) => {
		list.move(by);
		view.marked = (list.items[list.selected] || {}).name;
	};
	view.enter = () => list.pick(Math.max(0, list.selected));
	view.place = () => {
		view.marked = state.name || view.marked;
		view.update();
	};
	return view;
}
