/* SPDX-License-Identifier: MIT */
/* What happens to a label that anything can be written into. */
#include <quipu/llm.h>
#include <quipu/quipu.h>
#include <stdio.h>

static int print(void *to, const char *text, size_t len)
{
	return fwrite(text, 1, len, to) != len;
}

static void offender(const quipu_family_report *report, void *to)
{
	if (report->rejected == 0)
		return;
	fprintf(to, "%s: %zu of %zu series, %llu records beyond\n", report->name, report->series,
		report->max_series, (unsigned long long)report->rejected);
	for (size_t i = 0; i < report->n_labels; i++)
		fprintf(to, "  %s: %zu values kept, about %llu turned away\n",
			report->labels[i].name, report->labels[i].distinct,
			(unsigned long long)report->labels[i].rejected);
}

int main(void)
{
	static const char *const models[] = { "gpt-4o", "gpt-4o-mini", NULL };
	static const char *const shown[] = { "chats_total", "llm_requests_total" };
	quipu_registry *reg = quipu_default_registry();
	quipu_counter_family chats = quipu_counter_family_new(
		reg, QUIPU_OPTS(.name = "chats_total", .help = "Chats begun.",
				.labels = QUIPU_NAMES("plan", "user"), .max_series = 3));
	quipu_llm *llm = quipu_llm_open(reg, QUIPU_LLM_OPTS(.models = models), NULL);
	char name[32];

	for (int i = 0; i < 1000; i++) {
		quipu_llm_call call = QUIPU_LLM_CALL_INIT;

		snprintf(name, sizeof name, "user-%d", i);
		quipu_inc_at(chats, "free", name); /* a mistake: no end of users */
		snprintf(name, sizeof name, i % 2 ? "gpt-4o" : "tuned-%d", i);
		quipu_llm_begin(&call, quipu_llm_route_of(llm, name, "openai"));
		quipu_llm_end(&call, QUIPU_LLM_OK, NULL);
	}
	quipu_write_with(reg, NULL, QUIPU_SCRAPE_OPTS(.names = shown, .n_names = 2), print, stdout);
	quipu_registry_report(reg, offender, stdout);
	quipu_llm_close(llm);
}
