/* SPDX-License-Identifier: MIT */
/* tls.c: see quipu/tls.h. */
#include <quipu/tls.h>

#include "checker.h"
#include "counted.h"
#include "reload.h"
#include "tunnel.h"

#include <openssl/ssl.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct quipu_tls {
	/* constant between open and close */
	quipu_transport transport;
	pid_t process; /* in another one nothing of this works */

	unsigned refs; /* atomic: whoever opened it, and servers */
	struct qp_reload reload;
	struct qp_checker checker;

	/* as quipu_tls_stats_t, which says what they are (counted.h) */
	uint64_t handshakes, failed_handshakes, reloads, failed_reloads;
	uint64_t allowed, unauthorized, too_many, unavailable, hashed, remembered;
};

/* Small: see http/fail.c. */
static __thread char last_error[QP_REFUSAL_MAX];

static bool elsewhere(const quipu_tls *tls)
{
	return tls->process != getpid();
}

static void drop(quipu_tls *tls)
{
	/* acq_rel: what others did with it came before it is freed */
	if (elsewhere(tls) || __atomic_sub_fetch(&tls->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	qp_checker_stop(&tls->checker);
	qp_reload_close(&tls->reload);
	free(tls);
}

/* --- the transport --------------------------------------------------------------------------- */

static quipu_error attach(void *ctx)
{
	quipu_tls *tls = ctx;

	if (elsewhere(tls))
		return QUIPU_EOPTION;
	__atomic_fetch_add(&tls->refs, 1, __ATOMIC_RELAXED); /* relaxed: the caller has one */
	return QUIPU_OK;
}

static void detach(void *ctx)
{
	drop(ctx);
}

static void *open_stream(void *ctx, int fd)
{
	quipu_tls *tls = ctx;

	return qp_tunnel_new(qp_reload_current(&tls->reload, NULL), fd, &tls->handshakes,
			     &tls->failed_handshakes);
}

static int verdict(quipu_tls *tls, enum qp_checked checked)
{
	switch (checked) {
	case QP_CHECK_RIGHT:
		qp_tls_count(&tls->allowed);
		return QUIPU_ALLOWED;
	case QP_CHECK_WRONG:
		qp_tls_count(&tls->unauthorized);
		return QUIPU_UNAUTHORIZED;
	case QP_CHECK_FULL:
		qp_tls_count(&tls->unavailable);
		return QUIPU_UNAVAILABLE;
	default:
		return QUIPU_LATER;
	}
}

static enum qp_checked judge(quipu_tls *tls, const struct qp_settings *settings,
			     const quipu_question *question, struct qp_check **check)
{
	struct qp_credentials credentials;
	enum qp_checked checked = QP_CHECK_WRONG;

	if (settings->web.n_users == 0)
		return QP_CHECK_RIGHT;
	if (!question->authorization)
		return QP_CHECK_WRONG;
	if (qp_credentials_read(question->authorization, question->authorization_len, &credentials))
		checked = qp_checker_ask(&tls->checker, settings, &credentials, question, check);
	explicit_bzero(&credentials, sizeof(credentials));
	return checked;
}

static int ask(void *ctx, const quipu_question *question, void **ticket)
{
	quipu_tls *tls = ctx;
	struct qp_check *check = NULL;
	bool allowed;
	struct qp_settings *settings = qp_reload_current(&tls->reload, &allowed);
	enum qp_checked checked = QP_CHECK_WRONG;

	if (allowed)
		checked = judge(tls, settings, question, &check);
	qp_settings_drop(settings);
	if (!allowed) {
		qp_tls_count(&tls->too_many);
		return QUIPU_TOO_MANY;
	}
	*ticket = check;
	return verdict(tls, checked);
}

static int answer(void *ticket)
{
	quipu_tls *tls = qp_check_owner(ticket);

	return verdict(tls, qp_check_take(ticket));
}

static void forget(void *ticket)
{
	qp_check_forget(ticket);
}

static size_t fields(void *ctx, char *to, size_t room)
{
	quipu_tls *tls = ctx;
	struct qp_settings *settings = qp_reload_current(&tls->reload, NULL);
	size_t len = strlen(settings->web.fields);

	len = len <= room ? len : 0;
	memcpy(to, settings->web.fields, len);
	qp_settings_drop(settings);
	return len;
}

static void fill_transport(quipu_tls *tls)
{
	tls->transport = (quipu_transport){
		.size = sizeof(tls->transport),
		.ctx = tls,
		.attach = attach,
		.detach = detach,
		.ask = ask,
		.answer = answer,
		.forget = forget,
		.fields = fields,
	};
	if (!tls->reload.settings->ctx)
		return;
	tls->transport.open = open_stream;
	tls->transport.handshake = qp_tunnel_handshake;
	tls->transport.read = qp_tunnel_read;
	tls->transport.write = qp_tunnel_write;
	tls->transport.pending = qp_tunnel_pending;
	tls->transport.finish = qp_tunnel_finish;
	tls->transport.close = qp_tunnel_free;
}

/* --- the interface --------------------------------------------------------------------------- */

static quipu_error start(quipu_tls *tls, const char *path, struct qp_refusal *refusal)
{
	quipu_error error;

	/* OpenSSL would clean up at exit, under the hands of servers that still run; where the
	 * program has used it before, that is the program's to say */
	OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL);
	error = qp_reload_open(&tls->reload, path, &tls->reloads, &tls->failed_reloads, refusal);
	if (error)
		return error;
	error = qp_checker_start(&tls->checker, tls, &tls->hashed, &tls->remembered, refusal);
	if (error)
		qp_reload_close(&tls->reload);
	return error;
}

quipu_tls *quipu_tls_open(const char *web_config_file, quipu_error *error)
{
	struct qp_refusal refusal = { 0 };
	quipu_tls *tls = calloc(1, sizeof(*tls));

	last_error[0] = '\0';
	if (!tls)
		qp_refuse(&refusal, QUIPU_ENOMEM, "out of memory");
	else if (!web_config_file)
		qp_refuse(&refusal, QUIPU_EOPTION, "the file's name is NULL");
	else
		start(tls, web_config_file, &refusal);
	if (error)
		*error = refusal.code;
	if (refusal.code) {
		strcpy(last_error, refusal.text);
		free(tls);
		return NULL;
	}
	tls->process = getpid();
	tls->refs = 1;
	fill_transport(tls);
	return tls;
}

static quipu_error refuse(void *ctx)
{
	(void)ctx;
	return QUIPU_EOPTION;
}

const quipu_transport *quipu_tls_transport(const quipu_tls *tls)
{
	static const quipu_transport none = { .size = sizeof(none), .attach = refuse };

	return tls ? &tls->transport : &none;
}

void quipu_tls_close(quipu_tls *tls)
{
	if (tls)
		drop(tls);
}

const char *quipu_tls_error(void)
{
	return last_error;
}

static uint64_t is_exposed(const quipu_tls *tls)
{
	quipu_tls *open = (quipu_tls *)tls; /* a lock is taken and given back */
	struct qp_settings *settings = qp_reload_current(&open->reload, NULL);
	bool exposed = settings->exposed_key;

	qp_settings_drop(settings);
	return exposed;
}

static quipu_tls_stats_t read_stats(const quipu_tls *tls)
{
	return (quipu_tls_stats_t){
		.handshakes = qp_tls_figure(&tls->handshakes),
		.failed_handshakes = qp_tls_figure(&tls->failed_handshakes),
		.reloads = qp_tls_figure(&tls->reloads),
		.failed_reloads = qp_tls_figure(&tls->failed_reloads),
		.allowed = qp_tls_figure(&tls->allowed),
		.unauthorized = qp_tls_figure(&tls->unauthorized),
		.too_many = qp_tls_figure(&tls->too_many),
		.unavailable = qp_tls_figure(&tls->unavailable),
		.hashed = qp_tls_figure(&tls->hashed),
		.remembered = qp_tls_figure(&tls->remembered),
		.exposed_key = is_exposed(tls),
	};
}

/* A program built against another header has a shorter or longer struct. */
void quipu_tls_stats(const quipu_tls *tls, quipu_tls_stats_t *out)
{
	quipu_tls_stats_t all = { 0 };
	size_t size = out->size;

	if (tls && !elsewhere(tls))
		all = read_stats(tls);
	all.size = size;
	if (size > sizeof(all))
		memset((char *)out + sizeof(all), 0, size - sizeof(all));
	memcpy(out, &all, size < sizeof(all) ? size : sizeof(all));
}

size_t quipu_tls_reload_error(quipu_tls *tls, char *to, size_t room)
{
	char text[QP_REFUSAL_MAX] = "";

	if (tls && !elsewhere(tls))
		qp_reload_error(&tls->reload, text);
	if (room > 0) {
		to[0] = '\0';
		strncat(to, text, room - 1);
	}
	return room > 0 ? strlen(to) : 0;
}
