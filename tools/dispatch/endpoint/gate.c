/* SPDX-License-Identifier: MIT */
/* gate.c: see gate.h. */
#include "gate.h"

#include "retry.h"

void gate_open(struct gate *gate, const struct gate_opts *opts)
{
	*gate = (struct gate){
		.requests = limiter_of(opts->requests_per_minute),
		.tokens = limiter_of(opts->tokens_per_minute),
		.breaker = { .threshold = opts->failures,
			     .rest_ns = opts->rest_ns,
			     .state = QUIPU_LLM_CIRCUIT_CLOSED_STATE },
		.route = opts->route,
	};
	pthread_mutex_init(&gate->lock, NULL);
}

void gate_close(struct gate *gate)
{
	pthread_mutex_destroy(&gate->lock);
}

uint64_t gate_reserve(struct gate *gate, uint64_t now_ns, uint64_t tokens,
		      quipu_llm_rate_limit *kind)
{
	uint64_t for_request, for_tokens;

	pthread_mutex_lock(&gate->lock);
	for_request = limiter_take(&gate->requests, now_ns, 1);
	for_tokens = limiter_take(&gate->tokens, now_ns, tokens);
	pthread_mutex_unlock(&gate->lock);
	*kind = for_request >= for_tokens ? QUIPU_LLM_LOCAL_RPM : QUIPU_LLM_LOCAL_TPM;
	return for_request >= for_tokens ? for_request : for_tokens;
}

static void show(const struct gate *gate, quipu_llm_circuit before)
{
	if (gate->breaker.state != before)
		quipu_llm_circuit_is(gate->route, gate->breaker.state);
}

bool gate_pass(struct gate *gate, uint64_t now_ns, uint64_t *epoch)
{
	quipu_llm_circuit before;
	bool pass;

	pthread_mutex_lock(&gate->lock);
	before = gate->breaker.state;
	pass = breaker_pass(&gate->breaker, now_ns, epoch);
	show(gate, before);
	pthread_mutex_unlock(&gate->lock);
	return pass;
}

static void tell(struct breaker *breaker, uint64_t now_ns, uint64_t epoch, quipu_llm_error error)
{
	if (error == QUIPU_LLM_CANCELLED)
		breaker_unknown(breaker, epoch);
	else if (retry_counts_against(error))
		breaker_failed(breaker, epoch, now_ns);
	else
		breaker_succeeded(breaker, epoch);
}

void gate_tell(struct gate *gate, uint64_t now_ns, uint64_t epoch, quipu_llm_error error)
{
	quipu_llm_circuit before;

	pthread_mutex_lock(&gate->lock);
	before = gate->breaker.state;
	tell(&gate->breaker, now_ns, epoch, error);
	show(gate, before);
	pthread_mutex_unlock(&gate->lock);
}
