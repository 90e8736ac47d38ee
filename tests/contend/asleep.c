/* SPDX-License-Identifier: MIT */
/* asleep.c: the state of a thread in /proc (asleep.h). */
#include "asleep.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* 'S' for one that sleeps; '\0' for one that is gone. */
static char state_of(int tid)
{
	char path[64], text[256];
	const char *end;
	size_t n = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "r");
	if (file) {
		n = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[n] = '\0';
	end = strrchr(text, ')');
	return end && end[1] ? end[2] : '\0';
}

bool see_asleep(int tid)
{
	char state;

	while ((state = state_of(tid)) && state != 'S')
		usleep(100);
	return state == 'S';
}

bool see_it_asleep(const int *tid)
{
	int known;

	while (!(known = __atomic_load_n(tid,
					 __ATOMIC_RELAXED))) /* relaxed: nothing comes with it */
		usleep(100);
	return see_asleep(known);
}
