/* SPDX-License-Identifier: MIT */
/* shared.c: see shared.h. An open-addressing table of words. */
#include "shared.h"

#include "explore.h"
#include "memory.h"
#include "thread.h"

#define N_WORDS (1u << 17)

struct word {
	uintptr_t key;	   /* the address, in words of 8 bytes; 0: empty */
	uint32_t schedule; /* of which the two below are */
	uint16_t readers, writers;
	bool matters;
};

static struct shared {
	uint32_t schedule;
	size_t n, n_matter;
	struct word words[N_WORDS];
} *shared;

void shared_init(void)
{
	shared = memory_keep(sizeof *shared);
}

void shared_begin(void)
{
	shared->schedule++;
}

static struct word *word_at(uintptr_t key)
{
	size_t i = key * 0x9e3779b97f4a7c15u >> 32;

	for (;; i++) {
		struct word *word = &shared->words[i % N_WORDS];

		if (word->key == key)
			return word;
		if (word->key)
			continue;
		if (++shared->n > N_WORDS / 2)
			explore_broken("too many words are used");
		word->key = key;
		return word;
	}
}

bool shared_use(const volatile void *at, enum explore_use use)
{
	struct word *word = word_at((uintptr_t)at / 8);
	unsigned all;

	if (word->matters)
		return true;
	if (word->schedule != shared->schedule) {
		word->schedule = shared->schedule;
		word->readers = word->writers = 0;
	}
	if (use == EXPLORE_WRITES)
		word->writers = (uint16_t)(word->writers | 1u << current);
	else
		word->readers = (uint16_t)(word->readers | 1u << current);
	all = word->readers | (unsigned)word->writers;
	word->matters = word->writers && (all & (all - 1));
	shared->n_matter += word->matters;
	return word->matters;
}

size_t shared_count(void)
{
	return shared->n_matter;
}
