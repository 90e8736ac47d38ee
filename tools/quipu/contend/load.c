/* SPDX-License-Identifier: MIT */
/* load.c: see load.h. */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_BYTES ((size_t)256 << 20)
#define FIRST_BYTES 65536

/* --- bytes ------------------------------------------------------------------------------------ */

static int read_all(int fd, char **bytes, size_t *len)
{
	size_t capacity = 0;
	ssize_t n;

	*len = 0;
	*bytes = NULL;
	do {
		if (*len == capacity) {
			capacity = capacity ? capacity * 2 : FIRST_BYTES;
			if (capacity > MOST_BYTES)
				return EFBIG;
			*bytes = realloc(*bytes, capacity);
		}
		n = *bytes ? read(fd, *bytes + *len, capacity - *len) : -1;
		*len += n > 0 ? (size_t)n : 0;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? errno : 0;
}

/* "-" is standard input. */
static int read_file(const char *path, bool dash, char **bytes, size_t *len)
{
	int fd = dash ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), error;

	*bytes = NULL;
	*len = 0;
	if (fd < 0)
		return errno;
	error = read_all(fd, bytes, len);
	if (!dash)
		close(fd);
	return error;
}

/* --- runs ------------------------------------------------------------------------------------- */

static bool complain(const char *who, const char *path, const char *reason)
{
	if (who)
		fprintf(stderr, "%s: %s: %s\n", who, path, reason);
	return false;
}

bool load_file(struct loaded *loaded, const char *path, const char *who)
{
	struct saved_fault fault;
	char *bytes;
	size_t len;
	int error = read_file(path, strcmp(path, "-") == 0, &bytes, &len);

	if (error) {
		free(bytes);
		return complain(who, path, strerror(error));
	}
	loaded->bytes = qx_grow(loaded->bytes, loaded->n, &loaded->capacity, sizeof(char *));
	loaded->bytes[loaded->n++] = bytes;
	if (saved_read(&loaded->run, bytes, len, &fault))
		return true;
	if (who)
		fprintf(stderr, "%s: %s:%zu:%zu: %s\n", who, path, fault.line, fault.column,
			fault.message);
	return false;
}

void load_free(struct loaded *loaded)
{
	saved_free(&loaded->run);
	for (size_t i = 0; i < loaded->n; i++)
		free(loaded->bytes[i]);
	free(loaded->bytes);
	*loaded = (struct loaded){ .n = 0 };
}
