/* SPDX-License-Identifier: MIT */
/*
 * wire.h: the encoding of protocol buffers: varints, fixed 64-bit values, and messages and
 * texts with their length in front. Every function returns the place after the last byte
 * written; the caller has made room.
 */
#ifndef QP_FORMAT_WIRE_H
#define QP_FORMAT_WIRE_H

#include "format/escape.h"

#include <endian.h>

#define QP_VARINT_BYTES 10

/* How a field's number and type stand before its value. */
#define QP_TAG_VARINT(field) ((field) << 3)
#define QP_TAG_FIXED64(field) ((field) << 3 | 1)
#define QP_TAG_BYTES(field) ((field) << 3 | 2)

static inline char *qp_put_varint(char *p, uint64_t value)
{
	while (value >= 0x80) {
		*p++ = (char)(value | 0x80);
		value >>= 7;
	}
	*p++ = (char)value;
	return p;
}

/* From 2^28 to 2^35 - 1, which takes five bytes: no loop. Writes eight. */
static inline char *qp_put_varint_5(char *p, uint64_t value)
{
	uint64_t spread = (value & 0x7f) | (value & (0x7f << 7)) << 1 |
			  (value & (0x7f << 14)) << 2 | (value & (0x7f << 21)) << 3 |
			  (value >> 28) << 32;

	qp_store8(p, htole64(spread | UINT64_C(0x80808080)));
	return p + 5;
}

/* Signed numbers in the order 0, -1, 1, -2, … */
static inline uint64_t qp_zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

static inline char *qp_put_field(char *p, unsigned field, uint64_t value)
{
	p = qp_put_varint(p, QP_TAG_VARINT(field));
	return qp_put_varint(p, value);
}

/* All NaNs are one: a particular one means that a series has ended. */
static inline char *qp_put_field_double(char *p, unsigned field, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	if ((bits & INT64_MAX) > UINT64_C(0x7ff) << 52)
		bits = UINT64_C(0x7ff8) << 48;
	p = qp_put_varint(p, QP_TAG_FIXED64(field));
	qp_store8(p, htole64(bits));
	return p + 8;
}

static inline char *qp_put_field_text(char *p, unsigned field, quipu_str text)
{
	p = qp_put_varint(p, QP_TAG_BYTES(field));
	p = qp_put_varint(p, text.len);
	return qp_put_str(p, text);
}

/*
 * A message whose length is not known before it is written: qp_open leaves some bytes for the
 * length, and qp_close moves the message where that was the wrong number.
 */
static inline char *qp_open(char *p, unsigned field, size_t left)
{
	return qp_put_varint(p, QP_TAG_BYTES(field)) + left;
}

static inline size_t qp_varint_bytes(uint64_t value)
{
	return (size_t)(63 - __builtin_clzll(value | 1)) / 7 + 1;
}

/* message is what qp_open returned, p where it ends, left as for qp_open. */
static inline char *qp_close(char *message, char *p, size_t left)
{
	size_t len = (size_t)(p - message), bytes = qp_varint_bytes(len);

	if (bytes != left)
		memmove(message - left + bytes, message, len);
	qp_put_varint(message - left, len);
	return message - left + bytes + len;
}

#endif
