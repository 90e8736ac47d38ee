/* SPDX-License-Identifier: MIT */
/* figures.mjs: the figures that each type of family is summed up by. Pure but for the clock. */
import { countRateAt, increaseAt, latest, meanAt, numberAt, quantileAt } from "./rates.mjs";
import { count, exactly, format, formatRate, unitOf } from "./units.mjs";

export const ALL = { name: "all series", members: null };

/* The series of a group; one that stands for a series has it at hand (only). */
function membersOf(family, group) {
	if (group.only || !group.members)
		return group.only || family.alive;
	const chosen = new Set(group.members);
	return family.alive.filter(({ at }) => chosen.has(at));
}

function sumOfShown(family, group, valueOf) {
	return membersOf(family, group).reduce((sum, { shown }) => sum + Number(valueOf(shown)), 0);
}

function countText(n) {
	return Number.isInteger(n) && n < 1e7 ? count(n) : format(n);
}

/* One series shows its digits as the scrape has them. */
function totalText(family, group, unit) {
	const members = membersOf(family, group);
	if (members.length === 1 && unit === "")
		return exactly(members[0].shown.value);
	const sum = sumOfShown(family, group, (shown) => shown.value);
	return unit === "" ? countText(sum) : format(sum, unit);
}

function counterFigures(state, family, group) {
	const unit = unitOf(family);
	const rate = (end) => numberAt(state.store, family, group, end, state.window);
	return [
		{ name: "rate", number: latest(family, rate), text: formatRate(latest(family, rate), unit) },
		{ name: "total", number: sumOfShown(family, group, (shown) => shown.value),
			text: totalText(family, group, unit) },
	];
}

function gaugeFigures(state, family, group) {
	const number = latest(family, (end) => numberAt(state.store, family, group, end, 0));
	const many = group.members ? group.members.length > 1 : family.alive.length > 1;
	return [{ name: many ? "sum" : "value", number, text: format(number, unitOf(family)) }];
}

export const QUANTILES = [0.5, 0.95, 0.99];

export function quantileName(q) {
	return `p${Number((q * 100).toFixed(3))}`;
}

function histogramFigures(state, family, group) {
	const { store, window } = state, unit = unitOf(family);
	const rate = latest(family, (end) => countRateAt(store, family, group, end, window));
	const mean = latest(family, (end) => meanAt(store, family, group, end, window));
	const quantiles = QUANTILES.map((q) => {
		const number = latest(family, (end) => quantileAt(store, family, group, end, window, q));
		return { name: quantileName(q), number, text: format(number, unit) };
	});
	const total = sumOfShown(family, group, (shown) => shown.count);
	return [{ name: "rate", number: rate, text: formatRate(rate) },
		{ name: "mean", number: mean, text: format(mean, unit) }, ...quantiles,
		{ name: "count", number: total, text: countText(total) }];
}

/* Quantiles of several series cannot be put together. */
function summaryFigures(state, family, group) {
	const { store, window } = state, unit = unitOf(family);
	const increase = latest(family, (end) => increaseAt(store, family, group, end, window));
	const rate = increase ? increase.count / increase.seconds : NaN;
	const mean = increase && increase.count > 0 ? increase.sum / increase.count : NaN;
	const chosen = membersOf(family, group);
	const quantiles = (family.alive[0] ? family.alive[0].shown.quantiles : []).map((one, i) => {
		const number = chosen.length === 1 ? Number(chosen[0].shown.quantiles[i].value) : NaN;
		return { name: quantileName(one.quantile), number, text: format(number, unit) };
	});
	return [{ name: "rate", number: rate, text: formatRate(rate) },
		{ name: "mean", number: mean, text: format(mean, unit) }, ...quantiles];
}

function stateFigures(state, family, group) {
	const chosen = membersOf(family, group);
	const names = new Map();
	for (const { shown } of chosen)
		for (const [name, holds] of Object.entries(shown.states))
			names.set(name, (names.get(name) || 0) + Number(holds));
	if (chosen.length === 1) {
		const holding = [...names].filter(([, n]) => n > 0).map(([name]) => name);
		return [{ name: "state", number: NaN, text: holding.join(", ") || "none" }];
	}
	return [...names].map(([name, n]) => ({ name, number: n, text: String(n) }));
}

const FIGURES = {
	counter: counterFigures,
	histogram: histogramFigures,
	summary: summaryFigures,
	stateset: stateFigures,
	info: () => [],
};

/* [{name, number, text}] of a group of its series. */
export function figuresOf(state, family, group = ALL) {
	return (FIGURES[family.type] || gaugeFigures)(state, family, group);
}

/* The one figure that stands for all of it. */
export function mainFigure(state, family) {
	const figures = figuresOf(state, family);
	if (family.type === "histogram")
		return figures.find(({ name }) => name === "p95");
	const summed = family.alive.length > 1 && figures[0] && figures[0].name === "sum";
	if (summed && ["time", "ratio"].includes(unitOf(family)))
		return { name: "", text: "" };
	return figures[0] || { name: "", text: "" };
}
