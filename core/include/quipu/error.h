/* SPDX-License-Identifier: MIT */
/*
 * error.h: every way quipu can say no, once.
 *
 * The list below makes the constants, quipu_strerror and the manual. An error
 * never costs a recorded value: creation that fails hands out the zero handle
 * (a valid sink) and the registry keeps the first error until it is asked.
 */
#ifndef QUIPU_ERROR_H
#define QUIPU_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, text) */
#define QUIPU_ERROR_MAP(X)                                                                         \
	X(OK, "no error")                                                                          \
	X(END, "nothing more to read")                                                             \
	X(EAGAIN, "not ready yet, ask again")                                                      \
	X(EBUSY, "too many snapshots are open")                                                    \
	X(ENOMEM, "out of memory")                                                                 \
	X(ENAME, "invalid metric name")                                                            \
	X(EHELP, "invalid help text")                                                              \
	X(EUNIT, "invalid unit")                                                                   \
	X(ELABEL, "invalid label name")                                                            \
	X(EVALUE, "invalid label value")                                                           \
	X(EBOUNDS, "invalid histogram bounds")                                                     \
	X(EOPTION, "invalid option")                                                               \
	X(EDUPLICATE, "name already registered")                                                   \
	X(EARITY, "wrong number of label values")                                                  \
	X(ENULL, "label value is NULL")                                                            \
	X(ESCHEMA, "label set differs from the family's labels")                                   \
	X(EFULL, "family is full: new label sets go to its overflow series")                       \
	X(ESLOTS, "slot space is full")                                                            \
	X(EGONE, "unregistered, or its parent's before a fork")                                    \
	X(EREFUSED, "value refused (NaN, or negative for a counter)")                              \
	X(ELATE, "callback missed the scrape's deadline")                                          \
	X(EADDRESS, "invalid listen address")                                                      \
	X(ELISTEN, "cannot listen on the address")                                                 \
	X(ESYSTEM, "system call failed")                                                           \
	X(EFILE, "cannot read or write the file")                                                  \
	X(ESINK, "sink refused the data")

enum {
#define QUIPU_PRIV_ERROR_ENUM(name, text) QUIPU_##name,
	QUIPU_ERROR_MAP(QUIPU_PRIV_ERROR_ENUM)
#undef QUIPU_PRIV_ERROR_ENUM
		QUIPU_N_ERRORS
};

/* One of the constants above. A plain int, so that it crosses language borders. */
typedef int quipu_error;

/*
 * The text of an error; never NULL, static storage.
 * Threads: any. Cost: a table look-up. Fails: an unknown number gives "unknown error".
 */
const char *quipu_strerror(quipu_error error);

#ifdef __cplusplus
}
#endif
#endif
