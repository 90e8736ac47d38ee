// SPDX-License-Identifier: MIT
// prom-client as an entrant; bench/README.md says what each operation does.
'use strict';

const fs = require('fs');
const http = require('http');
const v8 = require('v8');
const vm = require('vm');
const { register } = require('prom-client');
const { version } = require('prom-client/package.json');
const families = require('./families');
const HaveNot = require('./have_not');
const record = require('./recording');

function about() {
	console.log(JSON.stringify({ name: 'prom-client', version, language: 'JavaScript' }));
}

async function text(kind, series, times) {
	families.fill(kind, series);
	const ms = [];
	let bytes = 0;
	for (let i = 0; i < times; i++) {
		const start = performance.now();
		const made = await register.metrics();
		ms.push(performance.now() - start);
		bytes = Buffer.byteLength(made);
	}
	console.log(JSON.stringify({ ms, bytes }));
}

// What is in use, without garbage: the collector has run. smaps_rollup counts pages; statm may
// lag behind by hundreds.
function residentBytes(collect) {
	collect();
	const rollup = fs.readFileSync('/proc/self/smaps_rollup', 'utf8');
	return Number(/^Rss: *(\d+) kB$/m.exec(rollup)[1]) * 1024;
}

function memory(kind, series) {
	v8.setFlagsFromString('--expose-gc');
	const collect = vm.runInNewContext('gc');
	const before = residentBytes(collect);
	families.fill(kind, series);
	console.log(JSON.stringify({ bytes: residentBytes(collect) - before }));
}

async function answer(request, response) {
	if (request.url !== '/metrics') {
		response.writeHead(404).end();
		return;
	}
	response.setHeader('Content-Type', register.contentType);
	response.end(await register.metrics());
}

function serve(kind, series) {
	families.fill(kind, series);
	const server = http.createServer(answer);
	server.listen(0, '127.0.0.1', () => {
		console.log(JSON.stringify({ port: server.address().port }));
	});
	process.stdin.on('end', () => process.exit()).resume();
}

async function show(kind, series) {
	families.fill(kind, series);
	process.stdout.write(await register.metrics());
}

function positive(text) {
	const value = Number(text);
	if (!(value > 0)) {
		throw new Error(`not a number above 0: ${text}`);
	}
	return value;
}

const OPERATIONS = new Map([
	['about', [about, 0]], ['record', [record, 4]], ['text', [text, 3]], ['memory', [memory, 2]],
	['serve', [serve, 2]], ['show', [show, 2]],
]);

async function main([operation, ...args]) {
	const [run, wanted] = OPERATIONS.get(operation) ?? [];
	if (args.length !== wanted) {
		throw new Error('usage: about | record CASE SERIES THREADS SECONDS | ' +
			'text KIND SERIES TIMES | memory, serve or show KIND SERIES');
	}
	await run(...args.slice(0, 1), ...args.slice(1).map(positive));
}

main(process.argv.slice(2)).catch(error => {
	process.stderr.write(`prom-client: ${error.message}\n`);
	process.exitCode = error instanceof HaveNot ? 3 : 1;
});
