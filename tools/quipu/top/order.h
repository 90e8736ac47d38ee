/* SPDX-License-Identifier: MIT */
/* order.h: which families and series are listed, and in which order. */
#ifndef TOP_ORDER_H
#define TOP_ORDER_H

#include "store.h"

enum order { ORDER_NAME, ORDER_RATE, ORDER_CHANGE, ORDER_SERIES, ORDERS };

/* "name", "rate", "change", "series". */
const char *order_word(enum order order);
bool order_find(const char *word, enum order *order);

/* Names upwards, numbers downwards with the largest first; reversed turns that round. What has no
 * number comes last. Of series, ORDER_SERIES is by value. */
void order_families(struct family **families, size_t n, enum order order, bool reversed);
void order_series(struct series **series, size_t n, enum order order, bool reversed);

/* Every word of the filter is somewhere in the name or the help, or in a label's name or value;
 * capital or not. */
bool filter_family(const char *filter, const struct family *family);
bool filter_series(const char *filter, const struct series *series);

/* A word of the filter in a text of any bytes. */
bool filter_text(const char *filter, struct qx_text text);

#endif
