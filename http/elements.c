/* SPDX-License-Identifier: MIT */
/* elements.c: see elements.h. */
#include "elements.h"

#include <string.h>

/* How far the separator is, or the end. A quote that is never closed reaches to the end. */
static size_t piece_len(struct qp_words list, char separator)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < list.len; i++) {
		char c = list.text[i];

		if (c == '"')
			quoted = !quoted;
		else if (quoted && c == '\\')
			i++;
		else if (!quoted && c == separator)
			break;
	}
	return i < list.len ? i : list.len;
}

/* Takes a piece and the separator behind it off the front. */
static struct qp_words take(struct qp_words *list, char separator)
{
	size_t len = piece_len(*list, separator);
	struct qp_words piece = qp_trim(list->text, len);
	size_t used = len < list->len ? len + 1 : len;

	list->text += used;
	list->len -= used;
	return piece;
}

bool qp_param_next(struct qp_words *params, struct qp_param *param)
{
	while (params->len > 0) {
		struct qp_words rest = take(params, ';');

		if (rest.len == 0)
			continue;
		param->name = take(&rest, '=');
		param->value = qp_trim(rest.text, rest.len);
		return true;
	}
	return false;
}

static bool is_quoted(struct qp_words value)
{
	return value.len >= 2 && value.text[0] == '"' && value.text[value.len - 1] == '"';
}

bool qp_param_says(const struct qp_param *param, const char *said)
{
	struct qp_words value = param->value;
	bool quoted = is_quoted(value);
	size_t i = quoted, end = value.len - quoted;

	for (; i < end && *said; i++, said++) {
		if (quoted && value.text[i] == '\\' && i + 1 < end)
			i++;
		if (value.text[i] != *said)
			return false;
	}
	return i == end && *said == '\0';
}

/* A decimal number from 0 to 1, in millionths; anything else is 0. */
static unsigned read_weight(struct qp_words value)
{
	unsigned whole = 0, part = 0, place = QP_WEIGHT_ONE;
	bool fraction = false;

	if (is_quoted(value))
		value = (struct qp_words){ value.text + 1, value.len - 2 };
	for (size_t i = 0; i < value.len; i++) {
		unsigned digit = (unsigned)value.text[i] - '0';

		if (value.text[i] == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (digit > 9)
			return 0;
		if (fraction)
			part += (place /= 10) * digit;
		else if ((whole = whole * 10 + digit) > 1)
			return 0;
	}
	whole = whole * QP_WEIGHT_ONE + part;
	return whole <= QP_WEIGHT_ONE ? whole : 0;
}

static unsigned weight_of(struct qp_words params)
{
	struct qp_param param;
	unsigned weight = QP_WEIGHT_ONE;

	while (qp_param_next(&params, &param)) {
		if (qp_same_word(param.name.text, param.name.len, "q"))
			weight = read_weight(param.value);
	}
	return weight;
}

bool qp_element_next(struct qp_words *list, struct qp_element *element)
{
	while (list->len > 0) {
		struct qp_words rest = take(list, ',');

		if (rest.len == 0)
			continue;
		element->value = take(&rest, ';');
		element->params = rest;
		element->weight = weight_of(rest);
		return true;
	}
	return false;
}
