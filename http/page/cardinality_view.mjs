/* SPDX-License-Identifier: MIT */
/* cardinality_view.mjs: how many series each family has, and which labels make them. */
import { cardinality, labelsOf } from "./cardinality.mjs";
import { el, setText, show } from "./dom.mjs";
import { makeList } from "./list.mjs";
import { familyMatches, termsOf } from "./search.mjs";
import { familyNamed, go } from "./state.mjs";
import { makeTiles } from "./tiles.mjs";
import { count } from "./units.mjs";

const ROW = 44;

function makeRow() {
	const parts = ["name", "series", "bar", "worst"].map((name) => [name, el("span",
		{ class: name })]);
	const fill = el("i", {}), row = el("div", {}, ...parts.map(([, node]) => node));
	Object.assign(row, Object.fromEntries(parts), { fill });
	row.bar.append(fill);
	return row;
}

function plural(n, one) {
	return `${count(n)} ${one}${n === 1 ? "" : "s"}`;
}

/* The label with most values, and how near the family's cap is. */
function noteOf({ worst, most, rejected }) {
	const notes = [worst ? `${worst.name}: ${plural(worst.distinct, "value")}` : "no labels"];
	if (most)
		notes.push(`at most ${count(most)} series`);
	if (rejected > 0)
		notes.push(`${count(rejected)} rejected`);
	return notes.join(" · ");
}

function fillRow(row, item, most) {
	const { family, series, rejected } = item;
	setText(row.name, family.name);
	setText(row.series, count(series));
	row.fill.style.width = `${most > 0 ? series / most * 100 : 0}%`;
	setText(row.worst, noteOf(item));
	row.classList.toggle("bad", rejected > 0);
}

/* A label with its values, those in most series first. */
function labelPart({ name, distinct, top }, series) {
	const rows = top.map(([value, n]) => {
		const bar = el("i", {});
		bar.style.width = `${n / series * 100}%`;
		return el("li", {}, el("span", { class: "labels", title: value }, value || "(empty)"),
			el("span", { class: "bar" }, bar), el("span", { class: "series" }, count(n)));
	});
	const left = distinct - top.length;
	return el("section", { class: "panel" }, el("h3", {}, name, el("span", { class: "badge" },
		plural(distinct, "value"))), el("ol", {}, ...rows),
		left > 0 ? el("p", { class: "note" }, `and ${count(left)} more`) : null);
}

export function makeCardinalityView(state) {
	const tiles = makeTiles();
	let most = 0;
	const list = makeList({ label: "Families by series", rowHeight: ROW, makeRow,
		fill: (row, item) => fillRow(row, item, most),
		picked: ({ family }) => go("cardinality", family.name) });
	const name = el("h2", {}), help = el("p", { class: "help" });
	const labels = el("div", { class: "labels" });
	const back = el("button", { type: "button", class: "back", onclick: () => go("cardinality") },
		"‹ all families");
	const open = el("a", {}, "charts and series");
	const head = el("header", {}, back, name, help, open);
	const detail = el("article", { class: "detail" }, head, labels);
	const node = el("div", { class: "cardinality" },
		el("div", { class: "side" }, tiles.node, list.node), detail);
	const view = { node, list, marked: "" };

	function drawDetail(family) {
		setText(name, family.name);
		setText(help, family.help);
		open.href = `#metrics/${encodeURIComponent(family.name)}`;
		const found = labelsOf(family);
		const shown = JSON.stringify([family.name, family.alive.length, found]);
		if (labels.dataset.shown === shown)
			return;
		labels.dataset.shown = shown;
		labels.replaceChildren(...found.map((label) => labelPart(label, family.alive.length)),
			...found.length === 0 ? [el("p", { class: "empty" }, "No labels: one series.")] : []);
	}

	function drawTiles(items) {
		const sum = (key) => items.reduce((all, item) => all + item[key], 0);
		tiles.update([{ name: "families", text: count(items.length) },
			{ name: "series", text: count(sum("series")) },
			{ name: "samples a scrape", text: count(sum("samples")) }]);
	}

	view.update = () => {
		const all = cardinality(state.families), terms = termsOf(state.query);
		const items = all.filter(({ family }) => familyMatches(family, terms));
		const shown = familyNamed(state, state.name) || (items[0] && items[0].family);
		const marked = view.marked || (shown && shown.name);
		most = all.length > 0 ? all[0].series : 0;
		drawTiles(all);
		list.show(items, items.findIndex(({ family }) => family.name === marked));
		show(detail, Boolean(shown));
		if (shown)
			drawDetail(shown);
	};
	view.move = (by) => {
		list.move(by);
		view.marked = list.items[list.selected] ? list.items[list.selected].family.name : "";
	};
	view.enter = () => list.pick(Math.max(0, list.selected));
	view.place = () => {
		view.marked = state.name;
		view.update();
	};
	return view;
}
