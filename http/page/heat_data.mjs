/* SPDX-License-Identifier: MIT */
/* heat_data.mjs: which rows a heat map has, and what is in them. Pure. */

const MOST_ROWS = 40;

/* Rows from the lowest to the highest that ever had something, neighbours together where there
 * would be too many. columns: [{t, cells}], cells sorted; gives [{lo, hi}]. */
export function heatRows(columns) {
	const bounds = new Map();
	for (const { cells } of columns)
		for (const { lo, hi, count } of cells)
			if (count > 0)
				bounds.set(hi, lo);
	const all = columns.length > 0 ? columns.at(-1).cells : [];
	const his = [...bounds.keys()];
	const lowest = Math.min(...his), highest = Math.max(...his);
	const rows = all.filter(({ hi }) => hi >= lowest && hi <= highest);
	const each = Math.ceil(rows.length / MOST_ROWS);
	const joined = [];
	for (let i = 0; i < rows.length; i += each)
		joined.push({ lo: rows[i].lo, hi: rows[Math.min(i + each, rows.length) - 1].hi });
	return joined;
}

/* What a column has in each row. */
export function heatCounts(rows, cells) {
	const counts = rows.map(() => 0);
	let at = 0;
	for (const { hi, count } of cells) {
		while (at < rows.length && hi > rows[at].hi)
			at++;
		if (at < rows.length && count > 0)
			counts[at] += count;
	}
	return counts;
}
