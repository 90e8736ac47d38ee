/* SPDX-License-Identifier: MIT */
/* main.mjs: the page: its head, the view that is shown, and the answers that come in. */
import { makeCardinalityView } from "./cardinality_view.mjs";
import { button, el, setText } from "./dom.mjs";
import { listenToKeys, makeHelp } from "./keys.mjs";
import { llmFamilies } from "./llm.mjs";
import { makeLlmView } from "./llm_view.mjs";
import { lockFamilies } from "./locks.mjs";
import { makeLocksView } from "./locks_view.mjs";
import { makeMetricsView } from "./metrics_view.mjs";
import { makePoll } from "./poll.mjs";
import { go, makeState, readPlace, refresh } from "./state.mjs";
import { addSample } from "./store.mjs";
import { startTheme, switchTheme } from "./theme.mjs";
import { count, format } from "./units.mjs";

/* The number of a view is its key. An overview is there where its families are. */
const VIEWS = [["llm", "LLM", makeLlmView, llmFamilies], ["metrics", "Metrics", makeMetricsView],
	["cardinality", "Cardinality", makeCardinalityView],
	["locks", "Locks", makeLocksView, lockFamilies]];

const state = makeState();
const views = Object.fromEntries(VIEWS.map(([id, , make]) => [id, make(state)]));
const tabs = VIEWS.map(([id, title]) => el("a", { href: `#${id}` }, title));
const search = el("input", { type: "search", placeholder: "Search names, help, label=value",
	"aria-label": "Search", spellcheck: "false", autocomplete: "off", oninput: searched });
const status = el("span", { class: "status", role: "status" });
const dot = el("i", { class: "dot" });
const pause = button("❚❚", "Pause (p)", togglePause);
const help = makeHelp();
const main = el("main", {});
const link = document.getElementById("metrics");
const poll = makePoll(link.href, answered, failed);

/* --- what is shown ------------------------------------------------------------------------- */

function shownView() {
	if (state.view)
		return state.view;
	const overview = VIEWS.find(([, , , found]) => found && found(state.families));
	return overview ? overview[0] : "metrics";
}

function update() {
	if (state.families.length > 0)
		views[shownView()].update();
}

/* Nothing is in the document but the view that is looked at. */
function place() {
	readPlace(state);
	drawTabs();
	const id = shownView();
	main.className = state.name === "" ? "" : "chosen";
	if (main.firstChild !== views[id].node)
		main.replaceChildren(views[id].node);
	if (views[id].place)
		views[id].place();
	update();
}

function drawTabs() {
	const id = shownView();
	VIEWS.forEach(([view, , , found], i) => {
		if (view === id)
			tabs[i].setAttribute("aria-current", "page");
		else
			tabs[i].removeAttribute("aria-current");
		tabs[i].hidden = Boolean(found) && !found(state.families) && state.view !== view;
	});
}

/* --- answers ------------------------------------------------------------------------------- */

function seriesCount() {
	return state.families.reduce((sum, family) => sum + family.alive.length, 0);
}

function answered(answer, after) {
	const first = state.families.length === 0;
	addSample(state.store, answer.families, answer.t, answer.clock);
	refresh(state);
	dot.className = poll.paused ? "dot paused" : "dot live";
	setText(status, `${count(seriesCount())} series · every ${format(after / 1000, "seconds")}`);
	status.title = `${format(answer.length, "bytes")} in ${format(answer.took / 1000, "seconds")}`;
	if (first)
		place();
	drawTabs();
	update();
	main.dataset.answers = ++state.answers;
}

function failed(error, after) {
	dot.className = "dot down";
	setText(status, `${error.message}, asking again in ${format(after / 1000, "seconds")}`);
	status.title = String(error.cause ?? error.message);
}

/* --- what the reader does ------------------------------------------------------------------ */

function searched() {
	state.query = search.value;
	if (shownView() === "llm")
		go("metrics");
	update();
}

function togglePause() {
	poll.toggle();
	pause.title = poll.paused ? "Go on (p)" : "Pause (p)";
	pause.setAttribute("aria-label", pause.title);
	setText(pause, poll.paused ? "▶" : "❚❚");
	dot.className = poll.paused ? "dot paused" : "dot live";
}

function back() {
	const view = views[shownView()];
	if (view.back && view.back())
		return;
	if (search.value !== "") {
		search.value = "";
		searched();
	} else if (state.name !== "") {
		go(shownView());
	}
	search.blur();
}

function openHelp() {
	help.showModal();
}

function focusSearch() {
	search.focus();
	search.select();
}

function build() {
	const theme = button("◐", "Light or dark (t)", () => switchTheme(update));
	const keys = button("?", "Keys (?)", openHelp);
	document.title = `${location.host} · quipu`;
	document.getElementById("app").append(
		el("header", { class: "top" }, el("a", { class: "brand", href: "#" }, "quipu"),
			el("nav", { class: "tabs" }, ...tabs), search,
			el("span", { class: "state" }, dot, status), pause, theme, keys),
		main, help);
}

function start() {
	startTheme(update);
	build();
	setText(status, "asking …");
	window.addEventListener("hashchange", place);
	listenToKeys({ search: focusSearch, back, help: openHelp, pause: togglePause,
		theme: () => switchTheme(update), view: (i) => go(VIEWS[i][0]),
		move: (by) => views[shownView()].move && views[shownView()].move(by),
		enter: () => views[shownView()].enter && views[shownView()].enter() });
	place();
	poll.start();
}

start();
