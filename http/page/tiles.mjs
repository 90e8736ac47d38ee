/* SPDX-License-Identifier: MIT */
/* tiles.mjs: figures in large digits, side by side, each with its curve where it has one. */
import { el, setText } from "./dom.mjs";
import { drawSpark, makeSpark } from "./lines.mjs";

function makeTile() {
	const name = el("span", { class: "name" }), text = el("strong", {}), spark = makeSpark();
	const note = el("span", { class: "note" });
	return Object.assign(el("div", { class: "tile" }, name, text, note, spark),
		{ parts: { name, text, note, spark } });
}

/* tiles.update([{name, text, note?, points?, bad?}]) */
export function makeTiles() {
	const node = el("div", { class: "tiles" }), tiles = [];

	function tileAt(i) {
		if (!tiles[i])
			tiles[i] = makeTile();
		return tiles[i];
	}

	function fill(tile, { name, text, note, points, bad }) {
		setText(tile.parts.name, name);
		setText(tile.parts.text, text);
		setText(tile.parts.note, note || "");
		tile.classList.toggle("bad", Boolean(bad));
		tile.parts.spark.hidden = !points;
		if (points)
			drawSpark(tile.parts.spark, points);
	}

	return {
		node,
		update(figures) {
			if (node.childElementCount !== figures.length)
				node.replaceChildren(...figures.map((_, i) => tileAt(i)));
			figures.forEach((figure, i) => fill(tileAt(i), figure));
		},
	};
}
