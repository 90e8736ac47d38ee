/* SPDX-License-Identifier: MIT */
/*
 * poll.mjs: asks for the metrics again and again: one request at a time, none while nobody looks,
 * and the fewer the longer an answer takes, so that a watched process hardly notices.
 */
import { parseAnswer } from "./answer.mjs";

/* Names as they are, whatever is in them. */
const ACCEPT = "application/json; escaping=allow-utf-8";
const EVERY_MS = 2000;
const SLOWEST_MS = 60000;
const SHARE = 10; /* of the time, about this part is spent on answers */
const BYTES_A_SECOND = 1e6;
const GIVE_UP_MS = 30000;

/* How long to wait after an answer that took so long and had so many characters. */
export function pauseAfter(took, length) {
	const wanted = Math.max(EVERY_MS, took * SHARE, length / BYTES_A_SECOND * 1000);
	return Math.min(wanted, SLOWEST_MS);
}

/* Where nothing came, or not all of it. */
function unanswered(error) {
	throw new Error("no answer", { cause: error });
}

async function ask(url) {
	const begin = performance.now();
	const response = await fetch(url, { headers: { Accept: ACCEPT }, cache: "no-store",
		credentials: "same-origin", signal: AbortSignal.timeout(GIVE_UP_MS) })
		.catch(unanswered);
	const at = performance.now();
	if (!response.ok)
		throw new Error(`the server answered ${response.status}`);
	const text = await response.text().catch(unanswered);
	const families = parseAnswer(text);
	return { families, t: at / 1000, clock: Date.now() / 1000, length: text.length,
		took: performance.now() - begin };
}

/* poll.start(); answered(answer) and failed(error, pause) are called in turn. */
export function makePoll(url, answered, failed) {
	const poll = { paused: false, timer: 0, busy: false, failures: 0, pause: EVERY_MS, took: [] };

	function later(pause) {
		clearTimeout(poll.timer);
		poll.pause = pause;
		if (!poll.paused && !document.hidden)
			poll.timer = setTimeout(once, pause);
	}

	function succeeded(answer) {
		poll.failures = 0;
		poll.took = [...poll.took.slice(-2), answer.took];
		poll.pause = pauseAfter(poll.took.length < 3 ? 0 : Math.min(...poll.took), answer.length);
		answered(answer, poll.pause);
	}

	function broke(error) {
		poll.failures++;
		poll.pause = Math.min(EVERY_MS * 2 ** (poll.failures - 1), 15000);
		failed(error, poll.pause);
	}

	async function once() {
		if (poll.busy)
			return;
		poll.busy = true;
		await ask(url).then(succeeded, broke);
		poll.busy = false;
		later(poll.pause);
	}

	poll.start = () => {
		document.addEventListener("visibilitychange", () => poll.look());
		once();
	};
	poll.look = () => (document.hidden || poll.paused ? clearTimeout(poll.timer) : once());
	poll.toggle = () => {
		poll.paused = !poll.paused;
		poll.look();
	};
	return poll;
}
