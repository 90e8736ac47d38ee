/* SPDX-License-Identifier: MIT */
/* behaviour_test.mjs: search, keys, light and dark, a phone, pauses, no scripts at all. */
import assert from "node:assert";
import { after, before, test } from "node:test";
import { goTo, openPage, startBrowser } from "./browser.mjs";
import { startServer } from "./server.mjs";

let server, browser;
before(async () => {
	server = await startServer();
	browser = await startBrowser();
});
after(async () => {
	await browser.close();
	await server.stop();
});

async function names(page) {
	return page.$$eval(".families .row:not([hidden]) .name", (nodes) =>
		nodes.map((node) => node.textContent));
}

async function marked(page) {
	return page.textContent(".families .row[aria-selected=true] .name");
}

async function until(page, condition, argument) {
	await page.waitForFunction(condition, argument, { polling: 100 });
}

async function titled(page, name) {
	await until(page, (wanted) => (document.querySelector(".detail h2") || {}).textContent === wanted,
		name);
}

test("search by name, by help, by label, by several words", async () => {
	const view = await openPage(browser, server, { place: "#metrics" }), { page } = view;
	const all = await names(page);
	for (const [query, wanted] of [["latency", ["latency_seconds"]],
		["HOW LONG", ["latency_seconds"]], ["path=/a", ["latency_seconds"]],
		["stateset", ["door"]], ["llm_ model=alpha direction=input", ["llm_tokens_total"]],
		["nowhere", []]]) {
		await page.fill("input", query);
		assert.deepStrictEqual(await names(page), wanted, query);
	}
	assert.ok(await page.isVisible(".families .empty"));
	await page.fill("input", "latency path=/b");
	await page.click(".families .row");
	await titled(page, "latency_seconds");
	assert.strictEqual(await page.locator(".series .row:not([hidden])").count(), 1);
	await page.fill("input", "");
	assert.deepStrictEqual(await names(page), all);
	await view.close();
});

test("everything by keyboard", async () => {
	const view = await openPage(browser, server), { page } = view, key = page.keyboard;
	await key.press("2");
	await until(page, () => document.querySelector("[aria-current]").textContent === "Metrics");
	const all = await names(page);
	await key.press("j");
	await key.press("ArrowDown");
	await key.press("j");
	await key.press("k");
	const two = await marked(page);
	assert.strictEqual(two, all[all.indexOf(two)]);
	await key.press("Home");
	assert.strictEqual(await marked(page), all[0]);
	await key.press("ArrowDown");
	await key.press("j");
	assert.strictEqual(await marked(page), all[2]);
	await key.press("k");
	await key.press("Enter");
	await titled(page, all[1]);
	await key.press("/");
	await key.type("jk latency");
	assert.strictEqual(await page.inputValue("input"), "jk latency");
	await page.fill("input", "latency");
	await key.press("ArrowDown");
	await key.press("Enter");
	await titled(page, "latency_seconds");
	await key.press("Escape");
	assert.strictEqual(await page.inputValue("input"), "");
	await key.press("Escape");
	await until(page, () => location.hash === "#metrics");
	await key.press("?");
	assert.ok(await page.isVisible("dialog"));
	await key.press("j");
	await key.press("Escape");
	assert.ok(!await page.isVisible("dialog"));
	await key.press("3");
	await until(page, () => document.querySelector("[aria-current]").textContent === "Cardinality");
	await key.press("1");
	await until(page, () => document.querySelector("[aria-current]").textContent === "LLM");
	await view.close();
});

/* The contrast of two colours by WCAG's formula. */
function contrast(a, b) {
	const light = (text) => {
		const [r, g, bl] = text.match(/[\d.]+/g).slice(0, 3).map((byte) => {
			const part = byte / 255;
			return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
	};
	const [lo, hi] = [light(a), light(b)].sort((x, y) => x - y);
	return (hi + 0.05) / (lo + 0.05);
}

async function colours(page, selector) {
	return page.$eval(selector, (node) => {
		let ground = node;
		while (getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)")
			ground = ground.parentElement;
		return [getComputedStyle(node).color, getComputedStyle(ground).backgroundColor];
	});
}

/* Lines need 3 to 1 against what they are drawn on, texts 4.5. */
async function isReadable(page) {
	for (const text of ["h2", ".help", ".families .name", ".families .note", ".state", ".tabs a",
		".tile .name", ".tile strong", ".labels em", ".badge"]) {
		const [ink, ground] = await colours(page, text);
		assert.ok(contrast(ink, ground) >= 4.5, `${text}: ${ink} on ${ground}`);
	}
	const [lines, ground] = await page.evaluate(() => {
		const probe = document.querySelector("h2"), style = (name) => {
			probe.style.color = `var(--${name})`;
			return getComputedStyle(probe).color;
		};
		return [[0, 1, 2, 3, 4, 5, 6, 7].map((i) => style(`line${i}`)), style("panel")];
	});
	for (const line of lines)
		assert.ok(contrast(line, ground) >= 3, `${line} on ${ground}`);
}

test("light and dark: as the system has it, or as the reader chose", async () => {
	for (const system of ["light", "dark"]) {
		const view = await openPage(browser, server, { place: "#metrics/latency_seconds",
			context: { colorScheme: system } }), { page } = view;
		const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
		await view.next();
		assert.strictEqual(await theme(), system);
		await isReadable(page);
		await page.emulateMedia({ colorScheme: system === "dark" ? "light" : "dark" });
		const other = system === "dark" ? "light" : "dark";
		await until(page, (wanted) => document.documentElement.dataset.theme === wanted, other);
		await page.keyboard.press("t");
		assert.strictEqual(await theme(), system);
		await page.reload();
		await view.answered(1);
		assert.strictEqual(await theme(), system);
		await view.close();
	}
});

test("on a phone", async () => {
	const view = await openPage(browser, server, { context: { viewport: { width: 360, height: 740 },
		hasTouch: true, isMobile: true } }), { page } = view;
	for (const hash of ["#llm", "#metrics", "#metrics/latency_seconds", "#metrics/calls_total",
		"#cardinality", "#cardinality/calls_total"]) {
		await goTo(page, hash);
		await view.next();
		const wide = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth,
			...[...document.querySelectorAll("main, .detail, .llm, .families, .side")]
				.flatMap((node) => [node.scrollWidth, node.clientWidth])]);
		for (let i = 0; i < wide.length; i += 2)
			assert.ok(wide[i] <= wide[i + 1], `${hash}: ${wide[i]} in ${wide[i + 1]}`);
	}
	await page.tap(".detail .back");
	await page.waitForSelector(".detail h2", { state: "hidden" });
	assert.strictEqual(new URL(page.url()).hash, "#cardinality");
	await view.close();
});

test("it asks once in two seconds, not while paused or hidden, never twice at once", async () => {
	const view = await openPage(browser, server), { page } = view;
	await view.next(2000);
	await page.clock.runFor(1900);
	assert.strictEqual(await view.asked(), 2);
	await view.next(100);
	await page.keyboard.press("p");
	await page.clock.runFor(60000);
	assert.strictEqual(await view.asked(), 3);
	await page.keyboard.press("p");
	await view.answered(4);
	await page.evaluate(() => {
		Object.defineProperty(document, "hidden", { value: true, configurable: true });
		document.dispatchEvent(new Event("visibilitychange"));
	});
	await page.clock.runFor(60000);
	assert.strictEqual(await view.asked(), 4);
	await page.evaluate(() => {
		delete document.hidden;
		document.dispatchEvent(new Event("visibilitychange"));
		document.dispatchEvent(new Event("visibilitychange"));
	});
	await view.answered(5);
	assert.strictEqual(await view.asked(), 5);
	await view.close();
});

test("without scripts it leads to the links", async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(server.url);
	await page.waitForURL(`${server.url}/-/links`);
	assert.strictEqual(await page.locator("a[href='/metrics']").count(), 1);
	await context.close();
});
