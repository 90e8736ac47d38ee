/* SPDX-License-Identifier: MIT */
/* dom.mjs: elements. What comes from a scrape is only ever a text node or an attribute's value. */

/* el("p", {class: "x", onclick: f}, "text", child): a child may be a text, a node or null. */
export function el(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes))
		if (name.startsWith("on"))
			node.addEventListener(name.slice(2), value);
		else if (value !== null && value !== false)
			node.setAttribute(name, value === true ? "" : value);
	node.append(...children.filter((child) => child !== null));
	return node;
}

/* Sets a text where it is another than before. */
export function setText(node, text) {
	if (node.textContent !== text)
		node.textContent = text;
}

export function show(node, shown) {
	node.hidden = !shown;
}

/* A choice among [value, text]; picked(value). */
export function choice(label, options, value, picked) {
	const select = el("select", { onchange: () => picked(select.value) },
		...options.map(([id, text]) => el("option", { value: id }, text)));
	select.value = value;
	return el("label", { class: "choice" }, el("span", {}, label), select);
}

/* A button with a sign on it and its meaning for those who do not see it. */
export function button(sign, title, pressed) {
	return el("button", { type: "button", class: "sign", title, "aria-label": title,
		onclick: pressed }, sign);
}
