/* SPDX-License-Identifier: MIT */
/* hostile_test.mjs: names, help texts and labels that are HTML stay texts, in every view. */
import assert from "node:assert";
import { after, before, test } from "node:test";
import { goTo, openPage, startBrowser } from "./browser.mjs";
import { startServer } from "./server.mjs";

const HOSTILE = "<img src=x onerror=\"document.title='hit'\">";

let server, browser;
before(async () => {
	server = await startServer();
	browser = await startBrowser();
});
after(async () => {
	await browser.close();
	await server.stop();
});

/* Nothing of a scrape became an element. */
async function isClean(page) {
	assert.strictEqual(await page.locator("img, #app script, iframe, object").count(), 0);
	assert.match(await page.title(), /quipu$/);
}

test("label values", async () => {
	const view = await openPage(browser, server, { place: "#metrics/calls_total" }), { page } = view;
	await view.next();
	await page.selectOption(".tools select", "model");
	await page.hover(".chart canvas", { position: { x: 300, y: 100 } });
	for (const part of [".series .labels", ".legend", ".tip"])
		assert.ok((await page.locator(part).allTextContents()).join("\n").includes(HOSTILE), part);
	await isClean(page);
	await goTo(page, "#llm");
	assert.ok((await page.textContent(".models")).includes(HOSTILE));
	await isClean(page);
	await goTo(page, "#cardinality/calls_total");
	assert.ok((await page.textContent(".detail .labels")).includes(HOSTILE));
	await isClean(page);
	await view.close();
});

test("names and help texts", async () => {
	const view = await openPage(browser, server,
		{ place: `#metrics/${encodeURIComponent(HOSTILE)}` }), { page } = view;
	await view.next();
	assert.strictEqual(await page.textContent(".detail h2"), HOSTILE);
	assert.ok((await page.textContent(".detail .help")).startsWith("<script>"));
	assert.strictEqual(await page.textContent(".series .row .labels"), `${HOSTILE}=${HOSTILE}`);
	assert.ok((await page.textContent(".tools")).includes(HOSTILE));
	await page.fill("input", "<img");
	assert.ok((await page.textContent(".families .row")).includes(HOSTILE));
	await page.fill("input", "<img src=x onerror=alert(1)>");
	await isClean(page);
	await view.close();
});

test("a place that is no place", async () => {
	for (const hash of ["#metrics/%", "#nowhere/x", "#metrics/<b>", "#__proto__"]) {
		const view = await openPage(browser, server, { place: hash });
		await isClean(view.page);
		await view.close();
	}
});

/* The policy itself, seen from outside: what the page might be made to do does not work. */
test("the policy forbids what the page does not need", async () => {
	const view = await openPage(browser, server), { page } = view;
	const broken = await page.evaluate(async () => {
		const seen = [];
		document.addEventListener("securitypolicyviolation", (event) =>
			seen.push(event.effectiveDirective));
		const script = document.createElement("script");
		script.textContent = "document.title = 'hit'";
		const image = new Image();
		image.src = "/metrics?image";
		const node = document.createElement("p");
		node.setAttribute("style", "color: red");
		const frame = document.createElement("iframe");
		frame.src = "/metrics?frame";
		document.body.append(script, node, frame);
		await fetch("http://127.0.0.1:9/").catch(() => {});
		for (let i = 0; i < 100 && seen.length < 5; i++)
			await fetch("/-/healthy");
		globalThis.violations.length = 0;
		[script, node, frame].forEach((one) => one.remove());
		return seen;
	});
	for (const directive of ["script-src-elem", "img-src", "style-src-attr", "frame-src",
		"connect-src"])
		assert.ok(broken.includes(directive), `${directive} of ${broken}`);
	assert.match(await page.title(), /quipu$/);
	view.trouble.length = 0;
	await page.evaluate(() => { globalThis.violations.length = 0; });
	await view.close();
});
