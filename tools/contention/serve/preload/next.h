/* SPDX-License-Identifier: MIT */
/*
 * next.h: the functions behind those that the preloaded library has of its own beside the hooks: how a
 * process ends, becomes another program, and gets its second thread.
 *
 * Writers:  the constructor, once, or whoever comes before it; they all store the same.
 * Readers:  any thread, in children that share this memory too: nothing is looked for there.
 * Publication: none needed, a pointer is found or it is looked for.
 * Reclamation: none.
 */
#ifndef QC_NEXT_H
#define QC_NEXT_H

#include <pthread.h>
#include <threads.h>

#define QC_SHOWN __attribute__((visibility("default")))

typedef void qc_exit_function(int status);
typedef void qc_abort_function(void);
typedef int qc_execve_function(const char *path, char *const arguments[],
			       char *const environment[]);
typedef int qc_execv_function(const char *path, char *const arguments[]);
typedef int qc_fexecve_function(int fd, char *const arguments[], char *const environment[]);
typedef int qc_execveat_function(int folder, const char *path, char *const arguments[],
				 char *const environment[], int flags);
typedef int qc_create_function(pthread_t *thread, const pthread_attr_t *attributes,
			       void *(*run)(void *), void *argument);
typedef int qc_thrd_create_function(thrd_t *thread, thrd_start_t run, void *argument);

struct qc_next {
	qc_exit_function *_exit;
	qc_abort_function *abort;
	qc_execve_function *execve, *execvpe;
	qc_execv_function *execv, *execvp;
	qc_fexecve_function *fexecve;
	qc_execveat_function *execveat;
	qc_create_function *pthread_create;
	qc_thrd_create_function *thrd_create;
};

/* Finds them if they are not found yet. */
const struct qc_next *qc_next(void);

#endif
