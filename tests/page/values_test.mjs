/* SPDX-License-Identifier: MIT */
/* values_test.mjs: what the page shows is what a scraper gets, and what follows from it. */
import assert from "node:assert";
import { after, before, test } from "node:test";
import { goTo, openPage, startBrowser } from "./browser.mjs";
import { isNear, quantileOf, rateOf, readText, sumOf } from "./oracle.mjs";
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

async function scrape() {
	return (await fetch(`${server.url}/metrics`, { headers: { Accept: "text/plain" } })).text();
}

/* {name: text} of the figures above the charts. */
async function tiles(page, within = ".detail") {
	return Object.fromEntries(await page.$$eval(`${within} .tile`, (nodes) => nodes.map((node) =>
		[node.querySelector(".name").textContent, node.querySelector("strong").textContent])));
}

/* [{labels, figures: {column: text}}] of the series in sight. */
async function rows(page) {
	return page.$$eval(".series", ([table]) => {
		const names = [...table.querySelectorAll(".head .figure")].map((node) => node.textContent);
		return [...table.querySelectorAll(".row:not([hidden])")].map((row) => ({
			labels: row.querySelector(".labels").title || "",
			figures: Object.fromEntries([...row.querySelectorAll(".figure")].map((node, i) =>
				[names[i], node.textContent])),
		}));
	});
}

function near(shown, wanted, what) {
	assert.ok(isNear(shown, wanted), `${what}: shown ${shown}, wanted ${wanted}`);
}

/* Two samples, two seconds apart; the texts that a scraper got at the same moments. */
async function twoSamples(place) {
	const first = await scrape(), view = await openPage(browser, server, { place });
	await server.step();
	const second = await scrape();
	await view.next(2000);
	return { ...view, first, second };
}

test("it asks for JSON, and for nothing else", async () => {
	const view = await openPage(browser, server);
	await view.next();
	assert.strictEqual(view.answers.length, 2);
	for (const { headers, body } of view.answers) {
		assert.match(headers.accept, /^application\/json(;|$)/);
		assert.ok(Array.isArray(JSON.parse(body).families));
	}
	await view.close();
});

test("rates and totals of a counter", async () => {
	const { page, first, second, close } = await twoSamples("#metrics/calls_total");
	const shown = await tiles(page);
	near(shown.rate, rateOf(first, second, 2, "calls_total"), "rate");
	near(shown.total, sumOf(second, "calls_total"), "total");
	const table = await rows(page);
	const wanted = readText(second).filter(({ name }) => name === "calls_total");
	assert.strictEqual(table.length, wanted.length);
	for (const { labels } of wanted) {
		const text = Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join("\n");
		const row = table.find((one) => one.labels === text);
		assert.ok(row, `no row ${text}`);
		near(row.figures.rate, rateOf(first, second, 2, "calls_total", labels), text);
		near(row.figures.total, sumOf(second, "calls_total", labels), text);
	}
	await close();
});

test("a counter beyond 2^53", async () => {
	const { page, second, close } = await twoSamples("#metrics/big_total");
	const digits = readText(second).find(({ name }) => name === "big_total").value;
	assert.ok(BigInt(digits) > 2n ** 60n);
	const shown = await tiles(page);
	assert.strictEqual(shown.total.replaceAll("\u202f", ""), digits);
	near(shown.rate, 3.5, "rate");
	await close();
});

test("gauges", async () => {
	const { page, second, close } = await twoSamples("#metrics/temperature_celsius");
	near((await tiles(page)).value, sumOf(second, "temperature_celsius"), "temperature");
	await goTo(page, "#metrics/workers");
	await page.waitForFunction(() => document.querySelector("h2").textContent === "workers", null,
		{ polling: 100 });
	near((await tiles(page)).value, sumOf(second, "workers"), "workers");
	await close();
});

test("quantiles of a classic histogram, of all series and of each", async () => {
	const { page, first, second, close } = await twoSamples("#metrics/latency_seconds");
	const check = (shown, wanted) => {
		near(shown.rate, rateOf(first, second, 2, "latency_seconds_count", wanted), "rate");
		near(shown.mean, rateOf(first, second, 1, "latency_seconds_sum", wanted) /
			rateOf(first, second, 1, "latency_seconds_count", wanted), "mean");
		for (const q of [0.5, 0.95, 0.99])
			near(shown[`p${q * 100}`], quantileOf(first, second, q, "latency_seconds", wanted), q);
		near(shown.count, sumOf(second, "latency_seconds_count", wanted), "count");
	};
	check(await tiles(page), {});
	for (const row of await rows(page))
		check(row.figures, { path: /"(.*)"/.exec(row.labels)[1] });
	await close();
});

/* Wherever in it: the quantile is in the bucket that its rank falls into. */
test("quantiles of native buckets", async () => {
	const { page, answers, close } = await twoSamples("#metrics/native_seconds");
	const [was, is] = answers.map(({ body }) => JSON.parse(body).families
		.find(({ name }) => name === "native_seconds").series[0]);
	const shown = await tiles(page);
	near(shown.rate, (is.count - was.count) / 2, "rate");
	for (const q of [0.5, 0.95, 0.99]) {
		const [lo, hi] = bucketOf(was.native, is.native, q);
		const value = Number.parseFloat(shown[`p${q * 100}`]) *
			(shown[`p${q * 100}`].endsWith("ms") ? 0.001 : 1);
		assert.ok(value >= lo * 0.994 && value <= hi * 1.006, `${q}: ${value} in ${lo} to ${hi}`);
	}
	await close();
});

/* The native bucket in which the quantile of what came in between lies. */
function bucketOf(was, is, q) {
	const counts = new Map();
	for (const [{ positive }, sign] of [[was, -1], [is, 1]]) {
		const places = positive.spans.reduce(({ at, list }, { offset, length }) => {
			const begin = at + offset;
			return { at: begin + length,
				list: [...list, ...Array.from({ length }, (_, i) => begin + i)] };
		}, { at: 0, list: [] }).list;
		places.forEach((place, i) =>
			counts.set(place, (counts.get(place) || 0) + sign * positive.counts[i]));
	}
	const total = [...counts.values()].reduce((a, b) => a + b, 0);
	let below = 0;
	for (const [place, count] of [...counts].sort((a, b) => a[0] - b[0])) {
		below += count;
		if (below >= q * total)
			return [2 ** ((place - 1) / 2 ** is.schema), 2 ** (place / 2 ** is.schema)];
	}
	throw new Error("nothing observed");
}

test("the LLM overview", async () => {
	const { page, first, second, close } = await twoSamples("");
	assert.strictEqual(await page.textContent("[aria-current]"), "LLM");
	const shown = await tiles(page, ".llm"), calls = "llm_requests_total";
	const check = (read, where) => {
		const rate = rateOf(first, second, 2, calls, where);
		near(read("calls"), rate, "calls");
		near(read("errors"), rateOf(first, second, 2, calls, { ...where, status: "error" }) / rate,
			"errors");
		near(read("in flight"), sumOf(second, "llm_requests_in_flight", where), "in flight");
		for (const direction of ["input", "output"])
			near(read(direction === "input" ? "tokens in" : "tokens out"),
				rateOf(first, second, 2, "llm_tokens_total", { ...where, direction }), direction);
		near(read("cost"), 3600 * rateOf(first, second, 2, "llm_cost_dollars_total", where), "cost");
		near(read("first token p95"),
			quantileOf(first, second, 0.95, "llm_time_to_first_token_seconds", where), "first");
	};
	check((name) => shown[name], {});
	for (const q of ["p50", "p95", "p99"])
		near(shown[`duration ${q}`], quantileOf(first, second, Number(q.slice(1)) / 100,
			"llm_request_duration_seconds"), q);
	const titles = await page.$$eval(".models thead th", (nodes) =>
		nodes.map((node) => node.textContent));
	const lines = await page.$$eval(".models tbody tr", (nodes) => nodes.map((node) =>
		[...node.children].map((cell) => cell.textContent)));
	assert.strictEqual(lines.length, 3);
	for (const line of lines) {
		check((name) => line[titles.indexOf(name)], { model: line[0] });
		near(line[titles.indexOf("p95")], quantileOf(first, second, 0.95,
			"llm_request_duration_seconds", { model: line[0] }), "p95");
	}
	await close();
});

test("cardinality", async () => {
	const view = await openPage(browser, server, { place: "#cardinality/latency_seconds" });
	const families = JSON.parse(view.answers[0].body).families;
	const shown = await tiles(view.page, ".side");
	near(shown.families, families.length, "families");
	near(shown.series, families.reduce((sum, { series }) => sum + series.length, 0), "series");
	const text = await scrape();
	near(shown["samples a scrape"], readText(text).length, "samples");
	assert.deepStrictEqual(await view.page.$$eval(".detail h3", (nodes) =>
		nodes.map((node) => node.textContent)), ["path2 values"]);
	await view.close();
});
