/* SPDX-License-Identifier: MIT */
/* errors.c: what went wrong with a call, from what the world says: HTTP and errno. */
#include <quipu/llm.h>

#include <errno.h>

static quipu_llm_error of_client_error(int status)
{
	switch (status) {
	case 401:
	case 403:
		return QUIPU_LLM_AUTH;
	case 404:
	case 410:
		return QUIPU_LLM_NOT_FOUND;
	case 408:
		return QUIPU_LLM_TIMEOUT;
	case 413:
		return QUIPU_LLM_TOO_LARGE;
	case 429:
		return QUIPU_LLM_RATE_LIMITED;
	case 499:
		return QUIPU_LLM_CANCELLED;
	default:
		return QUIPU_LLM_INVALID_REQUEST;
	}
}

static quipu_llm_error of_server_error(int status)
{
	switch (status) {
	case 503:
	case 529:
		return QUIPU_LLM_OVERLOADED;
	case 504:
		return QUIPU_LLM_TIMEOUT;
	default:
		return QUIPU_LLM_SERVER;
	}
}

quipu_llm_error quipu_llm_error_of_http(int status)
{
	switch (status / 100) {
	case 2:
		return QUIPU_LLM_OK;
	case 4:
		return of_client_error(status);
	case 5:
		return of_server_error(status);
	default:
		return QUIPU_LLM_OTHER;
	}
}

quipu_llm_error quipu_llm_error_of_errno(int error)
{
	switch (error) {
	case 0:
		return QUIPU_LLM_OK;
	case ETIMEDOUT:
	case ETIME:
		return QUIPU_LLM_TIMEOUT;
	case ECANCELED:
		return QUIPU_LLM_CANCELLED;
	case ECONNREFUSED:
	case ECONNRESET:
	case ECONNABORTED:
	case EPIPE:
	case ENOTCONN:
	case ESHUTDOWN:
	case ENETDOWN:
	case ENETUNREACH:
	case ENETRESET:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case EADDRNOTAVAIL:
		return QUIPU_LLM_NETWORK;
	case EMSGSIZE:
		return QUIPU_LLM_TOO_LARGE;
	case EBADMSG:
	case EPROTO:
	case EILSEQ:
		return QUIPU_LLM_MALFORMED;
	case EACCES:
	case EPERM:
		return QUIPU_LLM_AUTH;
	default:
		return QUIPU_LLM_OTHER;
	}
}
