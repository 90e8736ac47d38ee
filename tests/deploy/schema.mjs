// SPDX-License-Identifier: MIT
// schema.mjs DASHBOARD...: holds dashboards against the types that Grafana publishes of them
// (@grafana/schema has no JSON schema: one is made of its types): the dashboard, and of each panel
// the options and the field settings of its plugin. Nothing that the types do not know may be in
// them. Then spoils each in ways that have to be seen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const Ajv = require("ajv").default;
const { createGenerator } = require("ts-json-schema-generator");

const types = path.join(path.dirname(require.resolve("@grafana/schema/package.json")),
	"dist/types/raw");
const kinds = {
	timeseries: "timeseries",
	stat: "stat",
	heatmap: "heatmap",
	table: "table",
	"state-timeline": "statetimeline",
};
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false });

function validator(file, type) {
	const made = createGenerator({ path: path.join(types, file), type, skipTypeCheck: true,
		additionalProperties: false });
	return ajv.compile(made.createSchema(type));
}

const ofDashboard = validator("dashboard/x/types.gen.d.ts", "Dashboard");
const known = new Map();

function ofPanel(kind) {
	if (!known.has(kind)) {
		const file = `composable/${kinds[kind]}/panelcfg/x/types.gen.d.ts`;
		known.set(kind, {
			options: validator(file, "Options"),
			// a stat has no field settings of its own
			custom: kind === "stat" ? (custom) => custom === undefined
				: validator(file, "FieldConfig"),
		});
	}
	return known.get(kind);
}

function complaints(validate, value) {
	if (validate(value))
		return [];
	return (validate.errors ?? [{ instancePath: "", message: "must not be there" }])
		.map((error) => `${error.instancePath} ${error.message} ` +
			JSON.stringify(error.params ?? {}));
}

function ofOnePanel(panel) {
	if (panel.type === "row")
		return [];
	if (!kinds[panel.type])
		return [`no type of panel that is known here: ${panel.type}`];
	const validators = ofPanel(panel.type);
	return [...complaints(validators.options, panel.options),
		...complaints(validators.custom, panel.fieldConfig.defaults.custom)]
		.map((said) => `${panel.title}: ${said}`);
}

function check(dashboard) {
	return [...complaints(ofDashboard, dashboard), ...dashboard.panels.flatMap(ofOnePanel)];
}

const first = (dashboard, kind) => dashboard.panels.find((panel) => panel.type === kind);
const spoilers = {
	"a column that is a word": (d) => { d.panels[0].gridPos.x = "left"; },
	"a colour mode that there is not": (d) => {
		first(d, "timeseries").fieldConfig.defaults.color.mode = 7;
	},
	"a field that a dashboard has not": (d) => { d.colour = "red"; },
	"an option that a time series has not": (d) => {
		first(d, "timeseries").options.legends = {};
	},
	"a way to draw that there is not": (d) => {
		first(d, "timeseries").fieldConfig.defaults.custom.drawStyle = "crayon";
	},
	"a stat that is not told how to show its text": (d) => {
		delete first(d, "stat").options.textMode;
	},
	"a variable without a name": (d) => { delete d.templating.list[0].name; },
	"a number instead of a unit": (d) => { first(d, "stat").fieldConfig.defaults.unit = 1; },
	"no version of the schema": (d) => { delete d.schemaVersion; },
};

let wrong = 0;
for (const file of process.argv.slice(2)) {
	const text = readFileSync(file, "utf8");
	for (const said of check(JSON.parse(text))) {
		console.error(`${path.basename(file)}: ${said}`);
		wrong++;
	}
	for (const [what, spoil] of Object.entries(spoilers)) {
		const dashboard = JSON.parse(text);
		spoil(dashboard);
		if (!check(dashboard).length) {
			console.error(`${path.basename(file)}: ${what} is not seen`);
			wrong++;
		}
	}
	console.log(`${path.basename(file)}: ${JSON.parse(text).panels.length} panels`);
}
process.exit(wrong || process.argv.length < 3 ? 1 : 0);
