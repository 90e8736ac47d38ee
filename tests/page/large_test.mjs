/* SPDX-License-Identifier: MIT */
/* large_test.mjs: ten thousand series: the document stays small, and everything works on. */
import assert from "node:assert";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";
import { startServer } from "./server.mjs";

const SERIES = 10000;
const MOST_NODES = 1500;

let server, browser;
before(async () => {
	server = await startServer({ series: SERIES });
	browser = await startBrowser();
});
after(async () => {
	await browser.close();
	await server.stop();
});

async function isSmall(page) {
	const nodes = await page.locator("*").count();
	assert.ok(nodes < MOST_NODES, `${nodes} elements`);
}

async function firstRow(page) {
	const rows = await page.$$eval(".series .row:not([hidden])", (nodes) =>
		nodes.map((node) => ({ index: Number(node.dataset.index),
			item: /item="(\d+)"/.exec(node.querySelector(".labels").title)[1],
			total: node.querySelectorAll(".figure")[1].textContent.replaceAll("\u202f", "") })));
	return rows.sort((a, b) => a.index - b.index)[0];
}

test("its series can be sorted, scrolled and searched", async () => {
	const view = await openPage(browser, server, { place: "#metrics/items_total" }), { page } = view;
	for (let i = 0; i < 3; i++) {
		await server.step();
		await view.next(10000);
		await isSmall(page);
	}
	assert.match(await page.textContent(".series .note"), /^10\u202f000 series$/);
	assert.deepStrictEqual(await firstRow(page),
		{ index: 0, item: String(SERIES - 1), total: String(4 * (SERIES - 1)) });
	await page.$eval(".series .list", (list) => { list.scrollTop = list.scrollHeight; });
	await page.waitForFunction(() => [...document.querySelectorAll(".series .row")]
		.some((row) => row.dataset.index === "9999"), null, { polling: 100 });
	await isSmall(page);
	await page.fill("input", "items item=1234");
	assert.match(await page.textContent(".series .note"), /^1 of/);
	assert.strictEqual((await firstRow(page)).total, String(4 * 1234));
	await page.fill("input", "");
	for (const by of ["item", "zone", "*", ""]) {
		await page.selectOption(".tools select", by);
		await isSmall(page);
	}
	await view.close();
});

test("its cardinality names the label to blame", async () => {
	const view = await openPage(browser, server, { place: "#cardinality" }), { page } = view;
	const [worst] = await page.$$eval(".side .row", (nodes) =>
		nodes.map((node) => [".name", ".series", ".worst"].map((part) =>
			node.querySelector(part).textContent)));
	assert.deepStrictEqual(worst.slice(0, 2), ["items_total", "10\u202f000"]);
	assert.match(worst[2], /^item: 10\u202f000 values/);
	await isSmall(page);
	await view.close();
});
