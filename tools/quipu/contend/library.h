/* SPDX-License-Identifier: MIT */
/* library.h: where libquipu-contend.so is. */
#ifndef CONTEND_LIBRARY_H
#define CONTEND_LIBRARY_H

/* Its absolute path, to be freed; NULL, told on stderr. */
char *library_find(void);

#endif
