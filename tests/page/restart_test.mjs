/* SPDX-License-Identifier: MIT */
/* restart_test.mjs: the program ends and comes back: the page says so, goes on, and no rate falls
 * below zero. */
import assert from "node:assert";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";
import { isNear } from "./oracle.mjs";
import { startServer } from "./server.mjs";

let browser, server;
before(async () => {
	browser = await startBrowser();
});
after(async () => {
	await browser.close();
	await server.stop();
});

/* An address of this process's own, at which nobody takes the port while no server has it. */
function ownAddress() {
	return `127.${64 + (process.pid >> 16)}.${(process.pid >> 8) & 255}.${process.pid & 255}:0`;
}

async function rate(page) {
	return page.textContent(".detail .tile strong");
}

test("a restart", async () => {
	server = await startServer({ address: ownAddress() });
	const view = await openPage(browser, server,
		{ place: "#metrics/calls_total", recorded: false }), { page } = view;
	const { address } = server;
	for (let i = 0; i < 3; i++)
		await server.step();
	await view.next(2000);
	assert.ok(isNear(await rate(page), 3 * 63 / 2), await rate(page));
	await server.stop();
	await page.clock.runFor(2000);
	await page.waitForSelector(".dot.down");
	assert.match(await page.textContent(".status"), /no answer/);
	server = await startServer({ address });
	/* it asks again as long after it failed as it waits otherwise, 4 s after the last answer; over
	 * all 6 s there came what came before, and what there is now */
	await view.next(2000);
	await page.waitForSelector(".dot.live");
	const shown = await rate(page);
	assert.ok(!shown.includes("−") && isNear(shown, (3 * 63 + 63) / 6), shown);
	// to be refused while nobody was there is no trouble
	view.trouble.length = 0;
	await view.close();
});
