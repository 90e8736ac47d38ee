/* SPDX-License-Identifier: MIT */
/* checker.c: see checker.h. */
#include "checker.h"

#include "counted.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD_SIZE (CRYPT_MAX_PASSPHRASE_SIZE + 1)

enum progress { WAITING, RUNNING, DONE, FORGOTTEN };

struct qp_check {
	struct qp_checker *checker;
	struct qp_check *next;
	enum progress progress;
	bool known; /* the name is a user's */
	bool right;
	void (*wake)(void *);
	void *wake_ctx;
	uint64_t client; /* transport.h; 0: nobody in particular */
	unsigned char mac[QP_MAC_SIZE];
	char hash[QP_HASH_SIZE];
	char password[PASSWORD_SIZE];
};

static void free_check(struct qp_check *check)
{
	OPENSSL_cleanse(check, sizeof(*check));
	free(check);
}

/* --- the thread ------------------------------------------------------------------------------ */

static struct qp_check *pop(struct qp_checker *checker)
{
	struct qp_check *check = checker->first;

	checker->first = check->next;
	if (!checker->first)
		checker->end = &checker->first;
	checker->n_waiting--;
	check->progress = RUNNING;
	return check;
}

/* Runs bcrypt, whose answer has to be the hash again. */
static bool matches(const struct qp_check *check, struct crypt_data *data)
{
	const char *hash = crypt_r(check->password, check->hash, data);

	return hash && strlen(hash) == strlen(check->hash) &&
	       CRYPTO_memcmp(hash, check->hash, strlen(hash)) == 0;
}

/* Without the lock, but where another one has found it out meanwhile. */
static bool find_out(struct qp_checker *checker, struct qp_check *check, struct crypt_data *data)
{
	bool right;

	if (check->known && qp_remembered_has(&checker->remembered, check->mac)) {
		qp_tls_count(checker->known);
		return true;
	}
	pthread_mutex_unlock(&checker->lock);
	memset(data, 0, sizeof(*data));
	right = matches(check, data) && check->known;
	OPENSSL_cleanse(data, sizeof(*data));
	qp_tls_count(checker->hashed);
	pthread_mutex_lock(&checker->lock);
	if (right)
		qp_remembered_add(&checker->remembered, check->mac);
	return right;
}

static void conclude(struct qp_check *check, bool right)
{
	if (check->progress == FORGOTTEN) {
		free_check(check);
		return;
	}
	check->right = right;
	check->progress = DONE;
	check->wake(check->wake_ctx);
}

static void *run(void *arg)
{
	struct qp_checker *checker = arg;

	pthread_setname_np(pthread_self(), "quipu-tls");
	pthread_mutex_lock(&checker->lock);
	while (!checker->stopping) {
		if (checker->first) {
			struct qp_check *check = pop(checker);

			conclude(check, find_out(checker, check, checker->data));
		} else {
			pthread_cond_wait(&checker->work, &checker->lock);
		}
	}
	pthread_mutex_unlock(&checker->lock);
	return NULL;
}

/* Every signal is the program's, but those that a thread brings upon itself. */
static void block_signals(sigset_t *old)
{
	static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT };
	sigset_t all;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&all, own[i]);
	pthread_sigmask(SIG_SETMASK, &all, old);
}

quipu_error qp_checker_start(struct qp_checker *checker, void *owner, uint64_t *hashed,
			     uint64_t *known, struct qp_refusal *refusal)
{
	sigset_t old;
	int number;

	memset(checker, 0, sizeof(*checker));
	checker->end = &checker->first;
	checker->owner = owner;
	checker->hashed = hashed;
	checker->known = known;
	if (!qp_remembered_init(&checker->remembered))
		return qp_refuse_openssl(refusal, "no randomness");
	checker->data = malloc(sizeof(*checker->data));
	if (!checker->data)
		return qp_refuse(refusal, QUIPU_ENOMEM, "out of memory");
	pthread_mutex_init(&checker->lock, NULL);
	pthread_cond_init(&checker->work, NULL);
	block_signals(&old);
	number = pthread_create(&checker->thread, NULL, run, checker);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!number)
		return QUIPU_OK;
	free(checker->data);
	return qp_refuse_errno(refusal, QUIPU_ESYSTEM, number, "cannot start a thread");
}

/* No server uses it any more, so nobody waits. */
void qp_checker_stop(struct qp_checker *checker)
{
	pthread_mutex_lock(&checker->lock);
	checker->stopping = true;
	pthread_cond_signal(&checker->work);
	pthread_mutex_unlock(&checker->lock);
	pthread_join(checker->thread, NULL);
	pthread_cond_destroy(&checker->work);
	pthread_mutex_destroy(&checker->lock);
	qp_remembered_cleanse(&checker->remembered);
	free(checker->data);
}

/* --- asking ---------------------------------------------------------------------------------- */

/* A name or a password that C cannot say in one string is nobody's. */
static bool sayable(const struct qp_credentials *credentials)
{
	return credentials->password_len < PASSWORD_SIZE &&
	       !memchr(credentials->password, 0, credentials->password_len);
}

static struct qp_check *new_check(struct qp_checker *checker, const char *hash, bool known,
				  const struct qp_credentials *credentials)
{
	struct qp_check *check = calloc(1, sizeof(*check));

	if (!check)
		return NULL;
	check->checker = checker;
	check->known = known;
	strcpy(check->hash, hash);
	if (sayable(credentials))
		memcpy(check->password, credentials->password, credentials->password_len);
	return check;
}

/* Lock held. */
static bool is_full(const struct qp_checker *checker, uint64_t client)
{
	unsigned n = 0;

	for (const struct qp_check *check = checker->first; check; check = check->next)
		n += client != 0 && check->client == client;
	return checker->n_waiting == QP_CHECKS_WAITING || n == QP_CHECKS_OF_CLIENT;
}

/* Lock held. */
static enum qp_checked put(struct qp_checker *checker, struct qp_check *check)
{
	if (check->known && qp_remembered_has(&checker->remembered, check->mac)) {
		qp_tls_count(checker->known);
		return QP_CHECK_RIGHT;
	}
	if (is_full(checker, check->client))
		return QP_CHECK_FULL;
	*checker->end = check;
	checker->end = &check->next;
	checker->n_waiting++;
	pthread_cond_signal(&checker->work);
	return QP_CHECK_LATER;
}

enum qp_checked qp_checker_ask(struct qp_checker *checker, const struct qp_settings *settings,
			       const struct qp_credentials *credentials,
			       const quipu_question *question, struct qp_check **check)
{
	const struct qp_web_user *user =
		qp_web_config_user(&settings->web, credentials->name, credentials->name_len);
	const char *hash = user ? user->hash : settings->nobodys;
	struct qp_check *made = new_check(checker, hash, user && sayable(credentials), credentials);
	enum qp_checked answer = QP_CHECK_FULL;

	if (!made)
		return QP_CHECK_FULL;
	made->wake = question->wake;
	made->wake_ctx = question->wake_ctx;
	made->client = question->client;
	if (qp_remembered_mac(&checker->remembered, hash, credentials, made->mac)) {
		pthread_mutex_lock(&checker->lock);
		answer = put(checker, made);
		pthread_mutex_unlock(&checker->lock);
	}
	if (answer == QP_CHECK_LATER)
		*check = made;
	else
		free_check(made);
	return answer;
}

enum qp_checked qp_check_take(struct qp_check *check)
{
	struct qp_checker *checker = check->checker;
	bool done, right;

	pthread_mutex_lock(&checker->lock);
	done = check->progress == DONE;
	right = check->right;
	pthread_mutex_unlock(&checker->lock);
	if (!done)
		return QP_CHECK_LATER;
	free_check(check);
	return right ? QP_CHECK_RIGHT : QP_CHECK_WRONG;
}

void *qp_check_owner(const struct qp_check *check)
{
	return check->checker->owner;
}

static void unlink_waiting(struct qp_checker *checker, struct qp_check *check)
{
	struct qp_check **place = &checker->first;

	while (*place != check)
		place = &(*place)->next;
	*place = check->next;
	if (!check->next)
		checker->end = place;
	checker->n_waiting--;
}

void qp_check_forget(struct qp_check *check)
{
	struct qp_checker *checker = check->checker;
	bool running;

	pthread_mutex_lock(&checker->lock);
	running = check->progress == RUNNING;
	if (running)
		check->progress = FORGOTTEN;
	else if (check->progress == WAITING)
		unlink_waiting(checker, check);
	pthread_mutex_unlock(&checker->lock);
	if (!running)
		free_check(check);
}
