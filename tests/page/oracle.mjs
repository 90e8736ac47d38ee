/* SPDX-License-Identifier: MIT */
/*
 * oracle.mjs: what the page must show, worked out from the text that Prometheus gets and from two
 * answers, with no line of the page's own.
 */

/* Samples of text 0.0.4: [{name, labels, value}], value as text. */
export function readText(text) {
	const samples = [];
	for (const line of text.split("\n")) {
		const match = /^([^\s{#]+)(?:\{(.*)\})? (\S+)$/.exec(line);
		if (!match)
			continue;
		const labels = {};
		for (const [, name, value] of (match[2] || "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
			labels[name] = value.replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
		samples.push({ name: match[1], labels, value: match[3] });
	}
	return samples;
}

export function has(labels, wanted) {
	return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/* The sum of all samples with this name and these labels. */
export function sumOf(text, name, wanted = {}) {
	const found = readText(text).filter((one) => one.name === name && has(one.labels, wanted));
	if (found.length === 0)
		throw new Error(`no sample ${name}`);
	return found.reduce((sum, { value }) => sum + Number(value), 0);
}

/* How much more of it the second text has, a second. */
export function rateOf(before, now, seconds, name, wanted) {
	return (sumOf(now, name, wanted) - sumOf(before, name, wanted)) / seconds;
}

/* histogram_quantile(q, rate(name_bucket)) over two texts, as Prometheus documents it. */
export function quantileOf(before, now, q, name, wanted = {}) {
	const of = readText(now).filter((one) => one.name === `${name}_bucket` && has(one.labels, wanted));
	const bounds = [...new Set(of.map(({ labels }) => labels.le))];
	const upper = (le) => (le === "+Inf" ? Infinity : Number(le));
	bounds.sort((a, b) => upper(a) - upper(b));
	const cumulative = bounds.map((le) => sumOf(now, `${name}_bucket`, { ...wanted, le }) -
		sumOf(before, `${name}_bucket`, { ...wanted, le }));
	const rank = q * cumulative.at(-1);
	const at = cumulative.findIndex((count) => count >= rank);
	if (at === bounds.length - 1)
		return upper(bounds.at(-2));
	const lo = at === 0 ? 0 : upper(bounds[at - 1]), below = at === 0 ? 0 : cumulative[at - 1];
	return lo + (upper(bounds[at]) - lo) * (rank - below) / (cumulative[at] - below);
}

/* --- texts on the page --------------------------------------------------------------------- */

const UNITS = { ns: 1e-9, "µs": 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86400, "%": 0.01,
	k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/* "1.25 s", "12.3k /s", "7 809", "$3.20 /h" as numbers, in seconds and the like. */
export function readShown(shown) {
	const match = /^(−?)\$?([\d.\u202f]+)\s?(\S*?)\s?(?:\/[sh])?$/u.exec(shown);
	if (!match || (match[3] && !UNITS[match[3]]))
		throw new Error(`"${shown}" is no number`);
	return (match[1] ? -1 : 1) * Number(match[2].replaceAll("\u202f", "")) *
		(UNITS[match[3]] || 1);
}

/* Three digits are shown. */
export function isNear(shown, wanted) {
	return Math.abs(readShown(shown) - wanted) <= Math.max(Math.abs(wanted) * 0.006, 1e-9);
}
