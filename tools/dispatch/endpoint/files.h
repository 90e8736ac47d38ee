/* SPDX-License-Identifier: MIT */
/* files.h: each call on its way takes an open file. */
#ifndef ENDPOINT_FILES_H
#define ENDPOINT_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* Sees to it that so many connections can be open, raising this process's own limit where that is
 * allowed; *most is how many there can be otherwise. */
bool files_suffice(size_t connections, size_t *most);

#endif
