/* SPDX-License-Identifier: MIT */
/* guarded_test.mjs: the page over TLS and behind a password: it comes, is kept up to date, and says
 * so when the password is not the right one any more. */
import assert from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";

const WHO = { username: "alice", password: "wonderland" };
/* of cost 4: htpasswd -nbBC 4 */
const HASH = "$2y$04$JmZ0tvpYKcXpftn4/p1rFO6lf7ov0QASM1gLbpc.Rm6rg3mu/.vrW";

function makeCertificate(folder) {
	execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt",
		"ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
		"-addext", "subjectAltName=IP:127.0.0.1",
		"-keyout", join(folder, "key"), "-out", join(folder, "crt")], { stdio: "ignore" });
}

/* In one step, as the server may look at any moment. */
function allow(folder, name) {
	writeFileSync(join(folder, "new"), "tls_server_config:\n  cert_file: crt\n" +
		`  key_file: key\nbasic_auth_users:\n  ${name}: ${HASH}\n`);
	renameSync(join(folder, "new"), join(folder, "web.yml"));
}

async function startServer(folder) {
	const child = spawn(process.env.QUIPU_TLS_SERVE, [join(folder, "web.yml")],
		{ stdio: ["pipe", "pipe", "inherit"] });
	const ended = new Promise((resolve) => child.once("exit", resolve));
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const address = (await lines.next()).value;
	if (!address)
		throw new Error("the server did not start");
	return {
		url: `https://${address}`,
		/* What came of it in the server's own words. */
		async stats() {
			child.stdin.write("stats\n");
			return JSON.parse((await lines.next()).value.split("\t")[0]);
		},
		async stop() {
			child.stdin.end();
			assert.equal(await ended, 0);
		},
	};
}

let browser, folder, server;
before(async () => {
	folder = mkdtempSync(join(tmpdir(), "quipu-page-"));
	makeCertificate(folder);
	allow(folder, WHO.username);
	server = await startServer(folder);
	browser = await startBrowser();
});
after(async () => {
	await browser?.close();
	await server?.stop();
	rmSync(folder, { recursive: true });
});

function open(credentials) {
	return openPage(browser, server, { place: "#metrics/served_total", recorded: false,
		context: { httpCredentials: credentials, ignoreHTTPSErrors: true } });
}

test("who has the password sees what the program counts", async () => {
	const view = await open(WHO), before = (await server.stats()).allowed;
	assert.match(await view.page.textContent(".detail"), /42/);
	await view.next();
	assert.ok((await server.stats()).allowed > before);
	await view.close();
});

test("who has not is told, and shown nothing", async () => {
	const context = await browser.newContext({ ignoreHTTPSErrors: true });
	for (const path of ["/", "/metrics"]) {
		const answer = await context.request.get(server.url + path);
		assert.equal(answer.status(), 401);
		assert.doesNotMatch(await answer.text(), /served_total|<script/);
	}
	await context.close();
});

/* The server looks at its files when somebody comes, at most once a second. */
async function until(page, selector) {
	while (await page.$(selector) === null) {
		await page.clock.runFor(2000);
		await new Promise((resolve) => setTimeout(resolve, 250));
	}
}

test("a password that is taken away ends it, and says so", async () => {
	const view = await open(WHO), { page } = view;
	allow(folder, "bob");
	await until(page, ".dot.down");
	assert.match(await page.textContent(".status"), /the server answered 401, asking again in/);
	allow(folder, WHO.username);
	await until(page, ".dot.live");
	/* the browser tells its console of each 401 */
	assert.ok(view.trouble.length > 0 && view.trouble.every((line) => /401/.test(line)),
		view.trouble.join());
	view.trouble.length = 0;
	await view.close();
});
