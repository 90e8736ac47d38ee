/* SPDX-License-Identifier: MIT */
/* transfer.c: drives a handle of libcurl's, and judges what came of it. */
#include "transfer.h"

#include "cost.h"
#include "count.h"
#include "retry_after.h"
#include "span.h"

#include "../clock.h"

#include <strings.h>

#define MOST_WHOLE ((size_t)16 << 20)
#define MOST_REFUSAL ((size_t)64 << 10)
#define AGENT "quipu-dispatch"

/* --- fields ------------------------------------------------------------------------------- */

static bool add_field(struct curl_slist **fields, const char *text)
{
	struct curl_slist *longer = curl_slist_append(*fields, text);

	if (longer)
		*fields = longer;
	return longer != NULL;
}

struct curl_slist *transfer_fields(const struct key *key)
{
	struct curl_slist *fields = NULL;

	/* without Expect the body of a long prompt does not wait for leave to come */
	if (add_field(&fields, "Content-Type: application/json") && add_field(&fields, "Expect:") &&
	    (!key_there(key) || add_field(&fields, key->field)))
		return fields;
	transfer_fields_free(fields);
	return NULL;
}

void transfer_fields_free(struct curl_slist *fields)
{
	struct curl_slist *field;

	for (field = fields; field; field = field->next)
		explicit_bzero(field->data, strlen(field->data));
	curl_slist_free_all(fields);
}

/* --- what comes in ------------------------------------------------------------------------ */

static bool fine(long status)
{
	return status >= 200 && status <= 299;
}

static long status_of(const struct transfer *transfer)
{
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static enum transfer_body body_kind(const struct transfer *transfer)
{
	const char *type = NULL;

	if (!fine(status_of(transfer)))
		return TRANSFER_REFUSED;
	curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
	if (type && !strncasecmp(type, "text/event-stream", 17))
		return TRANSFER_EVENTS;
	if (transfer->plan->options->no_stream ||
	    (type && !strncasecmp(type, "application/json", 16)))
		return TRANSFER_WHOLE;
	return TRANSFER_EVENTS;
}

static void event_came(void *context, const char *data, size_t len)
{
	struct transfer *transfer = context;
	bool content = reply_chunk(&transfer->reply, data, len);
	uint64_t now = clock_now();

	if (content) {
		quipu_llm_chunk_at(&transfer->call, now);
		if (!transfer->first_ns)
			transfer->first_ns = now;
	}
	if (transfer->reply.done && !transfer->done_ns)
		transfer->done_ns = now;
}

/* Whether to go on; after something malformed there is no sense in it. */
static bool body_came(struct transfer *transfer, const char *data, size_t len)
{
	if (transfer->kind == TRANSFER_UNKNOWN)
		transfer->kind = body_kind(transfer);
	switch (transfer->kind) {
	case TRANSFER_EVENTS:
		if (!sse_feed(&transfer->sse, data, len))
			transfer->reply.malformed = true;
		return !transfer->reply.malformed;
	case TRANSFER_REFUSED: /* a page without end says no more than its beginning */
		transfer->body.most = MOST_REFUSAL;
		buffer_add(&transfer->body, data, len);
		return true;
	default:
		transfer->body.most = MOST_WHOLE;
		transfer->reply.malformed = !buffer_add(&transfer->body, data, len);
		return !transfer->reply.malformed;
	}
}

static size_t on_body(char *data, size_t size, size_t n, void *context)
{
	return body_came(context, data, size * n) ? size * n : 0;
}

static size_t on_field(char *data, size_t size, size_t n, void *context)
{
	static const char name[] = "retry-after:";
	struct transfer *transfer = context;
	size_t len = size * n, skip = sizeof name - 1;

	if (len > skip && !strncasecmp(data, name, skip))
		transfer->has_retry_after = retry_after_parse(data + skip, len - skip, time(NULL),
							      &transfer->retry_after_ns);
	return len;
}

/* libcurl sends a request again by itself where a connection that it had kept turns out to be closed.
 * What is measured is one attempt: a second one is the dispatcher's business. */
static int on_send(void *context, char *address, char *own_address, int port, int own_port)
{
	struct transfer *transfer = context;
	bool first = !transfer->sent;

	(void)address;
	(void)own_address;
	(void)port;
	(void)own_port;
	transfer->sent = true;
	return first ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* --- the beginning ------------------------------------------------------------------------ */

static long milliseconds(double seconds)
{
	return seconds * 1000 < 1 ? 1 : (long)(seconds * 1000);
}

/* The system's certificates may be in a file, in a directory, or in both. */
static void trust_only(CURL *easy, const char *file)
{
	curl_easy_setopt(easy, CURLOPT_CAINFO, file);
	curl_easy_setopt(easy, CURLOPT_CAPATH, (char *)NULL);
}

/* Breaking a call off does not wait for a name server. */
static void leave_quickly(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075700 /* 7.87 */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
	(void)easy;
#endif
}

/* Nothing but what we know is asked of anybody: no redirects, which could take the key elsewhere,
 * no other protocols, no proxy between us and this machine. */
static void set_limits(CURL *easy, const struct plan *plan)
{
	const struct options_endpoint *options = plan->options;

	curl_easy_setopt(easy, CURLOPT_URL, plan->target.url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, AGENT);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(options->timeout));
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options->connect_timeout));
	if (plan->target.loopback)
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
	if (options->ca_file)
		trust_only(easy, options->ca_file);
}

static bool open_handle(struct transfer *transfer)
{
	if (transfer->easy)
		return true;
	transfer->easy = curl_easy_init();
	if (!transfer->easy)
		return false;
	set_limits(transfer->easy, transfer->plan);
	leave_quickly(transfer->easy);
	curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(transfer->easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(transfer->easy, CURLOPT_HEADERFUNCTION, on_field);
	curl_easy_setopt(transfer->easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(transfer->easy, CURLOPT_PREREQFUNCTION, on_send);
	curl_easy_setopt(transfer->easy, CURLOPT_PREREQDATA, transfer);
	return true;
}

static void forget_answer(struct transfer *transfer)
{
	transfer->first_ns = transfer->done_ns = 0;
	transfer->sent = transfer->has_retry_after = false;
	transfer->kind = TRANSFER_UNKNOWN;
	transfer->reply = (struct reply){ 0 };
	buffer_clear(&transfer->body);
	sse_begin(&transfer->sse, event_came, transfer);
}

bool transfer_begin(struct transfer *transfer, const struct buffer *request,
		    const struct curl_slist *fields)
{
	if (!open_handle(transfer))
		return false;
	forget_answer(transfer);
	curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, fields);
	curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, request->data);
	curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE, (long)request->len);
	if (curl_multi_add_handle(transfer->multi, transfer->easy) != CURLM_OK)
		return false;
	transfer->busy = true;
	transfer->began_ns = clock_now();
	quipu_llm_begin_at(&transfer->call, transfer->route->kit, transfer->began_ns);
	count_add(&transfer->score->sent, 1);
	return true;
}

/* --- the end ------------------------------------------------------------------------------ */

/* What the way there and back says. OK: it is up to the answer. */
static quipu_llm_error judge_way(CURLcode code)
{
	switch (code) {
	case CURLE_OK:
	case CURLE_WRITE_ERROR: /* we broke it off */
		return QUIPU_LLM_OK;
	case CURLE_OPERATION_TIMEDOUT:
		return QUIPU_LLM_TIMEOUT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_PEER_FAILED_VERIFICATION:
		return QUIPU_LLM_TLS;
	case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9 among them */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		return QUIPU_LLM_MALFORMED;
	case CURLE_OUT_OF_MEMORY:
		return QUIPU_LLM_OTHER;
	default:
		return QUIPU_LLM_NETWORK;
	}
}

static quipu_llm_error judge(struct transfer *transfer, CURLcode code)
{
	quipu_llm_error way = judge_way(code);
	long status = status_of(transfer);

	if (transfer->kind == TRANSFER_WHOLE && !transfer->reply.malformed && way == QUIPU_LLM_OK)
		reply_whole(&transfer->reply, transfer->body.data, transfer->body.len);
	if (transfer->kind == TRANSFER_REFUSED)
		reply_whole(&transfer->reply, transfer->body.data, transfer->body.len);
	if (way == QUIPU_LLM_OK || (status && !fine(status)) || transfer->reply.done)
		return reply_judge(&transfer->reply, (int)status);
	return way == QUIPU_LLM_NETWORK && fine(status) ? QUIPU_LLM_BROKEN_STREAM : way;
}

/* A stream that began and did not end by itself: who ended it? Until its request is sent the status
 * is that of the one before. */
static void record_abort(const struct transfer *transfer, quipu_llm_error error)
{
	bool streaming = transfer->kind == TRANSFER_EVENTS ||
			 (transfer->kind == TRANSFER_UNKNOWN && fine(status_of(transfer)) &&
			  !transfer->plan->options->no_stream);

	if (!transfer->sent || !streaming || transfer->reply.done)
		return;
	if (error == QUIPU_LLM_CANCELLED || error == QUIPU_LLM_TIMEOUT ||
	    error == QUIPU_LLM_MALFORMED)
		quipu_llm_stream_aborted(transfer->route->kit, QUIPU_LLM_BY_CLIENT);
	else
		quipu_llm_stream_aborted(transfer->route->kit, QUIPU_LLM_BY_UPSTREAM);
}

static void record_usage(struct transfer *transfer, quipu_llm_error error, uint64_t now)
{
	const struct reply *reply = &transfer->reply;
	const struct options_endpoint *options = transfer->plan->options;
	uint64_t cost = cost_microdollars(reply->input, options->price_input, reply->output,
					  options->price_output, &transfer->score->cost_rest);

	quipu_llm_end_at(&transfer->call, error,
			 QUIPU_LLM_USAGE(.input = reply->input, .output = reply->output,
					 .cache_read = reply->cache_read,
					 .cache_write = reply->cache_write,
					 .reasoning = reply->reasoning, .cost_microdollars = cost),
			 now);
	count_add(&transfer->score->input, reply->input);
	count_add(&transfer->score->output, reply->output);
	count_add(&transfer->score->microdollars, cost);
}

static void record_times(struct transfer *transfer, quipu_llm_error error, uint64_t now)
{
	count_add(&transfer->score->attempts[error], 1);
	if (transfer->first_ns)
		spread_add(&transfer->score->first, transfer->first_ns - transfer->began_ns);
	if (error == QUIPU_LLM_OK)
		spread_add(&transfer->score->duration, now - transfer->began_ns);
	if (error == QUIPU_LLM_OK && !transfer->reply.has_usage)
		count_add(&transfer->score->without_usage, 1);
}

static void record(struct transfer *transfer, quipu_llm_error error)
{
	uint64_t now = transfer->done_ns ? transfer->done_ns : clock_now();

	if (transfer->reply.has_usage)
		record_usage(transfer, error, now);
	else
		quipu_llm_end_at(&transfer->call, error, NULL, now);
	if (error == QUIPU_LLM_RATE_LIMITED)
		quipu_llm_rate_limited(transfer->route->kit, QUIPU_LLM_HTTP_429);
	if (error != QUIPU_LLM_OK)
		record_abort(transfer, error);
	record_times(transfer, error, now);
}

quipu_llm_error transfer_end(struct transfer *transfer, CURLcode code)
{
	quipu_llm_error error = judge(transfer, code);

	record(transfer, error);
	curl_multi_remove_handle(transfer->multi, transfer->easy);
	transfer->busy = false;
	return error;
}

quipu_llm_error transfer_cancel(struct transfer *transfer)
{
	quipu_llm_error error = QUIPU_LLM_CANCELLED;

	if (transfer->reply.done)
		error = reply_judge(&transfer->reply, (int)status_of(transfer));
	record(transfer, error);
	curl_multi_remove_handle(transfer->multi, transfer->easy);
	transfer->busy = false;
	return error;
}

void transfer_free(struct transfer *transfer)
{
	if (transfer->easy)
		curl_easy_cleanup(transfer->easy);
	sse_free(&transfer->sse);
	buffer_free(&transfer->body);
}
