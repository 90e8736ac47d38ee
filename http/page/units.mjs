/* SPDX-License-Identifier: MIT */
/* units.mjs: numbers as people read them, by the unit of their family. Pure. */

const TIME = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"], [1e-3, "ms"], [1e-6, "µs"],
	[1e-9, "ns"]];
const BYTES = [[2 ** 50, "PiB"], [2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"],
	[2 ** 10, "KiB"], [1, "B"]];
const PLAIN = [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];

/* "seconds", "bytes", "dollars", "ratio", "time" (an instant) or "". */
export function unitOf(family) {
	const name = family.name.replace(/_total$/, "");
	if (/_(time|timestamp)_seconds$/.test(name) && family.type === "gauge")
		return "time";
	const match = /_(seconds|bytes|dollars|ratio)$/.exec(name);
	const named = match ? match[1] : family.unit;
	return ["seconds", "bytes", "dollars", "ratio"].includes(named) ? named : "";
}

/* Three digits that mean something, no more. */
function digits(value) {
	const size = Math.abs(value);
	if (size >= 100 || Number.isInteger(value))
		return String(Math.round(value));
	return String(Number(value.toPrecision(3)));
}

function scaled(value, scale) {
	const size = Math.abs(value) * 1.0005;
	const [factor, name] = scale.find(([least]) => size >= least) || scale.at(-1);
	return digits(value / factor) + (name ? ` ${name}` : "");
}

function special(value) {
	if (Number.isNaN(value))
		return "–";
	return value > 0 ? "∞" : "−∞";
}

function plain(value) {
	const size = Math.abs(value);
	if (size !== 0 && size < 0.001)
		return value.toExponential(1).replace("e-", "e−");
	return size < 10000 ? digits(value) : scaled(value, PLAIN).replace(" ", "");
}

function seconds(value) {
	if (Math.abs(value) < 1e-9)
		return "0 s";
	return Math.abs(value) < 120 ? scaled(value, TIME.slice(3)) : scaled(value, TIME);
}

function dollars(value) {
	const size = Math.abs(value), sign = value < 0 ? "-" : "";
	if (size >= 10000)
		return `${sign}$${scaled(size, PLAIN).replace(" ", "")}`;
	if (size >= 100 && size === Math.round(size))
		return `${sign}$${size}`;
	return `${sign}$${size === 0 || size >= 0.1 ? size.toFixed(2) : digits(size)}`;
}

function instant(value) {
	return new Date(value * 1000).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}

const FORMAT = {
	seconds,
	bytes: (value) => (value === 0 ? "0 B" : scaled(value, BYTES)),
	dollars,
	ratio: (value) => `${digits(value * 100)} %`,
	time: instant,
	"": plain,
};

export function format(value, unit = "") {
	if (!Number.isFinite(value))
		return special(value);
	return FORMAT[unit](value).replace(/^-/, "−");
}

/* Of a counter with this unit. */
export function formatRate(value, unit = "") {
	if (!Number.isFinite(value))
		return special(value);
	const text = format(value, unit === "time" || unit === "ratio" ? "" : unit);
	return text.includes(" ") || unit === "dollars" ? `${text}/s` : `${text} /s`;
}

/* All digits, as the scrape has them. */
export function exactly(value) {
	if (typeof value === "string")
		return value;
	return String(value).replace(/\B(?=(\d{3})+$)/g, Number.isInteger(Number(value)) ? "\u202f" : "");
}

export function count(value) {
	return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/* hh:mm:ss of a moment (seconds since 1970), in the reader's zone. */
export function clockText(t) {
	return new Date(t * 1000).toTimeString().slice(0, 8);
}
