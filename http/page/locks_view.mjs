/* SPDX-License-Identifier: MIT */
/* locks_view.mjs: which lock, which line, how long: figures, charts, the places that waited most. */
import { el, show } from "./dom.mjs";
import { causes, lockFamilies, lockRows, waitedOf, waitsOf } from "./locks.mjs";
import { linesBy, makePanel, makeWindowChoice, text, tile } from "./overview.mjs";
import { countRateAt, groupWhere, meanAt, quantileAt, sumRateAt } from "./rates.mjs";
import { seriesMatches, seriesTerms, termsOf } from "./search.mjs";
import { makeTiles } from "./tiles.mjs";
import { count } from "./units.mjs";
import { curve, numberOf } from "./values.mjs";

const MOST_ROWS = 50;

/* --- figures ------------------------------------------------------------------------------- */

function waitTiles(state, waits) {
	const { store, window } = state, group = groupWhere(waits, {});
	const shown = (name, kind, valueAt, q) => tile(state, name, waits,
		(end) => valueAt(store, waits, group, end, window, q), kind);
	return [shown("waited for locks", "wait", sumRateAt), shown("waits", "rate", countRateAt),
		shown("mean wait", "seconds", meanAt), shown("wait p99", "seconds", quantileAt, 0.99)];
}

/* How full the table of places is, and whether waits went without one. */
function tableTile({ sites, capacity, overflowed }) {
	if (!sites)
		return null;
	const total = (family) => family.alive.reduce((sum, { shown }) => sum + Number(shown.value), 0);
	const without = overflowed ? total(overflowed) : 0;
	return { name: "places", text: count(total(sites)), bad: without > 0,
		note: [capacity ? `room for ${count(total(capacity))}` : "",
			without > 0 ? `${count(without)} waits had none` : ""].filter(Boolean).join(", ") };
}

function outsideTiles(state, found) {
	const switches = (type) => numberOf(state, found.switches, { type });
	return [
		...causes(state, found).filter(([name]) => name !== "locks").map(([name, family, valueAt]) =>
			tile(state, `waited for ${name}`, family, valueAt, "wait")),
		tile(state, "processors short", found.pressure,
			numberOf(state, found.pressure, { kind: "some" }), "ratio"),
		tile(state, "switched out", found.switches, switches("involuntary"), "rate"),
		tile(state, "gave way", found.switches, switches("voluntary"), "rate"),
	];
}

/* --- charts -------------------------------------------------------------------------------- */

function siteLines(state, family, chart) {
	const waits = waitsOf(family, false);
	return linesBy(state, chart, waits, "site", (site) => waitedOf(state, waits, { site }));
}

function causeLines(state, _, chart, found) {
	return causes(state, found).map(([name, family, valueAt], slot) =>
		({ name, slot, points: curve(state, family, valueAt) }));
}

const CHARTS = [
	["Time waited, by place", "waits", "wait", siteLines],
	["What threads wait for", "waits", "wait", causeLines],
];

/* --- tables -------------------------------------------------------------------------------- */

/* Key, how it is shown, title. */
const FIGURES = [["share", "ratio", "share"], ["waited", "wait", "waited"],
	["rate", "rate", "waits"], ["mean", "seconds", "mean"], ["p99", "seconds", "p99"]];

/* Function, file and line, kind, and the lock's name, as far as they are known. */
function placeCell(labels) {
	const site = labels.site === "other" ? "all other places" : labels.site || "";
	const parts = labels.function ? [labels.function, site] : [site];
	const rest = [...parts.slice(1), labels.kind, labels.lock].filter(Boolean).join(" · ");
	const title = Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join("\n");
	return el("th", { scope: "row", title }, parts[0], el("span", { class: "note" }, rest));
}

function bar(share) {
	const fill = el("i", {});
	fill.style.width = `${share * 100}%`;
	return el("span", { class: "bar" }, fill);
}

function drawnRow(row, figures) {
	return el("tr", {}, placeCell(row.labels), ...figures.map(([key, kind]) => el("td", {},
		text(row[key], kind), key === "share" && row.share > 0 ? bar(row.share) : null)));
}

/* A table of places, the longest waits first; what did not wait is left out. */
function makePlaces(title, idle, about) {
	const table = el("table", {});
	const node = el("section", { class: "panel places" }, el("h3", {}, title),
		el("div", { class: "wide" }, table), el("p", { class: "note" }, about));
	const figures = FIGURES.slice(idle ? 1 : 0);
	const head = el("thead", {}, el("tr", {}, el("th", {}, "place"),
		...figures.map(([, , name]) => el("th", {}, name))));

	return { node, update(state, family) {
		const terms = seriesTerms(family, termsOf(state.query));
		const rows = lockRows(state, family, idle).filter(({ waited, series }) =>
			waited !== 0 && seriesMatches(series, terms));
		show(node, waitsOf(family, idle).alive.length > 0);
		table.replaceChildren(head, el("tbody", {},
			...rows.slice(0, MOST_ROWS).map((row) => drawnRow(row, figures))));
	} };
}

/* --- the whole ----------------------------------------------------------------------------- */

export function makeLocksView(state) {
	const tiles = makeTiles();
	const panels = CHARTS.map((chart) => makePanel("waiting for waits", chart));
	const window = makeWindowChoice(state, () => view.update());
	const places = [
		makePlaces("Contention", false, "Somebody else held what these wanted."),
		makePlaces("Idle waits", true,
			"For work, for a signal, for the others: no contention, and not in the figures above."),
	];
	const empty = el("p", { class: "empty" }, "Nothing profiles locks here (quipu/contend.h).");
	const body = el("div", {}, window.node, tiles.node, places[0].node,
		el("div", { class: "panels" }, ...panels.map(({ node }) => node)), places[1].node);
	const view = { node: el("article", { class: "overview locks" }, empty, body) };

	view.update = () => {
		const found = lockFamilies(state.families);
		show(empty, !found);
		show(body, Boolean(found));
		if (!found)
			return;
		window.update();
		const { waits } = found;
		tiles.update([...waits ? waitTiles(state, waitsOf(waits, false)) : [],
			...outsideTiles(state, found), tableTile(found)].filter(Boolean));
		places.forEach((part) => (waits ? part.update(state, waits) : show(part.node, false)));
		panels.forEach((panel) => panel.update(state, found));
	};
	return view;
}
