/* SPDX-License-Identifier: MIT */
/*
 * heat.mjs: a histogram over time: a column for each sample, a row for each bucket, darker the more
 * went into it.
 */
import { describe, drawEmpty, drawTimes, drawValues, makeCanvas, spanOf } from "./canvas.mjs";
import { heatCounts, heatRows } from "./heat_data.mjs";
import { colour } from "./theme.mjs";
import { clockText } from "./units.mjs";

const STEPS = 9;

/* --- data --------------------------------------------------------------------------------- */

function prepare(columns) {
	const rows = heatRows(columns);
	const filled = columns.map(({ t, cells, seconds }) => ({ t,
		rates: heatCounts(rows, cells).map((count) => count / seconds) }));
	const most = Math.max(0, ...filled.flatMap(({ rates }) => rates));
	return { rows, columns: filled, most };
}

/* --- drawing ------------------------------------------------------------------------------- */

/* Few stay visible beside many. */
function step(rate, most) {
	return Math.min(STEPS, Math.ceil(Math.sqrt(rate / most) * STEPS));
}

function colours() {
	return Array.from({ length: STEPS + 1 }, (_, i) => colour(`heat${i}`));
}

function drawCells(pen, frame, data, rowHeight) {
	const palette = colours();
	data.columns.forEach(({ t, rates }, i) => {
		const before = i > 0 ? data.columns[i - 1].t : t - 2;
		const x = Math.max(frame.left, frame.x(before)), width = frame.x(t) - x;
		rates.forEach((rate, row) => {
			if (!(rate > 0))
				return;
			pen.fillStyle = palette[step(rate, data.most)];
			pen.fillRect(x, frame.bottom - (row + 1) * rowHeight, width + 0.5, rowHeight - 0.5);
		});
	});
}

function rowMarks(frame, rows, rowHeight, format) {
	const every = Math.max(1, Math.ceil(16 / rowHeight));
	return rows.map(({ hi }, row) => ({ y: frame.bottom - (row + 1) * rowHeight, hi, row }))
		.filter(({ hi, row }) => row % every === every - 1 && Number.isFinite(hi))
		.filter(({ y }) => y > frame.top - 2)
		.map(({ y, hi }) => ({ y, text: format(hi) }));
}

/* --- the chart ----------------------------------------------------------------------------- */

/* heat.show({columns: [{t, seconds, cells}], format}) */
export function makeHeat(label) {
	let data = { rows: [], columns: [], most: 0 }, format = String;

	function rowHeightOf(frame) {
		return (frame.bottom - frame.top) / data.rows.length;
	}

	function draw(pen, frame) {
		drawTimes(pen, frame);
		if (data.rows.length === 0) {
			drawEmpty(pen, frame, "nothing observed yet");
			return;
		}
		const rowHeight = rowHeightOf(frame);
		drawCells(pen, frame, data, rowHeight);
		drawValues(pen, frame, rowMarks(frame, data.rows, rowHeight, format), false);
	}

	function where(frame, { x, y }) {
		const row = Math.floor((frame.bottom - y) / rowHeightOf(frame));
		const column = data.columns.find(({ t }) => frame.x(t) >= x);
		if (!data.rows[row] || !column || x < frame.left)
			return null;
		const { lo, hi } = data.rows[row];
		return [{ text: clockText(column.t) }, { text: `${format(lo)} to ${format(hi)}`,
			value: `${column.rates[row].toPrecision(3)} /s` }];
	}

	const view = makeCanvas({ className: "heat", draw, where });
	view.show = (next) => {
		format = next.format;
		data = prepare(next.columns);
		view.range = spanOf(data.columns.map(({ t }) => t));
		describe(view, `${label}: heat map, ${data.rows.length} buckets`);
		view.draw();
	};
	return view;
}
