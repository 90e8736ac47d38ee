/* SPDX-License-Identifier: MIT */
/*
 * llm.mjs: what the families of the LLM kit (quipu/llm.def) say together. Pure. A figure of which
 * the family is not there is left out.
 */
import { latest } from "./rates.mjs";
import { foundOf, numberOf, quantileOf, valuesOf } from "./values.mjs";

const NAMES = {
	requests: "llm_requests_total",
	duration: "llm_request_duration_seconds",
	tokens: "llm_tokens_total",
	inFlight: "llm_requests_in_flight",
	errors: "llm_errors_total",
	firstToken: "llm_time_to_first_token_seconds",
	perToken: "llm_time_per_output_token_seconds",
	cost: "llm_cost_dollars_total",
	retries: "llm_retries_total",
	fallbacks: "llm_fallbacks_total",
	rateLimits: "llm_rate_limit_events_total",
	queueDepth: "llm_queue_depth",
	queueWait: "llm_queue_wait_seconds",
	circuit: "llm_circuit_state",
	turns: "agent_turns_total",
	tools: "tool_invocations_total",
	misuse: "llm_misuse_total",
};

/* What says the same where the kit was asked for OpenTelemetry's names only. */
const OTEL = "gen_ai_client_operation_";
const OTEL_NAMES = {
	duration: `${OTEL}duration_seconds`,
	firstToken: `${OTEL}time_to_first_chunk_seconds`,
};

/* {requests: family, ...} of those that are there; null: the kit is not used. */
export function llmFamilies(families) {
	const found = foundOf(families, NAMES);
	return found.requests || found.duration || found.tokens
		? { ...foundOf(families, OTEL_NAMES), ...found } : null;
}

function ofModel(family, model) {
	return family?.name.startsWith(OTEL) ? { gen_ai_request_model: model } : { model };
}

/* --- one figure ---------------------------------------------------------------------------- */

/* The share of calls that did not succeed. */
export function errorShare(state, family, where = {}) {
	if (!family || !family.alive.some(({ labels }) => "status" in labels))
		return null;
	const all = numberOf(state, family, where);
	const good = numberOf(state, family, { ...where, status: "success" });
	return (end) => {
		const rate = all(end), well = good(end);
		return rate > 0 ? 1 - (Number.isNaN(well) ? 0 : well) / rate : NaN;
	};
}

/* Dollars an hour. */
export function costAnHour(state, family, where = {}) {
	const rate = numberOf(state, family, where);
	return rate && ((end) => rate(end) * 3600);
}

/* --- tables -------------------------------------------------------------------------------- */

/* A column: [title, family, valueAt, kind]; kind is how it is shown. */
export function modelColumns(state, found, model) {
	const where = { model };
	const quantileColumn = (title, family, q) =>
		[title, family, quantileOf(state, family, q, ofModel(family, model)), "seconds"];
	return [
		["calls", found.requests, numberOf(state, found.requests, where), "rate"],
		["errors", found.requests, errorShare(state, found.requests, where), "ratio"],
		["in flight", found.inFlight, numberOf(state, found.inFlight, where), ""],
		quantileColumn("p50", found.duration, 0.5),
		quantileColumn("p95", found.duration, 0.95),
		quantileColumn("p99", found.duration, 0.99),
		quantileColumn("first token p95", found.firstToken, 0.95),
		["tokens in", found.tokens,
			numberOf(state, found.tokens, { ...where, direction: "input" }), "rate"],
		["tokens out", found.tokens,
			numberOf(state, found.tokens, { ...where, direction: "output" }), "rate"],
		["cost", found.cost, costAnHour(state, found.cost, where), "hour"],
	].filter(([, family, valueAt]) => family && valueAt);
}

/* A row for each model: {model, figures: [{title, value, kind}]}, the busiest first. */
export function modelRows(state, found) {
	const first = found.requests || found.duration || found.tokens;
	const rows = valuesOf(first, "model").map((model) => ({ model,
		figures: modelColumns(state, found, model).map(([title, family, valueAt, kind]) =>
			({ title, value: latest(family, valueAt), kind })) }));
	const rate = (row) => row.figures[0].value || 0;
	return rows.sort((a, b) => rate(b) - rate(a));
}
