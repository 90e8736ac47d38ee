/* SPDX-License-Identifier: MIT */
/* lines.mjs: a chart of values over time, and the small one without a frame. */
import { describe, drawCross, drawEmpty, drawTimes, drawValues, makeCanvas, spanOf }
	from "./canvas.mjs";
import { el } from "./dom.mjs";
import { valueMarks, valueRange } from "./scale.mjs";
import { lineColour } from "./theme.mjs";
import { clockText } from "./units.mjs";

/* --- drawing ------------------------------------------------------------------------------- */

/* Stretches without a value stay open; a lone point is a dot. */
function trace(pen, points, x, y) {
	let open = false;
	pen.beginPath();
	points.forEach(({ t, v }, i) => {
		if (!Number.isFinite(v)) {
			open = false;
			return;
		}
		if (open)
			pen.lineTo(x(t), y(v));
		else
			pen.moveTo(x(t), y(v));
		if (!open && !Number.isFinite((points[i + 1] || {}).v))
			pen.arc(x(t), y(v), 1, 0, 2 * Math.PI);
		open = true;
	});
	pen.stroke();
}

function shade(pen, points, x, y, bottom, strength) {
	const seen = points.filter(({ v }) => Number.isFinite(v));
	if (seen.length < 2)
		return;
	pen.globalAlpha = strength;
	pen.beginPath();
	pen.moveTo(x(seen[0].t), bottom);
	seen.forEach(({ t, v }) => pen.lineTo(x(t), y(v)));
	pen.lineTo(x(seen.at(-1).t), bottom);
	pen.fill();
	pen.globalAlpha = 1;
}

function nearest(points, t) {
	let best = 0;
	points.forEach((point, i) => {
		if (Math.abs(point.t - t) < Math.abs(points[best].t - t))
			best = i;
	});
	return best;
}

/* --- the chart ----------------------------------------------------------------------------- */

/* chart.show({lines: [{name, slot, points}], format, unit}): slot is the colour's. */
export function makeLines(label) {
	let data = { lines: [], format: String, unit: "" };
	let range = { lo: 0, hi: 1, empty: true };

	function yOf(frame) {
		return (v) => frame.bottom - (v - range.lo) / (range.hi - range.lo) *
			(frame.bottom - frame.top);
	}

	function draw(pen, frame) {
		const y = yOf(frame);
		drawTimes(pen, frame);
		if (range.empty) {
			drawEmpty(pen, frame, data.empty || "nothing yet");
			return;
		}
		const marks = valueMarks(range.lo, range.hi, Math.max(2, frame.height / 48), data.unit);
		drawValues(pen, frame, marks.map((v) => ({ y: y(v), text: data.format(v) })), true);
		for (const { points, slot } of data.lines) {
			pen.strokeStyle = pen.fillStyle = lineColour(slot);
			pen.lineWidth = 1.75;
			if (data.lines.length === 1)
				shade(pen, points, frame.x, y, frame.bottom, 0.1);
			trace(pen, points, frame.x, y);
		}
		drawPoint(pen, frame, y);
	}

	function pointed(frame, point) {
		const { points } = data.lines[0] || { points: [] };
		if (points.length === 0 || point.x < frame.left || point.x > frame.right)
			return -1;
		const t = frame.from + (point.x - frame.left) / (frame.right - frame.left) *
			(frame.to - frame.from);
		return nearest(points, t);
	}

	function drawPoint(pen, frame, y) {
		const at = view.point ? pointed(frame, view.point) : -1;
		if (at < 0)
			return;
		drawCross(pen, frame, frame.x(data.lines[0].points[at].t));
		for (const { points, slot } of data.lines) {
			const { t, v } = points[at] || { v: NaN };
			if (!Number.isFinite(v))
				continue;
			pen.fillStyle = lineColour(slot);
			pen.beginPath();
			pen.arc(frame.x(t), y(v), 3.5, 0, 2 * Math.PI);
			pen.fill();
		}
	}

	function where(frame, point) {
		const at = pointed(frame, point);
		if (at < 0)
			return null;
		const rows = data.lines.map(({ name, slot, points }) => ({ text: name,
			colour: lineColour(slot), value: data.format((points[at] || { v: NaN }).v) }));
		return [{ text: clockText(data.lines[0].points[at].t) }, ...rows];
	}

	const view = makeCanvas({ draw, where });
	view.show = (next) => {
		data = next;
		range = valueRange(data.lines.flatMap(({ points }) => points.map(({ v }) => v)), data.unit);
		view.range = spanOf(data.lines.length > 0 ? data.lines[0].points.map(({ t }) => t) : []);
		describe(view, `${label}: ${data.lines.map(({ name, points }) =>
			`${name} ${data.format(points.length > 0 ? points.at(-1).v : NaN)}`).join(", ")}`);
		view.draw();
	};
	return view;
}

/* --- the small one ------------------------------------------------------------------------- */

export function makeSpark() {
	return el("canvas", { class: "spark", "aria-hidden": "true" });
}

export function drawSpark(canvas, points, slot = 0) {
	const width = canvas.clientWidth, height = canvas.clientHeight, ratio = devicePixelRatio || 1;
	if (width === 0)
		return;
	canvas.width = width * ratio;
	canvas.height = height * ratio;
	const { lo, hi, empty } = valueRange(points.map(({ v }) => v), "");
	if (empty || points.length < 2)
		return;
	const pen = canvas.getContext("2d"), { from, to } = spanOf(points.map(({ t }) => t));
	const x = (t) => (t - from) / (to - from) * (width - 2) + 1;
	const y = (v) => height - 1 - (v - lo) / (hi - lo) * (height - 2);
	pen.scale(ratio, ratio);
	pen.lineWidth = 1.25;
	pen.strokeStyle = pen.fillStyle = lineColour(slot);
	shade(pen, points, x, y, height, 0.12);
	trace(pen, points, x, y);
}
