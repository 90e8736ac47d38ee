/* SPDX-License-Identifier: MIT */
/* hostile.c: saves a run with every byte there is in names and paths. contend_hostile FILE */
#include "made_up.h"

#include "serve/run_file.h"

#include <quipu/contend.h>

#include <stdio.h>

static char every_byte[256];

int main(int argc, char **argv)
{
	const struct qc_totals totals = {
		.calls = { [QC_MUTEX] = UINT64_MAX }, .early = 1, .overflowed = 2, .capacity = 3
	};
	struct qc_site *site;
	int i;

	if (argc < 2)
		return 2;
	for (i = 0; i < 255; i++)
		every_byte[i] = (char)(i + 1);
	made_up_object(0, every_byte, "ab12");
	made_up_object(1, "", "");
	site = made_up_site(QC_RDLOCK, "\"\\\n\xe2\x82\xac\xff", 1, UINT64_MAX);
	made_up_wait(site, 64, 3);
	made_up_wait(site, UINT64_MAX / 8, 1);
	site->busy = 9;
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 0), 65, 1);
	made_up_totals(&totals);
	qc_run_begin();
	qc_run_listens("[::1]:1", "no \"way\"");
	if (quipu_contend_save("/nowhere/at/all") != QUIPU_EFILE)
		return 1;
	return quipu_contend_save(argv[1]) != QUIPU_OK;
}
