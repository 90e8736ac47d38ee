/* SPDX-License-Identifier: MIT */
/* quantile.mjs: quantiles from cells, as Prometheus' histogram_quantile has them. Pure. */

/* The lowest cell of classic buckets begins at 0 where its bound is above; so does the zero bucket
 * where there is nothing negative. */
function lowerEnd(cells, at) {
	const { lo, hi, native } = cells[at];
	if (native)
		return lo;
	if (lo === -Infinity)
		return hi > 0 ? 0 : hi;
	const spansZero = lo < 0 && hi === -lo;
	return spansZero && cells.slice(0, at).every((cell) => cell.count === 0) ? 0 : lo;
}

/* Within a native bucket values are taken to lie evenly on a logarithmic scale. */
function within(cell, lo, share) {
	if (!cell.native)
		return lo + (cell.hi - lo) * share;
	if (lo < 0)
		return -(-lo * (cell.hi / lo) ** share);
	return lo * (cell.hi / lo) ** share;
}

/* q from 0 to 1 of sorted cells; NaN where they hold nothing. */
export function quantile(q, cells) {
	const total = cells.reduce((sum, cell) => sum + cell.count, 0);
	if (!(total > 0))
		return NaN;
	const rank = q * total;
	let below = 0, at = 0;
	while (at < cells.length - 1 && below + cells[at].count < rank)
		below += cells[at++].count;
	if (cells[at].hi === Infinity)
		return at > 0 ? cells[at].lo : NaN;
	const lo = lowerEnd(cells, at);
	return cells[at].count > 0 ? within(cells[at], lo, (rank - below) / cells[at].count) : lo;
}
