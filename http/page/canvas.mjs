/* SPDX-License-Identifier: MIT */
/*
 * canvas.mjs: a canvas that has the size of its place, with the frame that all charts share: marks
 * of time below, marks of values at the left, and what lies under the pointer.
 */
import { el, setText } from "./dom.mjs";
import { timeMarks } from "./scale.mjs";
import { colour } from "./theme.mjs";
import { clockText } from "./units.mjs";

const FONT = "11px system-ui, sans-serif";
const LEFT = 62, RIGHT = 10, TOP = 8, BOTTOM = 22;
const LEAST_SPAN = 30;

/* draw(pen, frame) draws, where(frame, point) gives the lines of text for what is there, or null.
 * frame: {width, height, left, right, top, bottom, x(t), from, to}. */
export function makeCanvas({ className, draw, where }) {
	const canvas = el("canvas", { role: "img" });
	const tip = el("div", { class: "tip", hidden: true });
	const node = el("div", { class: `chart ${className || ""}` }, canvas, tip);
	const view = { node, canvas, range: { from: 0, to: LEAST_SPAN }, point: null };

	view.draw = () => {
		const frame = frameOf(node, view.range);
		if (frame.width < 20)
			return;
		const pen = penOf(canvas, frame);
		draw(pen, frame);
		showTip(view, tip, frame, where);
	};
	canvas.addEventListener("pointermove", (event) => {
		view.point = { x: event.offsetX, y: event.offsetY };
		view.draw();
	});
	canvas.addEventListener("pointerleave", () => {
		view.point = null;
		view.draw();
	});
	new ResizeObserver(view.draw).observe(node);
	return view;
}

/* The span of time of a chart: what there is, and not too little. */
export function spanOf(times) {
	const to = times.length > 0 ? times.at(-1) : LEAST_SPAN;
	const from = times.length > 0 ? Math.min(times[0], to - LEAST_SPAN) : 0;
	return { from, to };
}

function frameOf(node, { from, to }) {
	const width = node.clientWidth, height = node.clientHeight;
	const frame = { width, height, left: LEFT, right: width - RIGHT, top: TOP,
		bottom: height - BOTTOM, from, to };
	frame.x = (t) => LEFT + (t - from) / (to - from) * (frame.right - LEFT);
	return frame;
}

function penOf(canvas, { width, height }) {
	const ratio = devicePixelRatio || 1;
	const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
	if (canvas.width !== wide || canvas.height !== high) {
		canvas.width = wide;
		canvas.height = high;
	}
	const pen = canvas.getContext("2d");
	pen.setTransform(ratio, 0, 0, ratio, 0, 0);
	pen.clearRect(0, 0, width, height);
	pen.font = FONT;
	pen.lineJoin = "round";
	return pen;
}

/* --- the frame ----------------------------------------------------------------------------- */

/* A half keeps lines of one pixel sharp. */
function sharp(value) {
	return Math.round(value) + 0.5;
}

function line(pen, x0, y0, x1, y1) {
	pen.beginPath();
	pen.moveTo(x0, y0);
	pen.lineTo(x1, y1);
	pen.stroke();
}

export function drawTimes(pen, frame) {
	const { left, right, bottom } = frame;
	pen.fillStyle = colour("muted");
	pen.textBaseline = "top";
	pen.textAlign = "center";
	for (const t of timeMarks(frame.from, frame.to, Math.max(2, (right - left) / 76))) {
		const x = frame.x(t), half = pen.measureText(clockText(t)).width / 2;
		if (x - half >= left - 12 && x + half <= frame.width)
			pen.fillText(clockText(t), x, bottom + 7);
	}
}

/* marks: [{y, text}] */
export function drawValues(pen, frame, marks, withLines) {
	pen.fillStyle = colour("muted");
	pen.strokeStyle = colour("grid");
	pen.lineWidth = 1;
	pen.textBaseline = "middle";
	pen.textAlign = "right";
	for (const { y, text } of marks) {
		if (withLines)
			line(pen, frame.left, sharp(y), frame.right, sharp(y));
		pen.fillText(text, frame.left - 8, y);
	}
}

export function drawCross(pen, frame, x) {
	pen.strokeStyle = colour("muted");
	pen.lineWidth = 1;
	line(pen, sharp(x), frame.top, sharp(x), frame.bottom);
}

export function drawEmpty(pen, frame, text) {
	pen.fillStyle = colour("muted");
	pen.textAlign = "center";
	pen.textBaseline = "middle";
	pen.fillText(text, (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2);
}

/* --- what is under the pointer ------------------------------------------------------------- */

function tipLine({ text, value, colour: own }) {
	const swatch = own ? el("i", {}) : null;
	if (swatch)
		swatch.style.background = own;
	return el("div", {}, swatch, el("span", {}, text), el("b", {}, value || ""));
}

function showTip(view, tip, frame, where) {
	const lines = view.point && where(frame, view.point);
	tip.hidden = !lines;
	if (!lines)
		return;
	tip.replaceChildren(...lines.map(tipLine));
	const room = frame.width - tip.offsetWidth - 4;
	const right = view.point.x + 14;
	tip.style.left = `${Math.max(4, right < room ? right : view.point.x - tip.offsetWidth - 14)}px`;
	tip.style.top = `${frame.top + 4}px`;
}

export function describe(view, text) {
	view.canvas.setAttribute("aria-label", text);
	setText(view.canvas, text);
}
