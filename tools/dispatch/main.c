/* SPDX-License-Identifier: MIT */
/* main.c: quipu-dispatch, an LLM dispatcher that shows what quipu is for. */
#include "session.h"

int main(int argc, char **argv)
{
	struct options options;

	switch (options_parse(argc, argv, &options, stderr)) {
	case OPTIONS_HELP:
		options_help(stdout);
		return 0;
	case OPTIONS_BAD:
		return 2;
	case OPTIONS_OK:
		break;
	}
	return session_run(&options);
}
