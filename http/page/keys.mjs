/* SPDX-License-Identifier: MIT */
/* keys.mjs: everything by keyboard. */
import { el } from "./dom.mjs";

const HELP = [
	["/", "search"],
	["↓ ↑  j k", "next, previous"],
	["Enter", "open what is marked"],
	["Esc", "back; clear the search"],
	["1 2 3 4", "LLM, metrics, cardinality, locks"],
	["p", "pause, go on"],
	["t", "light, dark"],
	["?", "this help"],
];

export function makeHelp() {
	const rows = HELP.map(([keys, what]) => [el("dt", {}, ...keys.split(/\s+/).map((key) =>
		el("kbd", {}, key))), el("dd", {}, what)]);
	const close = el("button", { type: "button", onclick: () => help.close() }, "Close");
	const help = el("dialog", { class: "help", "aria-label": "Keys" }, el("h2", {}, "Keys"),
		el("dl", {}, ...rows.flat()), close);
	help.addEventListener("click", (event) => event.target === help && help.close());
	return help;
}

const MOVES = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: 10, PageUp: -10, Home: -1e9,
	End: 1e9 };

/* Letters belong to whoever is being typed into, and so do a choice's arrows. */
function isTyped(event) {
	const { tagName } = event.target;
	if (event.ctrlKey || event.metaKey || event.altKey || tagName === "SELECT")
		return true;
	const moves = event.key.length > 1 && !["Home", "End"].includes(event.key);
	return tagName === "INPUT" && !moves;
}

/* A button or a link does its own when Enter is pressed on it. */
function isOwn(event) {
	return event.key === "Enter" && ["BUTTON", "A"].includes(event.target.tagName);
}

/* actions: {search, move(by), enter, back, view(i), pause, theme, help} */
export function listenToKeys(actions) {
	const keys = { "/": actions.search, Enter: actions.enter, Escape: actions.back, "?": actions.help,
		p: actions.pause, t: actions.theme };
	for (const [key, by] of Object.entries(MOVES))
		keys[key] = () => actions.move(by);
	for (const i of [1, 2, 3, 4])
		keys[i] = () => actions.view(i - 1);
	document.addEventListener("keydown", (event) => {
		if (document.querySelector("dialog[open]") || isTyped(event) || isOwn(event) ||
			!keys[event.key])
			return;
		event.preventDefault();
		keys[event.key]();
	});
}
