/* SPDX-License-Identifier: MIT */
/*
 * state.mjs: what the reader sees and what was seen: one object that all views read.
 *
 * The place is in the address behind '#': "metrics", "metrics/NAME", "cardinality", "llm",
 * "locks"; so the browser's own back and forward work, and a place can be kept.
 */
import { aliveFamilies, makeStore } from "./store.mjs";

export const WINDOWS = [["10", "10 s"], ["30", "30 s"], ["60", "1 min"], ["300", "5 min"]];

export function makeState() {
	return { store: makeStore(), families: [], answers: 0, query: "", window: 10, view: "", name: "" };
}

const OF_THE_PROCESS = /^(process|jemalloc|quipu|target)_/;

/* The program's own families come first, then those of every process. */
export function refresh(state) {
	const alive = aliveFamilies(state.store);
	const general = alive.filter(({ name }) => OF_THE_PROCESS.test(name));
	state.families = [...alive.filter((family) => !general.includes(family)), ...general];
}

export function familyNamed(state, name) {
	return state.families.find((family) => family.name === name) || null;
}

export function readPlace(state) {
	const [view, name] = location.hash.slice(1).split("/");
	state.view = ["metrics", "cardinality", "llm", "locks"].includes(view) ? view : "";
	try {
		state.name = decodeURIComponent(name || "");
	} catch {
		state.name = "";
	}
}

export function go(view, name = "") {
	location.hash = name ? `${view}/${encodeURIComponent(name)}` : view;
}
