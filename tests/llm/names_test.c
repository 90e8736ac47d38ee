/* SPDX-License-Identifier: MIT */
/* names_test.c: which names have series of their own, and that there are never more of them. */
#include "opened.h"

#include <pthread.h>
#include <stdio.h>

#define OPTS(...) (&(quipu_llm_opts){ .size = sizeof(quipu_llm_opts), __VA_ARGS__ })

static void count_call(const char *model, const char *provider)
{
	const quipu_llm_route *to = quipu_llm_route_of(kit, model, provider);

	cr_assert(to);
	cr_expect_eq(quipu_llm_route_of(kit, model, provider), to);
	one_call(to, QUIPU_LLM_OK, NULL);
}

#define EXPECT_CALLS(n, model_, provider_)                                                         \
	EXPECT(n, "llm_requests_total", "model", model_, "provider", provider_, "status", "success")

static size_t series_of(const char *family, const char *model, const char *provider)
{
	struct qt_exposition *shown = exposed(registry);
	size_t n = 0;

	for (size_t i = 0; i < shown->n_samples; i++)
		n += strcmp(shown->samples[i].name, family) == 0 &&
		     (!model || strcmp(shown->samples[i].labels[0].value, model) == 0) &&
		     (!provider || strcmp(shown->samples[i].labels[1].value, provider) == 0);
	qt_free(shown);
	return n;
}

Test(names, an_allow_list)
{
	static const char *const models[] = { "gpt-4o", "claude", "gpt-4o", "other", "", NULL };
	static const char *const providers[] = { "openai", NULL };

	open_with(OPTS(.models = models, .providers = providers, .max_models = 1));
	count_call("claude", "openai");
	count_call("gpt-4o", "anthropic");
	count_call("llama", "openai");
	count_call("Claude", "bedrock");
	count_call("other", "other");
	EXPECT_CALLS(1, "claude", "openai");
	EXPECT_CALLS(1, "gpt-4o", "other");
	EXPECT_CALLS(1, "other", "openai");
	EXPECT_CALLS(2, "other", "other");
	EXPECT_CALLS(0, "gpt-4o", "openai");
	cr_expect_eq(series_of("llm_requests_in_flight", NULL, NULL), 5);
	close_kit();
}

Test(names, an_empty_allow_list_is_other_alone)
{
	static const char *const none[] = { NULL };

	open_with(OPTS(.models = none, .providers = none));
	count_call("claude", "openai");
	EXPECT_CALLS(1, "other", "other");
	cr_expect_eq(series_of("llm_requests_in_flight", NULL, NULL), 1);
	close_kit();
}

/* The lists are copied. */
Test(names, the_lists_need_not_stay)
{
	char model[] = "claude";
	const char *models[] = { model, NULL };

	open_with(OPTS(.models = models));
	memset(model, 'x', 6);
	models[0] = NULL;
	count_call("claude", "openai");
	EXPECT_CALLS(1, "claude", "openai");
	close_kit();
}

Test(names, the_first_so_many)
{
	char model[16];

	open_with(OPTS(.max_models = 3, .max_providers = 2)); /* gpt-4o of openai is the first */
	for (int i = 0; i < 50; i++) {
		snprintf(model, sizeof model, "m%d", i);
		count_call(model, i % 2 ? "anthropic" : "google");
	}
	count_call("gpt-4o", "openai");
	count_call("m1", "mistral");
	EXPECT_CALLS(1, "gpt-4o", "openai");
	EXPECT_CALLS(1, "m0", "google");
	EXPECT_CALLS(2, "m1", "other");
	EXPECT_CALLS(24, "other", "google");
	EXPECT_CALLS(24, "other", "other");
	cr_expect_eq(series_of("llm_requests_in_flight", NULL, NULL), 5);
	cr_expect_eq(series_of("llm_requests_in_flight", "other", NULL), 2);
	close_kit();
}

Test(names, what_cannot_be_a_name_is_other, .init = open_kit, .fini = close_kit)
{
	char longest[257], longer[258];

	memset(longest, 'x', 256);
	longest[256] = 0;
	memset(longer, 'x', 257);
	longer[257] = 0;
	count_call("", "openai");
	count_call("\xff", "openai");
	count_call("\xed\xa0\x80", "openai");
	count_call(longer, "openai");
	count_call("other", "openai");
	EXPECT_CALLS(5, "other", "openai");
	count_call(longest, "openai");
	EXPECT_CALLS(1, longest, "openai");
	count_call("a\"b\\c\nd", "openai");
	EXPECT_CALLS(1, "a\"b\\c\nd", "openai");
	cr_expect_null(quipu_llm_route_of(kit, NULL, "openai"));
	cr_expect_null(quipu_llm_route_of(kit, "gpt-4o", NULL));
	cr_expect_null(quipu_llm_route_of(NULL, "gpt-4o", "openai"));
	cr_expect_null(quipu_llm_queue_of(kit, NULL));
	cr_expect_null(quipu_llm_tool_of(NULL, "x"));
	cr_expect_null(quipu_llm_agent_of(NULL, "x"));
	cr_expect_null(quipu_llm_loop_of(NULL, "x", 1).loop);
}

/* So many that slots are shared and the table is as full as it gets; none is lost or taken for
 * another. */
Test(names, hundreds)
{
	const quipu_llm_queue *queues[512];
	char name[24];

	open_with(OPTS(.max_names = 512));
	for (int i = 0; i < 512; i++) {
		snprintf(name, sizeof name, "queue-%d", i);
		queues[i] = quipu_llm_queue_of(kit, name);
		for (int k = 0; k <= i % 3; k++)
			quipu_llm_enqueued(queues[i]);
	}
	cr_expect_eq(quipu_llm_queue_of(kit, "one more"), quipu_llm_queue_of(kit, "other"));
	for (int i = 0; i < 512; i++) {
		snprintf(name, sizeof name, "queue-%d", i);
		cr_assert_eq(quipu_llm_queue_of(kit, name), queues[i]);
	}
	EXPECT(1, "llm_queue_depth", "queue", "queue-3");
	EXPECT(3, "llm_queue_depth", "queue", "queue-509");
	cr_expect_eq(series_of("llm_queue_depth", NULL, NULL), 513);
	close_kit();
}

/* Of all that ask for one name at once each gets the same. */
#define N_THREADS 8
#define N_NAMES 40

static const quipu_llm_route *got[N_THREADS][N_NAMES];
static pthread_barrier_t barrier;

static void *ask(void *of)
{
	const quipu_llm_route **mine = of;
	char name[16];

	pthread_barrier_wait(&barrier);
	for (int i = 0; i < N_NAMES; i++) {
		snprintf(name, sizeof name, "m%d", i);
		mine[i] = quipu_llm_route_of(kit, name, i % 2 ? "a" : "b");
		one_call(mine[i], QUIPU_LLM_OK, NULL);
	}
	return NULL;
}

Test(names, asked_for_by_many_at_once)
{
	pthread_t threads[N_THREADS];
	struct qt_exposition *shown;

	open_with(OPTS(.max_models = 32));
	pthread_barrier_init(&barrier, NULL, N_THREADS);
	for (int t = 0; t < N_THREADS; t++)
		cr_assert_eq(pthread_create(&threads[t], NULL, ask, got[t]), 0);
	for (int t = 0; t < N_THREADS; t++)
		pthread_join(threads[t], NULL);
	pthread_barrier_destroy(&barrier);
	for (int t = 0; t < N_THREADS; t++)
		for (int i = 0; i < N_NAMES; i++)
			cr_expect_eq(got[t][i], got[0][i], "%d of thread %d", i, t);
	shown = exposed(registry);
	cr_expect_eq(qt_sum_u64(shown, "llm_requests_total", NULL), N_THREADS * N_NAMES);
	qt_free(shown);
	cr_expect_leq(series_of("llm_requests_in_flight", NULL, NULL), 33 * 3);
	close_kit();
}
