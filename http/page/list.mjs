/* SPDX-License-Identifier: MIT */
/*
 * list.mjs: a list of any length of which only the rows in sight are in the document. Rows have one
 * height; those that scroll out are filled again for those that scroll in.
 */
import { el } from "./dom.mjs";

const SPARE = 4;

/* makeRow() gives a node, fill(node, item, index) shows an item in it, picked(item) is told of a
 * click or Enter. */
export function makeList({ label, rowHeight, makeRow, fill, picked }) {
	const rows = el("div", { class: "rows" });
	const node = el("div", { class: "list", role: "listbox", tabindex: "0", "aria-label": label },
		rows);
	const list = { node, items: [], selected: -1 };
	const pool = [];

	function rowAt(i) {
		if (!pool[i]) {
			pool[i] = makeRow();
			pool[i].classList.add("row");
			pool[i].setAttribute("role", "option");
			pool[i].id = `${label.replace(/\W/g, "-")}-${i}`;
			pool[i].addEventListener("click", () => list.pick(Number(pool[i].dataset.index)));
			rows.append(pool[i]);
		}
		return pool[i];
	}

	function place(row, index) {
		const selected = index === list.selected;
		row.hidden = false;
		row.dataset.index = index;
		row.style.transform = `translateY(${index * rowHeight}px)`;
		row.style.height = `${rowHeight}px`;
		row.setAttribute("aria-selected", String(selected));
		row.setAttribute("aria-setsize", String(list.items.length));
		row.setAttribute("aria-posinset", String(index + 1));
		if (selected)
			node.setAttribute("aria-activedescendant", row.id);
		fill(row, list.items[index], index);
	}

	list.draw = () => {
		const shown = Math.ceil((node.clientHeight || 600) / rowHeight) + 2 * SPARE;
		const wanted = Math.floor(node.scrollTop / rowHeight) - SPARE;
		const first = Math.max(0, Math.min(wanted, list.items.length - shown));
		const end = Math.min(list.items.length, first + shown);
		rows.style.height = `${list.items.length * rowHeight}px`;
		node.removeAttribute("aria-activedescendant");
		for (let i = first; i < end; i++)
			place(rowAt(i - first), i);
		for (let i = end - first; i < pool.length; i++)
			pool[i].hidden = true;
	};

	list.show = (items, selected) => {
		list.items = items;
		list.selected = selected;
		list.draw();
	};

	list.pick = (index) => {
		list.selected = index;
		list.draw();
		if (list.items[index] !== undefined)
			picked(list.items[index]);
	};

	/* Moves the mark by so many rows, and into sight. */
	list.move = (by) => {
		const last = list.items.length - 1;
		list.selected = Math.max(0, Math.min(last, list.selected + by));
		const top = list.selected * rowHeight;
		if (top < node.scrollTop)
			node.scrollTop = top;
		else if (top + rowHeight > node.scrollTop + node.clientHeight)
			node.scrollTop = top + rowHeight - node.clientHeight;
		list.draw();
	};

	node.addEventListener("scroll", list.draw, { passive: true });
	new ResizeObserver(list.draw).observe(node);
	return list;
}
