/* SPDX-License-Identifier: MIT */
/* legend.mjs: names beside colours where a chart has several lines, and how many more there are. */
import { el } from "./dom.mjs";

function entry({ name, slot }) {
	const swatch = el("i", {});
	swatch.style.background = `var(--line${slot})`;
	return el("span", {}, swatch, name);
}

export function drawLegend(node, lines, left = 0) {
	const shown = JSON.stringify([lines.map(({ name, slot }) => [name, slot]), left]);
	if (node.dataset.shown === shown)
		return;
	node.dataset.shown = shown;
	node.replaceChildren(...lines.length < 2 ? [] : lines.map(entry),
		...left > 0 ? [el("span", { class: "more" }, `and ${left} more`)] : []);
}
