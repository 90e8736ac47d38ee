/* SPDX-License-Identifier: MIT */
/* transfer_test.c: attempts that are broken off early: before anything is sent, or while a name is
 * looked up. */
#include "endpoint/transfer.h"

#include "llm/opened.h"

#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <unistd.h>

#define DEADLINE_MS 60000

static struct options_endpoint options;
static struct plan plan;
static struct score score;
static struct transfer transfer;
static struct curl_slist *fields;
static struct buffer request = { .data = (char[]){ "{}" }, .len = 2, .most = 2 };

/* --- name servers that do not answer ------------------------------------------------------- */

static int asked[2], release[2]; /* pipes: a name is asked for; the answer may come */
static atomic_bool answered;

/* Takes the place of the C library's, which libcurl calls in a thread of its own. */
int getaddrinfo(const char *restrict node, const char *restrict service,
		const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
	struct pollfd wait = { .fd = release[0], .events = POLLIN };

	(void)node;
	(void)service;
	(void)hints;
	*found = NULL;
	close(asked[1]);
	poll(&wait, 1, DEADLINE_MS);
	atomic_store(&answered, true);
	return EAI_AGAIN;
}

/* --- a transfer ------------------------------------------------------------------------------ */

static void open_transfer(const char *url)
{
	open_kit();
	options = (struct options_endpoint){ .timeout = 300, .connect_timeout = 300 };
	plan.options = &options;
	plan.route[0].kit = route;
	cr_assert_null(target_parse(url, &plan.target));
	curl_global_init(CURL_GLOBAL_DEFAULT);
	fields = transfer_fields(&(struct key){ "" });
	transfer = (struct transfer){
		.plan = &plan, .multi = curl_multi_init(), .route = &plan.route[0], .score = &score
	};
}

static void close_transfer(void)
{
	transfer_free(&transfer);
	curl_multi_cleanup(transfer.multi);
	transfer_fields_free(fields);
	curl_global_cleanup();
	close_kit();
}

static void begin(void)
{
	cr_assert(transfer_begin(&transfer, &request, fields));
}

Test(transfer, does_not_wait_for_a_name)
{
	struct pollfd is_asked = { 0 };
	int running;

#if LIBCURL_VERSION_NUM < 0x075700
	cr_skip_test("this libcurl waits for names: 7.87 does not");
#endif
	cr_assert(!pipe(asked) && !pipe(release));
	open_transfer("http://slow.example/");
	begin();
	curl_multi_perform(transfer.multi, &running);
	is_asked = (struct pollfd){ .fd = asked[0], .events = POLLIN };
	cr_assert_eq(poll(&is_asked, 1, DEADLINE_MS), 1);
	cr_assert_eq(transfer_cancel(&transfer), QUIPU_LLM_CANCELLED);
	cr_assert_not(atomic_load(&answered), "it waited for the name");
	close(release[1]);
	close_transfer();
}

/* --- a server for one answer ----------------------------------------------------------------- */

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
			     "Content-Length: 14\r\n\r\ndata: [DONE]\n\n";

static void *serve(void *listener)
{
	int client = accept(*(int *)listener, NULL, NULL);
	char text[4096];
	ssize_t len, all = 0;

	do {
		len = read(client, text + all, sizeof text - (size_t)all);
		all += len;
	} while (len > 0 && !memmem(text, (size_t)all, "\r\n\r\n{}", 6));
	send(client, answer, sizeof answer - 1, MSG_NOSIGNAL);
	return (void *)(intptr_t)client;
}

static int listen_somewhere(char *url, size_t size)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof address;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	cr_assert(!bind(listener, (struct sockaddr *)&address, len) && !listen(listener, 1));
	getsockname(listener, (struct sockaddr *)&address, &len);
	snprintf(url, size, "http://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
	return listener;
}

/* Until it has ended. */
static void carry_out(void)
{
	CURLMsg *message = NULL;
	int running, left;

	begin();
	while (!message) {
		curl_multi_perform(transfer.multi, &running);
		message = curl_multi_info_read(transfer.multi, &left);
		if (!message)
			curl_multi_poll(transfer.multi, NULL, 0, 1000, NULL);
	}
	cr_assert_eq(transfer_end(&transfer, message->data.result), QUIPU_LLM_OK);
}

static uint64_t stream_aborts(void)
{
	struct qt_exposition *shown = exposed(registry);
	uint64_t sum = qt_sum_u64(shown, "llm_stream_aborts_total", NULL);

	qt_free(shown);
	return sum;
}

/* The handle still has the status of the attempt before. */
Test(transfer, nothing_sent_nothing_aborted)
{
	char url[64];
	int listener = listen_somewhere(url, sizeof url);
	pthread_t server;
	void *client;

	open_transfer(url);
	cr_assert(!pthread_create(&server, NULL, serve, &listener));
	carry_out();
	begin();
	cr_assert_eq(transfer_cancel(&transfer), QUIPU_LLM_CANCELLED);
	EXPECT(1, "llm_requests_total", GPT, "status", "success");
	EXPECT(1, "llm_requests_total", GPT, "status", "cancelled");
	cr_assert_eq(stream_aborts(), 0);
	pthread_join(server, &client);
	close_transfer();
	close((int)(intptr_t)client);
	close(listener);
}
