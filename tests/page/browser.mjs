/* SPDX-License-Identifier: MIT */
/*
 * browser.mjs: the page in a headless Chromium whose clock stands still until it is told to go on,
 * and whatever goes wrong there.
 */
import assert from "node:assert";
import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.env.QUIPU_PAGE_MODULES}/`)("playwright-core");
const PATIENCE = 120000; /* only a page that hangs takes so long */

export async function startBrowser() {
	const sandbox = process.getuid() === 0 ? ["--no-sandbox"] : [];
	return chromium.launch({ executablePath: process.env.QUIPU_CHROMIUM, timeout: PATIENCE,
		args: [...sandbox, "--disable-dev-shm-usage"] });
}

/* What must not happen: complaints, errors, requests to elsewhere. */
function watch(page, url, trouble) {
	page.on("console", (message) => ["error", "warning"].includes(message.type()) &&
		trouble.push(message.text()));
	page.on("pageerror", (error) => trouble.push(error.message));
	page.on("request", (request) => request.url().startsWith(`${url}/`) ||
		trouble.push(`asked ${request.url()}`));
	page.on("requestfailed", (request) => trouble.push(`failed: ${request.url()}`));
	page.on("dialog", (dialog) => {
		trouble.push(`dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
}

/* Every answer as the page got it, in order. */
async function record(page, answers) {
	await page.route("**/metrics", async (route) => {
		const response = await route.fetch();
		answers.push({ headers: route.request().headers(), body: await response.text() });
		await route.fulfill({ response });
	});
}

/* Opens the page at a place and waits for its first answer. close() fails where trouble was. */
export async function openPage(browser, server, options = {}) {
	const { place = "", context = {}, recorded = true } = options;
	const own = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...context });
	const page = await own.newPage(), trouble = [], answers = [];
	page.setDefaultTimeout(PATIENCE);
	watch(page, server.url, trouble);
	await page.addInitScript(() => {
		const { fetch } = globalThis;
		globalThis.asked = 0;
		globalThis.fetch = (...what) => {
			globalThis.asked++;
			return fetch(...what);
		};
		globalThis.violations = [];
		document.addEventListener("securitypolicyviolation", (event) =>
			globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
	});
	await page.clock.install({ time: "2026-01-01T12:00:00Z" });
	await page.clock.pauseAt("2026-01-01T12:00:01Z");
	if (recorded)
		await record(page, answers);
	await page.goto(`${server.url}/${place}`);
	const view = { page, answers, trouble, seen: 0 };

	view.answered = async (n) => {
		await page.waitForFunction((least) =>
			Number(document.querySelector("main").dataset.answers) >= least, n, { polling: 100 })
			.catch(async (error) => {
				const status = await page.$eval(".status", (node) => node.title);
				throw new Error(`no answer ${n}: "${status}", ${trouble.join("; ")}`, { cause: error });
			});
		view.seen = n;
	};
	/* How often the page has asked, answered or not. */
	view.asked = () => page.evaluate(() => globalThis.asked);
	/* One sample more, so many milliseconds of the page's clock later. */
	view.next = async (ms = 2000) => {
		await page.clock.runFor(ms);
		await view.answered(view.seen + 1);
	};
	view.close = async () => {
		const all = [...trouble, ...await page.evaluate(() => globalThis.violations)];
		await own.close();
		assert.deepStrictEqual(all, []);
	};
	await view.answered(1);
	return view;
}

/* To another place of the page; it has seen it then. */
export async function goTo(page, hash) {
	await page.evaluate((to) => location.hash === to || new Promise((seen) => {
		addEventListener("hashchange", () => seen(true), { once: true });
		location.hash = to;
	}), hash);
}
