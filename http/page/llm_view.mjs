/* SPDX-License-Identifier: MIT */
/* llm_view.mjs: calls to language models at a glance: figures, charts, a row for each model. */
import { el, show } from "./dom.mjs";
import { quantileName, QUANTILES } from "./figures.mjs";
import { costAnHour, errorShare, llmFamilies, modelRows } from "./llm.mjs";
import { linesBy, makePanel, makeWindowChoice, quantileLines, rateBy, text, tile }
	from "./overview.mjs";
import { makeTiles } from "./tiles.mjs";
import { countRateOf, now, numberOf, quantileOf } from "./values.mjs";

/* --- figures ------------------------------------------------------------------------------- */

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
	const tiles = makeTiles(), more = makeTiles();
	const panels = CHARTS.map((chart) => makePanel("waiting for calls", chart));
	const table = el("table", {}), empty = el("p", { class: "empty" },
		"No families of the LLM kit here (quipu/llm.h).");
	const window = makeWindowChoice(state, () => view.update());
	const models = el("section", { class: "panel models" }, el("h3", {}, "Models"),
		el("div", { class: "wide" }, table));
	const body = el("div", {}, window.node, tiles.node, more.node, models,
		el("div", { class: "panels" }, ...panels.map(({ node }) => node)));
	const view = { node: el("article", { class: "overview llm" }, empty, body) };

	view.update = () => {
		const found = llmFamilies(state.families);
		show(empty, !found);
		show(body, Boolean(found));
		if (!found)
			return;
		window.update();
		tiles.update(callTiles(state, found).filter(Boolean));
		more.update(moreTiles(state, found).filter(Boolean));
		panels.forEach((panel) => panel.update(state, found));
		table.replaceChildren(...modelTable(modelRows(state, found).slice(0, 50)));
	};
	return view;
}
