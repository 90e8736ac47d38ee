/* SPDX-License-Identifier: MIT */
/* metrics_view.mjs: the list of families and, beside it, one of them. */
import { el, show } from "./dom.mjs";
import { makeDetail } from "./detail.mjs";
import { makeFamiliesView } from "./families_view.mjs";
import { familyNamed } from "./state.mjs";

/* Beside the list there is always something, where there is room for both. */
function chosen(state, families) {
	return familyNamed(state, state.name) || (state.name === "" && families.list.items[0]) || null;
}

export function makeMetricsView(state) {
	const families = makeFamiliesView(state), detail = makeDetail(state);
	const gone = el("p", { class: "empty" }, "No such family in the last answer.");
	const view = { node: el("div", { class: "metrics" }, families.node, detail.node, gone) };

	function drawDetail() {
		const family = chosen(state, families);
		show(detail.node, family !== null);
		show(gone, family === null && state.name !== "" && state.families.length > 0);
		if (family)
			detail.show(family);
	}

	detail.update = drawDetail;
	view.update = () => {
		families.update();
		drawDetail();
	};
	view.place = () => {
		families.place();
		drawDetail();
	};
	view.move = families.move;
	view.enter = families.enter;
	/* One step back inside of the view: was there one? */
	view.back = () => {
		const had = detail.unfocus();
		if (had)
			drawDetail();
		return had;
	};
	return view;
}
