/* SPDX-License-Identifier: MIT */
/* findings.c: messages for a terminal: what the input says must not command it. */
#include "findings.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

void qx_find(struct qx_findings *findings, struct qx_arena *arena, size_t offset,
	     const char *format, va_list arguments)
{
	char message[1024];
	struct qx_finding *finding;

	if (findings->n++ >= QX_FINDINGS_KEPT)
		return;
	vsnprintf(message, sizeof(message), format, arguments);
	qx_defuse(message, strlen(message));
	finding = &findings->kept[findings->n_kept++];
	finding->offset = offset;
	finding->message = qx_take_copy(arena, message, strlen(message));
}

/* Insertion keeps equals in order, and the findings are nearly sorted already. */
void qx_findings_sort(struct qx_findings *findings)
{
	for (size_t i = 1; i < findings->n_kept; i++) {
		struct qx_finding moving = findings->kept[i];
		size_t j = i;

		for (; j > 0 && findings->kept[j - 1].offset > moving.offset; j--)
			findings->kept[j] = findings->kept[j - 1];
		findings->kept[j] = moving;
	}
}
