/* SPDX-License-Identifier: MIT */
/* server.mjs: the program that the page belongs to (serve.c), as a child. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export async function startServer({ address = "127.0.0.1:0", series = 0, profiler = "" } = {}) {
	const child = spawn(process.env.QUIPU_PAGE_SERVE, [address, String(series), profiler],
		{ stdio: ["pipe", "pipe", "inherit"] });
	const ended = new Promise((resolve) => child.once("exit", resolve));
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const url = (await lines.next()).value;
	if (!url)
		throw new Error("the server did not start");
	return {
		url,
		address: new URL(url).host,
		async step() {
			child.stdin.write("step\n");
			await lines.next();
		},
		async stop() {
			child.stdin.end();
			await ended;
		},
	};
}
