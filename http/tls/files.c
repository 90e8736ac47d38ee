/* SPDX-License-Identifier: MIT */
/* files.c: see files.h. */
#include "files.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_BYTES (1024 * 1024)
#define YOUNG_SECONDS 2

/* Not a pipe, and nothing that is waited for. */
static int open_regular(const struct qp_file *file, struct stat *seen, struct qp_refusal *refusal)
{
	int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int number = errno;

	if (fd < 0 || fstat(fd, seen) != 0) {
		qp_refuse_errno(refusal, QUIPU_EFILE, fd < 0 ? number : errno, "%.256s",
				file->path);
	} else if (!S_ISREG(seen->st_mode)) {
		qp_refuse(refusal, QUIPU_EFILE, "%.256s: is not a file", file->path);
	} else if (seen->st_size > MOST_BYTES) {
		qp_refuse(refusal, QUIPU_EFILE, "%.256s: is larger than %d bytes", file->path,
			  MOST_BYTES);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* It may have become shorter; what it has grown by is left for the next time. */
static quipu_error read_all(struct qp_file *file, int fd, size_t size, struct qp_refusal *refusal)
{
	ssize_t len = 1;

	file->bytes = malloc(size + 1);
	if (!file->bytes)
		return qp_refuse(refusal, QUIPU_ENOMEM, "%.256s: out of memory", file->path);
	file->len = 0;
	while (len != 0 && file->len < size) {
		len = read(fd, file->bytes + file->len, size - file->len);
		if (len < 0 && errno != EINTR)
			return qp_refuse_errno(refusal, QUIPU_EFILE, errno, "%.256s", file->path);
		file->len += len > 0 ? (size_t)len : 0;
	}
	file->bytes[file->len] = '\0';
	return QUIPU_OK;
}

quipu_error qp_file_read(struct qp_files *files, enum qp_file_role role, struct qp_refusal *refusal)
{
	struct qp_file *file = &files->file[role];
	struct timespec now;
	quipu_error error;
	struct stat seen;
	int fd = open_regular(file, &seen, refusal);

	if (fd < 0)
		return refusal->code;
	clock_gettime(CLOCK_REALTIME, &now);
	file->seen = seen;
	files->again = files->again || now.tv_sec - seen.st_mtim.tv_sec <= YOUNG_SECONDS ||
		       now.tv_sec - seen.st_ctim.tv_sec <= YOUNG_SECONDS;
	error = read_all(file, fd, (size_t)seen.st_size, refusal);
	files->again = files->again || error;
	close(fd);
	return error;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool qp_files_changed(const struct qp_files *files)
{
	static const struct stat nothing;

	for (int role = 0; role < QP_N_FILES; role++) {
		const struct qp_file *file = &files->file[role];
		const struct stat *seen = &file->seen;
		struct stat now;

		if (!file->path)
			continue;
		if (stat(file->path, &now) != 0) {
			if (errno == EPERM)
				return false;
			now = nothing;
		}
		if (now.st_dev != seen->st_dev || now.st_ino != seen->st_ino ||
		    now.st_size != seen->st_size || !same_time(&now.st_mtim, &seen->st_mtim) ||
		    !same_time(&now.st_ctim, &seen->st_ctim))
			return true;
	}
	return files->again;
}

bool qp_files_digest(const struct qp_files *files, unsigned char digest[QP_DIGEST_SIZE])
{
	EVP_MD_CTX *sum = EVP_MD_CTX_new();
	bool good = sum && EVP_DigestInit_ex(sum, EVP_sha256(), NULL);

	for (int role = 0; role < QP_N_FILES && good; role++) {
		const struct qp_file *file = &files->file[role];
		size_t len = file->bytes ? file->len : SIZE_MAX;

		good = EVP_DigestUpdate(sum, &len, sizeof(len)) &&
		       (!file->bytes || EVP_DigestUpdate(sum, file->bytes, file->len));
	}
	good = good && EVP_DigestFinal_ex(sum, digest, NULL);
	EVP_MD_CTX_free(sum);
	return good;
}

void qp_files_drop_bytes(struct qp_files *files)
{
	for (int role = 0; role < QP_N_FILES; role++) {
		struct qp_file *file = &files->file[role];

		if (file->bytes)
			OPENSSL_cleanse(file->bytes, file->len);
		free(file->bytes);
		file->bytes = NULL;
		file->len = 0;
	}
}

void qp_files_free(struct qp_files *files)
{
	qp_files_drop_bytes(files);
	for (int role = 0; role < QP_N_FILES; role++)
		free(files->file[role].path);
	memset(files, 0, sizeof(*files));
}
