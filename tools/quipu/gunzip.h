/* SPDX-License-Identifier: MIT */
/* gunzip.h: gzip, where zlib was there at build time. */
#ifndef GUNZIP_H
#define GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

extern const bool gunzip_present;

/* All members of a whole gzip file, to be freed; NULL if it is none, or gives more than most,
 * which the length then tells. */
char *gunzip(const char *data, size_t len, size_t most, size_t *plain_len);

#endif
