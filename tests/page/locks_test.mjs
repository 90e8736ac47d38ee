/* SPDX-License-Identifier: MIT */
/* locks_test.mjs: which lock, which line, how long: what the page says of waits is what follows
 * from two scrapes. */
import assert from "node:assert";
import { after, before, test } from "node:test";
import { goTo, openPage, startBrowser } from "./browser.mjs";
import { isNear, quantileOf, rateOf, readText, sumOf } from "./oracle.mjs";
import { startServer } from "./server.mjs";

const WAITS = "quipu_lock_wait_seconds", SECONDS = 2;
const IDLE = ["cond", "sem"], CONTENTION = ["mutex", "rdlock", "wrlock", "spin"];

let server, browser;
before(async () => {
	server = await startServer({ profiler: "only" });
	browser = await startBrowser();
});
after(async () => {
	await browser.close();
	await server.stop();
});

async function scrape(from = server) {
	return (await fetch(`${from.url}/metrics`, { headers: { Accept: "text/plain" } })).text();
}

async function twoSamples(options = {}) {
	const first = await scrape(), view = await openPage(browser, server, options);
	await server.step();
	const second = await scrape();
	await view.next(SECONDS * 1000);
	return { ...view, first, second };
}

function near(shown, wanted, what) {
	assert.ok(isNear(shown, wanted), `${what}: shown ${shown}, wanted ${wanted}`);
}

async function tiles(page) {
	return Object.fromEntries(await page.$$eval(".locks .tile", (nodes) => nodes.map((node) =>
		[node.querySelector(".name").textContent, node.querySelector("strong").textContent])));
}

/* [{labels, column: text}] of a table. */
async function rows(page, title) {
	return page.$$eval(".places", (nodes, wanted) => {
		const node = nodes.find((one) => one.querySelector("h3").textContent === wanted);
		const names = [...node.querySelectorAll("thead th")].map((cell) => cell.textContent);
		return [...node.querySelectorAll("tbody tr")].map((row) => Object.fromEntries(
			[["labels", row.firstChild.title], ...[...row.children].slice(1).map((cell, i) =>
				[names[i + 1], cell.textContent])]));
	}, title);
}

function labelsIn(title) {
	return Object.fromEntries([...title.matchAll(/^(\w+)="(.*)"$/gm)].map(([, name, value]) =>
		[name, value]));
}

/* A row for each series that waited, with what the two scrapes say of it. */
function wantedRows(first, second, kinds) {
	const series = readText(second).filter(({ name, labels }) => name === `${WAITS}_count` &&
		kinds.includes(labels.kind)).map(({ labels }) => ({ labels,
		waited: rateOf(first, second, SECONDS, `${WAITS}_sum`, labels),
		waits: rateOf(first, second, SECONDS, `${WAITS}_count`, labels) }));
	return series.filter(({ waits }) => waits > 0).sort((a, b) => b.waited - a.waited);
}

test("it is what is shown first where there is nothing but a profiler", async () => {
	const view = await openPage(browser, server);
	assert.strictEqual(await view.page.textContent("[aria-current]"), "Locks");
	assert.strictEqual(await view.page.isVisible(".tabs a[href='#llm']"), false);
	await view.close();
});

test("places by the time waited, contention apart from idle waits", async () => {
	const { page, first, second, close } = await twoSamples();
	for (const [title, kinds] of [["Contention", CONTENTION], ["Idle waits", IDLE]]) {
		const wanted = wantedRows(first, second, kinds), shown = await rows(page, title);
		const all = wanted.reduce((sum, { waited }) => sum + waited, 0);
		assert.ok(wanted.length > 1);
		assert.deepStrictEqual(shown.map(({ labels }) => labelsIn(labels)),
			wanted.map(({ labels }) => labels), title);
		wanted.forEach(({ labels, waited, waits }, i) => {
			near(shown[i].waited, waited, labels.site);
			near(shown[i].waits, waits, labels.site);
			near(shown[i].mean, waited / waits, labels.site);
			near(shown[i].p99, quantileOf(first, second, 0.99, WAITS, labels), labels.site);
			if (kinds === CONTENTION)
				near(shown[i].share, waited / all, labels.site);
			else
				assert.ok(!("share" in shown[i]));
		});
	}
	await close();
});

test("figures: idle waits are in none of them", async () => {
	const { page, first, second, close } = await twoSamples();
	const shown = await tiles(page), wanted = wantedRows(first, second, CONTENTION);
	const sum = (key) => wanted.reduce((all, row) => all + row[key], 0);
	near(shown["waited for locks"], sum("waited"), "waited");
	near(shown.waits, sum("waits"), "waits");
	near(shown["mean wait"], sum("waited") / sum("waits"), "mean");
	for (const [name, family, where] of [
		["waited for a processor", "quipu_run_queue_wait_seconds_total", {}],
		["waited for the allocator", "jemalloc_mutex_wait_seconds_total", {}],
		["processors short", "quipu_cpu_pressure_seconds_total", { kind: "some" }],
		["switched out", "quipu_context_switches_total", { type: "involuntary" }],
		["gave way", "quipu_context_switches_total", { type: "voluntary" }]])
		near(shown[name], rateOf(first, second, SECONDS, family, where), name);
	near(shown.places, sumOf(second, "quipu_lock_sites"), "places");
	const note = await page.textContent(".tile.bad .note");
	assert.strictEqual(note, `room for 1\u202f024, ${
		sumOf(second, "quipu_lock_overflowed_waits_total")} waits had none`);
	await close();
});

test("a search is for places", async () => {
	const { page, close } = await twoSamples();
	const sites = async () => (await rows(page, "Contention")).map(({ labels }) =>
		labelsIn(labels).site);
	await page.fill("input", "lock=cache");
	assert.deepStrictEqual((await sites()).sort(), ["cache.c:131", "cache.c:88"]);
	await page.fill("input", "pool_take");
	assert.deepStrictEqual(await sites(), ["pool.c:123"]);
	assert.strictEqual(await page.textContent("[aria-current]"), "Locks");
	await close();
});

test("labels that are HTML stay texts", async () => {
	const { page, close } = await twoSamples();
	assert.ok((await page.textContent(".places")).includes("<img src=x"));
	assert.ok((await page.textContent(".locks .legend")).includes("deque.h:77"));
	assert.strictEqual(await page.locator("img, #app script, iframe, object").count(), 0);
	assert.match(await page.title(), /quipu$/);
	await close();
});

test("on a phone nothing sticks out but the table, which scrolls", async () => {
	const { page, close } = await twoSamples({ context: { viewport: { width: 360, height: 740 },
		hasTouch: true, isMobile: true } });
	const wide = await page.evaluate(() => [document.documentElement, document.querySelector("main"),
		document.querySelector(".locks")].map((node) => [node.scrollWidth, node.clientWidth]));
	for (const [has, room] of wide)
		assert.ok(has <= room, `${has} in ${room}`);
	await close();
});

test("beside the LLM kit it has its tab and its key, and is not shown first", async (t) => {
	const both = await startServer({ profiler: "locks" });
	t.after(() => both.stop());
	const view = await openPage(browser, both);
	assert.strictEqual(await view.page.textContent("[aria-current]"), "LLM");
	await view.page.keyboard.press("4");
	await view.page.waitForSelector("[aria-current][href='#locks']");
	assert.strictEqual(await view.page.textContent("[aria-current]"), "Locks");
	await view.close();
});

test("without a profiler there is no tab, and its place says why it is empty", async (t) => {
	const none = await startServer();
	t.after(() => none.stop());
	const view = await openPage(browser, none);
	assert.strictEqual(await view.page.isVisible(".tabs a[href='#locks']"), false);
	await goTo(view.page, "#locks");
	await view.page.waitForSelector(".locks .empty:not([hidden])");
	assert.strictEqual(await view.page.isVisible(".locks .tile"), false);
	await view.close();
});
