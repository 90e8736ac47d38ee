/* SPDX-License-Identifier: MIT */
/* Four threads that send prompts to language models and read the streamed answers. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static atomic_int next_prompt;

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

	status = send_prompt(model, prompt);
	if (status != 200)
		return;
	while ((got = read_piece(prompt, piece++)) > 0)
		tokens += got;
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

	for (int i = 0; i < 4; i++)
		pthread_create(&worker[i], NULL, work, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(worker[i], NULL);
}
