/* SPDX-License-Identifier: MIT */
/*
 * v6_locale.c: a locale with a decimal comma, and one that changes in the middle of scrapes.
 *
 * V6, P7: every format gives the same bytes in any locale: of a registry made before, of one that
 * is made in it, and while another thread changes the locale all the time. The locale is made here,
 * as a machine may have none with a comma.
 */
#include "everything.h"

#include "torture.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct torture defaults = {
	.name = "locale",
	.promises = "P7 V6: any locale, and one that changes",
	.count = 100, /* scrapes in every format */
};

static char folder[] = "/tmp/quipu-locale-XXXXXX";

static void make_locale(void)
{
	char text[512];
	FILE *file;

	if (!mkdtemp(folder))
		torture_broken("no temporary folder");
	snprintf(text, sizeof text, "%s/source", folder);
	file = fopen(text, "w");
	if (!file)
		torture_broken("cannot write %s", text);
	fputs("comment_char %\nescape_char /\nLC_NUMERIC\ndecimal_point \",\"\n"
	      "thousands_sep \".\"\ngrouping 3;3\nEND LC_NUMERIC\n",
	      file);
	fclose(file);
	/* it complains of the categories left out, and still writes the one that matters */
	snprintf(text, sizeof text,
		 "localedef --force --quiet --no-archive -i %s/source %s/comma >/dev/null 2>&1",
		 folder, folder);
	(void)!system(text);
	setenv("LOCPATH", folder, 1);
}

static void set_comma(void)
{
	char text[8];

	if (!setlocale(LC_NUMERIC, "comma"))
		torture_broken("no locale was made (localedef: Debian's locales, libc-bin)");
	snprintf(text, sizeof text, "%.1f", 0.5);
	if (strcmp(text, "0,5") != 0)
		torture_broken("the locale is not in force");
}

static void *change(void *arg)
{
	(void)arg;
	while (!torture_stopped()) {
		setlocale(LC_NUMERIC, "comma");
		torture_sleep_us(20);
		setlocale(LC_NUMERIC, "C");
		torture_sleep_us(20);
	}
	return NULL;
}

static void expect_same(const struct references *references, quipu_registry *registry, int same,
			const char *when)
{
	const char *differs = everything_differs(references, registry, same);

	TORTURE_CHECK("P7", !differs, "%s differs %s", differs, when);
}

static void check_changing(const struct references *references, quipu_registry *registry)
{
	pthread_t thread = torture_spawn(change, NULL);
	uint64_t i;

	for (i = 0; i < torture.count; i++)
		expect_same(references, registry, 1, "while the locale changes");
	torture_stop();
	torture_join(thread);
}

static void remove_locale(void)
{
	char text[128];

	setlocale(LC_NUMERIC, "C");
	snprintf(text, sizeof text, "rm -rf %s", folder);
	if (system(text) != 0)
		torture_broken("%s", text);
}

int main(int argc, char **argv)
{
	quipu_registry *before, *within;
	struct references *references;

	torture_begin(&defaults, argc, argv);
	unsetenv("LC_ALL");
	before = everything_new();
	references = everything_keep(before);
	make_locale();
	set_comma();
	within = everything_new();
	expect_same(references, before, 1, "with a decimal comma");
	expect_same(references, within, 0, "where it was made with a decimal comma");
	check_changing(references, before);
	quipu_registry_free(within);
	quipu_registry_free(before);
	everything_forget(references);
	remove_locale();
	return torture_end("%llu scrapes of every format", (unsigned long long)torture.count);
}
