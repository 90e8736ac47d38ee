/* SPDX-License-Identifier: MIT */
/* shared.c: see shared.h. An open-addressing table of words. */
#include "shared.h"

#include "base/cell.h"
#include "explore.h"
#include "memory.h"
#include "thread.h"

#define N_WORDS 8192u
#define EVERYBODY UINT16_MAX /* have written a word that matters */

/* Only words that some thread has written in some schedule are in the table: of the others there
 * are thousands, in every page that is summed. */
struct word {
	uintptr_t key;	   /* the address, in cells of 16 bytes; 0: empty */
	uint32_t schedule; /* of which the two below are */
	uint16_t readers, writers;
};

static struct shared {
	uint32_t schedule;
	size_t n, n_matter;
	struct word words[N_WORDS];
} * shared;

void shared_init(void)
{
	shared = memory_keep(sizeof *shared);
}

void shared_begin(void)
{
	shared->schedule++;
}

/* Where the word is, or would be. */
static struct word *word_at(uintptr_t key)
{
	size_t i = key * 0x9e3779b97f4a7c15u >> 32;

	while (shared->words[i % N_WORDS].key && shared->words[i % N_WORDS].key != key)
		i++;
	return &shared->words[i % N_WORDS];
}

static bool add(struct word *word, uintptr_t key)
{
	if (++shared->n > N_WORDS / 2)
		explore_broken("too many words are written");
	*word = (struct word){ .key = key };
	return true;
}

/* Does it matter now? */
static bool note(struct word *word, enum explore_use use)
{
	uint16_t me = (uint16_t)(1u << current), all;

	if (word->schedule != shared->schedule) {
		word->schedule = shared->schedule;
		word->readers = word->writers = 0;
	}
	if (use == EXPLORE_WRITES)
		word->writers |= me;
	else
		word->readers |= me;
	all = word->readers | word->writers;
	if (!word->writers || !(all & (all - 1)))
		return false;
	word->writers = EVERYBODY;
	shared->n_matter++;
	return true;
}

bool shared_use(const volatile void *at, enum explore_use use)
{
	uintptr_t key = (uintptr_t)at / sizeof(struct qp_cell);
	struct word *word = word_at(key);

	if (word->writers == EVERYBODY)
		return true;
	if (!word->key && (use == EXPLORE_READS || !add(word, key)))
		return false;
	return note(word, use);
}

size_t shared_known(void)
{
	return shared->n + shared->n_matter;
}

size_t shared_count(void)
{
	return shared->n_matter;
}
