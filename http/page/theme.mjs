/* SPDX-License-Identifier: MIT */
/* theme.mjs: light or dark: as the reader chose here, else as the system has it. */

const KEY = "quipu-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
	try {
		return localStorage.getItem(KEY);
	} catch {
		return null;
	}
}

function choose(theme) {
	try {
		localStorage.setItem(KEY, theme);
	} catch {
		// storage may be forbidden: then the choice lasts as long as the page
	}
}

function apply(theme, changed) {
	document.documentElement.dataset.theme = theme;
	changed();
}

function systemTheme() {
	return system.matches ? "dark" : "light";
}

/* changed() whenever colours are others than before. */
export function startTheme(changed) {
	apply(chosen() || systemTheme(), () => {});
	system.addEventListener("change", () => {
		if (!chosen())
			apply(systemTheme(), changed);
	});
}

export function switchTheme(changed) {
	const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
	choose(theme);
	apply(theme, changed);
}

/* A colour of the style by name. */
export function colour(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export const COLOURS = 8;

/* The i-th colour of lines. */
export function lineColour(i) {
	return colour(`line${i % COLOURS}`);
}
