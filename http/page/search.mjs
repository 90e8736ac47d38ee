/* SPDX-License-Identifier: MIT */
/* search.mjs: which families and series a reader's words mean. Pure. */

function lower(text) {
	return text.toLowerCase();
}

export function termsOf(query) {
	return lower(query).split(/\s+/).filter((term) => term !== "");
}

function seriesText(series) {
	if (series.text === undefined)
		series.text = lower(Object.entries(series.labels)
			.map(([name, value]) => `${name}=${value}`).join("\n"));
	return series.text;
}

/* Every term is in its name, its help, its type, or in the labels of one of its series. */
export function familyMatches(family, terms) {
	const own = lower(`${family.name}\n${family.help}\n${family.type}`);
	const rest = terms.filter((term) => !own.includes(term));
	return rest.length === 0 || family.alive.some((series) => seriesMatches(series, rest));
}

export function seriesMatches(series, terms) {
	return terms.every((term) => seriesText(series).includes(term));
}

/* Those terms that are about series, where the family's name and help do not say them. */
export function seriesTerms(family, terms) {
	const own = lower(`${family.name}\n${family.help}\n${family.type}`);
	return terms.filter((term) => !own.includes(term));
}
