/* SPDX-License-Identifier: MIT */
/* pairs.c: see pairs.h. The slow way, for labels of which one needs quotes. */
#include "format/pairs.h"

#include "base/text.h"

char *qp_put_label_name(char *p, quipu_str name)
{
	if (qp_label_name_plain(name.data, name.len))
		return qp_put_str(p, name);
	return qp_put_quoted(p, name);
}

char *qp_put_any_pairs(char *p, const quipu_label_view *labels, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		p = qp_put_label_name(p, labels[i].name);
		*p++ = '=';
		p = qp_put_quoted(p, labels[i].value);
		*p++ = ',';
	}
	return p;
}
