/* SPDX-License-Identifier: MIT */
/* wire.c: varints and tags. */
#include "wire.h"

#include <string.h>

bool qx_wire_varint(struct qx_text *rest, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; shift < 64 && rest->len > 0; shift += 7) {
		unsigned char byte = (unsigned char)*rest->data;

		rest->data++;
		rest->len--;
		if (shift == 63 && byte > 1)
			return false;
		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

bool qx_wire_fixed(struct qx_text *rest, size_t len, uint64_t *bits)
{
	*bits = 0;
	if (rest->len < len)
		return false;
	for (size_t i = 0; i < len; i++)
		*bits |= (uint64_t)(unsigned char)rest->data[i] << 8 * i;
	rest->data += len;
	rest->len -= len;
	return true;
}

static bool take_bytes(struct qx_text *rest, struct qx_text *bytes)
{
	uint64_t len;

	if (!qx_wire_varint(rest, &len) || len > rest->len)
		return false;
	*bytes = (struct qx_text){ rest->data, (size_t)len };
	rest->data += len;
	rest->len -= (size_t)len;
	return true;
}

static bool take_value(struct qx_text *rest, struct qx_field *field)
{
	switch (field->type) {
	case QX_WIRE_VARINT:
		return qx_wire_varint(rest, &field->bits);
	case QX_WIRE_64:
		return qx_wire_fixed(rest, 8, &field->bits);
	case QX_WIRE_32:
		return qx_wire_fixed(rest, 4, &field->bits);
	case QX_WIRE_BYTES:
		return take_bytes(rest, &field->bytes);
	}
	return false; /* groups, which nobody writes */
}

bool qx_wire_field(struct qx_text *rest, struct qx_field *field)
{
	const char *start;
	uint64_t tag;

	if (!qx_wire_varint(rest, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff)
		return false;
	field->number = tag >> 3;
	field->type = (enum qx_wire_type)(tag & 7);
	start = rest->data;
	if (!take_value(rest, field))
		return false;
	if (field->type != QX_WIRE_BYTES)
		field->bytes = (struct qx_text){ start, (size_t)(rest->data - start) };
	return true;
}

int64_t qx_wire_zigzag(uint64_t bits)
{
	return (int64_t)(bits >> 1 ^ (~(bits & 1) + 1));
}

double qx_wire_double(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}
