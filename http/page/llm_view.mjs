/* SPDX-License-Identifier: MIT */
/* llm_view.mjs: calls to language models at a glance: figures, charts, a row for each model. */
import { choice, el, show } from "./dom.mjs";
import { quantileName, QUANTILES } from "./figures.mjs";
import { drawLegend } from "./legend.mjs";
import { makeLines } from "./lines.mjs";
import { costAnHour, countRateOf, curve, errorShare, llmFamilies, modelRows, now, numberOf,
	quantileOf, valuesOf } from "./llm.mjs";
import { pickSlots } from "./slots.mjs";
import { WINDOWS } from "./state.mjs";
import { makeTiles } from "./tiles.mjs";
import { format, formatRate } from "./units.mjs";

const MOST_LINES = 6;

const SHOWN = {
	rate: (v) => formatRate(v),
	hour: (v) => `${format(v, "dollars")} /h`,
};

function text(value, kind) {
	return (SHOWN[kind] || ((v) => format(v, kind)))(value);
}

/* --- figures ------------------------------------------------------------------------------- */

function tile(state, name, family, valueAt, kind, bad) {
	if (!family || !valueAt)
		return null;
	const value = now(family, valueAt);
	return { name, text: text(value, kind), points: curve(state, family, valueAt),
		bad: bad && bad(value) };
}

function callTiles(state, found) {
	const { requests, duration, firstToken } = found;
	return [
		requests ? tile(state, "calls", requests, numberOf(state, requests), "rate")
			: tile(state, "calls", duration, countRateOf(state, duration), "rate"),
		tile(state, "errors", requests, errorShare(state, requests), "ratio", (v) => v > 0.05),
		tile(state, "in flight", found.inFlight, numberOf(state, found.inFlight), ""),
		...QUANTILES.map((q) => tile(state, `duration ${quantileName(q)}`, duration,
			quantileOf(state, duration, q), "seconds")),
		tile(state, "first token p95", firstToken, quantileOf(state, firstToken, 0.95), "seconds"),
		tile(state, "tokens in", found.tokens,
			numberOf(state, found.tokens, { direction: "input" }), "rate"),
		tile(state, "tokens out", found.tokens,
			numberOf(state, found.tokens, { direction: "output" }), "rate"),
		tile(state, "cost", found.cost, costAnHour(state, found.cost), "hour"),
	];
}

function moreTiles(state, found) {
	const counters = [["retries", "retries"], ["fallbacks", "fallbacks"],
		["rate limits", "rateLimits"], ["agent turns", "turns"], ["tools", "tools"]];
	const misuse = found.misuse && numberOf(state, found.misuse);
	return [
		tile(state, "queue", found.queueDepth, numberOf(state, found.queueDepth), ""),
		tile(state, "queue wait p95", found.queueWait,
			quantileOf(state, found.queueWait, 0.95), "seconds"),
		...counters.map(([name, key]) =>
			tile(state, name, found[key], numberOf(state, found[key]), "rate")),
		misuse && now(found.misuse, misuse) > 0
			? tile(state, "misuse", found.misuse, misuse, "rate", () => true) : null,
	];
}

/* --- charts -------------------------------------------------------------------------------- */

/* A line for each value of a label, the largest ones. */
function linesBy(state, chart, family, label, valueFor) {
	const groups = valuesOf(family, label).map((name) => ({ name }));
	const value = ({ name }) => now(family, valueFor(name));
	chart.slots = pickSlots(chart.slots || new Map(), groups, value, MOST_LINES);
	return [...chart.slots].sort((a, b) => a[1] - b[1]).map(([name, slot]) =>
		({ name, slot, points: curve(state, family, valueFor(name)) }));
}

function quantileLines(state, family) {
	return QUANTILES.map((q, slot) => ({ name: quantileName(q), slot,
		points: curve(state, family, quantileOf(state, family, q)) })).reverse();
}

function rateBy(label) {
	return (state, family, chart) => linesBy(state, chart, family, label,
		(value) => numberOf(state, family, { [label]: value }));
}

/* Title, key of the family, how it is shown, its lines. */
const CHARTS = [
	["Calls by model", "requests", "rate", rateBy("model")],
	["Calls by status", "requests", "rate", rateBy("status")],
	["Duration", "duration", "seconds", quantileLines],
	["Time to first token", "firstToken", "seconds", quantileLines],
	["Tokens", "tokens", "rate", rateBy("direction")],
	["In flight by model", "inFlight", "", rateBy("model")],
	["Errors by type", "errors", "rate", rateBy("type")],
	["Cost by model", "cost", "hour", (state, family, chart) => linesBy(state, chart, family,
		"model", (model) => costAnHour(state, family, { model }))],
	["Queue wait", "queueWait", "seconds", quantileLines],
	["Rate limits", "rateLimits", "rate", rateBy("kind")],
];

function makePanel([title, key, kind, linesFor]) {
	const chart = makeLines(title), legend = el("p", { class: "legend" });
	const link = el("a", {}, title);
	const node = el("section", { class: "panel" }, el("h3", {}, link), chart.node, legend);
	return { node, update(state, found) {
		show(node, Boolean(found[key]));
		if (!found[key])
			return;
		link.href = `#metrics/${encodeURIComponent(found[key].name)}`;
		const lines = linesFor(state, found[key], chart);
		chart.show({ lines, unit: kind === "hour" ? "dollars" : kind,
			format: (v) => text(v, kind), empty: "waiting for calls" });
		drawLegend(legend, lines);
	} };
}

/* --- models -------------------------------------------------------------------------------- */

function modelTable(rows) {
	const titles = rows[0].figures.map(({ title }) => el("th", { scope: "col" }, title));
	const lines = rows.map(({ model, figures }) => el("tr", {}, el("th", { scope: "row" }, model),
		...figures.map(({ value, kind }) => el("td", {}, text(value, kind)))));
	return [el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "model"), ...titles)),
		el("tbody", {}, ...lines)];
}

/* --- the whole ----------------------------------------------------------------------------- */

export function makeLlmView(state) {
	const tiles = makeTiles(), more = makeTiles(), panels = CHARTS.map(makePanel);
	const table = el("table", {}), empty = el("p", { class: "empty" },
		"No families of the LLM kit here (quipu/llm.h).");
	const window = el("div", { class: "tools" });
	const models = el("section", { class: "panel models" }, el("h3", {}, "Models"),
		el("div", { class: "wide" }, table));
	const body = el("div", {}, window, tiles.node, more.node, models,
		el("div", { class: "panels" }, ...panels.map(({ node }) => node)));
	const view = { node: el("article", { class: "llm" }, empty, body) };

	function drawWindow() {
		if (window.dataset.shown === String(state.window))
			return;
		window.dataset.shown = String(state.window);
		window.replaceChildren(choice("over", WINDOWS, String(state.window), (seconds) => {
			state.window = Number(seconds);
			view.update();
		}));
	}

	view.update = () => {
		const found = llmFamilies(state.families);
		show(empty, !found);
		show(body, Boolean(found));
		if (!found)
			return;
		drawWindow();
		tiles.update(callTiles(state, found).filter(Boolean));
		more.update(moreTiles(state, found).filter(Boolean));
		panels.forEach((panel) => panel.update(state, found));
		table.replaceChildren(...modelTable(modelRows(state, found).slice(0, 50)));
	};
	return view;
}
