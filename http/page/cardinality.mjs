/* SPDX-License-Identifier: MIT */
/* cardinality.mjs: how many series there are, and which labels make them. Pure. */

function labelCounts(family) {
	const labels = new Map();
	for (const { labels: own } of family.alive)
		for (const name in own) {
			if (!labels.has(name))
				labels.set(name, new Map());
			const values = labels.get(name);
			values.set(own[name], (values.get(own[name]) || 0) + 1);
		}
	return labels;
}

/* [{name, distinct, top: [[value, series]]}], the label with most values first. */
export function labelsOf(family, top = 8) {
	return [...labelCounts(family)].map(([name, values]) => ({
		name,
		distinct: values.size,
		top: [...values].sort((a, b) => b[1] - a[1]).slice(0, top),
	})).sort((a, b) => b.distinct - a.distinct);
}

/* Lines that a scrape in text has of it. */
function samplesOf(series) {
	const { shown } = series;
	if (shown.quantiles)
		return shown.quantiles.length + 2;
	if (shown.states)
		return Object.keys(shown.states).length;
	if (shown.native || shown.buckets)
		return (shown.buckets || [Infinity]).length + 2;
	return 1;
}

/* What the library tells of its families: Map of a family's name to the value. */
function told(families, name) {
	const found = families.find((family) => family.name === name);
	return new Map(found ? found.alive.map(({ labels, shown }) =>
		[labels.family, Number(shown.value)]) : []);
}

/* [{family, series, samples, worst, most, rejected}], the family with most series first. most: how
 * many it may have; rejected: records of label sets beyond that; undefined where nobody tells. */
export function cardinality(families) {
	const most = told(families, "quipu_family_max_series");
	const rejected = told(families, "quipu_family_rejected_label_sets_total");
	return families.map((family) => ({
		family,
		series: family.alive.length,
		samples: family.alive.reduce((sum, series) => sum + samplesOf(series), 0),
		worst: labelsOf(family, 1)[0] || null,
		most: most.get(family.name),
		rejected: rejected.get(family.name),
	})).sort((a, b) => b.series - a.series || b.samples - a.samples);
}
