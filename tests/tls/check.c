/* SPDX-License-Identifier: MIT */
/* check.c: check FILE...: opens each web configuration and says what is wrong with it, one line
 * each; the status is that of the last, 0 or 1. */
#include <quipu/tls.h>

#include <stdio.h>

int main(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		quipu_error error;
		quipu_tls *tls = quipu_tls_open(argv[i], &error);

		status = tls ? 0 : 1;
		printf("%d %s\n", error, quipu_tls_error());
		quipu_tls_close(tls);
	}
	return status;
}
