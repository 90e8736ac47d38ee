/* SPDX-License-Identifier: MIT */
/*
 * tls.h: TLS and passwords for a server, from a web configuration file as the Prometheus exporters
 * have it. In a library of its own, quipu-tls (OpenSSL 3, libyaml, libcrypt), so that programs
 * that do not want it do not link it.
 *
 *   quipu_tls *tls = quipu_tls_open("/etc/app/web-config.yml", &error);
 *   quipu_http *server = quipu_http_start(registry, QUIPU_HTTP_OPTS(
 *           .listen = ":2222", .transport = quipu_tls_transport(tls)), &error);
 *
 * The file (all of it is optional; an empty one means plain HTTP for everybody):
 *
 *   tls_server_config:
 *     cert_file: server.crt            # PEM, the chain behind the certificate; paths are
 *     key_file: server.key             # relative to the file's own directory
 *     client_auth_type: RequireAndVerifyClientCert # or NoClientCert (default),
 *                                      # RequestClientCert, RequireAnyClientCert,
 *                                      # VerifyClientCertIfGiven
 *     client_ca_file: ca.crt           # who signs clients' certificates
 *     client_allowed_sans: [prometheus.example] # one of these names has to be in them
 *     min_version: TLS12               # TLS12 or TLS13
 *     max_version: TLS13
 *     cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256] # of TLS 1.2, in Go's names
 *     curve_preferences: [X25519, CurveP256]
 *     prefer_server_cipher_suites: true
 *   http_server_config:
 *     http2: true                      # read and ignored: HTTP/1.1 is what is spoken
 *     headers: {Strict-Transport-Security: max-age=31536000} # also Content-Security-Policy,
 *                                      # X-Content-Type-Options, X-Frame-Options,
 *                                      # X-XSS-Protection
 *   basic_auth_users:                 # asked of every path, /-/healthy too
 *     prometheus: $2y$10$...           # bcrypt, of a cost up to 16; what
 *                                      # htpasswd -nBC 10 "" | tr -d ':\n' prints (apache2-utils)
 *   rate_limit: {interval: 100ms, burst: 20} # one request each interval, of all clients
 *                                      # together, known or not; more are told 429
 *
 * Stricter than the exporters, with an error that names the line and the key: anchors, aliases
 * and tags, TLS below 1.2, suites without forward secrecy, certificates and keys in the file
 * itself, a tls_server_config without its two files, verification without client_ca_file and
 * client_ca_file without it, client_allowed_sans without RequireAndVerifyClientCert.
 *
 * Reloading: files that changed are read again when a client connects or asks for something, at
 * most once a second. A change is taken at the second look that sees it alike, one to two seconds
 * after it where somebody asks that often, so that a file that is being written is not. A
 * connection that is open keeps the certificates it began with; users, fields and limits are those
 * of now. Where the new files are broken the old configuration stays and the failure is counted
 * (quipu_tls_stats, quipu_tls_reload_error). So it is where a reload would take away what protects:
 * all of basic_auth_users, all of client_allowed_sans, or a client_auth_type that requires or
 * verifies certificates for one that does not; and TLS as such is not switched on or off. For that
 * the program is restarted. In a sandbox (.sandbox of http.h) the server's thread can read no file:
 * there the program calls quipu_tls_stats now and then, which looks too (unless a request tried to
 * within the second before).
 *
 * Connections: no renegotiation, no compression, no resumption, so that every one is judged anew;
 * ALPN http/1.1. A handshake has header_timeout_seconds. Plain HTTP is told so with a 400.
 *
 * Passwords: checked by a thread of the library's, one at a time, up to 64 waiting, of one IPv4
 * address or IPv6 /64 up to 4 (more are told 503, a good client's too unless its password is
 * remembered). A 401 ends the connection. Names that are not there cost as much as the dearest
 * that is, so that one cost for all tells nobody by the time who is there.
 * Passwords that were right are remembered, as keyed hashes, up to 256; others are not. Of a
 * password bcrypt sees 72 bytes.
 *
 * Fork: a child's copy does nothing; a child that wants to serve opens its own.
 *
 * Exit: servers may still run. Where the program uses OpenSSL itself before it calls
 * quipu_tls_open, it stops them first, or begins with
 * OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL): else OpenSSL is taken apart under them.
 * A program that drives a server itself (quipu_http_poll) finds OpenSSL's error queue of that
 * thread emptied.
 */
#ifndef QUIPU_TLS_H
#define QUIPU_TLS_H

#include <quipu/error.h>
#include <quipu/transport.h>

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct quipu_tls quipu_tls;

/*
 * Reads the file and what it names, and starts the thread that checks passwords, all signals
 * blocked there.
 * Threads: any. Cost: reads up to four files, a thread.
 * Fails: NULL, *error (may be NULL) is EOPTION, EFILE, ENOMEM or ESYSTEM, and quipu_tls_error has
 * the text, as "FILE:LINE:COLUMN: what is wrong with which key", or "FILE: why it cannot be read".
 */
quipu_tls *quipu_tls_open(const char *web_config_file, quipu_error *error);

/* For .transport of quipu_http_opts, of one server or several. Never NULL, which would be a plain
 * server: the transport of NULL is one with which no server starts (QUIPU_EOPTION). */
const quipu_transport *quipu_tls_transport(const quipu_tls *tls);

/* Frees it, with the last server that uses it: it may be closed as soon as they were started.
 * Threads: one, once. Cost: waits for the password that is being checked. NULL is ignored. */
void quipu_tls_close(quipu_tls *tls);

/* Why the last quipu_tls_open of this thread failed; "" if it did not. */
const char *quipu_tls_error(void);

/* What was done since it was opened. */
typedef struct quipu_tls_stats_t {
	size_t size;
	uint64_t handshakes;	    /* that came to their end */
	uint64_t failed_handshakes; /* refused; plain HTTP included */
	uint64_t reloads;	    /* of changed files */
	uint64_t failed_reloads;    /* after which the old configuration stayed */
	uint64_t allowed;	    /* requests */
	uint64_t unauthorized;	    /* told 401 */
	uint64_t too_many;	    /* told 429 */
	uint64_t unavailable;	    /* told 503, for too many passwords waited */
	uint64_t hashed;	    /* passwords that bcrypt was run for */
	uint64_t remembered;	    /* passwords that were known to be right */
	uint64_t exposed_key;	    /* 1: everybody on this machine may read the key's file */
} quipu_tls_stats_t;

/* Fills in *out, of which size is set before. Zeros for NULL. Threads: any. Cost: a lock; at
 * most once a second a look at the files, which are read again if they have changed. */
void quipu_tls_stats(const quipu_tls *tls, quipu_tls_stats_t *out);

/* Copies why the last reload failed, "" if it did not, and returns its length; at most room bytes,
 * its end included. Threads: any. Cost: a lock. */
size_t quipu_tls_reload_error(quipu_tls *tls, char *to, size_t room);

#ifdef __cplusplus
}
#endif
#endif
