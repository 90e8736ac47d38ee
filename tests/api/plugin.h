/* SPDX-License-Identifier: MIT */
/* plugin.h: what a plug-in of copies.c offers, whichever copy of the library it has. */
#ifndef QUIPU_TEST_PLUGIN_H
#define QUIPU_TEST_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

/* Adds n to the counter called name of the plug-in's default registry. */
typedef void plugin_add(const char *name, uint64_t n);

/* Writes the plug-in's default registry, NUL-terminated. */
typedef void plugin_write(char *text, size_t size);

#endif
