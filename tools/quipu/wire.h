/* SPDX-License-Identifier: MIT */
/* wire.h: protocol buffers, one field at a time. */
#ifndef QX_WIRE_H
#define QX_WIRE_H

#include "text.h"

enum qx_wire_type { QX_WIRE_VARINT = 0, QX_WIRE_64 = 1, QX_WIRE_BYTES = 2, QX_WIRE_32 = 5 };

struct qx_field {
	uint64_t number;
	enum qx_wire_type type;
	uint64_t bits;	      /* varint, 64, 32 */
	struct qx_text bytes; /* bytes; for the others what they take */
};

/* Both pass what they read; false if the bytes end too soon or are malformed. */
bool qx_wire_varint(struct qx_text *rest, uint64_t *value);
bool qx_wire_field(struct qx_text *rest, struct qx_field *field);

int64_t qx_wire_zigzag(uint64_t bits);
double qx_wire_double(uint64_t bits);

/* The next 8 bytes of a packed list. */
bool qx_wire_fixed(struct qx_text *rest, size_t len, uint64_t *bits);

#endif
