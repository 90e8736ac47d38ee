/* SPDX-License-Identifier: MIT */
/* scale.mjs: where an axis has its marks. Pure. */

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21600, 86400];

/* The least round number that is not less. */
function roundUp(step, base) {
	const power = base ** Math.floor(Math.log(step) / Math.log(base));
	const steps = base === 2 ? [1, 2] : [1, 2, 2.5, 5, 10];
	return power * steps.find((factor) => power * factor >= step * 0.9999);
}

/* About n marks from lo to hi; of bytes at powers of two. */
export function valueMarks(lo, hi, n, unit) {
	const step = roundUp((hi - lo) / n, unit === "bytes" ? 2 : 10);
	const first = Math.ceil(lo / step - 1e-9) || 0, last = Math.floor(hi / step + 1e-9);
	const marks = [];
	for (let i = first; i <= last && marks.length < 4 * n; i++)
		marks.push(i * step);
	return marks;
}

/* Marks of time, at most n, on round seconds of the reader's clock. */
export function timeMarks(from, to, n) {
	const least = (to - from) / n;
	const step = TIME_STEPS.find((one) => one >= least) || TIME_STEPS.at(-1);
	const zone = new Date(from * 1000).getTimezoneOffset() * 60;
	const marks = [];
	for (let t = Math.ceil((from - zone) / step) * step + zone; t <= to; t += step)
		marks.push(t);
	return marks;
}

const ROUNDING = 1e-6; /* of a value: what differs by less is the same */

/* What the values need, with a little room; from 0 where that is near, or they are one. */
export function valueRange(values, unit) {
	let lo = Infinity, hi = -Infinity;
	for (const value of values)
		if (Number.isFinite(value)) {
			lo = Math.min(lo, value);
			hi = Math.max(hi, value);
		}
	if (lo > hi)
		return { lo: 0, hi: 1, empty: true };
	const least = Math.max(Math.abs(lo), Math.abs(hi)) * ROUNDING;
	if (lo >= 0 && (lo < hi * 0.8 || hi - lo <= least) && unit !== "time")
		lo = 0;
	if (lo === 0 && hi === 0)
		hi = 1;
	const room = (Math.max(hi - lo, least) || 1) * 0.08;
	return { lo: lo === 0 ? 0 : lo - room, hi: hi + room, empty: false };
}
