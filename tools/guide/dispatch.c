/* SPDX-License-Identifier: MIT */
/* Four threads that send prompts to language models and read the streamed answers. */
#include <pthread.h>
#include <quipu/http.h>
#include <quipu/llm.h>
#include <quipu/quipu.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static atomic_int next_prompt;
static quipu_llm *llm;

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000L }, NULL);
}

/* Stands for a provider's client: the HTTP status of the answer. */
static int send_prompt(const char *model, int prompt)
{
	pause_ms(model[0] ? 5 : 0);
	return prompt % 10 == 9 ? 429 : 200;
}

/* Tokens in the next piece of the answer; 0 at its end. */
static int read_piece(int prompt, int piece)
{
	pause_ms(2);
	return piece < 5 + prompt % 5 ? 12 : 0;
}

static void dispatch(const char *model, int prompt)
{
	int tokens = 0, piece = 0, status, got;
	const quipu_llm_route *route = quipu_llm_route_of(llm, model, "openai");
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin(&call, route);
	status = send_prompt(model, prompt);
	if (status != 200) {
		quipu_llm_end(&call, quipu_llm_error_of_http(status), NULL);
		if (status == 429)
			quipu_llm_rate_limited(route, QUIPU_LLM_HTTP_429);
		return;
	}
	while ((got = read_piece(prompt, piece++)) > 0) {
		quipu_llm_chunk(&call);
		tokens += got;
	}
	quipu_llm_end(&call, QUIPU_LLM_OK,
		      QUIPU_LLM_USAGE(.input = 50, .output = (uint64_t)tokens));
}

static void *work(void *unused)
{
	for (;;) {
		int prompt = atomic_fetch_add(&next_prompt, 1);

		dispatch(prompt % 3 ? "gpt-4o" : "gpt-4o-mini", prompt);
	}
	return unused;
}

int main(void)
{
	pthread_t worker[4];
	quipu_registry *reg = quipu_default_registry();
	quipu_error error = QUIPU_OK;
	quipu_http *server = quipu_http_start(reg, NULL, NULL);

	if (!server)
		return fprintf(stderr, "%s\n", quipu_http_error()), 1;
	llm = quipu_llm_open(reg, NULL, &error);
	if (!llm)
		return fprintf(stderr, "%s\n", quipu_strerror(error)), 1;
	quipu_standard_collectors(reg);
	fprintf(stderr, "http://%s/\n", quipu_http_address(server));
	for (int i = 0; i < 4; i++)
		pthread_create(&worker[i], NULL, work, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(worker[i], NULL);
}
