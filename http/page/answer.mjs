/* SPDX-License-Identifier: MIT */
/* answer.mjs: the text of an answer, as families. Pure. */

/* An integer of more digits than a double keeps. Text in quotes may look like one: then the slow
 * way is taken for nothing. */
const LONG = /[:[,]-?\d{16}/;

function exact(key, value, context) {
	const long = typeof value === "number" && !Number.isSafeInteger(value);
	return long && context && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

function familiesOf(text) {
	const { families } = JSON.parse(text, LONG.test(text) ? exact : undefined);
	if (!Array.isArray(families))
		throw new Error("no families in it");
	return families;
}

/* The families of a scrape in JSON. Values of counters beyond 2^53 are BigInt where the browser
 * can tell their digits. Throws what to tell the reader where it is no such answer. */
export function parseAnswer(text) {
	try {
		return familiesOf(text);
	} catch (cause) {
		throw new Error("the answer has no metrics", { cause });
	}
}

/* What JSON has no number for is a text. */
export function toNumber(value) {
	if (typeof value !== "string")
		return Number(value);
	if (value === "+Inf")
		return Infinity;
	return value === "-Inf" ? -Infinity : NaN;
}
